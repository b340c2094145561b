"""Writer: the breakers, shared by all processes. What keeps failing is left alone for a while, then tried once.

How to use one:

    line = breakers.of_model(provider.pk, provider.model)     # or breakers.of_bot(bot.pk)
    leave = breakers.enter(line)                              # one statement; None: resting, ask somebody else
    if leave is None: ...
    try: call
    except (trouble that counts, already written to the ledger): breakers.failed(line, reason=code, leave=leave)
    else or any definite answer, also a refusal: breakers.answered(line, leave)

- While a breaker is closed a success writes nothing, and `answered` costs no statement: what counts is read from the
  ledger (SendAttempt, LLMCall) when something fails. So write the ledger first, then call `failed`.
- `enter` may be left out where the statement that claims or reserves has seen that the breaker is closed. `leave` is
  then `breakers.FREE`.
- What counts as trouble: `COUNTED` below, by the codes of the ports. Refusals, rate limits and bad keys never do.
- Only the clock of the database is asked.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from bots import audit
from conversations import circuit, events
from conversations.circuit import Circuit, Recent
from conversations.engine import clock
from conversations.models import Breaker, Event

COUNTED = ("llm_unavailable", "llm_garbage", "llm_error")
"""Trouble of a model. Of a bot's line: whatever was provably not sent or is uncertain, but for a 429."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Line:
    """What a breaker is about: a bot, or a model of a provider."""

    bot_id: int | None = None
    provider_id: int | None = None
    model: str = ""

    def asked(self) -> dict[str, Any]:
        return {"bot": self.bot_id, "provider": self.provider_id, "model": self.model}


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave to call. `probe` is the number of the one call that tries out an open breaker, None on a closed one."""

    probe: int | None = None


FREE = Leave()


def of_bot(bot_id: int) -> Line:
    return Line(bot_id=bot_id)


def of_model(provider_id: int, model: str) -> Line:
    return Line(provider_id=provider_id, model=model)


def enter(line: Line) -> Leave | None:
    """Leave to call, or None while it rests or another call tries it out. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, line.asked())
        state, probe = cursor.fetchone()
    if state is None or state == Breaker.State.CLOSED:
        return FREE
    return None if probe is None else Leave(probe)


_LONGEST = max(circuit.LONGEST_REST, circuit.PROBE).total_seconds()
PROBE = f"""
    state = 'half_open', probe = breaker.probe + 1,
    until = clock_timestamp() + interval '{circuit.PROBE.total_seconds():g} s'
"""
MAY_PROBE = f"""
    breaker.state <> 'closed' AND NOT (
        clock_timestamp() < breaker.until
        AND breaker.until <= clock_timestamp() + interval '{_LONGEST:g} s'
    )
"""
"""`Circuit.probed` and `Circuit.lets_probe` on the clock of the database, for statements that know a `breaker`."""

_ENTER = f"""
WITH known AS MATERIALIZED (
    SELECT id, state FROM conversations_breaker
    WHERE bot_id = %(bot)s OR (provider_id = %(provider)s AND model = %(model)s)
), tried AS (
    UPDATE conversations_breaker breaker SET {PROBE}
    WHERE id = (SELECT id FROM known) AND {MAY_PROBE} RETURNING probe
)
SELECT (SELECT state FROM known), (SELECT probe FROM tried)
"""  # noqa: S608 - our own words


def answered(line: Line, leave: Leave) -> None:
    """The call came to a definite end: where it was the probe, the breaker closes."""
    if leave.probe is not None:
        _close(line, leave.probe)


@transaction.atomic
def _close(line: Line, probe: int) -> None:
    breaker = _locked(line)
    if breaker.probe == probe and breaker.state == Breaker.State.HALF_OPEN:
        _keep(breaker, circuit.CLOSED)
        _log.warning("%s answers again.", breaker)


@transaction.atomic
def failed(line: Line, *, reason: str, leave: Leave = FREE) -> bool:
    """The call failed in a way that counts, and the ledger has it. Whether this opened the breaker."""
    breaker, now = _locked(line), clock.now()
    probing = leave.probe == breaker.probe and breaker.state == Breaker.State.HALF_OPEN
    recent = _recent(line, after=breaker.after)
    before = Circuit(breaker.state, breaker.openings, breaker.until)  # type: ignore[arg-type]  # a state of the column
    after = circuit.failed(before, recent, now, probing=probing)
    breaker.calls, breaker.failures, breaker.in_a_row = recent.calls, recent.failures, recent.in_a_row
    breaker.reason, breaker.failed_at = reason[:64], now
    _keep(breaker, after, opened_at=now)
    if after == before:
        return False
    _log.warning("%s keeps failing (%s): left alone for %g s.", breaker, reason, circuit.rest(after.openings).seconds)
    return True


@transaction.atomic
def reset(breaker: Breaker, *, by: audit.Actor) -> Breaker:
    """A person closes it: what failed before does not count any more."""
    breaker = Breaker.objects.select_for_update(no_key=True).get(pk=breaker.pk)
    before = {"state": breaker.state, "openings": breaker.openings, "reason": breaker.reason}
    breaker.calls = breaker.failures = breaker.in_a_row = 0
    _keep(breaker, circuit.CLOSED)
    audit.record("breaker.reset", by=by, subject=breaker, before=before, after={"state": breaker.state})
    return breaker


def _locked(line: Line) -> Breaker:
    asked = {"bot_id": line.bot_id, "provider_id": line.provider_id, "model": line.model}
    Breaker.objects.bulk_create([Breaker(**asked)], ignore_conflicts=True)
    return Breaker.objects.select_for_update(no_key=True).get(**asked)


def _keep(breaker: Breaker, now: Circuit, *, opened_at: datetime | None = None) -> None:
    """Write the breaker with its new state, and tell of it when that is another one."""
    moved = breaker.state != now.state
    if moved and now == circuit.CLOSED:
        breaker.after, breaker.opened_at = _newest(breaker), None
    elif moved:
        breaker.opened_at = breaker.opened_at or opened_at
    breaker.state, breaker.openings, breaker.until = Breaker.State(now.state), now.openings, now.until
    breaker.save()
    if moved:
        events.publish(Event.Kind.ENGINE)


def _newest(breaker: Breaker) -> int:
    """The newest row of the ledger."""
    table = "conversations_sendattempt" if breaker.bot_id else "conversations_llmcall"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")  # noqa: S608 - our own words
        return int(cursor.fetchone()[0])


def _recent(line: Line, *, after: int) -> Recent:
    asked: dict[str, Any] = {**line.asked(), "after": after, "counted": list(COUNTED), "window": circuit.WINDOW}
    with connection.cursor() as cursor:
        cursor.execute(
            _LEDGER.format(calls=_SENT if line.bot_id else _WRITTEN),
            asked,
        )
        return Recent(*cursor.fetchone())


_SENT = """
    SELECT attempt.id, attempt.outcome <> 'sent' AS bad, attempt.ended_at
    FROM (
        SELECT turn.id FROM conversations_turn turn JOIN conversations_chat chat ON chat.id = turn.chat_id
        WHERE turn.bot_id = %(bot)s AND chat.kind = 'telegram' AND turn.sends > 0
        ORDER BY turn.id DESC LIMIT 1000
    ) turn
    JOIN conversations_sendattempt attempt ON attempt.turn_id = turn.id
    WHERE attempt.id > %(after)s AND attempt.outcome IN ('sent', 'not_sent', 'ambiguous')
      AND attempt.reason NOT IN ('rate_limited', 'token_sealed')
"""
_WRITTEN = """
    SELECT call.id, call.outcome <> 'ok' AS bad, call.started_at + call.latency_ms * interval '1 ms' AS ended_at
    FROM conversations_llmcall call
    WHERE call.provider_id = %(provider)s AND call.id > %(after)s
      AND (call.outcome = 'ok' OR call.outcome = ANY(%(counted)s) AND call.model = %(model)s)
    ORDER BY call.id DESC LIMIT 1000
"""
_LEDGER = """
WITH calls AS MATERIALIZED ({calls}), runs AS (
    SELECT bad, ended_at, bool_and(bad) OVER (ORDER BY ended_at DESC, id DESC) AS in_a_row FROM calls
)
SELECT count(*) FILTER (WHERE ended_at > clock_timestamp() - %(window)s),
    count(*) FILTER (WHERE bad AND ended_at > clock_timestamp() - %(window)s),
    count(*) FILTER (WHERE in_a_row)
FROM runs
"""
