"""The cast and its talk, as the database has them."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Min, Q
from django.utils import timezone
from prometheus_client.core import Metric

from bots.models import Bot
from conversations import standing
from conversations.models import Chat, Engine, InboundUpdate, Turn
from monitoring import pulse, sight
from monitoring.metrics.family import gauge, gauges

FAR = float("inf")
_AGES = {"planned": "due_at", "composing": "composing_at", "held": "composed_at", "composed": "send_after"}


def read() -> Iterator[Metric]:
    now = timezone.now()
    stands, cast = standing.now(), pulse.cast(now)
    engine = Engine.objects.get(pk=1)
    yield gauge("kulis_engine_running", "1 while the engine runs.", engine.running)
    yield gauge("kulis_tick_age_seconds", "Since the clock of the cast last ticked.", _age(engine.ticked_at, now))
    yield gauge("kulis_slot_lag_seconds", "How late the chat is whose turn is most overdue.", _slot_lag(now))
    yield gauge("kulis_bots", "Bots that are not retired.", cast.bots)
    yield gauge("kulis_bots_able", "Bots that may speak.", cast.able)
    refused = Bot.objects.active().filter(enabled=True, token_state=Bot.Token.DEAD).count()
    yield gauge("kulis_bots_refused", "Enabled bots whose token Telegram refused.", refused)
    yield gauge("kulis_chats", "Chats of every kind.", cast.chats)
    yield gauge("kulis_chats_talking", "Chats in which the cast may talk.", cast.talking)
    yield gauge("kulis_messages_last_minute", "Bot messages sent in the last 60 s.", stands["messages_last_minute"])
    yield gauge("kulis_oldest_due_seconds", "Age of the most overdue turn.", stands["oldest_due_seconds"])
    yield gauges("kulis_turns", "Turns in each state; over: of a day.", "state", stands["turns"])
    yield gauges("kulis_turn_oldest_seconds", "Age of the oldest open turn in a state.", "state", _oldest(now))
    lag = max(sight.behind(now).values(), default=0.0)
    yield gauge("kulis_observer_lag_seconds", "How far those who watch a group are behind what the cast says.", lag)
    yield from _inbox(now)


def _age(moment: datetime | None, now: datetime) -> float:
    return max((now - moment).total_seconds(), 0.0) if moment else FAR


def _slot_lag(now: datetime) -> float:
    oldest = Chat.objects.talking().filter(next_due__lt=now).aggregate(oldest=Min("next_due"))["oldest"]
    return _age(oldest, now) if oldest else 0.0


def _oldest(now: datetime) -> dict[str, float]:
    """Of those that wait for something of ours: a moment that is still to come is no age."""
    found = Turn.objects.open().aggregate(
        **{state: Min(field, filter=Q(state=state)) for state, field in _AGES.items()},
        sending=Min("lease_until", filter=Q(state="sending")),
        uncertain=Min("uncertain_since", filter=Q(state="uncertain")),
    )
    return {state: _age(moment, now) if moment else 0.0 for state, moment in found.items()}


def _inbox(now: datetime) -> Iterator[Metric]:
    updates = InboundUpdate.objects.all()
    unread = updates.filter(state=InboundUpdate.State.STORED).aggregate(oldest=Min("received_at"))["oldest"]
    age = _age(unread, now) if unread else 0.0
    yield gauge("kulis_inbox_oldest_seconds", "Age of the oldest update that is not read.", age)
    parked = updates.filter(state=InboundUpdate.State.PARKED).count()
    yield gauge("kulis_updates_parked", "Updates that could not be read.", parked)
