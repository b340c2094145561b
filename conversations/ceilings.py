"""Reader: what limits the cast now, in messages an hour. Five queries, whatever the size of the cast."""

from collections import Counter
from datetime import datetime

from bots.models import Bot
from conversations.engine import ceiling, course, pace, policy
from conversations.models import Chat, Membership, Provider


def now(at: datetime) -> tuple[ceiling.Ceiling, ...]:
    """The ceilings, the lowest first. Nothing where no chat talks."""
    chats = list(Chat.objects.talking())
    if not chats:
        return ()
    rules = policy.for_chats(chat.pk for chat in chats)
    awake = _awake(chats, at)
    heads = Counter(chat for chat, _ in awake)
    rooms = [
        ceiling.Room(
            rules[chat.pk],
            pace.Beat(
                at.astimezone(chat.zone), chat.tempo, chat.observes_hours, since_news=course.of(chat).since_news(at)
            ),
            heads[chat.pk],
            telegram=not chat.is_rehearsal,
        )
        for chat in chats
    ]
    caps = {bot.pk: bot.hourly_cap for _, bot in awake}
    return ceiling.ceilings(rules[None], rooms, caps=list(caps.values()), quota=_quota())


def _awake(chats: list[Chat], at: datetime) -> list[tuple[int, Bot]]:
    """Who could speak where: able bots within their hours."""
    by_number = {chat.pk: chat for chat in chats}
    members = (
        Membership.objects.filter(chat__in=chats, ended_at=None, weight__gt=0, bot__in=Bot.objects.able(at))
        .select_related("bot")
        .prefetch_related("bot__hours")
    )
    return [
        (member.chat_id, member.bot)
        for member in members
        if not (chat := by_number[member.chat_id]).observes_hours
        or pace.awake(tuple((hours.starts, hours.ends) for hours in member.bot.hours.all()), at.astimezone(chat.zone))
    ]


def _quota() -> int | None:
    """What the providers allow together; one without a quota takes whatever comes."""
    quotas = list(Provider.objects.filter(enabled=True).values_list("requests_per_minute", flat=True))
    return None if not quotas or None in quotas else sum(quota or 0 for quota in quotas)
