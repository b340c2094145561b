"""A bot as people write it, as one flat table: what forms fill, versions keep, and two saves are held against.

Keys: `name`, `tone` and the other traits of a persona; `talkativeness`, `pace`, `latency`, `hourly_cap`; `hours`, a
list of texts (`bots.daytime`); `stance:TOPIC`, `holding:SYMBOL` and `memory:TEXT`, each a small table. What a bot
learned in chats is no part of it: that belongs to those who said it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from bots import daytime, roster
from bots.exchange.parse import numbers
from bots.models import Bot, Fragment, Memory

Facts = dict[str, Any]

SETTINGS = ("talkativeness", "pace", "latency", "hourly_cap")
HOURS = "hours"
ROWS = ("stance", "holding", "memory")
PARTS: Mapping[str, tuple[str, ...]] = {
    Fragment.Kind.STYLE: (
        "style_note", "formality", "emoji", "emoji_rate", "slip_rate", "short_weight", "medium_weight", "long_weight",
        "wpm",
    ),
    Fragment.Kind.TEMPER: ("mood_note", "energy", "energy_note", "empathy", "empathy_note"),
    Fragment.Kind.HOURS: (HOURS,),
    Fragment.Kind.PACE: SETTINGS,
}  # fmt: skip
"""What a fragment of each kind holds."""


@dataclass(frozen=True, slots=True)
class Change:
    """`before` is None where it was not there, `after` where it is there no more."""

    key: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Merged:
    facts: Facts
    theirs: tuple[str, ...]
    """Taken over from the other, because nobody here had touched it."""
    clashes: tuple[str, ...]
    """Changed by both; what is here stands."""


def of(bot: Bot) -> Facts:
    """As the rows say now. Five queries."""
    persona = bot.persona
    found: Facts = {name: _plain(getattr(persona, name)) for name in roster.TRAITS}
    found |= {name: getattr(bot, name) for name in SETTINGS}
    found[HOURS] = [daytime.text(row.sheet()) for row in bot.hours.all()]
    found |= {key("stance", row.topic): stance(row.text, row.confidence) for row in bot.stances.all()}
    found |= {key("holding", row.symbol): holding(row.average_price, row.size, row.note) for row in bot.holdings.all()}
    return found | {key("memory", row.text): memory(row.kind, row.importance) for row in written(bot)}


def written(bot: Bot) -> Iterable[Memory]:
    """The memories that people gave it."""
    return bot.memories.filter(message_id=None).defer("embedding")


def learned(bot: Bot) -> "QuerySet[Memory]":
    """The memories that it has from what was said in chats."""
    return bot.memories.filter(message_id__isnull=False).defer("embedding")


def key(kind: str, name: str) -> str:
    return f"{kind}:{name}"


def stance(text: str, confidence: float) -> Facts:
    return {"text": text, "confidence": confidence}


def holding(average_price: Decimal, size: Decimal, note: str) -> Facts:
    """Decimals as texts, so that no digit is lost."""
    price, amount = (format(numbers.plain(number), "f") for number in (average_price, size))
    return {"average_price": price, "size": amount, "note": note}


def memory(kind: str, importance: float) -> Facts:
    return {"kind": str(kind), "importance": importance}


def rows(facts: Facts, kind: str) -> Iterator[tuple[str, Facts]]:
    """The name and the content of each stance, holding or memory."""
    for place, content in facts.items():
        head, mark, name = place.partition(":")
        if mark and head == kind:
            yield name, content


def is_row(place: str) -> bool:
    return place.partition(":")[0] in ROWS and ":" in place


def changes(before: Facts, after: Facts) -> tuple[Change, ...]:
    """What is not the same, in the order of the page."""
    places = dict.fromkeys((*before, *after))
    different = [place for place in places if before.get(place) != after.get(place)]
    return tuple(Change(place, before.get(place), after.get(place)) for place in sorted(different, key=_order))


def merged(base: Facts, mine: Facts, theirs: Facts) -> Merged:
    """Both went out from `base`: what only one has changed is as that one has it."""
    facts, taken, clashes = dict(mine), [], []
    for change in changes(base, theirs):
        place = change.key
        if mine.get(place) == change.after:
            continue
        if mine.get(place) != change.before:
            clashes.append(place)
            continue
        taken.append(place)
        take(facts, place, theirs)
    return Merged(facts, tuple(taken), tuple(clashes))


def take(facts: Facts, place: str, source: Facts) -> None:
    """Make one place of `facts` as it is in `source`, also where it is not there."""
    if place in source:
        facts[place] = source[place]
    else:
        facts.pop(place, None)


def part(facts: Facts, kind: str) -> Facts:
    return {name: facts[name] for name in PARTS[kind] if name in facts}


def fitted(old: Facts, now: Facts) -> Facts:
    """An old version as today's bots have it: a trait that it did not know yet is as now."""
    plain = {name: old.get(name, value) for name, value in now.items() if not is_row(name)}
    return plain | {place: value for place, value in old.items() if is_row(place)}


_PLACES = (*roster.TRAITS, *SETTINGS, HOURS, *ROWS)


def _order(place: str) -> tuple[int, str]:
    head = place.partition(":")[0]
    return _PLACES.index(head) if head in _PLACES else len(_PLACES), place


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, str) else list(value) if isinstance(value, (list, tuple)) else value
