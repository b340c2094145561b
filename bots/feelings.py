"""How bots feel: moods moved by recorded events, and calming down. The one writer of Mood and its causes."""

import math
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Case, F, IntegerField, OuterRef, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Ceil, Floor, Greatest, Least

from bots.models import Mood
from bots.models.mind import FEELINGS, MoodChange

START: Mapping[str, int] = {name: int(Mood._meta.get_field(name).default) for name in FEELINGS}  # type: ignore[union-attr]
EVENTS: Mapping[str, Mapping[str, int]] = {
    "pleased": {"mood": 5, "warmth": 3},
    "hurt": {"mood": -5, "stress": 3},
    "mentioned": {"excitement": 10, "warmth": 5, "confidence": 3},
    "ignored": {"mood": -3, "curiosity": -5, "warmth": -2},
    "proved_right": {"confidence": 10, "excitement": 5},
    "proved_wrong": {"confidence": -10, "stress": 5},
    "spoke": {"energy": -1},
    "silent": {"curiosity": 5, "excitement": -3},
}
UNTOLD = frozenset({"spoke"})
"""Events too common to be kept as causes."""
KEPT = 10
_SWING = 15
_HIGH_NOON = 11


@transaction.atomic
def felt(bot_ids: Collection[int], event: str, *, at: datetime, about: str = "", times: int = 1) -> None:
    """Something happened to these bots, so many times. KeyError for an event that nobody knows."""
    moves = {name: _within(F(name) + delta * times) for name, delta in EVENTS[event].items()}
    if not bot_ids:
        return
    if len(bot_ids) > 1:
        hold(bot_ids)
    Mood.objects.filter(bot__in=bot_ids).update(changed_at=at, **moves)
    if event in UNTOLD:
        return
    MoodChange.objects.bulk_create(
        [MoodChange(bot_id=bot_id, event=event, about=about[:200], happened_at=at) for bot_id in bot_ids]
    )
    newest = MoodChange.objects.filter(bot=OuterRef("bot")).order_by("-happened_at", "-id").values("pk")
    MoodChange.objects.filter(bot__in=bot_ids).exclude(pk__in=Subquery(newest[:KEPT])).delete()


def hold(bot_ids: Collection[int] | None = None) -> None:
    """Take the moods of several bots, or of all, in one order, so that no two transactions wait for each other."""
    moods = Mood.objects.all() if bot_ids is None else Mood.objects.filter(bot__in=bot_ids)
    list(moods.order_by("bot_id").select_for_update(no_key=True).values_list("pk"))


@transaction.atomic
def calm(share: float, *, hour: int) -> int:
    """Bring every mood that share of the way back to where it started; energy follows the day. Returns how many."""
    hold()
    starts = {**START, "energy": energy_at(hour)}
    return Mood.objects.update(**{name: _towards(name, start, share) for name, start in starts.items()})


def energy_at(hour: int) -> int:
    """What a bot has of energy at this hour, left alone: most before noon, least in the small hours."""
    return START["energy"] + round(_SWING * math.cos((hour - _HIGH_NOON) / 24 * math.tau))


def _within(value: Combinable) -> Combinable:
    return Least(Greatest(value, 0), 100)


def _towards(name: str, start: int, share: float) -> Combinable:
    """At least one step, so that every feeling gets home."""
    way = (Value(float(start)) - F(name)) * share
    step = Case(When(**{f"{name}__lt": start}, then=Ceil(way)), default=Floor(way))
    return F(name) + Cast(step, IntegerField())
