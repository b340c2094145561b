"""Forms of the admin: lists as lines, secrets that are only ever written, refusals of the database in words."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import override

M = TypeVar("M", bound=models.Model)

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm
else:

    class _ModelForm(Generic[M], forms.ModelForm):
        """Django's own cannot be subscripted when it runs."""


class DeskForm(_ModelForm[M]):
    """A form that can also be told what a writer or the database refused, after everything here had passed."""

    refusal: ValidationError | None = None
    aliases: Mapping[str, str] = {}
    """Where a refusal of a model's field is shown, when the form calls that field otherwise."""

    @override
    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.refusal is not None:
            self._show(self.refusal)
        return cleaned

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
