"""Reader: the world of one turn, in a pinned number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import cast

from django.db.models import Count, Q
from django.utils import timezone

from bots.models import Bot, Persona
from conversations.engine import policy
from conversations.engine.values import Character, Member, Position, Risk, Said, Scene, Trigger
from conversations.models import Membership, Message, Turn


def load(turn: Turn) -> Scene:
    """Everything that plan and prompt may know. Seven queries, whatever the size of the chat."""
    now = timezone.now()
    chat, rules = turn.chat, policy.current(turn.chat)
    return Scene(
        chat_id=chat.pk,
        title=chat.title,
        now=now.astimezone(chat.zone),
        observes_hours=chat.observes_hours,
        topics=tuple(chat.topics),
        policy=rules,
        trigger=cast("Trigger", turn.trigger),
        named_bot_id=turn.bot_id,
        cause=said(turn.cause) if turn.cause else None,
        members=_members(turn, now),
        history=history(chat.pk, rules.history_length),
    )


def history(chat_id: int, length: int) -> tuple[Said, ...]:
    """The newest messages of a chat, oldest first."""
    newest = (
        Message.objects.filter(chat=chat_id)
        .select_related("bot__persona", "participant")
        .annotate(reply_count=Count("replies"))
        .order_by("-said_at", "-id")[:length]
    )
    return tuple(said(message, replies=message.reply_count) for message in reversed(newest))


def said(message: Message, *, replies: int = 0) -> Said:
    return Said(
        id=message.pk,
        speaker=message.speaker,
        text=message.text,
        said_at=message.said_at,
        bot_id=message.bot_id,
        participant_id=message.participant_id,
        reply_to_id=message.reply_to_id,
        replies=replies,
        topic=message.topic,
        mentions_other=message.mentions_other,
    )


def character(persona: Persona) -> Character:
    """A persona row as the value that the pure stages use."""
    return Character(
        name=persona.name,
        hint=persona.hint,
        tone=persona.tone,
        risk=cast("Risk", persona.risk),
        risk_label=RISKS[persona.risk],
        horizon_label=HORIZONS[persona.horizon],
        risk_note=persona.risk_note,
        expertise=tuple(persona.expertise),
        watchlist=tuple(persona.watchlist),
        interests=tuple(persona.interests),
        never_do=tuple(persona.never_do),
        style_note=persona.style_note,
        mood_note=persona.mood_note,
        phrases=tuple(persona.phrases),
        anecdotes=tuple(persona.anecdotes),
        emoji=tuple(persona.emoji),
        energy=persona.energy,
        empathy=persona.empathy,
        formality=persona.formality,
        emoji_rate=persona.emoji_rate,
        slip_rate=persona.slip_rate,
        weights=(persona.short_weight, persona.medium_weight, persona.long_weight),
        wpm=persona.wpm,
    )


# The prompt is Turkish whatever the language of the screen that somebody reads.
RISKS = {"very_low": "çok düşük", "low": "düşük", "medium": "orta", "high": "yüksek"}
HORIZONS = {"short": "kısa", "medium": "orta", "long": "uzun"}


def _members(turn: Turn, now: datetime) -> tuple[Member, ...]:
    memberships = list(
        Membership.objects.filter(chat=turn.chat_id, ended_at=None, bot__retired_at=None)
        .select_related("bot__persona", "chat")
        .prefetch_related("bot__hours", "bot__stances")
        .order_by("bot_id")
    )
    counts = said_last_hour((m.bot_id for m in memberships), now)
    busy = _busy(turn)
    return tuple(_member(m, counts[m.bot_id], busy, now) for m in memberships)


def said_last_hour(bot_ids: Iterable[int], now: datetime) -> dict[int, int]:
    """How many messages each bot sent, or is sending, in the last hour, over all its chats."""
    rows = (
        Turn.objects.filter(bot__in=list(bot_ids))
        .filter(Q(state=Turn.State.SENT, sent_at__gt=now - timedelta(hours=1)) | Q(state=Turn.State.SENDING))
        .values_list("bot")
        .annotate(count=Count("id"))
    )
    return defaultdict(int, {bot_id: count for bot_id, count in rows if bot_id})


def _busy(turn: Turn) -> set[int]:
    """Bots that already have something under way in this chat, or have answered the same message."""
    busy = Q(state__in=Turn.OPEN)
    if turn.cause_id:
        busy |= Q(cause=turn.cause_id, state=Turn.State.SENT)
    others = Turn.objects.filter(busy, chat=turn.chat_id, bot__isnull=False).exclude(pk=turn.pk)
    return {bot_id for bot_id in others.values_list("bot", flat=True) if bot_id}


def _member(membership: Membership, said_count: int, busy: set[int], now: datetime) -> Member:
    bot = membership.bot
    return Member(
        bot_id=bot.pk,
        username=bot.username,
        character=character(bot.persona),
        weight=membership.weight,
        talkativeness=bot.talkativeness,
        pace=bot.pace,
        hourly_cap=bot.hourly_cap,
        said_last_hour=said_count,
        last_said_at=membership.last_said_at,
        hours=tuple((hours.starts, hours.ends) for hours in bot.hours.all()),
        positions=tuple(
            Position(s.pk, s.topic, s.text, s.confidence, rests=bool(s.cooldown_until and s.cooldown_until > now))
            for s in bot.stances.all()
        ),
        blocked=blocked(membership, now) or _held_up(membership, busy, now),
    )


def _held_up(membership: Membership, busy: set[int], now: datetime) -> str:
    gates = (membership.gated_until, membership.bot.gated_until)
    if any(gate and gate > now for gate in gates):
        return "gated"
    return "busy" if membership.bot_id in busy else ""


def blocked(membership: Membership, now: datetime) -> str:
    """What keeps a bot silent in a chat whoever asks: its switches, its token, Telegram's own word."""
    bot = membership.bot
    if not bot.enabled or bot.retired_at:
        return "bot_off"
    if membership.ended_at:
        return "not_a_member"
    if bot.paused_until and bot.paused_until > now:
        return "bot_paused"
    if bot.token_state == Bot.Token.DEAD:
        return "token_dead"
    if not membership.chat.is_rehearsal and bot.token_state == Bot.Token.MISSING:
        return "no_token"
    return ""
