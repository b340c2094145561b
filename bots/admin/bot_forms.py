"""The two forms of a bot: taking it into the cast, and changing it."""

from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots import roster
from bots.admin.forms import DeskForm, Lines, secret
from bots.models import Bot, Persona
from bots.sheet import BotSheet, PersonaSheet

_TOKEN = gettext_lazy("From @BotFather, like 123456789:AAF-…. It is sealed at once and never shown again.")


class BotForm(DeskForm[Bot]):
    aliases = {"token": "new_token"}

    new_token = secret(gettext_lazy("Replace the token"), _TOKEN + " " + gettext_lazy("Empty: the stored one stays."))
    seen_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen_revision"] = self.instance.revision

    @override
    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        seen = cleaned.get("seen_revision")
        if seen is not None and seen != self.instance.revision:
            raise ValidationError(
                _("Somebody changed this bot while you were typing. Look at the newest state, then save again.")
            )
        return cleaned


class _EnrolForm(DeskForm[Bot]):
    aliases = {"token": "new_token"}

    new_token = secret(gettext_lazy("Token"), _TOKEN + " " + gettext_lazy("Empty: it rehearses only, for now."))

    def sheet(self) -> BotSheet:
        """The bot on paper, as the roster takes it."""
        given = self.cleaned_data
        traits = {name: _frozen(given[name]) for name in roster.TRAITS}
        settings = {name: given[name] for name in ("talkativeness", "pace", "hourly_cap")}
        return BotSheet(username=given["username"], persona=PersonaSheet(**traits), **settings)


def _field(field: "models.Field[Any, Any]", **options: Any) -> forms.Field | None:
    if isinstance(field, ArrayField):
        return field.formfield(form_class=Lines, **options)
    if isinstance(field, models.TextField):
        options["widget"] = forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})
    return field.formfield(**options)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


EnrolForm = type(
    "EnrolForm",
    (_EnrolForm,),
    forms.fields_for_model(Persona, fields=roster.TRAITS, formfield_callback=_field),
)
"""A bot and its persona in one go: every field of a persona beside those of a bot."""
