"""Which adapter an open line uses."""

from bots.telegram import port
from bots.telegram.bot_api import BotApi
from bots.telegram.offline import Offline


def open_line(token: str, *, base: str, mode: str) -> port.Telegram:
    """A line for one bot. `base` and `mode` are TELEGRAM_API_BASE and TELEGRAM_MODE; opening it calls nobody."""
    return Offline() if mode == "off" else BotApi(token, base)
