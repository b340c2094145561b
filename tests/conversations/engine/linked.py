"""A cast with tokens at the loopback Telegram, for tests of what travels there."""

from datetime import timedelta
from typing import Any

from django.conf import LazySettings
from django.utils import timezone

from bots import roster
from bots.models import Bot
from conversations import control
from conversations.models import Chat, Turn
from tests import stagehands
from tests.fakes.handles import TelegramFake


def cast(telegram: TelegramFake, settings: LazySettings, count: int) -> list[Bot]:
    """So many bots that Telegram knows, which have not called yet; the engine runs, and no cap of ours holds."""
    settings.TELEGRAM_MODE, settings.TELEGRAM_API_BASE = "polling", telegram.address
    control.start(by="tests")
    control.revise(by="tests", max_per_minute=100_000, chat_max_per_minute=1000, chain_rest_minutes=0.0)
    members = stagehands.crowd(count)
    for bot in members:
        roster.set_token(bot, telegram.add_bot(bot.username), by="tests")
    Bot.objects.update(hourly_cap=120)
    return members


def group(telegram: TelegramFake, members: list[Bot], title: str = "Piyasa") -> Chat:
    number = telegram.add_group(title, *(bot.username for bot in members))
    return stagehands.group(members, number, title)


def ready(chat: Chat, bot: Bot, number: int = 0, **changes: Any) -> Turn:
    """A composed turn that may be sent now, with words of its own."""
    words = {"text": f"Söz {number} burada.", "due_at": timezone.now() - timedelta(seconds=1)}
    return stagehands.turn_in("composed", chat, bot, **(words | changes))
