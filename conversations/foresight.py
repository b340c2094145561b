"""Reader: what rules mean before they hold: messages an hour and what a day costs, as it is and as it would be."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db.models import Avg
from django.db.models.functions import Length

from bots.models import Bot
from conversations import forecasting
from conversations.engine import outlook, policy, turns
from conversations.engine.outlook import Outlook, Place, Player
from conversations.engine.rulebook import Policy
from conversations.forecasting import Tokens
from conversations.llm.tariff import LETTERS_PER_TOKEN
from conversations.models import Budget, Chat, Membership, Message, Provider, Rules

SENTENCES = (1.5, 2.5, 3.5)
"""Of a short, a medium and a long message."""
UNMEASURED = Tokens(prompt=1500.0, cached=0.0, completion=60.0, measured=False)
LINE = 90.0
"""Letters of a message, before any was written."""
LATELY = 300
"""Messages whose length counts."""


@dataclass(frozen=True, slots=True)
class Day:
    outlook: Outlook
    cost: Decimal
    """US dollars."""


@dataclass(frozen=True, slots=True)
class Effect:
    """The same day by the rules that hold and by those that would."""

    before: Day
    after: Day
    provider: str
    measured: bool
    """Whether tokens are those of the last week, not estimates."""
    budget: Decimal | None
    """What the whole cast may spend in a day."""

    @property
    def is_capped(self) -> bool:
        return self.budget is not None and self.after.cost > self.budget


def of(chat: Chat | None, now: datetime, *, instead: Rules | None = None) -> Effect:
    """A day like today in one chat, whether it talks or not, or in all that talk; `instead` are rules, unsaved, that
    would follow the newest. About ten queries, however many chats and bots there are."""
    chats = [chat] if chat else list(Chat.objects.talking())
    ids, scope = [one.pk for one in chats], chat.pk if chat else None
    holds = policy.for_chats(ids)
    would = policy.for_chats(ids, instead=instead) if instead else holds
    there, today = places(chats, now), now.date()
    tokens, provider = forecasting.measured(now) or UNMEASURED, forecasting.asked_first()
    line = _letters_of_a_line() / LETTERS_PER_TOKEN
    before = _day(outlook.of(there, holds, today), tokens, provider)
    changed = _scaled(tokens, holds[scope], would[scope], line)
    return Effect(
        before=before,
        after=_day(outlook.of(there, would, today), changed, provider) if instead else before,
        provider=provider.name if provider else "",
        measured=tokens.measured,
        budget=_budget(),
    )


def _day(seen: Outlook, tokens: Tokens, provider: Provider | None) -> Day:
    return Day(seen, forecasting.cost(provider, tokens, seen.a_day))


def places(chats: Iterable[Chat], now: datetime) -> list[Place]:
    """The chats with those who speak there unasked. Two queries."""
    members = (
        Membership.objects.filter(chat__in=list(chats), ended_at=None, weight__gt=0, bot__in=Bot.objects.able(now))
        .select_related("bot")
        .only("chat", "bot", "bot__hourly_cap")
        .prefetch_related("bot__hours")
    )
    players: dict[int, list[Player]] = {}
    for member in members:
        hours = tuple(span.sheet() for span in member.bot.hours.all())
        players.setdefault(member.chat_id, []).append(Player(member.bot_id, member.bot.hourly_cap, hours))
    return [
        Place(chat.pk, turns.setting(chat), chat.zone, not chat.is_rehearsal, tuple(players.get(chat.pk, ())))
        for chat in chats
    ]


def _scaled(tokens: Tokens, before: Policy, after: Policy, line: float) -> Tokens:
    """What a message would take: a longer history and more memories are read, longer messages are written."""
    more = sum(
        getattr(after, name) - getattr(before, name) for name in ("history_length", "memories_recalled", "own_words")
    )
    prompt = max(tokens.prompt + more * line, 1.0)
    return replace(
        tokens,
        prompt=prompt,
        cached=min(tokens.cached, prompt),
        completion=tokens.completion * _sentences(after) / _sentences(before),
    )


def _sentences(rules: Policy) -> float:
    """Of a message, on average."""
    weights = (rules.short_weight, rules.medium_weight, rules.long_weight)
    total = sum(weights)
    return sum(w * s for w, s in zip(weights, SENTENCES, strict=True)) / total if total else SENTENCES[0]


def _letters_of_a_line() -> float:
    newest = Message.objects.exclude(text="").order_by("-said_at", "-id").values("text")[:LATELY]
    found = newest.aggregate(letters=Avg(Length("text")))["letters"]
    return float(found or LINE)


def _budget() -> Decimal | None:
    """The narrowest of the whole cast's budgets of a day, in US dollars."""
    budgets = Budget.objects.filter(scope=Budget.Scope.CAST, period=Budget.Period.DAY, enabled=True)
    found = budgets.exclude(dollars=None).order_by("dollars").first()
    return found.dollars if found else None
