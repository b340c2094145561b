"""The two forms of a bot: taking it into the cast, and changing it."""

from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy

from bots import roster
from bots.admin.forms import DeskForm, Lines, secret
from bots.models import Bot, Persona
from bots.sheet import BotSheet, PersonaSheet

_TOKEN = gettext_lazy("From @BotFather, like 123456789:AAF-…. It is sealed at once and never shown again.")


class BotForm(DeskForm[Bot]):
    aliases = {"token": "new_token"}

    new_token = secret(gettext_lazy("Replace the token"), _TOKEN + " " + gettext_lazy("Empty: the stored one stays."))


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
