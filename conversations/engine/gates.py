"""What still stands between a composed turn and the chat, asked at the last moment. Pure, but for the cast's minute."""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from conversations.engine import course, pace, turns
from conversations.engine.heads import Head
from conversations.engine.settled import Settled
from conversations.engine.values import Member
from conversations.models import Turn

MINUTE = timedelta(minutes=1)
AT_ONCE = 64
"""More claims than all workers make at one instant. Nearer to the cast's limit than that, claims queue up."""
_CLAIM_LOCK = 7_341_002


def nears_limit(head: Head, known: Settled) -> bool:
    """Whether the cast's limit is so near that claims have to queue up."""
    return head.used + AT_ONCE >= known.everywhere.max_per_minute


def passed(head: Head, known: Settled) -> str:
    """Why the moment of a composed turn has passed, or nothing."""
    if head.expires_at <= head.now:
        return "expired"
    if head.quiet:
        return head.quiet
    member = known.member(head.bot_id)
    if member is None or not head.plays_here:
        return "not_a_member"
    if member.blocked:
        return member.blocked
    if head.paused_until and head.paused_until > head.now:
        return "bot_paused"
    if head.taken and head.trigger != Turn.Trigger.OPERATOR:
        return "taken_over"
    if head.is_reaction:
        return _too_late(head, member, known)
    if head.said_last_hour >= member.hourly_cap:
        return "hourly_cap"
    if head.trigger == Turn.Trigger.QUESTION:
        return "answered" if head.answers >= course.ANSWERS else ""
    return _chatter_passed(head, member, known) if head.is_chatter else ""


def _chatter_passed(head: Head, member: Member, known: Settled) -> str:
    if reason := course.passed(head.course, turns.setting(known.chat), known.policy, _local(head, known)):
        return reason
    return _too_late(head, member, known) or ("superseded" if head.since >= course.MOVED_ON else "")


def _too_late(head: Head, member: Member, known: Settled) -> str:
    """Whether the hours of the chat or of the bot are over."""
    local = _local(head, known)
    if pace.quiet_until(known.chat.quiet, local):
        return "quiet_hours"
    return "outside_hours" if known.chat.observes_hours and not pace.awake(member.hours, local) else ""


def _local(head: Head, known: Settled) -> datetime:
    return head.now.astimezone(known.chat.zone)


def opens(head: Head, known: Settled) -> datetime:
    """When Telegram's limits and the rules let this bot speak in this chat."""
    gates = [head.gate]
    if not head.is_reaction:
        gates.append(_minute_ends(head.minute, known.policy.chat_max_per_minute))
    return max([head.now, *(gate for gate in gates if gate)])


def _minute_ends(sent: tuple[datetime, ...], most: int) -> datetime | None:
    """When the oldest of the newest `most` messages is a minute old, if they all left within this minute.

    The claim holds it: it fails when the chat has sent anything since it was looked at.
    """
    newest = sent[:most]
    return newest[-1] + MINUTE if len(newest) == most else None


def minute_is_full(most: int) -> bool:
    """Whether the cast has used up its messages of this minute. Exact: those who ask queue up behind one lock, which
    is held until the transaction of their claim ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CLAIM_LOCK])
    sent = Q(state=Turn.State.SENT, sent_at__gt=Now() - MINUTE)
    perhaps = Q(state=Turn.State.UNCERTAIN, uncertain_since__gt=Now() - MINUTE)
    used = Turn.objects.filter(sent | perhaps | Q(state=Turn.State.SENDING)).exclude(intent=Turn.Intent.REACTION)
    return used.count() >= most
