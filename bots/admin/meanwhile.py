"""What somebody else changed while a form was open: seen by comparing the page as it was opened with the row as it is.

Django's hidden initial values carry the former through the browser; a form that comes without them is not compared.
"""

from typing import Any, cast

from django import forms
from django.http import QueryDict


def compares(field: forms.Field) -> bool:
    """Whether this field can be compared: not a secret, not a file, nothing that is hidden anyway."""
    secret = getattr(field.widget, "input_type", "") == "password"
    return not (secret or field.disabled or field.widget.is_hidden or isinstance(field, forms.FileField))


def came_along(form: forms.BaseForm) -> bool:
    """Whether what was sent says what the page was opened with."""
    return any(key.startswith(form.add_initial_prefix(name)) for name in form.fields for key in form.data)


def overtaken(form: forms.BaseForm) -> list[str]:
    """The fields whose value is no longer the one that this page was opened with."""
    return [name for name, field in form.fields.items() if field.show_hidden_initial and _differs(form, name, field)]


def take_over(data: QueryDict, form: forms.BaseForm, name: str, *, also_shown: bool) -> None:
    """Put the present value of a field into `data` as what it was opened with; `also_shown`: and as what was typed."""
    field = form.fields[name]
    value = field.prepare_value(form.get_initial_for_field(field, name))
    _put(data, form.add_initial_prefix(name), field.hidden_widget(), value)
    if also_shown:
        _put(data, form.add_prefix(name), field.widget, value)


def in_words(form: forms.BaseForm, name: str) -> str:
    """The present value of a field, as a person reads it."""
    field = form.fields[name]
    value = form.get_initial_for_field(field, name)
    given = value if isinstance(value, list | tuple) else [value]
    if isinstance(field, forms.ModelChoiceField):
        keys = [getattr(one, "pk", one) for one in given if one is not None]
        rows = field.queryset.filter(pk__in=keys) if field.queryset is not None else ()
        return ", ".join(str(row) for row in rows) or "–"
    if isinstance(field, forms.ChoiceField):
        names = dict(_flat(field.choices))
        return ", ".join(str(names.get(one, one)) for one in given)
    text = str(field.prepare_value(value))
    return "–" if text in {"", "None"} else text if len(text) <= 200 else f"{text[:199]}…"


def _differs(form: forms.BaseForm, name: str, field: forms.Field) -> bool:
    hidden, prefix = field.hidden_widget(), form.add_initial_prefix(name)
    now = QueryDict(mutable=True)
    _put(now, prefix, hidden, field.prepare_value(form.get_initial_for_field(field, name)))
    came = cast("QueryDict", form.data)
    return any(_plain(now.getlist(key)) != _plain(came.getlist(key)) for key in now)


def _plain(values: list[str]) -> list[str]:
    """Browsers end lines in their own way."""
    return sorted(value.replace("\r\n", "\n") for value in values)


def _put(data: QueryDict, name: str, widget: Any, value: Any) -> None:
    """As a browser would send it."""
    if isinstance(widget, forms.MultiWidget):
        parts: Any = value if isinstance(value, list | tuple) else widget.decompress(value)
        suffixes: Any = widget.widgets_names  # type: ignore[attr-defined]  # the stubs do not know them
        for suffix, part, sub in zip(suffixes, parts, widget.widgets, strict=True):
            _put(data, name + suffix, sub, part)
    elif isinstance(widget, forms.CheckboxInput) and not value:
        data.pop(name, None)
    elif isinstance(value, list | tuple) or _takes_several(widget):
        data.setlist(name, [str(one) for one in value or ()])
    else:
        data[name] = str(widget.format_value(value) or "")


def _takes_several(widget: forms.Widget) -> bool:
    return isinstance(widget, forms.MultipleHiddenInput) or getattr(widget, "allow_multiple_selected", False)


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    return [pair for key, label in choices for pair in (label if isinstance(label, list | tuple) else [(key, label)])]
