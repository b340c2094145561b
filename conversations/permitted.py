"""Writer: the emoji that a group allows. Telegram tells them with the chat, and nobody says when they change."""

from django.db import transaction

from bots import gate
from bots.models import Bot
from bots.telegram import emoji, port
from bots.vault import VaultError
from conversations import together
from conversations.models import Chat, Membership

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
    able = Bot.objects.with_token().filter(retired_at=None)
    playing = Membership.objects.filter(chat__in=groups, ended_at=None, bot__in=able).select_related("bot")
    members: dict[int, dict[int, Bot]] = {}
    for membership in playing.order_by("bot_id"):
        members.setdefault(membership.chat_id, {})[membership.bot_id] = membership.bot
    return [
        (chat, there.get(chat.listener_id or 0) or next(iter(there.values())))
        for chat in groups
        if (there := members.get(chat.pk))
    ]


def _told(asked: _Asked) -> port.ChatInfo | None:
    chat, bot = asked
    try:
        with gate.heeded(bot) as line:
            return line.chat(chat.telegram_id or 0)
    except (port.TelegramError, VaultError):
        return None  # its sends find out why, and say so


def _known(info: port.ChatInfo) -> list[str] | None:
    """Of those that the group allows, the ones that a bot may use at all; None where the group allows all."""
    return None if info.reactions is None else sorted(emoji.ALLOWED.intersection(map(emoji.clean, info.reactions)))
