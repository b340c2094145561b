"""The pages of the admin, as a browser walks them."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db import models
from django.forms import BaseForm, ModelMultipleChoiceField, MultipleChoiceField
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

Model = type[models.Model]


def registered() -> list[Model]:
    return sorted(admin.site._registry, key=lambda model: model._meta.label)


def address(model: Model, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def lists() -> Iterator[str]:
    yield reverse("admin:index")
    for model in registered():
        yield address(model, "changelist")


def rows(*, each: int = 2) -> Iterator[str]:
    """The pages of the first rows of every model."""
    for model in registered():
        for row in model._default_manager.order_by("pk")[:each]:
            yield address(model, "change", row.pk)


def form(browser: Client, address: str) -> dict[str, Any]:
    """What a browser would send back if nothing were typed."""
    page = browser.get(address).context
    fields = _typed(page["adminform"].form)
    for inline in page["inline_admin_formsets"]:
        formset = inline.formset
        fields |= {
            f"{formset.prefix}-{name}": formset.management_form[name].value() for name in formset.management_form.fields
        }
        for row in formset.forms:
            fields |= _typed(row)
    lines = {name: "\n".join(value) if _is_text(value) else value for name, value in fields.items()}
    return {name: value for name, value in lines.items() if value is not None and value is not False and value != []}


def _is_text(value: Any) -> bool:
    """Whether a list is one entry a line; other lists are chosen rows."""
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)


def _typed(form: BaseForm) -> dict[str, Any]:
    """The fields of one form as they stand, and what they were opened with."""
    told = {form.add_prefix(name): _value(form, name) for name in form.fields if name != "DELETE"}
    opened = [name for name, field in form.fields.items() if field.show_hidden_initial]
    return told | {form.add_initial_prefix(name): _hidden(form, name) for name in opened}


def _value(form: BaseForm, name: str) -> Any:
    """Of several boxes the ticked ones; none of them sends nothing."""
    value = form[name].value()
    return (tuple(value or ()) or None) if _takes_several(form, name) else value


def _hidden(form: BaseForm, name: str) -> Any:
    """A hidden field says in words that a box is not ticked, and that nothing is there."""
    value = _value(form, name)
    if value is None and not _takes_several(form, name):
        return ""
    return str(value) if isinstance(value, bool) else value


def _takes_several(form: BaseForm, name: str) -> bool:
    return isinstance(form.fields[name], MultipleChoiceField | ModelMultipleChoiceField)


def send(browser: Client, address: str, **changes: Any) -> Any:
    return browser.post(address, {**form(browser, address), **changes})


def act(browser: Client, model: Model, action: str, row: models.Model, **more: str) -> Any:
    """Press a button of a list and say yes to its question."""
    chosen = {"action": action, "_selected_action": row.pk, "confirmed": "yes", "named": str(row), **more}
    return browser.post(address(model, "changelist"), chosen, follow=True)


def everything() -> Iterator[str]:
    """Every address that the admin answers to, whatever stands behind it."""
    yield from _addresses(admin.site.urls[0], "/admin/")


def _addresses(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
    for pattern in patterns:
        route = str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern.url_patterns, before + route)
        elif "(?P" in route:
            yield before + "no-such-page/"
        else:
            yield before + route.replace("<path:object_id>", "1").replace("<int:pk>", "1").replace("<id>", "1")
