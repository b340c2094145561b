"""Reader: what was said that comes closest to a draft, by letters and by meaning, and when the chat has a free seat at
the keyboard. One statement, whatever was said.

By letters the trigram index of the messages finds the few that are worth a look; by meaning the vectors of the turns
of this chat are compared.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from bots import casing, embedding
from conversations import statement
from conversations.models import Turn
from conversations.statement import Rider

NEAREST = 12


@dataclass(frozen=True, slots=True)
class Seats:
    """Who types when in a chat, as somebody saw it `at` a moment of the database's clock."""

    at: datetime
    taken: int
    """Grows with every turn that takes its moment: two who saw the same number must not both take it."""
    windows: tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True, slots=True)
class Neighbours:
    texts: tuple[str, ...]
    """Folded texts that share many letters with the draft, and everything that waits to be sent."""
    meaning: float
    """How near the nearest text of this chat comes in meaning, -1..1."""
    nearest: str
    vector: str
    """The meaning of the draft itself, as PostgreSQL writes it."""
    seats: Seats


def of(draft: str, *, turn: Turn, bot_id: int, hours: float) -> Neighbours:
    """The neighbours of a draft of `bot_id` among what this chat heard and what the bot said anywhere, lately."""
    rider = asking(draft, turn=turn, bot_id=bot_id, hours=hours)
    with connection.cursor() as cursor:
        statement.run(cursor, f"SELECT {rider.columns}", rider.asked)
        return found(draft, *cursor.fetchone())


def asking(draft: str, *, turn: Turn, bot_id: int, hours: float) -> Rider:
    """The same as values that another statement brings along, for `found`."""
    asked: dict[str, Any] = {
        "chat": turn.chat_id,
        "turn": turn.pk,
        "bot": bot_id,
        "folded": casing.fold(draft),
        "vector": embedding.literal(draft),
        "recent": timedelta(hours=hours),
        "nearest": NEAREST,
    }
    return Rider(_COLUMNS, asked)


def found(
    draft: str, alike: list[str], waiting: list[str], nearest: list[Any] | None, seats: list[Any] | None
) -> Neighbours:
    """What `asking` asked for. Nobody types in a chat that is only made up."""
    text, distance = nearest or ("", 2.0)
    return Neighbours(
        texts=(*alike, *map(casing.fold, waiting)),
        meaning=1 - distance,
        nearest=text,
        vector=embedding.literal(draft),
        seats=_seats(*seats) if seats else Seats(timezone.now(), 0, ()),
    )


def seats(turn: Turn) -> Seats:
    """The seats alone, for whom somebody was quicker."""
    with connection.cursor() as cursor:
        statement.run(cursor, f"SELECT {_SEATS}", {"chat": turn.chat_id, "turn": turn.pk})
        return _seats(*cursor.fetchone()[0])


def _seats(at: float, taken: int, windows: list[tuple[float, float]] | None) -> Seats:
    return Seats(_moment(at), taken, tuple((_moment(begins), _moment(ends)) for begins, ends in windows or ()))


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


# Messages that share fewer trigrams than PostgreSQL's own threshold of 0.3 are no neighbours.
_ALIKE = """ARRAY(
    SELECT folded FROM conversations_message
    WHERE (chat_id = %(chat)s OR bot_id = %(bot)s) AND said_at > statement_timestamp() - %(recent)s
      AND folded %% %(folded)s
    ORDER BY similarity(folded, %(folded)s) DESC LIMIT %(nearest)s
)"""
_WAITING = """ARRAY(
    SELECT text FROM conversations_turn
    WHERE chat_id = %(chat)s AND id IS DISTINCT FROM %(turn)s AND text <> ''
      AND state IN ('planned', 'composing', 'held', 'composed', 'sending')
)"""
_NEAREST = """(
    SELECT json_build_array(near.text, near.distance) FROM (
        SELECT text, embedding <=> %(vector)s::vector AS distance FROM conversations_turn
        WHERE chat_id = %(chat)s AND id IS DISTINCT FROM %(turn)s AND embedding IS NOT NULL AND text <> ''
          AND (state IN ('planned', 'composing', 'held', 'composed', 'sending')
               OR state = 'sent' AND sent_at > statement_timestamp() - %(recent)s)
        ORDER BY distance LIMIT 1
    ) near
)"""
_SEATS = """(
    SELECT json_build_array(extract(epoch FROM clock_timestamp()), chat.seats, (
        SELECT json_agg(json_build_array(extract(epoch FROM typing_from), extract(epoch FROM send_after)))
        FROM conversations_turn
        WHERE chat_id = chat.id AND id IS DISTINCT FROM %(turn)s AND state = 'composed'
          AND send_after > statement_timestamp() AND typing_from IS NOT NULL
    )) FROM conversations_chat chat WHERE chat.id = %(chat)s
)"""
_COLUMNS = f"{_ALIKE}, {_WAITING}, {_NEAREST}, {_SEATS}"
