"""How a rule is declared: typed, within its range, empty where a chat inherits."""

from datetime import time
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

if TYPE_CHECKING:
    from bots.models.persona import Words

HOURS = 24


def between(low: float, high: float) -> list[Any]:
    return [MinValueValidator(low), MaxValueValidator(high)]


def share(label: "Words", help_text: "Words") -> "models.FloatField[float | None, float | None]":
    """A probability, 0 to 1."""
    return models.FloatField(label, null=True, blank=True, validators=between(0, 1), help_text=help_text)


def number(
    label: "Words", low: float, high: float, help_text: "Words"
) -> "models.FloatField[float | None, float | None]":
    return models.FloatField(label, null=True, blank=True, validators=between(low, high), help_text=help_text)


def count(
    label: "Words", low: int, high: int, help_text: "Words"
) -> "models.PositiveIntegerField[int | None, int | None]":
    return models.PositiveIntegerField(label, null=True, blank=True, validators=between(low, high), help_text=help_text)


def clock(label: "Words", help_text: "Words" = "") -> "models.TimeField[time | None, time | None]":
    return models.TimeField(label, null=True, blank=True, help_text=help_text)


def flag(label: "Words", help_text: "Words") -> "models.BooleanField[bool | None, bool | None]":
    return models.BooleanField(label, null=True, blank=True, help_text=help_text)


def hourly(label: "Words", help_text: "Words") -> "ArrayField[list[float] | None, list[float] | None]":
    """One number for each hour of the day, from midnight on."""
    one = models.FloatField(validators=between(0, 1))
    return ArrayField(one, size=HOURS, null=True, blank=True, verbose_name=label, help_text=help_text)


class EachWithin(models.Func):
    """True where every number of an array lies between the two limits; nothing is said of an empty column."""

    template = "('[%(low)s,%(high)s]'::numrange @> ALL((%(expressions)s)::numeric[]))"
    output_field = models.BooleanField()
    conditional = True

    def __init__(self, column: str, low: float, high: float) -> None:
        super().__init__(models.F(column), low=low, high=high)


def span(field: "models.Field[Any, Any]") -> tuple[float, float] | None:
    """The range that the validators of a field state; None for a field without one."""
    limits = {type(check): check.limit_value for check in field.validators if hasattr(check, "limit_value")}
    low, high = limits.get(MinValueValidator), limits.get(MaxValueValidator)
    return None if low is None or high is None else (low, high)
