"""How bots stand with others: relationships moved by recorded events. The one writer of Relationship and its causes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Q, QuerySet, Window
from django.db.models.functions import RowNumber

from bots.models import Relationship
from bots.models.mind import BONDS, BondChange

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


class Move(NamedTuple):
    """Something that happened between a bot and another. KeyError for an event that nobody knows."""

    bot_id: int
    other: Other
    event: str
    at: datetime
    about: str = ""


def moved(bot_id: int, other: Other, event: str, *, at: datetime, about: str = "") -> None:
    """Something happened between a bot and another. KeyError for an event that nobody knows."""
    moved_all([Move(bot_id, other, event, at, about)])


@transaction.atomic
def moved_all(moves: Sequence[Move]) -> None:
    """The same for many, in the order in which it happened. Seven statements at most."""
    if not moves:
        return
    bonds = _held({(move.bot_id, move.other) for move in moves})
    told = [(bonds[move.bot_id, move.other], move) for move in moves if _move(bonds[move.bot_id, move.other], move)]
    _write(list(bonds.values()))
    BondChange.objects.bulk_create(
        BondChange(relationship=bond, event=move.event, about=move.about[:200], happened_at=move.at)
        for bond, move in told
    )
    _forget({bond.pk for bond, _ in told})


def _move(bond: Relationship, move: Move) -> bool:
    """Work one event into a relationship. Whether it is worth keeping as a cause."""
    for name, delta in EVENTS[move.event].items():
        setattr(bond, name, min(max(getattr(bond, name) + step(delta), 0), 100))
    bond.familiarity = min(bond.familiarity + FAMILIAR, 100)
    bond.interactions += 1
    bond.changed_at = move.at
    return move.event != "talk"


def _write(bonds: Sequence[Relationship]) -> None:
    """All in one statement, whose length does not depend on how many they are."""
    columns = ("id", *BONDS, "interactions", "changed_at")
    values = [[getattr(bond, column) for bond in bonds] for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, values)


_LEVELS = (*BONDS, "interactions")
_WRITE = f"""
UPDATE bots_relationship bond
SET {", ".join(f"{name} = moved.{name}" for name in (*_LEVELS, "changed_at"))}
FROM unnest(%s::bigint[], {"%s::integer[], " * len(_LEVELS)} %s::timestamptz[])
    AS moved (id, {", ".join(_LEVELS)}, changed_at)
WHERE bond.id = moved.id
"""  # noqa: S608 - names of our own columns


def _held(pairs: Collection[tuple[int, Other]]) -> dict[tuple[int, Other], Relationship]:
    """The relationships of these pairs, made where there are none, locked in one order."""
    rows = _rows(pairs)
    known = {(bot_id, _other(*others)) for bot_id, *others in rows.values_list("bot_id", "other_id", "person_id")}
    if missing := sorted(set(pairs) - known):
        Relationship.objects.bulk_create(
            [
                Relationship(bot_id=bot_id, **({"other_id": number} if kind == "bot" else {"person_id": number}))
                for bot_id, (kind, number) in missing
            ],
            ignore_conflicts=True,
        )
    locked = rows.order_by("pk").select_for_update(no_key=True)
    found = {(bond.bot_id, _other(bond.other_id, bond.person_id)): bond for bond in locked}
    return {pair: found[pair] for pair in pairs}


def _rows(pairs: Collection[tuple[int, Other]]) -> QuerySet[Relationship]:
    """All of these pairs, and some others between the same."""
    numbers = {kind: [number for _, (each, number) in pairs if each == kind] for kind in ("bot", "person")}
    return Relationship.objects.filter(
        Q(other__in=numbers["bot"]) | Q(person_id__in=numbers["person"]), bot__in=[bot_id for bot_id, _ in pairs]
    )


def _other(bot_id: int | None, person_id: int | None) -> Other:
    return ("bot", bot_id) if bot_id else ("person", person_id or 0)


def _forget(bond_ids: Collection[int]) -> None:
    """Keep the newest causes of each."""
    if not bond_ids:
        return
    newest = Window(RowNumber(), partition_by="relationship", order_by=["-happened_at", "-id"])
    aged = BondChange.objects.filter(relationship__in=bond_ids).annotate(age=newest).filter(age__gt=KEPT)
    BondChange.objects.filter(pk__in=list(aged.values_list("pk", flat=True))).delete()


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
