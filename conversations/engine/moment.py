"""Reader: how the talk stands in each of many chats, in one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, IntegerField, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from conversations.engine.rulebook import Policy
from conversations.models import Chat, Message, Turn

WINDOW = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Talk:
    open_turns: int
    last_human_at: datetime | None
    bots_in_a_row: int

    def quiet_until(self, rules: Policy) -> datetime | None:
        """A person's presence quiets the cast: until when, or None when it may talk. Past moments do not count.

        What is under way will follow the person too.
        """
        if self.last_human_at is None or self.bots_in_a_row + self.open_turns < rules.quiet_messages:
            return None
        return self.last_human_at + timedelta(minutes=rules.quiet_minutes)


def of(chats: Sequence[Chat], now: datetime) -> dict[int, Talk]:
    """How the talk stands, by chat."""
    recent = Message.objects.filter(chat=OuterRef("pk"), said_at__gt=now - WINDOW).order_by()
    humans = recent.filter(bot=None).values("chat").annotate(at=Max("said_at")).values("at")
    bots = recent.filter(bot__isnull=False)
    since = bots.filter(said_at__gt=Coalesce(OuterRef("human_at"), now - WINDOW))
    opened = Turn.objects.filter(
        chat=OuterRef("pk"), trigger=Turn.Trigger.SCHEDULE, state__in=(*Turn.UNSENT, Turn.State.SENDING)
    )
    rows = Chat.objects.filter(pk__in=[chat.pk for chat in chats]).annotate(human_at=Subquery(humans))
    counted = rows.values_list("pk", _count(opened.order_by()), "human_at", _count(since))
    return {pk: Talk(open_turns, human_at, in_a_row) for pk, open_turns, human_at, in_a_row in counted}


def _count(rows: "QuerySet[Message] | QuerySet[Turn]") -> Coalesce:
    counted = rows.values("chat").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
