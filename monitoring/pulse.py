"""Reader: the numbers of the dashboard, beside `conversations.standing`. Each is a query one could write."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone

from bots.models import Bot
from conversations import remits
from conversations.models import Breaker, Chat, Engine, LLMCall, Message, Provider, Turn
from monitoring import attention, live

STANDING = (*Turn.OPEN, Turn.State.UNRESOLVED)
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
class Standing:
    """`bots_said`, `people_said`: messages of the last hour. `lines_shut`: bots whose line to Telegram rests."""

    engine: Engine
    mark: live.Mark
    """Where the stream of events stood when this was read."""
    cast: Cast
    states: dict[Turn.State, int]
    """Turns that are not over."""
    waiting: int
    """Turns that wait for a person."""
    last_minute: int
    bots_said: int
    people_said: int
    voiced: int
    """Bots that have a token."""
    lines_shut: int
    oldest_due: float
    """Seconds."""


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


def standing(now: datetime, viewer: remits.Person = None) -> Standing:
    """How the cast and its turns stand, in the viewer's chats. One query."""
    bots, chats = remits.within(viewer, Bot.objects.all()), remits.within(viewer, Chat.objects.all())
    mine = remits.ids(viewer)
    turns, said = (Turn.objects.all(), Message.objects.all()) if mine is None else _of_chats(mine)
    lately, sent = said.filter(said_at__gt=now - timedelta(hours=1)), turns.filter(state=Turn.State.SENT)
    planned = turns.filter(state=Turn.State.PLANNED, due_at__lte=now).order_by("due_at").values("due_at")
    open_states = turns.filter(state__in=STANDING).order_by().values("state").annotate(n=Count("pk"))
    found: Any = Engine.objects.annotate(
        last=Subquery(live.newest()),
        all_bots=counted(bots.filter(retired_at=None)),
        able_bots=counted(Bot.objects.able(now).filter(pk__in=bots.values("pk"))),
        all_chats=counted(chats),
        talking=counted(Chat.objects.talking().filter(pk__in=chats.values("pk"))),
        rooms=counted(chats.filter(kind=Chat.Kind.REHEARSAL)),
        waiting=counted(remits.within(viewer, attention.waiting(now))),
        last_minute=counted(sent.filter(sent_at__gt=now - timedelta(minutes=1))),
        bots_said=counted(lately.filter(bot__isnull=False)),
        people_said=counted(lately.filter(participant__isnull=False)),
        voiced=counted(Bot.objects.active().with_token()),
        shut=counted(Breaker.objects.exclude(state=Breaker.State.CLOSED).filter(bot__in=Bot.objects.active())),
        oldest=Subquery(planned[:1]),
        states=ArraySubquery(open_states.values(json=JSONObject(state="state", n="n"))),
    ).get(pk=1)
    return Standing(
        engine=found,
        mark=live.Mark(found.restore_epoch, found.last or 0),
        cast=Cast(found.all_bots, found.able_bots, found.all_chats, found.talking, found.rooms),
        states={Turn.State(one["state"]): one["n"] for one in found.states},
        waiting=found.waiting,
        last_minute=found.last_minute,
        bots_said=found.bots_said,
        people_said=found.people_said,
        voiced=found.voiced,
        lines_shut=found.shut,
        oldest_due=(now - found.oldest).total_seconds() if found.oldest else 0.0,
    )


def _of_chats(mine: Sequence[int]) -> tuple[QuerySet[Turn], QuerySet[Message]]:
    return Turn.objects.filter(chat__in=mine), Message.objects.filter(chat__in=mine)


def counted(rows: QuerySet[Any]) -> Any:
    """How many rows there are, as a part of another query."""
    one = rows.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(one, output_field=IntegerField()), 0)


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


def today(now: datetime) -> dict[int, Spent]:
    """Model calls since midnight, local time, by provider. One query."""
    rows = _calls_today(now).order_by().values_list("provider").annotate(
        cost=Sum("cost"), calls=Count("pk"), tokens=Sum(F("prompt_tokens") + F("completion_tokens"))
    )  # fmt: skip
    return {provider: Spent(cost or Decimal(0), calls, tokens or 0) for provider, cost, calls, tokens in rows}


def together(spent: Iterable[Spent]) -> Spent:
    found = list(spent)
    return Spent(
        sum((one.cost for one in found), Decimal(0)), sum(one.calls for one in found), sum(one.tokens for one in found)
    )


def providers(now: datetime, spent: Mapping[int, Spent]) -> list[Health]:
    """Every provider in the order in which they are asked, and how it fares. One query."""
    shut = Breaker.objects.filter(provider=OuterRef("pk"), model=OuterRef("model")).values("until")
    found: Iterable[Any] = Provider.objects.annotate(shut_until=Subquery(shut[:1])).order_by("priority", "name")
    health = []
    for provider in found:
        until = max(filter(None, (provider.resting_until, provider.shut_until)), default=None)
        mine = spent.get(provider.pk, Spent(Decimal(0), 0, 0))
        health.append(Health(provider, _code(provider, until, now), mine.calls, mine.cost, until))
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


def are_offline(kinds: Iterable[str]) -> bool:
    """Whether every word comes from the offline voice: no provider of another kind is switched on."""
    return set(kinds) == {Provider.Kind.OFFLINE}
