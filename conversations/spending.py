"""Budgets and prices: what words may cost, who spends it, and what happens when a budget comes to its end.

A call reserves its most in every budget that applies and settles what it took (`llm.ledger`). From 80 % on the cast
saves: shorter history, short texts, the cheapest provider first, half the chatter. Chatter ends where the share begins
that is kept for answers to people; at 100 % those end too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from bots import audit
from conversations import events
from conversations.models import Budget, Event, LLMCall, Price, Provider

TIGHT = 0.8
"""From this share of a budget on, people are warned and the cast saves."""
AMOUNTS = ("dollars", "tokens", "enabled")


@dataclass(frozen=True, slots=True)
class Standing:
    """A budget and how much of it is gone, calls under way included."""

    budget: Budget
    cost: Decimal
    tokens: int
    share: float
    ends_at: datetime

    @property
    def is_tight(self) -> bool:
        return self.share >= TIGHT

    @property
    def is_spent(self) -> bool:
        """Not even a small call fits any more."""
        return self.share >= 1 or self.budget.spent_on == today()

    @property
    def percent(self) -> int:
        return min(int(self.share * 100), 100)


def today() -> date:
    return timezone.localdate()


def begins(period: str, day: date) -> date:
    return day if period == Budget.Period.DAY else day.replace(day=1)


def standings(day: date | None = None) -> list[Standing]:
    """Every enabled budget, the fullest first. One query."""
    found = Budget.objects.filter(enabled=True).select_related("chat", "bot__persona", "provider")
    return sorted((standing(one, day) for one in found), key=lambda one: -one.share)


def standing(budget: Budget, day: date | None = None) -> Standing:
    since = begins(budget.period, day or today())
    mine = budget.since is not None and budget.since >= since
    cost = budget.held_cost + (budget.spent_cost if mine else 0)
    tokens = budget.held_tokens + (budget.spent_tokens if mine else 0)
    shares = [float(cost) / float(budget.dollars) if budget.dollars else 1.0] if budget.dollars is not None else []
    shares += [tokens / budget.tokens if budget.tokens else 1.0] if budget.tokens is not None else []
    return Standing(budget, cost, tokens, max(shares, default=0.0), _end(budget.period, since))


def _end(period: str, since: date) -> datetime:
    following = since + timedelta(days=1 if period == Budget.Period.DAY else 32)
    return datetime.combine(begins(period, following), time(), timezone.get_default_timezone())


@dataclass(frozen=True, slots=True)
class Brakes:
    """What budgets ask of chatter at this moment."""

    everywhere: float
    chats: dict[int, float]

    def share(self, chat_id: int) -> float:
        """How much of the fullest budget is gone that the chat draws on."""
        return max(self.everywhere, self.chats.get(chat_id, 0.0))


def brakes() -> Brakes:
    """One query. Budgets of bots and providers show themselves when a turn asks for words."""
    chats: dict[int, float] = {}
    everywhere = 0.0
    for one in standings():
        gone = 1.0 if one.is_spent else one.share
        if one.budget.scope == Budget.Scope.CAST:
            everywhere = max(everywhere, gone)
        elif one.budget.chat_id:
            chats[one.budget.chat_id] = max(chats.get(one.budget.chat_id, 0.0), gone)
    return Brakes(everywhere, chats)


def binding() -> Standing | None:
    """The budget that is nearest to its end, once that is worth telling."""
    found = standings()
    return next((one for one in found if one.is_spent), found[0] if found and found[0].is_tight else None)


# --- Verbs -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def limit(
    scope: Budget.Scope, period: Budget.Period, *, by: audit.Actor, subject: Any = None, **amounts: Any
) -> Budget:
    """Set what somebody may cost. What was spent since the period began counts. Raises ValidationError."""
    if unknown := sorted(set(amounts) - set(AMOUNTS)):
        raise ValidationError({name: _("A budget has no such setting.") for name in unknown})
    whose = {name: subject if scope == name else None for name in ("chat", "bot", "provider")}
    budget = Budget.objects.select_for_update(no_key=True).filter(scope=scope, period=period, **whose).first()
    new = budget is None
    budget = budget or Budget(scope=scope, period=period, **whose)
    before = {name: str(getattr(budget, name)) for name in amounts} if not new else {}
    for name, value in amounts.items():
        setattr(budget, name, value)
    budget.warned_on = budget.spent_on = None
    budget.full_clean()
    if new:
        budget.since = begins(period, today())
        budget.spent_cost, budget.spent_tokens = _spent(budget)
        budget.save(force_insert=True)
    else:
        budget.save(update_fields=[*amounts, "warned_on", "spent_on"])
    after = {name: str(getattr(budget, name)) for name in AMOUNTS}
    audit.record("budget.set", by=by, subject=budget, before=before, after=after)
    events.publish(Event.Kind.ENGINE)
    return budget


@transaction.atomic
def lift(budget: Budget, *, by: audit.Actor) -> None:
    """Take a budget away; nothing limits what it was for."""
    audit.record("budget.lift", by=by, subject=budget)
    budget.delete()
    events.publish(Event.Kind.ENGINE)


@transaction.atomic
def price(
    provider: Provider, *, by: audit.Actor, model: str = "", valid_from: datetime | None = None, **dollars: Any
) -> Price:
    """Say what a model costs from a moment on, in dollars a million tokens. Raises ValidationError."""
    found = {"provider": provider, "model": model or provider.model, "valid_from": valid_from or timezone.now()}
    row = Price.objects.filter(**found).first() or Price(**found)
    for name, value in dollars.items():
        setattr(row, name, value)
    row.full_clean(validate_unique=row.pk is None, validate_constraints=row.pk is None)
    row.save()
    after = {name: str(getattr(row, name)) for name in ("model", "valid_from", "prompt", "cached", "completion")}
    audit.record("provider.price", by=by, subject=provider, after=after)
    return row


def warn(budgets: Sequence[int]) -> None:
    """Budgets have come to 80 %: from now on the cast saves, and watchers hear of it. Once a day each."""
    if budgets:
        _mark(budgets, "warned_on")


def exhausted(budget: int | None) -> None:
    """A call did not fit any more. Watchers hear of it, once a day."""
    if budget:
        _mark([budget], "spent_on")


@transaction.atomic
def _mark(budgets: Sequence[int], name: str) -> None:
    new = Budget.objects.filter(Q(**{name: None}) | ~Q(**{name: today()}), pk__in=budgets)
    # Locked in the order in which calls lock them; and the revision moves with every UPDATE, even of no row.
    if marked := [budget.pk for budget in new.order_by("pk").select_for_update(no_key=True)]:
        Budget.objects.filter(pk__in=marked).update(**{name: today()})
        events.publish(Event.Kind.ENGINE)


def price_now(provider: Provider, model: str) -> Price | None:
    """The price that holds at this moment."""
    return Price.objects.filter(provider=provider, model=model, valid_from__lte=timezone.now()).first()


def told(budget: int | None) -> str:
    """Which budget is used up, for people."""
    found = Budget.objects.filter(pk=budget or 0).select_related("chat", "bot__persona", "provider").first()
    return _("The budget is used up: %(budget)s.") % {"budget": found} if found else _("A budget is used up.")


def _spent(budget: Budget) -> tuple[Decimal, int]:
    """What the calls of this period have taken already."""
    start = datetime.combine(budget.since or today(), time(), timezone.get_default_timezone())
    found = of(budget.scope, budget.chat or budget.bot or budget.provider).filter(started_at__gte=start)
    total = found.exclude(provider__kind=Provider.Kind.OFFLINE).aggregate(
        cost=Sum("cost"), prompt=Sum("prompt_tokens"), completion=Sum("completion_tokens")
    )
    return total["cost"] or Decimal(0), (total["prompt"] or 0) + (total["completion"] or 0)


def since(period: str, calls: QuerySet[LLMCall]) -> Decimal:
    """What these calls have cost since the day or the month began."""
    start = datetime.combine(begins(period, today()), time(), timezone.get_default_timezone())
    return calls.filter(started_at__gte=start).order_by().aggregate(cost=Sum("cost"))["cost"] or Decimal(0)


def of(scope: str, subject: Any) -> QuerySet[LLMCall]:
    """The calls that a budget is about."""
    return LLMCall.objects.filter(Q() if scope == Budget.Scope.CAST else Q(**{str(scope): subject}))
