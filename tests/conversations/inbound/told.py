"""Updates as Telegram sends them, and what became of them."""

from itertools import count
from typing import Any

from django.utils import timezone

from bots.models import Bot
from bots.telegram import port
from conversations import control, inbox
from conversations.models import Chat, InboundUpdate
from tests import stagehands

GROUP = -1001
DENIZ: dict[str, Any] = {
    "id": 55, "is_bot": False, "first_name": "Deniz", "last_name": "Ak", "username": "deniz_ak", "language_code": "tr",
}  # fmt: skip
_numbers = count(1)


def group(bots: int = 2) -> Chat:
    """A group that talks, whose bots Telegram knows by 7000, 7001, ..."""
    control.start(by="tests")
    chat = stagehands.group(stagehands.troupe(bots), GROUP)
    for number, bot in enumerate(Bot.objects.order_by("pk")):
        Bot.objects.filter(pk=bot.pk).update(telegram_id=7000 + number, token="v1.k1.YWJj", token_state="healthy")
    return Chat.objects.get(pk=chat.pk)


def bot(number: int = 0) -> Bot:
    return Bot.objects.order_by("pk")[number]


def update(kind: str = "message", **content: Any) -> port.Update:
    number = next(_numbers)
    return port.Update(number, {"update_id": number, kind: content})


def message(text: Any = "Bugün sakin.", *, number: Any = None, **more: Any) -> port.Update:
    """A message as a group's listener gets it."""
    return update(**content(text, number=number, **more))


def content(text: Any = "Bugün sakin.", *, number: Any = None, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "message_id": number or next(_numbers) + 10_000,
        "from": DENIZ,
        "chat": {"id": GROUP, "type": "supergroup", "title": "Piyasa"},
        "date": int(timezone.now().timestamp()),
    }
    return made | ({"text": text} if text is not None else {}) | more


def command(text: str, **more: Any) -> port.Update:
    """A message that begins with a command."""
    length = len(text.split(maxsplit=1)[0])
    return message(text, entities=[{"type": "bot_command", "offset": 0, "length": length}], **more)


def privately(text: str, *, who: dict[str, Any] = DENIZ, **more: Any) -> port.Update:
    place = {"id": who["id"], "type": "private", "first_name": who["first_name"]}
    made = command if text.startswith("/") else message
    return made(text, **({"from": who, "chat": place} | more))


def read(*updates: port.Update, bot: int = 0) -> list[str]:
    """Store and read these; what each of them was."""
    listener = Bot.objects.order_by("pk")[bot]
    for one in updates:
        assert inbox.store(listener, one)
    while inbox.process_one():
        pass
    numbers = [one.update_id for one in updates]
    found = InboundUpdate.objects.filter(bot=listener, update_id__in=numbers).order_by("id")
    return list(found.values_list("outcome", flat=True))
