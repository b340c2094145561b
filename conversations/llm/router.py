"""Which provider words a turn: in order of priority, the next one when one fails, every call in the ledger."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import F
from django.db.models.functions import Least, Now
from django.utils import timezone

from bots import vault
from conversations import pool
from conversations.engine import turns
from conversations.engine.prompt import Prompt
from conversations.llm import offline, openai_api, port
from conversations.models import LLMCall, Provider, Turn

FAILURES_TO_REST = 5
REST = timedelta(seconds=30)
MINUTE = timedelta(minutes=1)
LONGEST_REST = 3600.0
"""Seconds. A provider may ask for more; then it is asked once an hour."""
MOST_COUNTED = 1000
"""Failures in a row; a provider that is down for days must not overflow its column."""


class NoProvider(port.LLMError):
    reason = "no_provider"


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


def complete(turn: Turn, asked: Prompt, *, seed: int, deadline: float) -> Answer:
    """Ask the providers in order until one answers, all before `deadline`. Raises the last LLMError."""
    problem: port.LLMError = NoProvider("No provider is enabled: `manage.py provider add` or the admin adds one.")
    for provider in _in_order():
        if _is_used_up(provider):
            problem = port.RateLimited(
                f"{provider} has had its requests of this minute.", seconds=MINUTE.total_seconds()
            )
            continue
        if time.monotonic() >= deadline:
            problem = port.Unavailable("The time of this turn was up before the next provider could be asked.")
            break
        try:
            return _ask(provider, turn, asked, seed, deadline)
        except port.LLMError as error:
            problem = error
        if turns.is_withdrawn(turn):
            raise problem  # the switch was pressed meanwhile: nobody else is asked
    raise problem


def line(provider: Provider) -> port.LLM:
    """The adapter of one provider, with its key. Raises InvalidKey when the key does not open."""
    if provider.is_offline:
        return offline.OfflineVoice()
    try:
        key = vault.open(provider.api_key, place=provider.place("api_key")) if provider.api_key else ""
    except vault.VaultError as error:
        raise port.InvalidKey(str(error)) from error
    return openai_api.OpenAIVoice(base_url=provider.base_url, key=key, trusted=provider.trusted_address)


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


def _in_order() -> Iterable[Provider]:
    """Enabled providers by priority; one that rests is asked only when nobody else is left."""
    providers = list(Provider.objects.filter(enabled=True).order_by("priority", "pk"))
    now = timezone.now()
    return sorted(providers, key=lambda provider: bool(provider.resting_until and provider.resting_until > now))


def _is_used_up(provider: Provider) -> bool:
    """Whether the calls of the last minute fill the provider's quota. Calls under way are not counted."""
    quota = provider.requests_per_minute
    if quota is None:
        return False
    return LLMCall.objects.filter(provider=provider, started_at__gt=timezone.now() - MINUTE).count() >= quota


def _ask(provider: Provider, turn: Turn, asked: Prompt, seed: int, deadline: float) -> Answer:
    started, at = time.monotonic(), timezone.now()
    request = port.Request(
        messages=asked.messages,
        brief=asked.brief,
        model=provider.model,
        seed=seed,
        deadline=min(deadline, started + provider.timeout),
        max_tokens=provider.max_tokens,
        temperature=provider.temperature,
    )
    call = LLMCall(turn=turn, provider=provider, model=provider.model, started_at=at)
    try:
        voice = line(provider)
        pool.give_back()
        completion = voice.complete(request)
    except port.LLMError as error:
        _note_failure(call, error, _ms_since(started))
        raise
    return _note_answer(call, completion, _ms_since(started))


def _note_answer(call: LLMCall, completion: port.Completion, ms: int) -> Answer:
    provider = call.provider
    cost = provider.cost(
        prompt=completion.prompt_tokens, completion=completion.completion_tokens, cached=completion.cached_tokens
    )
    call.outcome, call.model, call.latency_ms, call.cost = "ok", completion.model[:100], ms, cost
    call.prompt_tokens, call.completion_tokens = completion.prompt_tokens, completion.completion_tokens
    call.cached_tokens = completion.cached_tokens
    call.save()
    Provider.objects.filter(pk=provider.pk).update(failures=0, resting_until=None, last_error="", last_ok_at=Now())
    return Answer(
        completion.text, provider, call.model, call.prompt_tokens, call.completion_tokens, call.cached_tokens, cost, ms
    )


def _note_failure(call: LLMCall, error: port.LLMError, ms: int) -> None:
    call.outcome, call.detail, call.latency_ms = error.reason, str(error)[:300], ms
    call.save()
    mine = Provider.objects.filter(pk=call.provider_id)
    mine.update(last_error=str(error)[:300])
    if isinstance(error, port.Refused | port.ContextTooLong | port.NotAccepted):
        return  # the request's fault, not the provider's
    mine.update(failures=Least(F("failures") + 1, MOST_COUNTED))
    if isinstance(error, port.RateLimited) and error.seconds:
        mine.update(resting_until=Now() + timedelta(seconds=min(error.seconds, LONGEST_REST)))
    else:
        mine.filter(failures__gte=FAILURES_TO_REST).update(resting_until=Now() + REST)


def _ms_since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
