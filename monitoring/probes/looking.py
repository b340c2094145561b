"""One look at one bot, through Telegram's eyes."""

from dataclasses import dataclass

from bots import gate, vault
from bots.models import Bot
from bots.telegram import port


@dataclass(frozen=True, slots=True)
class Look:
    """What Telegram says about one bot."""

    identity: port.Identity | None = None
    webhook: str = ""
    trouble: str = ""
    refused: bool = False
    shut: bool = False


def look(bot: Bot) -> Look:
    try:
        with gate.heeded(bot) as line:
            return Look(line.me(), line.webhook().url)
    except port.InvalidToken as error:
        return Look(trouble=str(error), refused=True)
    except vault.VaultError as error:
        return Look(trouble=str(error), shut=True)
    except port.TelegramError as error:
        return Look(trouble=str(error))
