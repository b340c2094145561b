"""Which messages reach which bot."""

from typing import Any

from tests.fakes.telegram import text as texts
from tests.fakes.telegram.cast import Bot, Chat, User


def sees(bot: Bot, chat: Chat, message: dict[str, Any], author: User) -> bool:
    """Telegram's rules of sight: own privacy mode, rights in the chat, and bots see bots only when both allow it."""
    if not chat.holds(bot.user):
        return False
    if chat.kind == "private":
        return True
    everything = not bot.privacy or chat.members[bot.user.id] in ("administrator", "creator")
    if author.is_bot:
        return bot.sees_bots and everything
    return everything or _addressed(bot, message)


def _addressed(bot: Bot, message: dict[str, Any]) -> bool:
    name = f"@{bot.user.username}".lower()
    commands = [command.lower() for command in texts.named(message, "bot_command")]
    return (
        message.get("reply_to_message", {}).get("from", {}).get("id") == bot.user.id
        or name in [mention.lower() for mention in texts.named(message, "mention")]
        or any("@" not in command or command.endswith(name) for command in commands)
    )
