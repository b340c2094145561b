"""The statements of the quick path from a planned turn to one that is being sent: claim, plan, moment, claim.

Each is one round trip and one commit. What a claim needs to know of settled things comes along with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import connection
from django.utils import timezone

from conversations import breakers, events, neighbours, revision, statement
from conversations.engine import journal, likeness, pace, pacing, settled, spans
from conversations.engine import world as worlds
from conversations.engine.heads import Head
from conversations.engine.rulebook import Policy
from conversations.engine.settled import Settled
from conversations.models import Turn
from conversations.neighbours import Seats
from conversations.statement import Rider

COMPOSE_LEASE = timedelta(seconds=90)


class Repeated(Exception):
    """The bot has said the same in this chat within a day."""


def claim_to_compose(owner: str) -> Turn | None:
    """Take the most urgent planned turn, or None. People's questions come first. One statement."""
    now, usual = timezone.now(), settled.usual()
    asked = {"owner": owner, "lease": COMPOSE_LEASE, **worlds.reach(now, usual)}
    with connection.cursor() as cursor:
        statement.run(cursor, _CLAIM, asked)
        row = cursor.fetchone()
    if row is None:
        return None
    turn, (slot, next_due, *world) = _row(row)
    known = settled.of(turn.chat_id, turn.revision or 0)
    turn.chat = copy(known.chat)
    turn.chat.slot, turn.chat.next_due = slot, next_due
    if worlds.reach(now, known.policy) == worlds.reach(now, usual):
        turn.world = worlds.brought(world)
    return turn


_LIGHT = [field for field in Turn._meta.concrete_fields if field.name not in Turn.HEAVY]
"""What moves a turn carries with it; the rest is read when somebody asks for it."""


def _columns(alias: str) -> str:
    return ", ".join(f"{alias}.{field.column}" for field in _LIGHT)


def _row(row: Sequence[Any]) -> tuple[Turn, Sequence[Any]]:
    """A turn of `_columns`, and what stands after it."""
    return Turn.from_db(connection.alias, [field.attname for field in _LIGHT], row[: len(_LIGHT)]), row[len(_LIGHT) :]


_CLAIM = f"""
WITH switch AS MATERIALIZED (
    SELECT 1 FROM conversations_engine WHERE id = 1 AND running FOR KEY SHARE
), first AS MATERIALIZED (
    SELECT turn.id FROM conversations_turn turn JOIN conversations_chat chat ON chat.id = turn.chat_id
    WHERE turn.state = 'planned' AND turn.due_at <= statement_timestamp() AND turn.expires_at > statement_timestamp()
      AND chat.mode IN ('live', 'approval') AND (chat.kind = 'rehearsal' OR chat.disclosed_at IS NOT NULL)
      AND (chat.hushed_until IS NULL OR chat.hushed_until <= statement_timestamp()) AND chat.closed_at IS NULL
      AND EXISTS (SELECT 1 FROM switch)
    ORDER BY turn.priority, turn.due_at, turn.id
    LIMIT 1 FOR NO KEY UPDATE OF turn SKIP LOCKED
), claimed AS (
    UPDATE conversations_turn turn
    SET state = 'composing', gen = gen + 1, tries = tries + 1, composing_at = statement_timestamp(),
        lease_owner = %(owner)s, lease_until = statement_timestamp() + %(lease)s, revision = {revision.SELECT}
    FROM first JOIN conversations_chat chat ON true
    WHERE turn.id = first.id AND chat.id = turn.chat_id
    RETURNING turn.*, chat.slot AS chat_slot, chat.next_due AS chat_next_due
)
SELECT {_columns("claimed")}, claimed.chat_slot, claimed.chat_next_due, world.*
FROM claimed, {worlds.OF_A_CLAIM}
"""  # noqa: S608 - our own words


def assign(turn: Turn, bot_id: int, **fields: Any) -> bool:
    """Give a claimed turn its speaker and its plan. False when that bot took another turn of this chat meanwhile, a
    person speaks through it, or the claim is gone. `fields` are columns; who speaks and why stands on
    the row before the model is asked.

    Two who give one bot a turn at the same instant are told apart by a unique index: IntegrityError.
    """
    return take(turn, bot_id, Rider("true", {}), **fields) is not None


def take(turn: Turn, bot_id: int, rider: Rider, **fields: Any) -> tuple[Any, ...] | None:
    """The same, with what the rider wants to know; None where `assign` says False. One statement."""
    columns = {"bot": bot_id, **fields}
    with connection.cursor() as cursor:
        statement.run(
            cursor,
            f"""
            WITH taken AS (
                UPDATE conversations_turn SET {_set(columns)}
                WHERE id = %(id)s AND gen = %(gen)s AND state IN ('planned', 'composing')
                  AND (bot_id = %(speaker)s OR NOT EXISTS (
                      SELECT 1 FROM conversations_turn other
                      WHERE other.chat_id = %(chat)s AND other.bot_id = %(speaker)s AND other.id <> %(id)s
                        AND other.state IN ('planned', 'composing', 'held', 'composed')
                  ))
                  AND NOT EXISTS (
                      SELECT 1 FROM conversations_membership taken WHERE taken.chat_id = %(chat)s
                        AND taken.bot_id = %(speaker)s AND taken.taken_until > clock_timestamp()
                  )
                RETURNING 1
            )
            SELECT {rider.columns} FROM taken
            """,  # noqa: S608 - our own words
            {
                **rider.asked,
                "id": turn.pk,
                "gen": turn.gen,
                "chat": turn.chat_id,
                "speaker": bot_id,
                **_values(columns),
            },
        )
        found: tuple[Any, ...] | None = cursor.fetchone()
        return found


def _set(fields: Iterable[str]) -> str:
    """The SET of a statement whose values are named as the fields are."""
    return ", ".join(f"{_field(name).column} = %({name})s" for name in fields)


def _values(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(name, value) for name, value in fields.items()}


def _value(name: str, value: Any) -> Any:
    """A vector comes as PostgreSQL writes it: its neighbours were asked for with it a moment ago."""
    return value if name == "embedding" else _field(name).get_db_prep_save(value, connection)


@cache
def _field(name: str) -> Any:
    return Turn._meta.get_field(name)


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds: until a text may be sent, how many of them are spent typing, how long it stays fresh after."""

    wait: float
    typing: float
    fresh: float
    typing_shown: bool = True


def composed(
    turn: Turn,
    *,
    text: str,
    timing: Timing,
    rules: Policy,
    next_due: datetime | None,
    seats: Seats | None = None,
    **fields: Any,
) -> bool:
    """Freeze the text and give it its moment: chatter waits until a seat is free to type. `fields` are columns.

    `seats` is how the chat was seen a moment ago; when another turn took its moment since, it is looked at anew.
    Raises Repeated for what the bot has said there within a day: a receipt could mean either.
    """
    columns = {"text": text, "text_sha256": likeness.fingerprint(text), **turn.noted, **fields}
    while True:
        seats = seats or neighbours.seats(turn)
        moment = {**columns, **_moment(turn, timing, seats, at_once=rules.typing_at_once)}
        seated, moved, repeated = _compose(turn, moment, next_due, None if turn.answers_a_person else seats.taken)
        if repeated:
            raise Repeated
        if seated:
            return moved
        seats = None


def _moment(turn: Turn, timing: Timing, seats: Seats, *, at_once: int) -> dict[str, datetime]:
    """When the typing of a turn begins and ends. Answers to people take no turn at the keyboard."""
    starts = seats.at + timedelta(seconds=max(timing.wait - timing.typing, 0))
    if not turn.answers_a_person:
        windows = [window for window in seats.windows if window[1] > starts]
        starts = pace.floor(windows, starts, timing.typing, seats=at_once)
    after = starts + timedelta(seconds=timing.typing)
    return {
        "send_after": after,
        "typing_from": starts if timing.typing_shown else after,
        "expires_at": after + timedelta(seconds=timing.fresh),
    }


def _compose(
    turn: Turn, columns: dict[str, Any], next_due: datetime | None, seats: int | None
) -> tuple[bool, bool, bool]:
    """One statement: take the seat if it is as it was seen, write the turn, tell of it.

    Whether seated, moved, and refused as a repeat.
    """
    asked = {
        "id": turn.pk, "gen": turn.gen, "chat": turn.chat_id, "slot": turn.chat.slot, "next_due": next_due,
        "seats": seats, "within": spans.REPEAT, **_values(columns),
    }  # fmt: skip
    with connection.cursor() as cursor:
        statement.run(
            cursor,
            f"""
            WITH repeated AS MATERIALIZED ({_REPEATED}), seat AS (
                UPDATE conversations_chat SET seats = seats + 1,
                    next_due = CASE WHEN slot = %(slot)s THEN coalesce(%(next_due)s, next_due) ELSE next_due END
                WHERE id = %(chat)s AND seats = coalesce(%(seats)s, seats) AND NOT EXISTS (SELECT 1 FROM repeated)
                RETURNING mode
            ), moved AS (
                UPDATE conversations_turn turn SET {_set(columns)}, lease_owner = '', lease_until = NULL,
                    composed_at = clock_timestamp(),
                    state = CASE seat.mode WHEN 'approval' THEN 'held' ELSE 'composed' END
                FROM seat
                WHERE turn.id = %(id)s AND turn.gen = %(gen)s AND turn.state = 'composing'
                RETURNING 'turn' AS kind, turn.chat_id, turn.id AS subject_id
            ), told AS ({events.told("moved")})
            SELECT EXISTS (SELECT 1 FROM seat), EXISTS (SELECT 1 FROM moved), EXISTS (SELECT 1 FROM repeated)
            """,  # noqa: S608 - our own words
            asked,
        )
        seated, moved, repeated = cursor.fetchone()
    if moved:
        journal.moved(turn, Turn.State.COMPOSED, came=Turn.State.COMPOSING)
        events.woken(turn.chat)
    return seated, moved, repeated


_REPEATED = """
    SELECT 1 FROM conversations_turn mine JOIN conversations_turn other
        ON other.bot_id = mine.bot_id AND other.chat_id = mine.chat_id AND other.id <> mine.id
        AND other.text_sha256 = %(text_sha256)s AND other.intent <> 'reaction'
    WHERE mine.id = %(id)s AND mine.intent <> 'reaction' AND (
        other.state IN ('held', 'composed', 'sending', 'uncertain')
        OR other.state = 'sent' AND other.sent_at > statement_timestamp() - %(within)s
        OR other.state = 'unresolved' AND other.ended_at > statement_timestamp() - %(within)s
    )
"""


def claim_to_send(head: Head, known: Settled, owner: str, *, lease: timedelta) -> Turn | None:
    """Give a head its place in the chat, its lease, its attempt and the pacing it uses up. One statement.

    None when the chat is not as the head saw it: somebody was quicker, a person has spoken, the switch was pressed; or
    when Telegram's limits or the bot's breaker say "not now". Raises IntegrityError when another turn of the chat is
    being sent.
    """
    asked = {
        "turn": head.id, "gen": head.gen, "chat": head.chat_id, "bot": head.bot_id, "owner": owner, "lease": lease,
        "spoken": head.trigger == Turn.Trigger.OPERATOR, "seq": head.last_seq, "heard": head.course.heard_at,
        "revision": head.revision, **pacing.LIMITS,
    }  # fmt: skip
    with connection.cursor() as cursor:
        statement.run(cursor, _SEND, asked)
        row = cursor.fetchone()
    if row is None:
        return None
    turn, (tried, replies_to) = _row(row)
    turn.chat, turn.probe, turn.reply_number = known.chat, tried, replies_to
    if bot := known.bot(turn.bot_id):
        turn.bot = bot
    return turn


# Chat, bot and membership are locked in this order, each with what it has to say, before anything is written. What a
# claim that came between has changed is seen: the conditions are asked again of a row that had to be waited for.
_SEND = f"""
WITH switch AS MATERIALIZED (
    SELECT 1 FROM conversations_engine WHERE id = 1 AND running FOR KEY SHARE
), place AS MATERIALIZED (
    SELECT id, kind, telegram_id, last_seq + 1 AS seq FROM conversations_chat
    WHERE id = %(chat)s AND last_seq = %(seq)s AND mode IN ('live', 'approval')
      AND (next_at IS NULL OR next_at <= clock_timestamp())
      AND (hushed_until IS NULL OR hushed_until <= clock_timestamp()) AND closed_at IS NULL
      AND date_trunc('milliseconds', heard_at) IS NOT DISTINCT FROM date_trunc('milliseconds', %(heard)s::timestamptz)
      AND EXISTS (SELECT 1 FROM switch)
      AND EXISTS (
          SELECT 1 FROM conversations_turn WHERE id = %(turn)s AND gen = %(gen)s AND state = 'composed'
      )
    FOR NO KEY UPDATE
), line AS MATERIALIZED (
    SELECT bot.id FROM place JOIN bots_bot bot ON bot.id = %(bot)s
    WHERE bot.enabled AND (bot.paused_until IS NULL OR bot.paused_until <= clock_timestamp())
      AND (place.kind = 'rehearsal' OR {pacing.LINE_IS_FREE})
    FOR NO KEY UPDATE OF bot
), pair AS MATERIALIZED (
    SELECT member.id FROM place, line JOIN conversations_membership member ON member.bot_id = line.id
    WHERE member.chat_id = place.id AND {pacing.PAIR_IS_FREE}
      AND (%(spoken)s OR member.taken_until IS NULL OR member.taken_until <= clock_timestamp())
    FOR NO KEY UPDATE OF member
), probe AS (
    UPDATE conversations_breaker breaker SET {breakers.PROBE} FROM pair, place
    WHERE bot_id = %(bot)s AND place.kind = 'telegram' AND {breakers.MAY_PROBE} RETURNING probe
), free AS MATERIALIZED (
    SELECT place.* FROM place, pair
    WHERE place.kind = 'rehearsal' OR EXISTS (SELECT 1 FROM probe)
       OR NOT EXISTS (SELECT 1 FROM conversations_breaker WHERE bot_id = %(bot)s AND state <> 'closed')
), claimed AS (
    UPDATE conversations_turn turn
    SET state = 'sending', gen = gen + 1, sends = sends + 1, lease_owner = %(owner)s,
        lease_until = clock_timestamp() + %(lease)s, chat_seq = free.seq, revision = %(revision)s
    FROM free
    WHERE turn.id = %(turn)s AND turn.gen = %(gen)s AND turn.state = 'composed'
    RETURNING turn.*
), {pacing.TAKEN.format(who="claimed")}, counted AS (
    UPDATE conversations_chat chat SET last_seq = free.seq,
        next_at = CASE free.kind WHEN 'rehearsal' THEN NULL ELSE moment.at + %(group)s END
    FROM free, moment WHERE chat.id = free.id
), tried AS (
    INSERT INTO conversations_sendattempt (turn_id, gen, outcome, reason, detail, started_at)
    SELECT claimed.id, claimed.gen, 'open', '', '', moment.at FROM claimed, moment
)
SELECT {_columns("claimed")}, (SELECT probe FROM probe) AS tried,
    (SELECT parent.message_id FROM conversations_message parent WHERE parent.id = claimed.reply_to_id) AS replies_to
FROM claimed
"""  # noqa: S608 - our own words
