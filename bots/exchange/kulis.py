"""Our own format, field by field as docs/cast-format.md tells them."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from django.utils.translation import gettext as _

from bots.exchange.entry import Entry
from bots.exchange.parse import clock, levels, marks, numbers, shown, texts
from bots.sheet import BotSheet, HoldingSheet, Horizon, MemoryKind, MemorySheet, PersonaSheet, Risk, StanceSheet

Item = TypeVar("Item", StanceSheet, HoldingSheet, MemorySheet)
LONG = 4000
"""Characters that fit where a few sentences belong."""
WEIGHTS = (0.55, 0.35, 0.10)


def bot(entry: Entry) -> BotSheet:
    sheet = BotSheet(
        username=entry.demand("username", marks.username, ""),
        persona=persona(entry.inner("persona")),
        talkativeness=entry.take("talkativeness", numbers.share, 0.5),
        pace=entry.take("pace", numbers.between(0.1, 10), 1.0),
        hourly_cap=entry.take("hourly_cap", numbers.whole(1, 120), 12),
        hours=entry.take("hours", clock.hours, ()),
        stances=unique(entry.each("stances"), stance, "topic"),
        holdings=unique(entry.each("holdings"), holding, "symbol"),
        memories=unique(entry.each("memories"), memory, "text"),
        token=entry.take("token", marks.token, ""),
    )
    entry.close()
    return sheet


def persona(entry: Entry) -> PersonaSheet:
    who = PersonaSheet(
        name=entry.demand("name", texts.one(64), ""),
        hint=entry.take("hint", texts.one(LONG), ""),
        tone=entry.take("tone", texts.one(200), ""),
        risk=entry.take("risk", levels.named(Risk), Risk.MEDIUM),
        horizon=entry.take("horizon", levels.named(Horizon), Horizon.MEDIUM),
        risk_note=entry.take("risk_note", texts.one(200), ""),
        expertise=entry.take("expertise", texts.many(), ()),
        watchlist=entry.take("watchlist", marks.symbols, ()),
        interests=entry.take("interests", texts.many(), ()),
        never_do=entry.take("never_do", texts.many(), ()),
        mood_note=entry.take("mood_note", texts.one(200), ""),
        energy=entry.take("energy", numbers.share, 0.5),
        energy_note=entry.take("energy_note", texts.one(200), ""),
        empathy=entry.take("empathy", numbers.share, 0.5),
        empathy_note=entry.take("empathy_note", texts.one(200), ""),
    )
    whole = _writing(entry, who)
    entry.close()
    return whole


def _writing(entry: Entry, who: PersonaSheet) -> PersonaSheet:
    short, medium, long = weights(entry, "short_weight", "medium_weight", "long_weight")
    return replace(
        who,
        style_note=entry.take("style_note", texts.one(LONG), ""),
        phrases=entry.take("phrases", texts.many(), ()),
        anecdotes=entry.take("anecdotes", texts.many(length=400), ()),
        emoji=entry.take("emoji", marks.emoji, ()),
        formality=entry.take("formality", numbers.share, 0.5),
        emoji_rate=entry.take("emoji_rate", numbers.share, 0.15),
        slip_rate=entry.take("slip_rate", numbers.between(0, 0.3), 0.03),
        short_weight=short,
        medium_weight=medium,
        long_weight=long,
        wpm=entry.take("wpm", numbers.whole(20, 60), 36),
    )


def stance(entry: Entry) -> StanceSheet:
    return StanceSheet(
        topic=entry.demand("topic", texts.one(64), ""),
        text=entry.demand("text", texts.one(LONG), ""),
        confidence=entry.take("confidence", numbers.share, 0.6),
    )


def holding(entry: Entry) -> HoldingSheet:
    return HoldingSheet(
        symbol=entry.demand("symbol", marks.symbol, ""),
        average_price=entry.demand("average_price", numbers.amount, Decimal(1)),
        size=entry.demand("size", numbers.amount, Decimal(1)),
        note=entry.take("note", texts.one(200), ""),
    )


def memory(entry: Entry) -> MemorySheet:
    return MemorySheet(
        kind=entry.demand("kind", levels.named(MemoryKind), MemoryKind.PERSONAL_FACT),
        text=entry.demand("text", texts.one(LONG), ""),
        importance=entry.take("importance", numbers.share, 0.5),
    )


def unique(entries: list[Entry], read: Callable[[Entry], Item], key: str) -> tuple[Item, ...]:
    """The items of a list; of those with the same `key` the first."""
    kept: dict[str, Item] = {}
    for entry in entries:
        item = read(entry)
        entry.close()
        name = getattr(item, key)
        if name in kept and name:
            entry.repair(key, _("“%(raw)s” is there already; the first one is kept.") % {"raw": shown(name)})
        kept.setdefault(name, item)
    return tuple(kept.values())


def weights(entry: Entry, *names: str) -> tuple[float, float, float]:
    """Weights of short, medium and long messages. Only their proportion counts; all of them zero says nothing."""
    given = [entry.take(name, numbers.between(0, 1e6), usual) for name, usual in zip(names, WEIGHTS, strict=True)]
    if not any(given):
        entry.repair(names[0], _("all three weights are zero; the usual ones are taken."))
        return WEIGHTS
    if max(given) > 1:
        given = [round(weight / sum(given), 6) for weight in given]
        entry.repair(names[0], _("the three weights are read as %(list)s.") % {"list": " / ".join(map(str, given))})
    short, medium, long = given
    return short, medium, long
