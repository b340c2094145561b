"""The form of the rules: a field for each in the units of the page; for a chat, its own value or what it inherits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from conversations.admin.tuning.layout import GROUPS, Dial, Group
from conversations.admin.tuning.words import HOURLY, is_share, said
from conversations.models import Chat, Rules
from conversations.models.rules import CAST_WIDE, FIELDS, RANGES
from conversations.models.rules.fields import HOURS

SAME = 1e-6
"""Numbers that differ by less are the same: the page shows six digits."""


class Number(forms.FloatField):
    @override
    def prepare_value(self, value: Any) -> Any:
        return f"{value:.6g}" if isinstance(value, (int, float)) else value


class Percent(forms.FloatField):
    """0.35 in the rules, 35 on the page."""

    @override
    def to_python(self, value: Any) -> float | None:  # type: ignore[override]  # the stubs take it for a whole number
        number = super().to_python(value)
        return None if number is None else number / 100

    @override
    def prepare_value(self, value: Any) -> Any:
        return f"{value * 100:.6g}" if isinstance(value, (int, float)) else value


@dataclass(frozen=True, slots=True)
class Line:
    """One rule as the page shows it."""

    name: str
    label: Any
    help: Any
    fields: list[forms.BoundField]
    dial: Dial
    is_share: bool
    own: forms.BoundField | None
    """For a chat: whether it goes by a value of its own."""
    is_own: bool
    inherited: str
    """What holds for every chat, in words."""

    @property
    def kind(self) -> str:
        """hours, flag, clock or number."""
        if self.name == HOURLY:
            return "hours"
        field = self.fields[0].field
        return (
            "flag"
            if isinstance(field, forms.BooleanField)
            else "clock"
            if isinstance(field, forms.TimeField)
            else "number"
        )

    @property
    def errors(self) -> list[str]:
        return [str(error) for field in self.fields for error in field.errors]


class TuningForm(forms.Form):
    """`newest` holds now for this scope, `everywhere` for every chat."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("reason"),
        max_length=200,
        help_text=_("Why it was changed. Others will thank you."),
        error_messages={"required": _("Say in a few words why.")},
    )

    def __init__(self, data: Any = None, *, chat: Chat | None, everywhere: Rules, newest: Rules | None) -> None:
        super().__init__(data, initial={"seen": newest.pk if newest else 0}, label_suffix="")
        self.chat, self.everywhere, self.newest = chat, everywhere, newest
        self.names = tuple(name for name in FIELDS if not (chat and name in CAST_WIDE))
        for name in self.names:
            self._add(name)

    def _add(self, name: str) -> None:
        column: Any = Rules._meta.get_field(name)
        value = self._shown(name)
        if name == HOURLY:
            for hour in range(HOURS):
                self.fields[f"{name}_{hour}"] = _share(f"{hour:02d}:00", initial=value[hour])
        else:
            self.fields[name] = _field(column, value)
        if self.chat:
            self.fields[f"own_{name}"] = forms.BooleanField(
                label=_("own value"), required=False, initial=self._own(name) is not None
            )

    def _own(self, name: str) -> Any:
        return getattr(self.newest, name) if self.newest else None

    def _shown(self, name: str) -> Any:
        own = self._own(name)
        return getattr(self.everywhere, name) if own is None else own

    # --- What was given ----------------------------------------------------------------------------------------------
    @override
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in self.names:
            if self.chat and not cleaned.get(f"own_{name}"):
                cleaned[name] = None
                for part in _parts(name):
                    self.errors.pop(part, None)  # what is inherited need not be right
            elif name == HOURLY:
                hours = [cleaned.get(part) for part in _parts(name)]
                cleaned[name] = None if None in hours else hours
        return cleaned

    def values(self) -> dict[str, Any]:
        """Every rule of this scope as it was given; None where a chat inherits. What is as it was is exactly so."""
        return {name: self._kept(name, self.cleaned_data.get(name)) for name in self.names}

    def changes(self) -> dict[str, Any]:
        """What differs from what holds now."""
        return {name: value for name, value in self.values().items() if value != self._own(name)}

    def proposed(self) -> Rules:
        """The row that would follow, unsaved."""
        return Rules(chat=self.chat, **dict.fromkeys(FIELDS) | self.values())

    def _kept(self, name: str, value: Any) -> Any:
        before = self._own(name)
        return before if _is_same(value, before) else value

    # --- How it is shown ---------------------------------------------------------------------------------------------
    def groups(self) -> Iterator[tuple[Group, list[Line]]]:
        for group in GROUPS:
            if lines := [self._line(dial) for dial in group.dials if dial.name in self.names]:
                yield group, lines

    def _line(self, dial: Dial) -> Line:
        column: Any = Rules._meta.get_field(dial.name)
        fields = [self[part] for part in _parts(dial.name)]
        own = self[f"own_{dial.name}"] if self.chat else None
        is_own = own is None or bool(own.value())
        inherited = said(dial.name, getattr(self.everywhere, dial.name))
        reach = _reach(dial, fields[0].value())
        return Line(
            dial.name, column.verbose_name, column.help_text, fields, reach, is_share(column), own, is_own, inherited
        )


def _reach(dial: Dial, value: Any) -> Dial:
    """A slider that reaches an unusual value, too."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return dial
    return Dial(dial.name, min(dial.low, number), max(dial.high, number), dial.step) if dial.high else dial


def _field(column: Any, value: Any) -> forms.Field:
    shown: Mapping[str, Any] = {"label": column.verbose_name, "help_text": column.help_text, "initial": value}
    if is_share(column):
        return _share(**shown, low=RANGES[column.name][0])
    if isinstance(column, models.BooleanField):
        return forms.BooleanField(required=False, **shown)
    if isinstance(column, models.TimeField):
        return forms.TimeField(widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}), **shown)
    low, high = RANGES[column.name]
    if isinstance(column, models.PositiveIntegerField):
        return forms.IntegerField(min_value=int(low), max_value=int(high), **shown)
    return Number(min_value=low, max_value=high, widget=forms.NumberInput(attrs={"step": "any"}), **shown)


def _share(label: Any, *, initial: Any, help_text: Any = "", low: float = 0) -> Percent:
    widget = forms.NumberInput(attrs={"min": low * 100, "max": 100, "step": "any"})
    checks = [
        MinValueValidator(low, _("At least %(percent)g percent.") % {"percent": low * 100}),
        MaxValueValidator(1, _("At most 100 percent.")),
    ]
    return Percent(label=label, initial=initial, help_text=help_text, widget=widget, validators=checks)


def _parts(name: str) -> list[str]:
    return [f"{name}_{hour}" for hour in range(HOURS)] if name == HOURLY else [name]


def _is_same(value: Any, before: Any) -> bool:
    if isinstance(value, list) and isinstance(before, list):
        return len(value) == len(before) and all(map(_is_same, value, before))
    if isinstance(value, float) and isinstance(before, (int, float)):
        return abs(value - before) < SAME
    return bool(value == before)
