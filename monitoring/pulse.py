"""Reader: the numbers of the dashboard, beside `conversations.standing`. Each is a query one could write."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMinute
from django.utils import timezone

from bots.models import AuditEntry, Bot
from conversations import remits
from conversations.models import Breaker, Chat, Engine, LLMCall, Message, Provider, Turn
from monitoring.chart import Minute

SPAN = 60
WORRYING = (Turn.State.FAILED, Turn.State.UNCERTAIN, Turn.State.UNRESOLVED)


@dataclass(frozen=True, slots=True)
class Cast:
    bots: int
    able: int
    """Enabled, not paused, no dead token."""
    chats: int
    talking: int
    rooms: int

    @property
    def resting(self) -> int:
        return self.bots - self.able


@dataclass(frozen=True, slots=True)
class Spent:
    cost: Decimal
    calls: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Health:
    provider: Provider
    code: str
    """off, rests, fails, works or untried."""
    calls: int
    cost: Decimal
    until: datetime | None = None
    """Until when it is left alone."""


def cast(now: datetime, viewer: remits.Person = None) -> Cast:
    bots = remits.within(viewer, Bot.objects.all()).aggregate(
        all=Count("pk", filter=Q(retired_at=None)),
        able=Count("pk", filter=Q(pk__in=Bot.objects.able(now).values("pk"))),
    )
    chats = remits.within(viewer, Chat.objects.all()).aggregate(
        all=Count("pk"),
        talking=Count("pk", filter=Q(pk__in=Chat.objects.talking().values("pk"))),
        rooms=Count("pk", filter=Q(kind=Chat.Kind.REHEARSAL)),
    )
    return Cast(bots["all"], bots["able"], chats["all"], chats["talking"], chats["rooms"])


def minutes(now: datetime, viewer: remits.Person = None) -> list[Minute]:
    """Messages in each of the last 60 whole minutes, oldest first; the running minute is the last."""
    last = timezone.localtime(now).replace(second=0, microsecond=0)
    first = last - timedelta(minutes=SPAN - 1)
    rows = (
        remits.within(viewer, Message.objects.filter(said_at__gte=first))
        .order_by()
        .values_list(TruncMinute("said_at"))
        .annotate(bots=Count("bot"), people=Count("participant"))
    )
    said = {moment: (bots, people) for moment, bots, people in rows}
    off = set(_off(first, now))
    slots = (first + timedelta(minutes=number) for number in range(SPAN))
    return [Minute(slot, *said.get(slot, (0, 0)), off=slot in off) for slot in slots]


def _off(first: datetime, now: datetime) -> Iterator[datetime]:
    """The minutes that lie wholly in a time when the engine was off, by the audit trail."""
    switches = AuditEntry.objects.filter(action__in=["engine.start", "engine.stop"], at__lte=now)
    before = switches.filter(at__lt=first).order_by("-id").values_list("action", "at")[:1]
    during = switches.filter(at__gte=first).order_by("id").values_list("action", "at")
    since: datetime | None = first
    for action, at in [*before, *during]:
        if action == "engine.stop":
            since = max(at, first)
        elif since is not None:
            yield from _whole_minutes(since, at)
            since = None
    if since is not None:
        yield from _whole_minutes(since, now)


def _whole_minutes(since: datetime, until: datetime) -> Iterator[datetime]:
    start = timezone.localtime(since)
    slot = start.replace(second=0, microsecond=0)
    if slot < start:
        slot += timedelta(minutes=1)
    while slot + timedelta(minutes=1) <= until:
        yield slot
        slot += timedelta(minutes=1)


def next_due(limit: int = 5, viewer: remits.Person = None) -> Sequence[Chat]:
    """The chats whose turn comes next."""
    due = Chat.objects.talking().filter(next_due__isnull=False)
    return list(remits.within(viewer, due).order_by("next_due")[:limit])


def worries(now: datetime, limit: int = 6, viewer: remits.Person = None) -> list[Turn]:
    """Turns of the last hour that a person should look at, newest first."""
    newest = (
        remits.within(viewer, Turn.objects.filter(state__in=WORRYING))
        .exclude(intent=Turn.Intent.REACTION)
        .select_related("bot__persona", "chat")
        .defer("prompt", "candidates", "verdicts", "draft")
        .order_by("-id")[:limit]
    )
    return [turn for turn in newest if turn.created_at > now - timedelta(hours=1)]


def spent_today(now: datetime) -> Spent:
    """Model calls since midnight, local time."""
    total = _calls_today(now).aggregate(
        cost=Sum("cost"), calls=Count("pk"), prompt=Sum("prompt_tokens"), completion=Sum("completion_tokens")
    )
    return Spent(total["cost"] or Decimal(0), total["calls"], (total["prompt"] or 0) + (total["completion"] or 0))


def providers(now: datetime) -> list[Health]:
    """Every provider in the order in which they are asked, and how it fares."""
    rows = _calls_today(now).order_by().values_list("provider").annotate(calls=Count("pk"), cost=Sum("cost"))
    today = {provider: (calls, cost or Decimal(0)) for provider, calls, cost in rows}
    found: Iterable[Provider] = Provider.objects.order_by("priority", "name")
    shut = dict(Breaker.objects.exclude(until=None).filter(provider__model=F("model")).values_list("provider", "until"))
    health = []
    for provider in found:
        until = max(filter(None, (provider.resting_until, shut.get(provider.pk))), default=None)
        health.append(Health(provider, _code(provider, until, now), *today.get(provider.pk, (0, Decimal(0))), until))
    return health


def _calls_today(now: datetime) -> QuerySet[LLMCall]:
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return LLMCall.objects.filter(started_at__gte=midnight)


def _code(provider: Provider, until: datetime | None, now: datetime) -> str:
    if not provider.enabled:
        return "off"
    if until and until > now:
        return "rests"
    if provider.failures:
        return "fails"
    return "works" if provider.last_ok_at else "untried"


def words_are_offline() -> bool:
    """Whether every word comes from the offline voice: no other provider is switched on."""
    kinds = set(Provider.objects.filter(enabled=True).values_list("kind", flat=True))
    return kinds == {Provider.Kind.OFFLINE}


def engine() -> Engine:
    return Engine.objects.get()
