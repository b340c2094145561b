"""The cast as it is now, on paper, ready for a file. Tokens stay behind."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from django.db.models import Prefetch
from django.db.models.functions import Lower

from bots.exchange.parse import numbers
from bots.models import Bot, Memory, Origin, Persona
from bots.sheet import (
    BotSheet,
    Format,
    HoldingSheet,
    Horizon,
    MemoryKind,
    MemorySheet,
    OriginSheet,
    PersonaSheet,
    Risk,
    StanceSheet,
)


def sheets(usernames: Iterable[str] = ()) -> tuple[BotSheet, ...]:
    """Every bot that is not retired, or those of these names, by username, in a constant number of queries."""
    memories = Prefetch("memories", Memory.objects.defer("embedding"))
    bots = Bot.objects.filter(retired_at=None).select_related("persona", "origin").order_by("username")
    if usernames:
        bots = bots.annotate(folded=Lower("username")).filter(folded__in=[name.lower() for name in usernames])
    return tuple(_sheet(bot) for bot in bots.prefetch_related("hours", "stances", "holdings", memories))


def _sheet(bot: Bot) -> BotSheet:
    return BotSheet(
        username=bot.username,
        persona=_persona(bot.persona),
        talkativeness=bot.talkativeness,
        pace=bot.pace,
        hourly_cap=bot.hourly_cap,
        hours=tuple(row.sheet() for row in bot.hours.all()),
        stances=tuple(StanceSheet(row.topic, row.text, row.confidence) for row in bot.stances.all()),
        holdings=tuple(
            HoldingSheet(row.symbol, numbers.plain(row.average_price), numbers.plain(row.size), row.note)
            for row in bot.holdings.all()
        ),
        memories=tuple(MemorySheet(MemoryKind(row.kind), row.text, row.importance) for row in bot.memories.all()),
        origin=_origin(bot),
    )


def _origin(bot: Bot) -> OriginSheet | None:
    row: Origin | None = getattr(bot, "origin", None)
    return OriginSheet(Format(row.format), row.version, row.document, row.sha256) if row else None


def _persona(persona: Persona) -> PersonaSheet:
    values: dict[str, Any] = {field.name: getattr(persona, field.name) for field in fields(PersonaSheet)}
    values |= {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    values |= {"risk": Risk(persona.risk), "horizon": Horizon(persona.horizon)}
    return PersonaSheet(**values)
