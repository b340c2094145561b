"""Reader: the world of one turn: what moves, in one statement, over what people alone change."""

from dataclasses import replace
from datetime import datetime
from typing import cast

from django.utils import timezone

from conversations import revision
from conversations.engine import calendar, settled, words
from conversations.engine import world as worlds
from conversations.engine.settled import Settled
from conversations.engine.values import Member, News, Price, Scene, Ticker, Trigger
from conversations.engine.world import Now, World
from conversations.market import prices
from conversations.models import Chat, Membership, Turn
from conversations.news import fit

PASSING_BLOCKS = frozenset({"", "busy", "gated", "breaker_open", "bot_paused", "taken_over"})
"""What keeps a bot from speaking for a while only, or not at all."""


def load(turn: Turn) -> Scene:
    """Everything that plan and prompt may know. At most one statement while nobody changes rules, symbols or bots."""
    chat, now = turn.chat, timezone.now()
    known = settled.of(chat.pk, turn.revision if turn.revision is not None else revision.current())
    world = turn.world or worlds.read(chat.pk, now, known.policy, turn=turn)
    local, rules = now.astimezone(chat.zone), known.policy
    return Scene(
        chat_id=chat.pk,
        title=chat.title,
        now=local,
        observes_hours=chat.observes_hours,
        topics=tuple(chat.topics),
        policy=rules,
        trigger=cast("Trigger", turn.trigger),
        named_bot_id=turn.bot_id,
        cause=world.cause,
        members=_members(known, world, now),
        history=world.history,
        session=calendar.session(local).words,
        tickers=known.tickers,
        news=_news(turn, known, world, now),
        prices=_prices(chat, known, world, now),
        reactions=None if chat.reactions is None else tuple(chat.reactions),
    )


def members(chat_id: int, now: datetime) -> tuple[Member, ...]:
    """The bots of a chat as they are now."""
    known = settled.of(chat_id, revision.current())
    return _members(known, worlds.read(chat_id, now, known.policy), now)


def _members(known: Settled, world: World, now: datetime) -> tuple[Member, ...]:
    return tuple(
        _member(member, world.members[member.bot_id], world, now)
        for member in known.members
        if member.bot_id in world.members
    )


def _member(member: Member, moving: Now, world: World, now: datetime) -> Member:
    positions = member.positions
    if moving.resting:
        positions = tuple(replace(one, rests=one.id in moving.resting) for one in positions)
    return replace(
        member,
        said_last_hour=moving.said_last_hour,
        last_said_at=moving.last_said_at,
        positions=positions,
        feelings=moving.feelings,
        bonds=world.bonds.get(member.bot_id, {}),
        phrase_rests=moving.phrase_rests,
        told=world.told.get(member.bot_id, frozenset()),
        blocked=member.blocked or _held_up(moving, world, now),
    )


def _held_up(moving: Now, world: World, now: datetime) -> str:
    if moving.taken:
        return "taken_over"
    if moving.paused_until and moving.paused_until > now:
        return "bot_paused"
    if moving.gated_until and moving.gated_until > now:
        return "gated"
    if moving.rests_until and moving.rests_until > now:
        return "breaker_open"
    return "busy" if moving.bot_id in world.busy else ""


def stated(chat: Chat, known: Settled, now: datetime) -> tuple[Price, ...]:
    """The prices that may be stated in a chat now."""
    return _prices(chat, known, worlds.read(chat.pk, now, known.policy), now)


def blocked(membership: Membership, now: datetime) -> str:
    """What keeps a bot silent in a chat whoever asks: its switches, its token, a pause."""
    paused = membership.bot.paused_until
    return settled.off(membership) or ("bot_paused" if paused and paused > now else "")


def _news(turn: Turn, known: Settled, world: World, now: datetime) -> tuple[News, ...]:
    """The headline that opened the turn; for a scheduled one those that may still be taken up here."""
    if turn.headline:
        return (fit.news(turn.headline),)
    if turn.trigger != Turn.Trigger.SCHEDULE:
        return ()
    return fit.fitting(turn.chat, now, known.policy, feeds=known.feeds, taken=world.taken, state=world.news)


def _prices(chat: Chat, known: Settled, world: World, now: datetime) -> tuple[Price, ...]:
    followed = _followed(chat, known.members, known.tickers)
    return prices.fresh(followed, now, known.policy, demo=chat.is_rehearsal, newest=world.newest_quote)


def _followed(chat: Chat, present: tuple[Member, ...], tickers: tuple[Ticker, ...]) -> set[str]:
    """The codes of what the chat talks of and its bots watch, by whatever name they have it."""
    names = {*chat.topics, *(name for member in present for name in member.character.watchlist)}
    return {code for name in names if (code := words.code_of(name, tickers) or name)}
