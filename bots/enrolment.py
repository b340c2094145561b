"""Bots on paper to rows: built and checked in memory, then written in bulk, whatever their number."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from bots import audit, embedding, vault
from bots.models import ActiveHours, Bot, Holding, Memory, Mood, Origin, Persona, Stance
from bots.sheet import BotSheet, OriginSheet, PersonaSheet


@dataclass(frozen=True, slots=True)
class Entrant:
    """One bot with everything that hangs on it, not written yet."""

    bot: Bot
    hours: list[ActiveHours]
    stances: list[Stance]
    holdings: list[Holding]
    memories: list[Memory]
    mood: Mood
    origin: Origin | None


def prepare(sheets: Sequence[BotSheet], *, by: audit.Actor) -> list[Entrant]:
    """Rows for these bots, their memories embedded in one batch. Raises ValidationError, a line per problem."""
    vectors = iter(embedding.vectors([memory.text for sheet in sheets for memory in sheet.memories]))
    entrants = [_entrant(sheet, vectors, by) for sheet in sheets]
    if problems := [problem for entrant in entrants for problem in _problems(entrant)]:
        raise ValidationError(problems)
    return entrants


def write(entrants: Sequence[Entrant]) -> None:
    """A constant number of statements. The caller holds the transaction."""
    bots = [entrant.bot for entrant in entrants]
    Persona.objects.bulk_create([bot.persona for bot in bots])
    Bot.objects.bulk_create(bots)
    ActiveHours.objects.bulk_create([row for entrant in entrants for row in entrant.hours])
    Stance.objects.bulk_create([row for entrant in entrants for row in entrant.stances])
    Holding.objects.bulk_create([row for entrant in entrants for row in entrant.holdings])
    Memory.objects.bulk_create([row for entrant in entrants for row in entrant.memories])
    Mood.objects.bulk_create([entrant.mood for entrant in entrants])
    Origin.objects.bulk_create([entrant.origin for entrant in entrants if entrant.origin])


def persona_values(sheet: PersonaSheet) -> dict[str, Any]:
    """What the sheet says, by the names of the model's fields."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(sheet).items()}


def seal(bot: Bot, token: str) -> None:
    bot.token = vault.seal(token, place=bot.place("token"))
    bot.token_hint = token[-4:]
    bot.token_state = Bot.Token.UNTESTED


def _entrant(sheet: BotSheet, vectors: Iterator[embedding.Vector], by: audit.Actor) -> Entrant:
    bot = Bot(
        username=sheet.username,
        persona=Persona(author=audit.account(by), **persona_values(sheet.persona)),
        talkativeness=sheet.talkativeness,
        pace=sheet.pace,
        hourly_cap=sheet.hourly_cap,
    )
    if sheet.token:
        seal(bot, sheet.token)
    return Entrant(
        bot=bot,
        hours=[ActiveHours(bot=bot, **asdict(hours)) for hours in sheet.hours],
        stances=[Stance(bot=bot, **asdict(stance)) for stance in sheet.stances],
        holdings=[Holding(bot=bot, **asdict(holding)) for holding in sheet.holdings],
        memories=[Memory(bot=bot, embedding=next(vectors), **asdict(memory)) for memory in sheet.memories],
        mood=Mood(bot=bot),
        origin=_origin(bot, sheet.origin) if sheet.origin else None,
    )


def _origin(bot: Bot, paper: OriginSheet) -> Origin:
    return Origin(bot=bot, format=paper.format, version=paper.version, document=paper.document, sha256=paper.sha256)


def _problems(entrant: Entrant) -> Iterator[str]:
    """What the columns would refuse, in words: `@handle, field: sentence`."""
    belongings = [*entrant.hours, *entrant.stances, *entrant.holdings, *entrant.memories]
    rows: list[models.Model] = [entrant.bot.persona, entrant.bot, *belongings]
    for row in rows:
        try:
            row.clean_fields(exclude={"persona", "author", "bot", "embedding"})
        except ValidationError as error:
            for field, messages in error.message_dict.items():
                yield f"{entrant.bot}, {field}: {' '.join(messages)}"
