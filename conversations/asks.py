"""How many questions are answered: of one person, in one chat. Nobody can make the cast burn money.

What comes beyond is noted and left unanswered, with its reason, and the person is told so once a day.
"""

from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from bots.models import Bot
from conversations.engine import turns
from conversations.engine.rulebook import Policy
from conversations.models import Message, Participant, Turn

REASON = "quota"
SHORT, DAY = timedelta(minutes=10), timedelta(days=1)
NOTICE = "Epey soru geldi, hepsine yetişemiyoruz. Biraz ara verelim, sonra yine sorarsın."


def are_over(message: Message, rules: Policy) -> bool:
    """Whether the person or the chat has had its answers for now. Inside the transaction that stores the message.

    Two messages of one person are counted one after the other, whoever reads them.
    """
    Participant.objects.select_for_update(no_key=True).get(pk=message.participant_id or 0)
    found = _counts(message, timezone.now())
    limits = {
        "own": rules.asks_per_person,
        "own_in_a_day": rules.asks_per_person_day,
        "all": rules.asks_per_chat,
        "all_in_a_day": rules.asks_per_chat_day,
    }
    return any(found[name] >= limit for name, limit in limits.items())


def _counts(message: Message, now: datetime) -> dict[str, int]:
    """Questions that were taken up, this one not among them. A question counts once, however many answer it."""
    mine, here = Q(cause__participant=message.participant_id), Q(chat=message.chat_id)
    lately = Q(created_at__gt=now - SHORT)
    taken = Turn.objects.filter(mine | here, trigger__in=Turn.ANSWERS, created_at__gt=now - DAY)
    return (
        taken.exclude(reason=REASON)
        .exclude(cause=message.pk)
        .aggregate(
            own=Count("cause", filter=mine & lately, distinct=True),
            own_in_a_day=Count("cause", filter=mine, distinct=True),
            all=Count("cause", filter=here & lately, distinct=True),
            all_in_a_day=Count("cause", filter=here, distinct=True),
        )
    )


def decline(message: Message, asked: list[tuple[Turn.Trigger, Bot | None]], *, rules: Policy) -> None:
    """Note what was asked and will not be answered; the bot that was named says so, once a day."""
    turns.leave_unanswered(message, asked, reason=REASON)
    named = next((bot for _trigger, bot in asked if bot), None)
    if named is not None:
        key = f"{REASON}:{message.participant_id}:{timezone.localdate():%Y-%m-%d}"
        turns.say(message, named, NOTICE, key=key, fresh=timedelta(minutes=rules.answer_minutes))
