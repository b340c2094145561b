"""What is kept for how long: a writer in small batches, so that nobody waits for it.

Evidence (prompts, candidates, verdicts, vectors), updates and answers to commands go after `prompt_days`; turns with
their attempts, what was said, and the ledger of calls after `turn_days`. What is not over stays, however old it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from conversations import events, inbox, responses
from conversations.engine.rulebook import Policy
from conversations.models import Engine, Event, LLMCall, Message, Turn
from conversations.models.ledger import OPEN

BATCH = 250
EVENT_DAYS = 2
"""Watchers that were away for longer begin anew."""
LEDGER_DAYS = 62
"""Calls are kept for so long at least: the budget of a month is counted from them."""


@dataclass(frozen=True, slots=True)
class Pruned:
    evidence: int = 0
    calls: int = 0
    turns: int = 0
    messages: int = 0
    updates: int = 0
    responses: int = 0
    events: int = 0
    beside: Mapping[str, int] = field(default_factory=dict, compare=False)

    def as_json(self) -> dict[str, int]:
        told = asdict(self)
        return {**{name: count for name, count in told.items() if name != "beside"}, **told["beside"]}


M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Kept:
    """What others keep for so many days, beside the talk."""

    name: str
    words: str | Promise
    days: int
    drop: "Batch"
    waiting: Callable[[datetime], int]


beside: list[Kept] = []
"""Told here by the applications above when they are loaded."""
Batch = Callable[[datetime], int]
"""Does a little of what is older than a moment; returns how much, 0 when nothing is left."""


def prune(now: datetime, rules: Policy, *, going_on: Callable[[], bool] = lambda: True) -> Pruned:
    """Everything that has had its time, batch by batch, for as long as `going_on` says so."""
    bare, gone, paid, past = _limits(now, rules)

    def drain(batch: Batch, before: datetime) -> int:
        total = 0
        while going_on() and (done := batch(before)):
            total += done
        return total

    return Pruned(
        evidence=drain(thin, bare),
        calls=drain(drop_calls, paid),
        turns=drain(drop_turns, gone),
        messages=drain(drop_messages, gone),
        updates=drain(inbox.prune, bare),
        responses=drain(responses.prune, bare),
        events=drain(events.prune, past),
        beside={one.name: drain(one.drop, now - timedelta(days=one.days)) for one in beside},
    )


def waiting(now: datetime, rules: Policy) -> Pruned:
    """How much there is to prune. Nothing is changed."""
    bare, gone, paid, past = _limits(now, rules)
    thinned = Engine.objects.values_list("thinned_to", flat=True).get(pk=1)
    return Pruned(
        evidence=Turn.objects.filter(pk__gt=thinned, created_at__lt=bare, ended_at__isnull=False).count(),
        calls=LLMCall.objects.filter(started_at__lt=paid).exclude(outcome=OPEN).count(),
        turns=Turn.objects.filter(created_at__lt=gone, ended_at__isnull=False).count(),
        messages=Message.objects.filter(created_at__lt=gone).count(),
        updates=inbox.over().filter(received_at__lt=bare).count(),
        responses=responses.over().filter(ended_at__lt=bare).count(),
        events=Event.objects.filter(at__lt=past).count(),
        beside={one.name: one.waiting(now - timedelta(days=one.days)) for one in beside},
    )


def _limits(now: datetime, rules: Policy) -> tuple[datetime, datetime, datetime, datetime]:
    """Since when evidence, turns, calls and events are kept."""
    days = (rules.prompt_days, rules.turn_days, max(rules.turn_days, LEDGER_DAYS), EVENT_DAYS)
    bare, gone, paid, past = (now - timedelta(days=count) for count in days)
    return bare, gone, paid, past


@transaction.atomic
def thin(before: datetime) -> int:
    """Empty the evidence of the next turns. The engine's row remembers how far this has come: none is read twice."""
    engine = Engine.objects.select_for_update(no_key=True).get(pk=1)
    rows = Turn.objects.filter(pk__gt=engine.thinned_to).order_by("pk").values_list("pk", "created_at", "ended_at")
    old: list[int] = []
    for number, created, ended in rows[:BATCH]:
        if created >= before or ended is None:
            break
        old.append(number)
    if not old:
        return 0
    Turn.objects.filter(pk__in=old).update(prompt=[], candidates=[], verdicts=[], quotes=[], draft="", embedding=None)
    Engine.objects.filter(pk=1).update(thinned_to=old[-1])
    return len(old)


@transaction.atomic
def drop_calls(before: datetime) -> int:
    """The oldest calls of the ledger."""
    oldest = LLMCall.objects.exclude(outcome=OPEN).order_by("pk").values_list("pk", "started_at")[:BATCH]
    return _drop(LLMCall.objects.all(), [number for number, at in oldest if at < before])


@transaction.atomic
def drop_turns(before: datetime) -> int:
    """The oldest turns that are over, with their attempts. Their calls stay for as long as the ledger is kept."""
    oldest = Turn.objects.order_by("pk").values_list("pk", "created_at", "ended_at")[:BATCH]
    return _drop(Turn.objects.all(), [number for number, at, ended in oldest if at < before and ended])


@transaction.atomic
def drop_messages(before: datetime) -> int:
    """The oldest messages, with what hangs on them."""
    oldest = Message.objects.order_by("pk").values_list("pk", "created_at")[:BATCH]
    return _drop(Message.objects.all(), [number for number, at in oldest if at < before])


def _drop(rows: "QuerySet[M]", numbers: list[int]) -> int:
    """Delete these rows and what hangs on them. How many of these there were."""
    if numbers:
        rows.filter(pk__in=numbers).only("pk").delete()
    return len(numbers)
