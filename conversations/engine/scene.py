"""Reader: the world of one turn, in a pinned number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from django.db.models import Count, Prefetch, Q
from django.utils import timezone

from bots import bonds, feelings
from bots.models import Bot, Holding, Relationship
from conversations import symbols
from conversations.engine import calendar, character, policy, rations, words
from conversations.engine.rulebook import Policy
from conversations.engine.values import (
    Bond,
    Feelings,
    Member,
    News,
    Other,
    Position,
    Said,
    Scene,
    Standing,
    Ticker,
    Trigger,
)
from conversations.market import prices
from conversations.models import Chat, Membership, Message, Reaction, Turn
from conversations.news import fit

PASSING_BLOCKS = frozenset({"", "busy", "gated", "bot_paused"})
"""What keeps a bot from speaking for a while only, or not at all."""


def load(turn: Turn) -> Scene:
    """Everything that plan and prompt may know. Seven queries, whatever the size of the chat."""
    now = timezone.now()
    chat, rules = turn.chat, policy.current(turn.chat)
    local, tickers = now.astimezone(chat.zone), symbols.table()
    present = members(chat.pk, now, rules, busy=_busy(turn))
    return Scene(
        chat_id=chat.pk,
        title=chat.title,
        now=local,
        observes_hours=chat.observes_hours,
        topics=tuple(chat.topics),
        policy=rules,
        trigger=cast("Trigger", turn.trigger),
        named_bot_id=turn.bot_id,
        cause=said(turn.cause) if turn.cause else None,
        members=present,
        history=history(chat.pk, rules.history_length),
        session=calendar.session(local).words,
        tickers=tickers,
        news=_news(turn, rules, now),
        prices=prices.fresh(_followed(chat, present, tickers), now, rules, demo=chat.is_rehearsal),
        reactions=None if chat.reactions is None else tuple(chat.reactions),
    )


def _news(turn: Turn, rules: Policy, now: datetime) -> tuple[News, ...]:
    """The headline that opened the turn; for a scheduled one those that may still be taken up here."""
    if turn.headline:
        return (fit.news(turn.headline),)
    if turn.trigger != Turn.Trigger.SCHEDULE:
        return ()
    return fit.fitting(turn.chat, now, rules, topics=turn.chat.topics)


def _followed(chat: Chat, present: tuple[Member, ...], tickers: tuple[Ticker, ...]) -> set[str]:
    """The codes of what the chat talks of and its bots watch, by whatever name they have it."""
    names = {*chat.topics, *(name for member in present for name in member.character.watchlist)}
    return {code for name in names if (code := words.code_of(name, tickers) or name)}


def history(chat_id: int, length: int) -> tuple[Said, ...]:
    """The newest messages of a chat, oldest first."""
    newest = (
        Message.objects.filter(chat=chat_id)
        .select_related("bot__persona", "participant")
        .annotate(reply_count=Count("replies"))
        .prefetch_related(Prefetch("reactions", Reaction.objects.filter(bot__isnull=False)))
        .order_by("-said_at", "-id")[:length]
    )
    return tuple(
        said(
            message,
            replies=message.reply_count,
            reacted=frozenset(reaction.bot_id for reaction in message.reactions.all() if reaction.bot_id),
        )
        for message in reversed(newest)
    )


def said(message: Message, *, replies: int = 0, reacted: frozenset[int] = frozenset()) -> Said:
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
        reacted=reacted,
    )


def members(chat_id: int, now: datetime, rules: Policy, *, busy: frozenset[int] = frozenset()) -> tuple[Member, ...]:
    """The bots of a chat as they are now; `busy` are those that have something under way there."""
    memberships = list(
        Membership.objects.filter(chat=chat_id, ended_at=None, bot__retired_at=None)
        .select_related("bot__persona", "chat")
        .prefetch_related("bot__hours", "bot__stances", "bot__holdings")
        .order_by("bot_id")
    )
    bot_ids = [membership.bot_id for membership in memberships]
    counts, rests = said_last_hour(bot_ids, now), rations.phrases(bot_ids, rules)
    told, moods, ties = rations.anecdotes(chat_id, rules, now), feelings.of(bot_ids), bonds.of(bot_ids)
    return tuple(
        replace(
            _member(membership, counts[membership.bot_id], busy, now),
            phrase_rests=membership.bot_id in rests,
            told=told.get(membership.bot_id, frozenset()),
            feelings=Feelings(*moods.get(membership.bot_id, ())),
            bonds=_bonds(ties.get(membership.bot_id, {})),
        )
        for membership in memberships
    )


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


def _busy(turn: Turn) -> frozenset[int]:
    """Bots that already have something under way in this chat, or have answered the same message."""
    busy = Q(state__in=Turn.OPEN)
    if turn.cause_id:
        busy |= Q(cause=turn.cause_id, state=Turn.State.SENT)
    others = Turn.objects.filter(busy, chat=turn.chat_id, bot__isnull=False).exclude(pk=turn.pk)
    return frozenset(bot_id for bot_id in others.values_list("bot", flat=True) if bot_id)


def _member(membership: Membership, said_count: int, busy: frozenset[int], now: datetime) -> Member:
    bot = membership.bot
    return Member(
        bot_id=bot.pk,
        username=bot.username,
        character=character.of(bot.persona),
        weight=membership.weight,
        talkativeness=bot.talkativeness,
        pace=bot.pace,
        hourly_cap=bot.hourly_cap,
        said_last_hour=said_count,
        last_said_at=membership.last_said_at,
        hours=tuple((hours.starts, hours.ends) for hours in bot.hours.all()),
        holdings=tuple(_held(holding) for holding in bot.holdings.all()),
        latency=bot.latency,
        positions=tuple(
            Position(s.pk, s.topic, s.text, s.confidence, rests=bool(s.cooldown_until and s.cooldown_until > now))
            for s in bot.stances.all()
        ),
        blocked=blocked(membership, now) or _held_up(membership, busy, now),
    )


def _bonds(ties: Mapping[bonds.Other, Relationship]) -> Mapping[Other, Bond]:
    return {
        cast("Other", other): Bond(
            cast("Standing", bonds.standing(tie)), tie.trust, tie.affection, tie.familiarity, tie.conflict
        )
        for other, tie in ties.items()
    }


def _held(holding: Holding) -> str:
    """A position as its holder tells it: symbol, size and cost are fiction."""
    return f"{holding.symbol} {holding.size:f} adet, maliyet {holding.average_price:f}"


def _held_up(membership: Membership, busy: frozenset[int], now: datetime) -> str:
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
