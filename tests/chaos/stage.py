"""Sets the stage of a part: groups with speakers and one observer, a provider, rules under which much is said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from bots import roster
from bots.models import Bot
from bots.sheet import BotSheet, PersonaSheet
from conversations import control, inbox, polling
from conversations.engine import rulesets
from conversations.models import Chat, Membership
from conversations.models.rules import FIELDS
from tests import stagehands
from tests.fakes.handles import OpenAIFake, TelegramFake

SPEAKERS = 5
"""In each group. A bot says at most 120 messages an hour, 18 a minute in one group."""


@dataclass(frozen=True, slots=True)
class Stage:
    chats: tuple[Chat, ...]
    speakers: dict[int, tuple[Bot, ...]]
    """By chat."""
    observer: Bot


def rules(**changes: Any) -> dict[str, Any]:
    """Much is said, nothing is in the way; pacing and Telegram's limits hold as ever."""
    load = {name: getattr(rulesets.LOAD, name) for name in FIELDS}
    load["hourly_activity"] = list(load["hourly_activity"])
    calm = {"quiet_minutes": 0, "typing_shown": False, "longest_wait": 10, "rewrites": 0, "chain_cap": 1000}
    return {**load, **calm, **changes}


def build(
    telegram: TelegramFake, provider: OpenAIFake, *, groups: int, speakers: int, own_talk: bool, **changes: Any
) -> Stage:
    control.revise(by="chaos", note="chaos", **rules(**changes))
    stagehands.provider(provider.address, name="provider")
    names = [f"g{group}_{number}_bot" for group in range(groups) for number in range(speakers)]
    observer, *bots = _bots(["gozcu_bot", *names], telegram)
    cast = {number: tuple(bots[number * speakers : (number + 1) * speakers]) for number in range(groups)}
    chats = tuple(_group(number, cast[number], observer, telegram) for number in range(groups))
    _open_its_eyes(observer)
    if not own_talk:
        rest(chats)
    control.start(by="chaos")
    return Stage(chats, {chat.pk: cast[number] for number, chat in enumerate(chats)}, observer)


def _bots(names: list[str], telegram: TelegramFake) -> list[Bot]:
    """The first of them sees everything that is said."""
    tokens = [telegram.add_bot(name, privacy=bool(n), sees_bots=not n) for n, name in enumerate(names)]
    sheets = [
        BotSheet(username=name, persona=PersonaSheet(name=name.removesuffix("_bot")), hourly_cap=120, token=token)
        for name, token in zip(names, tokens, strict=True)
    ]
    bots = roster.enrol_all(sheets, by="chaos")
    for bot, token in zip(bots, tokens, strict=True):
        bot.telegram_id, bot.reads_all_messages = int(token.partition(":")[0]), bot is bots[0]
    Bot.objects.bulk_update(bots, ["telegram_id", "reads_all_messages"])
    return bots


def _group(number: int, cast: tuple[Bot, ...], observer: Bot, telegram: TelegramFake) -> Chat:
    title = f"Grup {number}"
    telegram_id = telegram.add_group(title, *(bot.username for bot in cast), observer.username)
    chat = control.add_group(
        title, telegram_id=telegram_id, members=[observer, *cast], topics=stagehands.TOPICS, disclosed_by="chaos",
        by="chaos",
    )  # fmt: skip
    control.adjust(chat, by="chaos", observes_hours=False, listener=observer)
    chat.memberships.filter(bot=observer).update(weight=0)
    return Chat.objects.get(pk=chat.pk)


def _open_its_eyes(observer: Bot) -> None:
    """It has seen the others talk for a while: word of its own arrival, which would begin this anew, is read first."""
    polling.ask(observer.pk, wait=0)
    while inbox.process_one():
        pass
    now = timezone.now()
    Membership.objects.filter(bot=observer).update(sees_bots_since=now - timedelta(hours=1), sees_bots_at=now)


def rest(chats: Iterable[Chat]) -> None:
    """No turn of their own opens here: what is said comes from the part."""
    for chat in chats:  # one lock at a time: workers want them too, in an order of their own
        Chat.objects.filter(pk=chat.pk).update(next_due=timezone.now() + timedelta(days=1))
