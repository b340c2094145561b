"""How bots stand with others: relationships moved by recorded events. The one writer of Relationship and its causes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest, Least

from bots.models import Relationship
from bots.models.mind import BondChange

Other = tuple[str, int]
"""bot or person, and its number."""
EVENTS: Mapping[str, Mapping[str, int]] = {
    "agreement": {"trust": 3, "affection": 2, "conflict": -2},
    "disagreement": {"conflict": 2, "trust": -1},
    "help": {"trust": 5, "respect": 3},
    "praise": {"respect": 5, "affection": 3},
    "criticism": {"conflict": 3, "affection": -2},
    "talk": {},
}
SMOOTHED = 0.3
FAMILIAR = 2
"""What every exchange adds to familiarity."""
KEPT = 10
ACQUAINTED, FRIENDLY, KNOWN_WELL, CLOSE, OFTEN = 30, 60, 50, 80, 50
HOSTILE, COLD = 60, 40


@transaction.atomic
def moved(bot_id: int, other: Other, event: str, *, at: datetime, about: str = "") -> None:
    """Something happened between a bot and another. KeyError for an event that nobody knows."""
    moves = {name: Least(Greatest(F(name) + step(delta), 0), 100) for name, delta in EVENTS[event].items()}
    kind, number = other
    who: dict[str, Any] = {"other_id": number} if kind == "bot" else {"person_id": number}
    bond, _made = Relationship.objects.get_or_create(bot_id=bot_id, **who)
    Relationship.objects.filter(pk=bond.pk).update(
        familiarity=Least(F("familiarity") + FAMILIAR, 100), interactions=F("interactions") + 1, changed_at=at, **moves
    )
    if event == "talk":
        return
    BondChange.objects.create(relationship=bond, event=event, about=about[:200], happened_at=at)
    newest = bond.changes.order_by("-happened_at", "-id").values_list("pk", flat=True)[:KEPT]
    bond.changes.exclude(pk__in=list(newest)).delete()


def moved_by(bot_id: int, other: Other, event: str, *, about: str) -> bool:
    """Whether this very thing moved them lately."""
    kind, number = other
    who = {"relationship__other": number} if kind == "bot" else {"relationship__person_id": number}
    return BondChange.objects.filter(relationship__bot=bot_id, event=event, about=about[:200], **who).exists()


class Levels(NamedTuple):
    """What of a relationship its standing depends on."""

    trust: int
    affection: int
    familiarity: int
    conflict: int
    interactions: int


def standing(bond: Relationship | Levels) -> str:
    """stranger, acquaintance, friend, close_friend or rival."""
    if bond.conflict > HOSTILE and bond.affection < COLD:
        return "rival"
    if bond.trust > CLOSE and bond.affection > CLOSE and bond.interactions > OFTEN:
        return "close_friend"
    if bond.trust > FRIENDLY and bond.affection > FRIENDLY and bond.familiarity > KNOWN_WELL:
        return "friend"
    return "acquaintance" if bond.familiarity > ACQUAINTED else "stranger"


def step(delta: int) -> int:
    """By how much an event really moves a level: smoothed, and none is without effect."""
    size = round(abs(delta) * SMOOTHED) or 1
    return size if delta > 0 else -size
