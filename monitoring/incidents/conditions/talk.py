"""The talk itself: what stands there twice, what nobody is sure of, who is not heard, and who is heard too much."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from bots.models import Bot
from conversations.engine import pace
from conversations.models import Chat, Engine, LLMCall, Membership, Message, SendAttempt, Turn
from monitoring.incidents.kinds import DOMINANCE_LEAST, GUARD_LEAST
from monitoring.incidents.signs import HOUSE, Bar, Sign

NEWEST = 2000
"""Turns of a state that are looked at, from the newest on."""
NATURAL = frozenset(
    {
        "engine_stopped", "chat_off", "cancelled", "declined", "superseded", "outside_hours", "quiet_hours", "hushed",
        "topic_closed", "human_present", "chain_ended", "answered", "taken_over", "restored", "person_forgotten",
        "expired", "busy", "quota", "no_candidate", "hourly_cap",
    }
)  # fmt: skip
"""Ends of a turn that are as they should be."""
SPENT_ON_ARRIVAL = timedelta(seconds=2)
LATELY = timedelta(minutes=10)


def duplicate(bar: Bar) -> list[Sign]:
    twice = Turn.objects.filter(state=Turn.State.SENT, sent_at__gt=bar.since, copies__gt=0)
    rows = twice.order_by().values_list("chat").annotate(count=Count("pk"))
    return [
        Sign(f"chat:{chat}", {"count": count, "minutes": bar.minutes}, chat_id=chat)
        for chat, count in rows
        if count >= bar.limit
    ]


def uncertain(bar: Bar) -> list[Sign]:
    open_ends = _newest(Turn.State.UNCERTAIN) | _newest(Turn.State.UNRESOLVED)
    count = open_ends.filter(uncertain_since__gt=bar.since).count()
    return [Sign(HOUSE, {"count": count})] if count >= bar.limit else []


def silent(bar: Bar) -> list[Sign]:
    """Something is due, and for a while nothing was worded and nothing left."""
    if not _runs_since(bar.since):
        return []
    talking = Chat.objects.talking().values("pk")
    gated = Q(bot__gated_until__gt=bar.now) | Q(
        Exists(Membership.objects.filter(chat=OuterRef("chat"), bot=OuterRef("bot"), gated_until__gt=bar.now))
    )
    ready = Turn.objects.filter(state=Turn.State.COMPOSED, send_after__lt=bar.since, chat__in=talking).exclude(gated)
    planned = Turn.objects.filter(state=Turn.State.PLANNED, due_at__lt=bar.since, chat__in=talking)
    count = ready.count() + planned.count()
    return [Sign(HOUSE, {"count": count, "minutes": bar.minutes})] if count >= bar.limit and not _moves(bar) else []


def _moves(bar: Bar) -> bool:
    return (
        Turn.objects.filter(state=Turn.State.SENT, sent_at__gt=bar.since).exists()
        or SendAttempt.objects.filter(started_at__gt=bar.since).exists()
        or LLMCall.objects.filter(started_at__gt=bar.since).exists()
    )


def observer(bar: Bar) -> list[Sign]:
    """Bots spoke in a group whose observer did not see it. A group that never had one is none."""
    if settings.TELEGRAM_MODE == "off":
        return []
    seeing = Membership.objects.filter(
        ended_at=None, sees_bots_since__isnull=False, chat__in=Chat.objects.talking().filter(kind=Chat.Kind.TELEGRAM)
    )
    newest = seeing.order_by("chat", "-sees_bots_at").distinct("chat").values_list("chat", "bot", "sees_bots_at")
    return [
        Sign(f"chat:{chat}", {"minutes": int((bar.now - at).total_seconds() // 60)}, chat_id=chat)
        for chat, bot, at in newest
        if at and at < bar.since and _unseen(chat, bot, at, bar)
    ]


def _unseen(chat: int, bot: int, seen: datetime, bar: Bar) -> bool:
    after = max(seen + SPENT_ON_ARRIVAL, bar.since - LATELY)
    said = Message.objects.filter(chat=chat, said_at__gt=after, said_at__lt=bar.since, bot__isnull=False)
    return said.exclude(bot=bot).exists()


def quiet(bar: Bar) -> list[Sign]:
    """Turns begin here and come to nothing, for no reason that is as it should be."""
    if not _runs_since(bar.since):
        return []
    mute = Chat.objects.talking().filter(Q(spoke_at=None) | Q(spoke_at__lt=bar.since), created_at__lt=bar.since)
    found = []
    for chat in mute:
        if pace.quiet_until(chat.quiet, bar.now.astimezone(chat.zone)):
            continue
        ends = Counter(_came_to_nothing(chat, bar))
        if ends.total() >= bar.limit:
            ((code, _count),) = ends.most_common(1)
            facts = {"minutes": _minutes(chat, bar), "count": ends.total(), "code": code, "reason": ""}
            found.append(Sign(f"chat:{chat.pk}", facts, chat_id=chat.pk))
    return found


def _came_to_nothing(chat: Chat, bar: Bar) -> list[str]:
    newest = Turn.objects.filter(chat=chat).order_by("-pk").values_list("state", "reason", "ended_at")[:100]
    over = (Turn.State.SKIPPED, Turn.State.FAILED)
    return [
        reason for state, reason, ended in newest
        if state in over and ended and ended > bar.since and reason not in NATURAL
    ]  # fmt: skip


def _minutes(chat: Chat, bar: Bar) -> int:
    return int((bar.now - (chat.spoke_at or chat.created_at)).total_seconds() // 60)


def dominance(bar: Bar) -> list[Sign]:
    """One of three or more says most of it."""
    lately = Chat.objects.talking().filter(spoke_at__gt=bar.since)
    said = Message.objects.filter(chat__in=lately, said_at__gt=bar.since, bot__isnull=False)
    shares: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for chat, bot, count in said.order_by().values_list("chat", "bot").annotate(count=Count("pk")):
        shares[chat][bot] = count
    cast = dict(
        Membership.objects.filter(chat__in=list(shares), ended_at=None).values_list("chat").annotate(Count("pk"))
    )
    found = []
    for chat, counts in shares.items():
        total, bot = sum(counts.values()), max(counts, key=lambda one: counts[one])
        if total >= DOMINANCE_LEAST and cast.get(chat, 0) > 2 and 100 * counts[bot] >= bar.limit * total:
            found.append((chat, bot, total, round(100 * counts[bot] / total)))
    names = {row.pk: str(row) for row in Bot.objects.filter(pk__in=[bot for _chat, bot, *_ in found])}
    return [
        Sign(f"chat:{chat}:{bot}", {"name": names[bot], "percent": share, "count": total}, chat_id=chat, bot_id=bot)
        for chat, bot, total, share in found
    ]


def guard(bar: Bar) -> list[Sign]:
    refused = _newest(Turn.State.SKIPPED).filter(ended_at__gt=bar.since, reason__startswith="guard:")
    ends = Counter(refused.values_list("reason", flat=True))
    stopped = ends.total()
    if not stopped:
        return []
    total = stopped + Turn.objects.filter(state=Turn.State.SENT, sent_at__gt=bar.since)[:NEWEST].count()
    if total < GUARD_LEAST or 100 * stopped < bar.limit * total:
        return []
    ((code, _count),) = ends.most_common(1)
    return [Sign(HOUSE, {"percent": round(100 * stopped / total), "count": stopped, "code": code, "reason": ""})]


def _newest(state: Turn.State) -> "QuerySet[Turn]":
    ids = Turn.objects.filter(state=state).order_by("-pk").values("pk")[:NEWEST]
    return Turn.objects.filter(pk__in=ids)


def _runs_since(since: datetime) -> bool:
    """Whether the engine has run all the while."""
    return Engine.objects.filter(running=True, changed_at__lt=since).exists()
