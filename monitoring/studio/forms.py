"""The fields of the studio. What may stand in one is asked of the models; nothing of it is said twice."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots import roster
from bots.admin.forms import Lines
from bots.models import Bot, Holding, Memory, Persona, Stance
from bots.sheet import EVERY_DAY
from bots.studio import facts
from monitoring.studio import grid, labels

SHARES = frozenset(
    {"energy", "empathy", "formality", "emoji_rate", "slip_rate", "short_weight", "medium_weight", "long_weight",
     "talkativeness", "confidence", "importance"}
)  # fmt: skip
"""Numbers that are moved rather than typed."""
SHORT = frozenset({"tone", "risk_note", "mood_note", "energy_note", "empathy_note"})
SAME = 0.005
"""A slider has two digits; what comes back as near as this was not moved."""


def _field(field: "models.Field[Any, Any]", **options: Any) -> forms.Field | None:
    options["help_text"] = ""
    if isinstance(field, ArrayField):
        return field.formfield(form_class=Lines, widget=forms.Textarea(attrs={"rows": 3}), **options)
    if field.name in SHARES:
        top = "0.3" if field.name == "slip_rate" else "1"
        options["widget"] = forms.NumberInput(attrs={"type": "range", "min": "0", "max": top, "step": "0.01"})
    elif isinstance(field, models.TextField):
        options["widget"] = forms.Textarea(attrs={"rows": 3})
    elif isinstance(field, models.FloatField | models.DecimalField):
        options["widget"] = forms.NumberInput(attrs={"step": "any"})
    made = field.formfield(**options)
    if made and isinstance(field, models.FloatField | models.DecimalField | models.IntegerField):
        made.validators.extend(field.validators)  # the ranges, which a form for a model asks of the row it makes
    return made


class _Traits(forms.Form):
    @override
    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        lengths = [given.get(f"{name}_weight") for name in ("short", "medium", "long")]
        if lengths == [0, 0, 0]:
            raise ValidationError({"short_weight": _("It must write messages of some length: move one of the three.")})
        for name in ("phrases", "watchlist", "interests", "expertise", "never_do", "anecdotes", "emoji"):
            given[name] = list(dict.fromkeys(given.get(name) or []))
        return given


TraitsForm: Any = type(
    "TraitsForm",
    (_Traits,),
    forms.fields_for_model(Persona, fields=roster.TRAITS, formfield_callback=_field)
    | forms.fields_for_model(Bot, fields=facts.SETTINGS, formfield_callback=_field),
)
"""Every trait of a persona and the settings of its pace."""


class _Row(forms.Form):
    named = ""
    """The field that tells rows apart."""

    def name(self) -> str:
        return str(self.cleaned_data.get(self.named) or "")


class _Stance(_Row):
    named = "topic"

    def clean_topic(self) -> str:
        return " ".join(str(self.cleaned_data["topic"]).split())


class _Holding(_Row):
    named = "symbol"

    def clean_symbol(self) -> str:
        return " ".join(str(self.cleaned_data["symbol"]).split())

    @override
    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in ("size", "average_price"):
            if name in given and given[name] <= 0:
                self.add_error(name, _("This is above zero."))
        return given


class _Memory(_Row):
    named = "text"

    def clean_text(self) -> str:
        return " ".join(str(self.cleaned_data["text"]).split())


def _form(base: type[_Row], model: type[models.Model], *fields: str) -> Any:
    return type(base.__name__, (base,), forms.fields_for_model(model, fields=fields, formfield_callback=_field))


class _Rows(forms.BaseFormSet):  # type: ignore[type-arg]  # rows of three kinds
    """No two rows of the same name."""

    @override
    def clean(self) -> None:
        seen: set[str] = set()
        for form in self.forms:
            if not form.is_valid() or form.cleaned_data.get("DELETE"):
                continue
            name = form.name()
            if name and name in seen:
                form.add_error(form.named, _("This stands here twice."))
            seen.add(name)

    @override
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = gettext_lazy("Remove")


ROWS: dict[str, Any] = {
    kind: forms.formset_factory(form, formset=_Rows, extra=1, can_delete=True)
    for kind, form in (
        ("stance", _form(_Stance, Stance, "topic", "text", "confidence")),
        ("holding", _form(_Holding, Holding, "symbol", "size", "average_price", "note")),
        ("memory", _form(_Memory, Memory, "text", "kind", "importance")),
    )
}


class HoursForm(forms.Form):
    """The cells of the week, and one range to the minute."""

    awake = forms.MultipleChoiceField(
        required=False, choices=[(f"{day}-{hour}", "") for day in range(7) for hour in range(24)]
    )
    exact_days = forms.TypedChoiceField(label=gettext_lazy("Days"), coerce=int, required=False, initial=EVERY_DAY)
    exact_from = forms.TimeField(
        label=gettext_lazy("From"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    exact_to = forms.TimeField(
        label=gettext_lazy("To"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["exact_days"].choices = [(bits, labels.days(bits)) for bits in grid.CHOICES]  # type: ignore[attr-defined]

    @override
    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("exact_from"), given.get("exact_to")
        if (first is None) != (last is None) and not self.errors:
            self.add_error("exact_to" if last is None else "exact_from", _("Both times, or neither."))
        elif first is not None and first == last:
            self.add_error("exact_to", _("This is the moment at which it begins."))
        elif not given.get("awake") and first is None and "awake" not in self.errors:
            self.add_error(
                "awake", _("It must be awake for an hour of the week at least. To silence it, disable the bot.")
            )
        return given

    def cells(self) -> list[grid.Cell]:
        return [cell(text) for text in self.cleaned_data["awake"]]


def cell(text: str) -> grid.Cell:
    day, _dash, hour = text.partition("-")
    return int(day), int(hour)


class ScenarioForm(forms.Form):
    """`chats`: (number, title) of those that this bot may be tried in."""

    chat = forms.TypedChoiceField(label=gettext_lazy("Where"), coerce=int, required=False)
    talk = forms.CharField(
        label=gettext_lazy("What was said before"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": gettext_lazy("Deniz: Is it time to be patient?")}),
    )
    topic = forms.CharField(label=gettext_lazy("Topic"), required=False, max_length=64)
    headline = forms.CharField(label=gettext_lazy("Market news"), required=False, max_length=300)
    source = forms.CharField(label=gettext_lazy("Source of the news"), required=False, max_length=64)

    def __init__(self, data: Any = None, *, chats: Sequence[tuple[int, str]]) -> None:
        first = chats[0][0] if chats else 0
        super().__init__(data, prefix="try", initial={"chat": first})
        nowhere = (0, _("nowhere in particular"))
        self.fields["chat"].choices = [*chats, nowhere]  # type: ignore[attr-defined]


class DuplicateForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the new persona"), max_length=64)
    username = forms.CharField(
        label=gettext_lazy("Username of the new bot"),
        max_length=32,
        help_text=gettext_lazy("5 to 32 letters, digits and _. Example: nermin_teyze_bot"),
        validators=Bot._meta.get_field("username").validators,
    )
