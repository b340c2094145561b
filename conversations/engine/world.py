"""Reader: what moves in the world of a turn, in one statement (world.sql beside this file).

What people alone change (rules, symbols, personas) is in `settled`. Together they make the scene.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django.db import connection

from bots import bonds
from conversations import statement
from conversations.engine.rulebook import Policy
from conversations.engine.values import Bond, Feelings, Other, Said, Standing
from conversations.models import Turn

_SQL = statement.beside(__file__)
_STANDING = _SQL.format(chat="%(chat)s", turn="%(turn)s", cause="%(cause)s", wants_news="%(wants_news)s")
_CLAIMED = _SQL.format(
    chat="claimed.chat_id", turn="claimed.id", cause="claimed.cause_id", wants_news="claimed.trigger = 'schedule'"
)
OF_A_CLAIM = f"LATERAL ({_CLAIMED}) world"
"""For a statement that has just `claimed` a turn, with what `reach` asks for."""
_SAID = [state.value for state in (*Turn.OPEN, Turn.State.SENT)]
_OPEN = [state.value for state in Turn.OPEN]
_COUNTING = [*_SAID, Turn.State.UNRESOLVED.value]


@dataclass(frozen=True, slots=True)
class Now:
    """A bot of the chat, as far as it moves."""

    bot_id: int
    last_said_at: datetime | None
    gated_until: datetime | None
    paused_until: datetime | None
    rests_until: datetime | None
    """Its breaker is open until then."""
    said_last_hour: int
    phrase_rests: bool
    feelings: Feelings
    resting: frozenset[int]
    """Stances that were voiced a moment ago."""
    taken: bool
    """A person speaks through it."""


@dataclass(frozen=True, slots=True)
class World:
    history: tuple[Said, ...]
    """Oldest first."""
    cause: Said | None
    members: dict[int, Now]
    busy: frozenset[int]
    """Bots that have something under way here, or have answered the same message."""
    bonds: dict[int, dict[Other, Bond]]
    """Of each bot with the others of the chat and with the people who speak here now."""
    told: dict[int, frozenset[str]]
    """Anecdotes that the chat has heard lately."""
    taken: frozenset[int]
    """Fresh headlines that may not be taken up here any more."""
    news: str
    """Changes whenever there are other fresh headlines."""
    newest_quote: int


def read(chat_id: int, now: datetime, rules: Policy, *, turn: Turn | None = None) -> World:
    """The moving part of a chat, for one of its turns or for nobody in particular. One statement."""
    asked = {
        "chat": chat_id,
        "turn": turn.pk if turn else None,
        "cause": turn.cause_id if turn else None,
        "wants_news": turn is not None and turn.trigger == Turn.Trigger.SCHEDULE,
        **reach(now, rules),
    }
    with connection.cursor() as cursor:
        statement.run(cursor, _STANDING, asked)
        row = cursor.fetchone()
    return _world(*row)


def brought(row: Sequence[Any]) -> World:
    """What the claim of a turn brought along, in the columns of OF_A_CLAIM."""
    return _world(*row)


def reach(now: datetime, rules: Policy) -> dict[str, Any]:
    """How far the rules of a chat look into its world."""
    return {
        "now": now,
        "length": rules.history_length,
        "phrase_rest": max(rules.phrase_every - 1, 0),
        "told_since": now - timedelta(days=rules.anecdote_days),
        "news_since": now - timedelta(minutes=rules.news_minutes),
        "news_per_cast": rules.news_per_cast,
        "said": _SAID,
        "open": _OPEN,
        "counting": _COUNTING,
    }


def _world(
    history: list[Any] | None,
    cause: list[Any] | None,
    members: list[Any] | None,
    busy: list[int],
    ties: list[Any] | None,
    told: list[Any] | None,
    taken: list[int],
    news: str,
    quote: int | None,
) -> World:
    anecdotes: dict[int, set[str]] = {}
    for bot_id, anecdote in told or ():
        anecdotes.setdefault(bot_id, set()).add(anecdote)
    return World(
        history=tuple(map(_said, history or ())),
        cause=_said(cause) if cause else None,
        members={line[0]: _now(line) for line in members or ()},
        busy=frozenset(busy),
        bonds=_bonds(ties or ()),
        told={bot_id: frozenset(texts) for bot_id, texts in anecdotes.items()},
        taken=frozenset(taken),
        news=news,
        newest_quote=quote or 0,
    )


def _now(line: list[Any]) -> Now:
    bot_id, last_said, gated, paused, rests, said_last_hour, phrase_rests, mood, resting, taken = line
    return Now(
        bot_id,
        _moment(last_said),
        _moment(gated),
        _moment(paused),
        _moment(rests),
        said_last_hour,
        phrase_rests,
        Feelings(*mood or ()),
        frozenset(resting),
        taken,
    )


def _said(line: list[Any]) -> Said:
    number, speaker, text, at, bot_id, person, reply_to, replies, topic, mentions_other, reacted = line
    said_at = datetime.fromtimestamp(at, UTC)
    return Said(
        number, speaker, text, said_at, bot_id, person, reply_to, replies, topic, mentions_other, frozenset(reacted)
    )


def _bonds(ties: Any) -> dict[int, dict[Other, Bond]]:
    found: dict[int, dict[Other, Bond]] = {}
    for bot_id, other, person, trust, _respect, affection, familiarity, conflict, interactions in ties:
        whom: Other = ("bot", other) if other else ("person", person)
        standing = bonds.standing(bonds.Levels(trust, affection, familiarity, conflict, interactions))
        bond = Bond(cast("Standing", standing), trust, affection, familiarity, conflict)
        found.setdefault(bot_id, {})[whom] = bond
    return found


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
