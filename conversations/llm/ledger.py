"""Writer: every call in the ledger. Its most is reserved before it and what it really took is settled after it.

One statement each (reserve.sql, settle.sql beside this file), shared by all processes through their rows: budgets,
quotas and the number of calls at once cannot be passed twice. A worker that dies leaves its reservation to `release`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from conversations import spending, statement
from conversations.llm import port, tariff
from conversations.llm.port import Usage
from conversations.llm.routes import Route
from conversations.llm.tariff import Size, Tariff
from conversations.models import LLMCall, Turn
from conversations.models.ledger import ABANDONED, OPEN
from conversations.models.load import SLOT_SECONDS, SLOTS
from conversations.statement import Rider

_RESERVE, _SETTLE, _BOOK = (statement.beside(__file__, name) for name in ("reserve", "settle", "book"))
PATIENCE = timedelta(seconds=90)
"""So long after its start nobody waits for an answer any more, whoever asked."""
KEY_REST = timedelta(minutes=1)
"""A key that was refused is refused again, until somebody replaces it."""
LEAST_WAIT = 1.0
"""Seconds, where a provider asks to wait and does not say how long."""
LONGEST_REST = timedelta(hours=1)
"""A provider may ask for more; then it is asked once an hour."""
MOST_COUNTED = 1000
"""Failures in a row; a provider that is down for days must not overflow its column."""
GROWTH = 1 / 50
"""How much wider the stream of calls gets with each success."""
AT_ONCE = 500
QUEUE = 7_341_005
"""Of PostgreSQL's advisory locks those with this number, each for the row of one provider."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A call that was reserved."""

    call: int
    route: Route
    tariff: Tariff
    size: Size
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not: off, rests, probe (may be tried out), busy, told_to_wait, budget, or the quota that would be passed."""

    why: str
    budget: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a call."""

    code: str
    used: Usage
    cost: Decimal
    ms: int
    detail: str = ""
    model: str | None = None
    estimated: bool = False
    error: port.LLMError | None = None
    allowance: port.Allowance | None = None


def reserve(
    turn: Turn | None, route: Route, size: Size, *, number: int, kept_back: float, probing: bool = False
) -> Ticket | Refusal:
    """Hold what a call can cost at most. `kept_back` is the share of budgets that is not for this turn; `probing` has
    leave to try a breaker out. One statement."""
    price = route.tariff(timezone.now())
    most = price.most(size.most)
    asked: dict[str, Any] = {
        "turn": turn.pk if turn else None, **_tried(turn), "provider": route.provider.pk, "model": route.provider.model,
        "route": number, "cost": most, "tokens": size.most_total, "likely": size.likely_total,
        "share": 1 - kept_back, "probing": probing, "patience": PATIENCE, "slots": SLOTS, "slot_seconds": SLOT_SECONDS,
        "zone": settings.TIME_ZONE, "queue": QUEUE, **_prices(price), **_notes(turn),
    }  # fmt: skip
    with connection.cursor() as cursor:
        statement.run(cursor, _RESERVE, asked)
        call, why, budget = cursor.fetchone()
    if call and turn:
        turn.noted = {}
    return Ticket(call, route, price, size, most) if call else Refusal(why or "off", budget)


def _tried(turn: Turn | None) -> dict[str, Any]:
    """For whom a call is made that belongs to no turn, and what for."""
    return {
        "chat": turn.chat_id if turn else None, "bot": turn.bot_id if turn else None,
        "purpose": LLMCall.Purpose.TRY if turn and (turn.tried or turn.dry) else LLMCall.Purpose.TALK,
    }  # fmt: skip


def _notes(turn: Turn | None) -> dict[str, Any]:
    """What the turn has to note, once: the prompt that is asked now, and the memories in it."""
    noted = turn.noted if turn else {}
    prompt = Turn._meta.get_field("prompt").get_db_prep_save(noted.get("prompt", []), connection)
    return {
        "notes": bool(noted), "gen": turn.gen if turn else None, "prompt": prompt,
        "memories": noted.get("memories", []),
    }  # fmt: skip


def answered(ticket: Ticket, completion: port.Completion, ms: int) -> Outcome:
    """An answer came: what it took, by the provider's word or, where it says nothing, by ours."""
    used = completion.usage or Usage(ticket.size.likely.prompt, tariff.written(completion.text))
    return Outcome(
        "ok",
        used,
        ticket.tariff.cost(used),
        ms,
        model=completion.model[:100],
        estimated=completion.usage is None,
        allowance=completion.allowance,
    )


def failed(ticket: Ticket, error: port.LLMError, ms: int) -> Outcome:
    """No answer came. One that was cut off may be charged in full; one that could not be read was at least asked."""
    estimated = False
    if error.usage is not None:
        used = error.usage
        cost = ticket.tariff.cost(used)
    elif error.cut_off:
        used, cost, estimated = ticket.size.most, ticket.cost, True
    elif isinstance(error, port.Garbage):
        used, estimated = ticket.size.likely, True
        cost = ticket.tariff.cost(used)
    else:
        used, cost = Usage(), Decimal(0)
    return Outcome(
        error.reason, used, cost, ms, str(error)[:300], estimated=estimated, error=error, allowance=error.allowance
    )


@dataclass(frozen=True, slots=True)
class Settled:
    tight: tuple[int, ...]
    """Budgets that are nearly used up now and were not yet."""
    ridden: tuple[Any, ...] = ()
    """What the rider brought."""


def settle(ticket: Ticket, outcome: Outcome, rider: Rider | None = None) -> Settled:
    """Write down what became of a call. One statement, with what the rider wants to know."""
    took = outcome.used.prompt + outcome.used.completion
    asked: dict[str, Any] = {
        "call": ticket.call, "from": [OPEN, ABANDONED], "tokens": took, "likely": ticket.size.likely_total,
        "correction": took - ticket.size.likely_total, **_facts(outcome), **_blame(outcome.error),
        **_told(outcome.allowance),
    }  # fmt: skip
    text, more = (f"{_SETTLE}, {rider.columns}", rider.asked) if rider else (_SETTLE, {})
    with connection.cursor() as cursor:
        statement.run(cursor, text, {**asked, **more})
        tight, *ridden = cursor.fetchone()
    return Settled(tuple(tight or ()), tuple(ridden))


def wait_in_line(provider: int) -> None:
    """For who writes the row of a provider besides the calls: until its transaction ends no call begins or ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [QUEUE, provider])


def release() -> int:
    """Give back what dead workers hold. Any number may run at once."""
    lost = list(LLMCall.objects.filter(outcome=OPEN, until__lt=Now()).values_list("pk", flat=True)[:AT_ONCE])
    gone = Outcome(ABANDONED, Usage(), Decimal(0), 0)
    for call in lost:
        asked: dict[str, Any] = {"call": call, "from": [OPEN], "tokens": 0, "likely": 0, "correction": 0}
        with connection.cursor() as cursor:
            statement.run(cursor, _SETTLE, {**asked, **_facts(gone), **_blame(None), **_told(None), "ok": False})
    return len(lost)


def book(
    turn: Turn, route: Route, outcome: Outcome, *, number: int, started: datetime, bot_id: int | None = None
) -> None:
    """Write down a call that nobody had to reserve. One statement."""
    asked: dict[str, Any] = {
        **_tried(turn), "turn": None if turn.dry else turn.pk, "bot": bot_id or turn.bot_id,
        "provider": route.provider.pk, "route": number, "retry": max(turn.tries - 1, 0), "started": started,
        **_prices(route.tariff(started)), **_facts(outcome),
    }  # fmt: skip
    with connection.cursor() as cursor:
        statement.run(cursor, _BOOK, {**asked, "model": outcome.model or route.provider.model})


def _prices(price: Tariff) -> dict[str, Decimal]:
    return {"prompt_price": price.prompt, "cached_price": price.cached, "completion_price": price.completion}


def _facts(outcome: Outcome) -> dict[str, Any]:
    return {
        "outcome": outcome.code, "detail": outcome.detail, "model": outcome.model, "prompt": outcome.used.prompt,
        "completion": outcome.used.completion, "cached": outcome.used.cached, "estimated": outcome.estimated,
        "cost": outcome.cost, "ms": outcome.ms, "ok": outcome.code == "ok", "zone": settings.TIME_ZONE, "queue": QUEUE,
    }  # fmt: skip


def _blame(error: port.LLMError | None) -> dict[str, Any]:
    """What a failure says about the provider: nothing where the request was at fault."""
    limited, wait = isinstance(error, port.RateLimited), None
    if isinstance(error, port.RateLimited):
        seconds = LEAST_WAIT if error.seconds is None else error.seconds
        wait = min(timedelta(seconds=min(seconds, 86_400)), LONGEST_REST)
    elif isinstance(error, port.InvalidKey):
        wait = KEY_REST
    excused = error is None or isinstance(error, port.Refused | port.ContextTooLong | port.NotAccepted)
    return {
        "blamed": not excused, "narrow": limited or bool(error and error.cut_off), "wait": wait,
        "most_counted": MOST_COUNTED, "tight": spending.TIGHT, "growth": GROWTH,
    }  # fmt: skip


def _told(allowance: port.Allowance | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ("requests", "tokens"):
        room = getattr(allowance, name, None)
        found |= {
            f"told_{name}": room.limit if room else None,
            f"left_{name}": room.left if room else None,
            f"{name}_reset": timedelta(seconds=room.seconds) if room else None,
        }
    return found
