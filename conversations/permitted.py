"""Writer: the emoji that a group allows. Telegram tells them with the chat, and nobody says when they change."""

from django.db import transaction
from django.db.models import F

from bots.models import Bot
from bots.telegram import emoji, port
from bots.vault import VaultError
from conversations import together
from conversations.models import Chat

SECONDS = 60.0
_Asked = tuple[Chat, Bot]


def refresh() -> int:
    """Ask Telegram about every talking group. Returns how many told; those that cannot be asked stay as they were."""
    asked = _whom_to_ask()
    answers = together.ask(asked, _told, seconds=SECONDS)
    told = [(chat, info) for (chat, _bot), info in zip(asked, answers, strict=True) if info is not None]
    with transaction.atomic():
        for chat, info in sorted(told, key=lambda pair: pair[0].pk):
            allowed = _known(info)
            if allowed != chat.reactions:
                Chat.objects.filter(pk=chat.pk).update(reactions=allowed)
    return len(told)


def _whom_to_ask() -> list[_Asked]:
    """The listener of each group where it can be asked, otherwise any member that can. Two queries."""
    groups = list(Chat.objects.talking().filter(kind=Chat.Kind.TELEGRAM).order_by("pk"))
    members: dict[int, dict[int, Bot]] = {}
    able = Bot.objects.with_token().filter(memberships__chat__in=groups, memberships__ended_at=None, retired_at=None)
    for bot in able.annotate(playing_in=F("memberships__chat")).order_by("pk"):
        members.setdefault(bot.playing_in, {})[bot.pk] = bot
    return [
        (chat, there.get(chat.listener_id or 0) or next(iter(there.values())))
        for chat in groups
        if (there := members.get(chat.pk))
    ]


def _told(asked: _Asked) -> port.ChatInfo | None:
    chat, bot = asked
    try:
        return bot.telegram().chat(chat.telegram_id or 0)
    except (port.TelegramError, VaultError):
        return None  # its sends find out why, and say so


def _known(info: port.ChatInfo) -> list[str] | None:
    """Of those that the group allows, the ones that a bot may use at all; None where the group allows all."""
    return None if info.reactions is None else sorted(emoji.ALLOWED.intersection(map(emoji.clean, info.reactions)))
