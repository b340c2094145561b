"""Reader: what still stands between a composed turn and the chat, asked at the last moment, under the chat's lock."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Now

from conversations.engine import course, pace, policy, scene, turns
from conversations.engine.rulebook import Policy
from conversations.models import Chat, Membership, Message, Turn

MINUTE = timedelta(minutes=1)
A_MINUTE = 18
"""Messages of one bot in one group; Telegram takes twenty."""
_CLAIM_LOCK = 7_341_002


def passed(turn: Turn, chat: Chat, rules: Policy, now: datetime) -> str:
    """Why the moment of a composed turn has passed, or nothing."""
    if turn.expires_at <= now:
        return "expired"
    membership = (
        Membership.objects.select_related("bot", "chat")
        .prefetch_related("bot__hours")
        .filter(chat=chat, bot=turn.bot)
        .first()
    )
    if membership is None:
        return "not_a_member"
    if reason := scene.blocked(membership, now):
        return reason
    if turn.intent == Turn.Intent.REACTION:
        return "" if _is_awake(membership, chat, now) else "outside_hours"
    bot = membership.bot
    if said_last_hour([bot.pk], now)[bot.pk] >= bot.hourly_cap:
        return "hourly_cap"
    if turn.trigger == Turn.Trigger.QUESTION:
        return "answered" if _answers(turn.cause_id, turn) >= course.ANSWERS else ""
    return "" if turn.answers_a_person else _chatter_passed(turn, chat, membership, rules, now)


def said_last_hour(bot_ids: Iterable[int], now: datetime) -> dict[int, int]:
    """How many messages each bot sent, or is sending, in the last hour, over all its chats."""
    rows = (
        Turn.objects.filter(bot__in=list(bot_ids))
        .filter(Q(state=Turn.State.SENT, sent_at__gt=now - timedelta(hours=1)) | Q(state=Turn.State.SENDING))
        .exclude(intent=Turn.Intent.REACTION)
        .values_list("bot")
        .annotate(count=Count("id"))
    )
    return defaultdict(int, {bot_id: count for bot_id, count in rows if bot_id})


def _chatter_passed(turn: Turn, chat: Chat, membership: Membership, rules: Policy, now: datetime) -> str:
    if reason := course.passed(course.of(chat), turns.setting(chat), rules, now):
        return reason
    if not _is_awake(membership, chat, now):
        return "outside_hours"
    since = Message.objects.filter(chat=chat, created_at__gt=turn.due_at)
    return "superseded" if since.count() >= course.MOVED_ON else ""


def _is_awake(membership: Membership, chat: Chat, now: datetime) -> bool:
    hours = tuple((range_.starts, range_.ends) for range_ in membership.bot.hours.all())
    return not chat.observes_hours or pace.awake(hours, now.astimezone(chat.zone))


def _answers(cause_id: int | None, turn: Turn) -> int:
    """How often the cast has answered a message already."""
    return Message.objects.filter(chat=turn.chat_id, reply_to=cause_id, bot__isnull=False).count() if cause_id else 0


def opens(turn: Turn, chat: Chat, rules: Policy, now: datetime) -> datetime:
    """When Telegram's limits and the rules let this bot speak in this chat."""
    membership = Membership.objects.get(chat=turn.chat_id, bot=turn.bot)
    bot = turn.bot
    gates = [membership.next_at, membership.gated_until, bot and bot.next_at, bot and bot.gated_until]
    if turn.intent != Turn.Intent.REACTION:
        gates.append(_minute_ends(_sent(chat), rules.chat_max_per_minute, now))
    if not chat.is_rehearsal:
        gates.append(_minute_ends(_sent(chat).filter(bot=turn.bot), A_MINUTE, now))
    return max([now, *(gate for gate in gates if gate)])


def _sent(chat: Chat) -> "QuerySet[Turn]":
    return Turn.objects.filter(chat=chat, state=Turn.State.SENT).exclude(intent=Turn.Intent.REACTION)


def _minute_ends(sent: "QuerySet[Turn]", most: int, now: datetime) -> datetime | None:
    """When the oldest of the newest `most` messages is a minute old, if they all left within this minute."""
    oldest = sent.filter(sent_at__gt=now - MINUTE).order_by("-sent_at").values_list("sent_at", flat=True)
    filling = oldest[most - 1 : most].first()
    return filling + MINUTE if filling else None


def minute_is_full() -> bool:
    """Whether the cast has used up its messages of this minute. Exact: claims queue up behind one lock to ask."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CLAIM_LOCK])
    sent = Q(state=Turn.State.SENT, sent_at__gt=Now() - MINUTE)
    perhaps = Q(state=Turn.State.UNCERTAIN, uncertain_since__gt=Now() - MINUTE)
    used = Turn.objects.filter(sent | perhaps | Q(state=Turn.State.SENDING)).exclude(intent=Turn.Intent.REACTION)
    return used.count() >= policy.current().max_per_minute
