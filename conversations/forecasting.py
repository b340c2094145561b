"""Reader: what the present cast will say and cost in a day, by simulating one under the present rules."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Avg, Count
from django.utils import timezone

from conversations import ceilings
from conversations.engine import ceiling, policy
from conversations.llm import routes
from conversations.llm.port import Usage
from conversations.llm.tariff import LETTERS_PER_TOKEN
from conversations.models import Provider, Turn
from conversations.simulation import day, people, present
from conversations.simulation.setup import Outcome, Setup

WEEK = timedelta(days=7)
ENOUGH = 50
"""Sent turns from which the real token counts are used instead of estimates."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Per written message."""

    prompt: float
    cached: float
    completion: float
    measured: bool


@dataclass(frozen=True, slots=True)
class Forecast:
    messages: int
    reactions: int
    silent: dict[str, int]
    """Turns that end without a message, by reason."""
    busiest_hour: int
    lines_of_people: float
    tokens: Tokens
    provider: str
    cost: Decimal
    """US dollars a day, at the prices of the provider that is asked first."""
    ceilings: tuple[ceiling.Ceiling, ...]


def a_day(now: datetime, *, seed: int = 1) -> Forecast | None:
    """The forecast for a day like today; None where no chat talks."""
    rooms = present.rooms(now)
    if not rooms:
        return None
    lines = present.lines_a_day(now)
    tokens = measured(now)
    setup = Setup(
        policy.current(),
        seed=seed,
        chats=len(rooms),
        people=round(lines / people.LINES_A_DAY),
        day=now.date(),
        words=tokens is None,
    )
    outcome = day.run(setup, rooms)
    return _forecast(outcome, tokens or _estimated(outcome), lines, now)


def _forecast(outcome: Outcome, tokens: Tokens, lines: float, now: datetime) -> Forecast:
    said = [one for one in outcome.utterances if one.is_bot and one.kind == "message"]
    hours = [one.at.hour for one in said]
    provider = asked_first()
    return Forecast(
        messages=len(said),
        reactions=sum(one.kind == "reaction" for one in outcome.utterances),
        silent={reason: count for reason, count in outcome.ended.most_common() if reason != "sent"},
        busiest_hour=max((hours.count(hour) for hour in range(24)), default=0),
        lines_of_people=lines,
        tokens=tokens,
        provider=str(provider or ""),
        cost=cost(provider, tokens, len(said)),
        ceilings=ceilings.now(now),
    )


def asked_first() -> Provider | None:
    return Provider.objects.filter(enabled=True).order_by("priority", "pk").first()


def cost(provider: Provider | None, tokens: Tokens, messages: float) -> Decimal:
    """US dollars for so many messages at today's prices."""
    if provider is None:
        return Decimal(0)
    read, cached, written = (round(each * messages) for each in (tokens.prompt, tokens.cached, tokens.completion))
    return routes.of(provider).tariff(timezone.now()).cost(Usage(read, written, cached))


def measured(now: datetime) -> Tokens | None:
    """What a message took in the last week; None where too few were sent."""
    sent = Turn.objects.filter(state=Turn.State.SENT, sent_at__gt=now - WEEK).exclude(intent=Turn.Intent.REACTION)
    found = sent.aggregate(
        count=Count("pk"), prompt=Avg("prompt_tokens"), cached=Avg("cached_tokens"), completion=Avg("completion_tokens")
    )
    if found["count"] < ENOUGH:
        return None
    return Tokens(found["prompt"], found["cached"], found["completion"], measured=True)


def _estimated(outcome: Outcome) -> Tokens:
    """From the letters of the simulated prompts and drafts; how much a provider caches is not known beforehand."""
    messages = max(outcome.sent, 1)
    prompt, completion = outcome.prompt_chars / messages, outcome.draft_chars / messages
    return Tokens(prompt / LETTERS_PER_TOKEN, 0.0, completion / LETTERS_PER_TOKEN, measured=False)
