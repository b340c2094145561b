"""Which provider words a turn: in order, the next one when one fails, all before one deadline.

Each way to fail has its own path. An outage, a limit or garbage: the next one. A prompt that is too long: one with a
longer context, else a shorter history. A refusal: another provider. Every call is reserved before and settled after.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from bots import traces
from conversations import breakers, pool, retries, spending
from conversations.engine import prompt, turns
from conversations.engine.prompt import Prompt
from conversations.llm import adapters, ledger, port, routes, tariff
from conversations.llm.routes import Route
from conversations.models import Provider, Turn
from conversations.statement import Rider

SHARE = 2 / 9
"""Of the time that is left, for one try while another can follow: ten seconds of 45."""
LEAST_SECONDS = 1.0
PAUSE = 0.2
"""Seconds between two looks at providers that have all the calls they can take."""
PATIENCE = {True: 15.0, False: 4.0}
"""So long an answer to a person waits for its place, and chatter."""
SHORTENINGS = 4


class NoProvider(port.LLMError):
    reason = "no_provider"


class Spent(port.LLMError):
    reason = "budget"


class QuotaUsedUp(port.RateLimited):
    reason = "llm_quota"


class Busy(port.RateLimited):
    reason = "llm_busy"


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    provider: Provider
    model: str
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    cost: Decimal
    ms: int
    booked: ledger.Outcome
    route: int = 1
    ridden: tuple[Any, ...] = ()
    """What the rider of the question brought; empty where no reservation was settled."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a turn may draw on."""

    kept_back: float = 0.0
    """The share of every budget that is not for it."""
    thrift: bool = False
    """A budget is nearly used up: the cheapest is asked first."""


@dataclass(slots=True)
class _Question:
    """One question on its way from provider to provider."""

    turn: Turn
    asked: Prompt
    seed: int
    deadline: float
    kept_back: float
    rider: Callable[[str], Rider] | None = None
    number: int = 0
    """Calls so far."""
    problem: port.LLMError | None = None
    """The last that a provider answered."""
    refusal: port.LLMError | None = None
    """The last reason why one was not even asked."""
    too_long: list[Route] = field(default_factory=list)
    busy: list[Route] = field(default_factory=list)

    def is_late(self) -> bool:
        return time.monotonic() >= self.deadline


def complete(
    turn: Turn,
    asked: Prompt,
    *,
    seed: int,
    deadline: float,
    means: Means = Means(),
    rider: Callable[[str], Rider] | None = None,
) -> Answer:
    """Ask until one answers, all before `deadline`. Raises the LLMError that tells most.

    `rider` says what is to be read about an answer; it is, in the statement that settles the call.
    """
    question = _Question(turn, asked, seed, deadline, means.kept_back, rider)
    waiting_until = time.monotonic() + PATIENCE[turn.answers_a_person]
    found = routes.at(turn.revision).in_order(timezone.now(), thrift=means.thrift)
    while found:
        answer = _first(question, found) or _shortened(question)
        if answer:
            return answer
        found, question.busy = question.busy, []
        if not found or question.problem or time.monotonic() >= min(waiting_until, deadline):
            break
        pool.give_back()
        time.sleep(PAUSE)
    raise (
        question.problem
        or question.refusal
        or NoProvider("No provider is enabled: `manage.py provider add` or the admin adds one.")
    )


def totals(answers: Iterable[Answer]) -> dict[str, int | Decimal]:
    """What all drafts of a turn cost together, in the columns of a turn."""
    every = list(answers)
    return {
        "prompt_tokens": sum(answer.prompt_tokens for answer in every),
        "completion_tokens": sum(answer.completion_tokens for answer in every),
        "cached_tokens": sum(answer.cached_tokens for answer in every),
        "cost": sum((answer.cost for answer in every), Decimal(0)),
        "model_ms": sum(answer.ms for answer in every),
    }


def _first(question: _Question, waiting: Iterable[Route]) -> Answer | None:
    """The answer of the first that gives one."""
    queue = list(waiting)
    while queue:
        if question.problem and turns.is_withdrawn(question.turn):
            return None  # the switch was pressed meanwhile: nobody else is asked
        route = queue.pop(0)
        if question.is_late():
            late = port.Unavailable("The time of this turn was up before the next provider could be asked.")
            question.problem = question.problem or late
            return None
        try:
            answer = _ask(question, route, more=len(queue))
        except port.ContextTooLong as error:
            question.problem = error
            question.too_long.append(route)
            queue = _longer(queue, route)
        except port.Refused as error:
            question.problem = error
            queue = [other for other in queue if _place(other) != _place(route)]
        except port.LLMError as error:
            question.problem = error
        else:
            if answer:
                return answer
    return None


def _shortened(question: _Question) -> Answer | None:
    """The same question with half of the history, the newest, and half of that, for those it was too long for."""
    for _time in range(SHORTENINGS):
        shorter = prompt.shorter(question.asked) if question.too_long else None
        if shorter is None:
            return None
        question.asked = shorter
        again, question.too_long = question.too_long, []
        if answer := _first(question, again):
            return answer
    return None


def _longer(queue: list[Route], than: Route) -> list[Route]:
    """Of those who are still to be asked, the ones that take more: the known first, then the unknown."""
    least = than.provider.context_tokens or 0
    known = [route for route in queue if route.provider.context_tokens and route.provider.context_tokens > least]
    return known + [route for route in queue if not route.provider.context_tokens]


def _place(route: Route) -> tuple[str, str]:
    return route.provider.base_url, route.provider.model


def _ask(question: _Question, route: Route, *, more: int) -> Answer | None:
    """One call to one provider. None when it may not be asked now; raises LLMError when it has no answer."""
    provider = route.provider
    size = tariff.size(question.asked.messages, provider.max_tokens)
    if provider.context_tokens and size.likely_total > provider.context_tokens:
        raise port.ContextTooLong(f"The prompt has about {size.likely_total} tokens, too many for {provider}.")
    if provider.is_offline or question.turn.dry:
        return _unreserved(question, route, size, more=more)
    if _is_retry(question) and not retries.take(provider.pk):
        question.refusal = question.refusal or Busy(f"{provider} has had its share of second tries.")
        return None
    leave, got = breakers.FREE, _reserve(question, route, size)
    if isinstance(got, ledger.Refusal) and got.why == "probe":
        entered = breakers.enter(breakers.of_model(provider.pk, provider.model))
        leave = entered or leave
        got = _reserve(question, route, size, probing=True) if entered else ledger.Refusal("rests")
    if isinstance(got, ledger.Refusal):
        _note_refusal(question, route, got)
        return None
    question.number += 1
    return _reserved(question, route, got, leave, more=more)


def _is_retry(question: _Question) -> bool:
    """Whether an earlier try of the turn asked and found no words; the first call of this try is the retry, if any."""
    turn = question.turn
    asked = turn.reason.startswith("llm_") and turn.reason not in {Busy.reason, QuotaUsedUp.reason}
    return turn.tries > 1 and asked and not question.number


def _reserve(
    question: _Question, route: Route, size: tariff.Size, *, probing: bool = False
) -> ledger.Ticket | ledger.Refusal:
    return ledger.reserve(
        question.turn, route, size, number=question.number + 1, kept_back=question.kept_back, probing=probing
    )


def _reserved(question: _Question, route: Route, ticket: ledger.Ticket, leave: breakers.Leave, *, more: int) -> Answer:
    started = time.monotonic()
    breaker = breakers.of_model(route.provider.pk, route.provider.model)
    try:
        completion = _words(question, route, more=more)
    except BaseException as error:
        known = error if isinstance(error, port.LLMError) else port.broken(error)
        spending.warn(ledger.settle(ticket, ledger.failed(ticket, known, _ms_since(started))).tight)
        if known.reason in breakers.COUNTED:
            breakers.failed(breaker, reason=known.reason, leave=leave)
        else:
            breakers.answered(breaker, leave)
        raise
    outcome = ledger.answered(ticket, completion, _ms_since(started))
    settled = ledger.settle(ticket, outcome, question.rider(completion.text) if question.rider else None)
    spending.warn(settled.tight)
    breakers.answered(breaker, leave)
    return replace(_answer(question, route, completion, outcome), ridden=settled.ridden)


def _unreserved(question: _Question, route: Route, size: tariff.Size, *, more: int) -> Answer:
    """The offline voice, which is free, and what is only tried out: written down afterwards."""
    started, at = time.monotonic(), timezone.now()
    ticket = ledger.Ticket(0, route, route.tariff(at), size, Decimal(0))
    question.number += 1
    try:
        completion = _words(question, route, more=more)
    except port.LLMError as error:
        outcome = ledger.failed(ticket, error, _ms_since(started))
        _book(question, route, outcome, started=at)
        raise
    outcome = ledger.answered(ticket, completion, _ms_since(started))
    _book(question, route, outcome, started=at)
    return _answer(question, route, completion, outcome)


def _book(question: _Question, route: Route, outcome: ledger.Outcome, *, started: datetime) -> None:
    if not question.turn.dry:
        ledger.book(question.turn, route, outcome, number=question.number, started=started)


def _words(question: _Question, route: Route, *, more: int) -> port.Completion:
    provider, now = route.provider, time.monotonic()
    left = question.deadline - now
    seconds = min(provider.timeout, max(left * SHARE, LEAST_SECONDS) if more else left)
    voice = adapters.of(provider)
    pool.give_back()
    asked = port.Request(
        messages=question.asked.messages,
        brief=question.asked.brief,
        model=provider.model,
        seed=question.seed,
        deadline=min(question.deadline, now + seconds),
        max_tokens=provider.max_tokens,
        temperature=provider.temperature,
    )
    with traces.span("llm.call", provider=provider.pk, call=question.number):
        return voice.complete(asked)


def _note_refusal(question: _Question, route: Route, refused: ledger.Refusal) -> None:
    if refused.why == "rests":
        rests = port.Unavailable(f"{route.provider} rests after failures; it is tried again soon.")
        question.refusal = question.refusal or rests
    elif refused.why == "busy":
        question.busy.append(route)
        question.refusal = question.refusal or Busy(f"{route.provider} has all the calls that it can take at once.")
    elif refused.why == "budget":
        question.refusal = Spent(spending.told(refused.budget))
        spending.exhausted(refused.budget)
    elif refused.why != "off":
        question.refusal = QuotaUsedUp(f"{route.provider} has had what its quota allows ({refused.why}).", seconds=60.0)


def _answer(question: _Question, route: Route, completion: port.Completion, outcome: ledger.Outcome) -> Answer:
    used = outcome.used
    return Answer(
        completion.text,
        route.provider,
        outcome.model or route.provider.model,
        used.prompt,
        used.completion,
        used.cached,
        outcome.cost,
        outcome.ms,
        replace(outcome, error=None),
        question.number,
    )


def _ms_since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
