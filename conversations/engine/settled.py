"""Reader: what of a chat only people change: rules, symbols, its bots with their personas, stances and holdings.

Each process keeps it for as long as the revision stays the same, which the database itself moves on with every such
change. The claim of a turn brings the revision along, so what was changed before a claim is never missed.
"""

from collections import OrderedDict
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from threading import Lock
from typing import Any

from django.db import connection

from bots.exchange.parse import numbers
from bots.models import Bot
from conversations import symbols
from conversations.engine import character, policy, rulesets
from conversations.engine.rulebook import Policy
from conversations.engine.values import Member, Position, Ticker
from conversations.models import Chat, Membership


@dataclass(frozen=True, slots=True)
class Settled:
    chat: Chat
    policy: Policy
    tickers: tuple[Ticker, ...]
    everywhere: Policy
    """The rules of the whole cast."""
    members: tuple[Member, ...]
    """In the order of their numbers, as if nothing moved."""
    feeds: frozenset[int]
    """Where its news come from; empty: from all feeds."""
    bots: Mapping[int, Bot]
    """The same, as rows: with their tokens, which others may be given meanwhile."""

    def member(self, bot_id: int | None) -> Member | None:
        return next((member for member in self.members if member.bot_id == bot_id), None)

    def bot(self, bot_id: int | None) -> Bot | None:
        """A copy: whoever asks may let it go stale, or change it."""
        known = self.bots.get(bot_id or 0)
        return known and copy(known)


@dataclass(frozen=True, slots=True)
class Counts:
    """How often what was asked for was there, and how often it had to be read."""

    hits: int
    misses: int


MOST_KEPT = 512
"""Chats; the one that was asked for longest ago makes room."""
_kept: OrderedDict[int, tuple[int, Settled]] = OrderedDict()
_lock = Lock()
_reading = tuple(Lock() for _ in range(64))
"""Of the chats by their numbers: threads that miss the same at the same time read it once."""
_counts = Counts(0, 0)


def of(chat_id: int, revision: int) -> Settled:
    """What holds in a chat at `revision`, or later. No query while nothing has changed."""
    found = _find(chat_id, revision)
    if found is not None:
        return found
    connection.ensure_connection()  # who reads must not wait for a connection that somebody who waits for it holds
    with _reading[chat_id % len(_reading)]:
        found = _find(chat_id, revision)
        if found is None:
            found = _read(chat_id)
            _keep(chat_id, revision, found)
            _count(misses=1)
        return found


def usual() -> Policy:
    """The rules of the whole cast as this process saw them last: a guess, for who must ask before it knows."""
    with _lock:
        newest = next(reversed(_kept.values()), None)
    return newest[1].everywhere if newest else rulesets.LIVELY


def counts() -> Counts:
    """Since this process began."""
    return _counts


def _find(chat_id: int, revision: int) -> Settled | None:
    with _lock:
        at, found = _kept.get(chat_id, (revision, None))
        if found is None or at != revision:
            return None
        _kept.move_to_end(chat_id)
    _count(hits=1)
    return found


def _count(*, hits: int = 0, misses: int = 0) -> None:
    global _counts
    with _lock:
        _counts = Counts(_counts.hits + hits, _counts.misses + misses)


def _keep(chat_id: int, revision: int, found: Settled) -> None:
    with _lock:
        _kept[chat_id] = (revision, found)
        _kept.move_to_end(chat_id)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)


def _read(chat_id: int) -> Settled:
    memberships = list(
        Membership.objects.filter(chat=chat_id, ended_at=None, bot__retired_at=None)
        .select_related("bot__persona", "chat")
        .prefetch_related("bot__hours", "bot__stances", "bot__holdings")
        .order_by("bot_id")
    )
    rules, chat = policy.for_chats([chat_id]), Chat.objects.get(pk=chat_id)
    return Settled(
        chat=chat,
        feeds=frozenset(chat.feeds.values_list("pk", flat=True)),
        policy=rules[chat_id],
        everywhere=rules[None],
        tickers=symbols.table(),
        members=tuple(map(_member, memberships)),
        bots={membership.bot_id: membership.bot for membership in memberships},
    )


def _member(membership: Membership) -> Member:
    bot = membership.bot
    return Member(
        bot_id=bot.pk,
        username=bot.username,
        character=character.of(bot.persona),
        weight=membership.weight,
        talkativeness=bot.talkativeness,
        pace=bot.pace,
        hourly_cap=bot.hourly_cap,
        said_last_hour=0,
        last_said_at=None,
        hours=tuple(row.sheet() for row in bot.hours.all()),
        holdings=tuple(held(one.symbol, one.size, one.average_price) for one in bot.holdings.all()),
        latency=bot.latency,
        positions=tuple(Position(s.pk, s.topic, s.text, s.confidence, rests=False) for s in bot.stances.all()),
        persona_id=bot.persona_id,
        blocked=off(membership),
    )


def held(symbol: str, size: Decimal, average_price: Decimal) -> str:
    """A position as its holder tells it: symbol, size and cost are fiction."""
    return f"{symbol} {numbers.plain(size):f} adet, maliyet {numbers.plain(average_price):f}"


def off(membership: Membership) -> str:
    """What keeps a bot silent in a chat whoever asks, until somebody changes it: its switches, its token."""
    bot: Any = membership.bot
    if not bot.enabled or bot.retired_at:
        return "bot_off"
    if membership.ended_at:
        return "not_a_member"
    if bot.token_state == Bot.Token.DEAD:
        return "token_dead"
    if not membership.chat.is_rehearsal and bot.token_state == Bot.Token.MISSING:
        return "no_token"
    return ""
