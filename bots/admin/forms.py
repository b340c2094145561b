"""Forms of the admin: lists as lines, secrets that are only ever written, refusals of the database in words."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots.admin import meanwhile
from bots.admin.house import House

M = TypeVar("M", bound=models.Model)
ALL = ("__all__",)
"""Every field of a form."""

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm
else:

    class _ModelForm(Generic[M], forms.ModelForm):
        """Django's own cannot be subscripted when it runs."""


@dataclass(frozen=True, slots=True)
class At:
    """Where a form is filled in, and so by whom."""

    house: House
    request: HttpRequest


class DeskForm(_ModelForm[M]):
    """A form that can also be told what a writer or the database refused, after everything here had passed."""

    refusal: ValidationError | None = None
    aliases: Mapping[str, str] = {}
    """Where a refusal of a model's field is shown, when the form calls that field otherwise."""
    guarded: Collection[str] = ()
    """Fields whose change takes a second factor that was shown lately; ALL is every one."""
    at: At | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values() if self.at else ():
            if isinstance(field, forms.ModelChoiceField) and field.queryset is not None and self.at:
                field.queryset = self.at.house.within(self.at.request, field.queryset)
        comparing = self.instance.pk is not None and (not self.is_bound or meanwhile.came_along(self))
        for field in self.fields.values():
            field.show_hidden_initial = comparing and meanwhile.compares(field)

    @override
    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.refusal is not None:
            self._show(self.refusal)
        elif overtaken := meanwhile.overtaken(self):
            self._tell_of(overtaken)
        elif self.at is not None and not self.errors and self._touches_what_is_guarded():
            try:
                self.at.house.prove(self.at.request)
            except ValidationError as refusal:
                self.add_error(None, refusal)
        return cleaned

    def _touches_what_is_guarded(self) -> bool:
        return self.guarded == ALL or not set(self.guarded).isdisjoint(self.changed_data)

    def _tell_of(self, overtaken: list[str]) -> None:
        """Both values are shown; a field that was not touched here takes the newer one. To save again is informed."""
        newer = cast("QueryDict", self.data).copy()
        for name in overtaken:
            touched, label = name in self.changed_data, self.fields[name].label or name
            told = (
                _("Somebody else changed “%(field)s” to “%(theirs)s” while you were typing; yours is in the field.")
                if touched
                else _("Somebody else changed “%(field)s” to “%(theirs)s” while you were typing; that stands here now.")
            )
            refusal = ValidationError(
                told % {"field": label, "theirs": meanwhile.in_words(self, name)}, code="overtaken"
            )
            self.add_error(name if touched else None, refusal)
            meanwhile.take_over(newer, self, name, also_shown=not touched)
        self.add_error(None, _("Nothing was saved. Look at the newest values, then save again."))
        self.data = newer

    def _show(self, refusal: ValidationError) -> None:
        if not hasattr(refusal, "error_dict"):
            self.add_error(None, refusal)
            return
        for name, errors in refusal.error_dict.items():
            field = self.aliases.get(name, name)
            if field in self.fields:
                self.add_error(field, errors)
            elif name == NON_FIELD_ERRORS:
                self.add_error(None, errors)
            else:
                self.add_error(None, [f"{name}: {text}" for error in errors for text in error.messages])


class Lines(SimpleArrayField):
    """A list, one entry a line. Empty lines and blanks around an entry do not count."""

    widget = forms.Textarea
    default_error_messages = {"item_invalid": gettext_lazy("Line %(nth)s: ")}

    def __init__(self, base_field: forms.Field, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
        super().__init__(base_field, delimiter="\n", **options)

    @override
    def to_python(self, value: Any) -> list[Any]:  # type: ignore[override]  # the stubs take it for a text
        if isinstance(value, str):
            value = "\n".join(line.strip() for line in value.splitlines() if line.strip())
        return list(super().to_python(value))


def secret(label: Any, help_text: Any) -> forms.CharField:
    """A field that takes a secret and never shows one. Left empty, it changes nothing."""
    widget = forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password", "spellcheck": "false"})
    return forms.CharField(label=label, help_text=help_text, required=False, strip=True, max_length=500, widget=widget)


def in_words(refused: IntegrityError, model: type[models.Model]) -> ValidationError:
    """What the database refused, as a person reads it: the constraint's own sentence where it has one."""
    diagnosis = getattr(refused.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    related = [model, *(relation.related_model for relation in model._meta.related_objects)]
    for constraint in (constraint for kind in related for constraint in kind._meta.constraints):
        if constraint.name == name:
            return ValidationError(constraint.get_violation_error_message())
    return ValidationError(
        _("The database refused this (%(why)s). Nothing was saved.")
        % {"why": name or getattr(diagnosis, "message_primary", None) or _("no reason given")}
    )
