"""Commands of people: read from a message, done at once, answered by Kulis itself. None is kept as a message."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models.functions import Now
from django.utils import timezone

from bots.models import Bot
from conversations import control, forgetting, responses, stewards
from conversations.engine import policy, quiet
from conversations.inbound import entities, replies, senders
from conversations.inbound.senders import Sender
from conversations.models import Chat, Participant, Response

NAMES = {
    "privacy": "privacy", "gizlilik": "privacy",
    "forget": "forget", "unut": "forget",
    "quiet": "quiet", "sus": "quiet",
    "talk": "talk", "konus": "talk",
    "start": "help", "help": "help", "yardim": "help",
    "stop": "stop", "durdur": "stop",
}  # fmt: skip
ONCE_IN = timedelta(hours=1)
"""So often one person may ask for quiet."""


@dataclass(frozen=True, slots=True)
class Given:
    """A command as it was given."""

    name: str
    to: str
    """The username it was addressed to, or nothing."""
    rest: str


def of(data: dict[str, Any]) -> Given | None:
    """The command that a message begins with. One further on, or under a picture, is talk about a command."""
    if not data.get("text"):
        return None
    first = next((piece for piece in entities.pieces(data) if piece.kind == "bot_command" and piece.offset == 0), None)
    if first is None:
        return None
    name, _at, to = first.text.removeprefix("/").partition("@")
    return Given(name.lower(), to.lower(), data["text"][len(first.text) :].strip())


def in_group(seen_by: Bot, chat: Chat, data: dict[str, Any]) -> str:
    """Do what a command in a group asks; what it was, or nothing if the message is no command for us."""
    given, sender = of(data), senders.of(data)
    if given is None or sender is None or sender.posts or given.name not in NAMES:
        return ""
    bot = _speaker(chat, given.to, seen_by)
    return _done(NAMES[given.name], bot, sender, data, chat) if bot else ""


def in_private(bot: Bot, data: dict[str, Any]) -> str:
    """Commands and one-time codes in private; anything else is noted and not answered."""
    given, sender = of(data), senders.of(data)
    if sender is None:
        return "private"
    code = given.rest if given and given.name == "start" else data.get("text") or ""
    if not sender.is_collective and stewards.bind(sender.number, code):
        return _answer("bound", replies.say(replies.bound, language=sender.language), bot, sender, data)
    if given is None:
        return "private"
    return _done(NAMES.get(given.name, "help"), bot, sender, data, None)


def _speaker(chat: Chat, to: str, seen_by: Bot) -> Bot | None:
    """Who answers: the bot that was addressed, else the chat's listener, else who saw it. None: another's command."""
    able = Bot.objects.active().with_token().filter(memberships__chat=chat, memberships__ended_at=None)
    if to:
        named = able.filter(username__iexact=to).first()
        return named or (seen_by if seen_by.username.lower() == to else None)
    return able.filter(pk=chat.listener_id or 0).first() or seen_by


def _done(command: str, bot: Bot, sender: Sender, data: dict[str, Any], chat: Chat | None) -> str:
    if command == "talk":
        return _talk(bot, sender, data, chat)
    if command == "stop":
        command, text = _stop(sender)
    else:
        text = {"forget": _forget, "quiet": _quiet}.get(command, _told(command))(sender, chat)
    return _answer(command, text, bot, sender, data)


def _answer(command: str, text: str, bot: Bot, sender: Sender, data: dict[str, Any], **more: Any) -> str:
    number, in_group = data["chat"]["id"], data["chat"]["type"] != "private"
    place = {"thread_id": data.get("message_thread_id") if data.get("is_topic_message") else None}
    if in_group:
        place["reply_to"] = data["message_id"]
    responses.answer(
        bot=bot,
        command=command,
        chat_number=number,
        message_number=data["message_id"],
        person=sender.number,
        text=text,
        **place,
        **more,
    )
    return f"command:{command}"


# --- One by one ------------------------------------------------------------------------------------------------------
def _told(command: str) -> Any:
    words = replies.privacy if command == "privacy" else replies.help_text
    return lambda sender, _chat: replies.say(words, language=sender.language)


def _forget(sender: Sender, _chat: Chat | None) -> str:
    if sender.is_collective:
        return replies.say(replies.forget_as_yourself, language=sender.language)
    forgetting.forget_number(sender.number, by="telegram")
    return replies.say(replies.forgotten, language=sender.language)


def _quiet(sender: Sender, chat: Chat | None) -> str:
    if chat is None:
        return replies.say(replies.only_in_groups, language=sender.language)
    if not control.is_running() or not Chat.objects.talking().filter(telegram_id=chat.telegram_id).exists():
        return replies.say(replies.nothing_to_quiet, language=sender.language)
    person = senders.participant(sender)
    if person.hushed_at and person.hushed_at > timezone.now() - ONCE_IN:
        return replies.say(replies.hushed_already, language=sender.language)
    Participant.objects.filter(pk=person.pk).update(hushed_at=Now())
    quiet.hush(chat)
    minutes = policy.current(chat).hush_minutes
    return replies.say(lambda: replies.hushed(minutes), language=sender.language)


def _stop(sender: Sender) -> tuple[str, str]:
    """Only stewards; to everybody else there is no such command."""
    steward = None if sender.is_collective else stewards.of(sender.number)
    if steward is None:
        return "help", replies.say(replies.help_text, language=sender.language)
    was_running = control.is_running()
    stewards.stop(steward)
    words = replies.stopped if was_running else replies.stopped_already
    return "stop", replies.say(words, language=sender.language)


def _talk(bot: Bot, sender: Sender, data: dict[str, Any], chat: Chat | None) -> str:
    """Who writes in the name of the group is an administrator; of anybody else Telegram is asked on answering."""

    def told(words: Any) -> str:
        return replies.say(words, language=sender.language)

    if chat is None:
        return _answer("talk", told(replies.only_in_groups), bot, sender, data)
    if not Chat.objects.filter(pk=chat.pk, hushed_until__gt=Now()).exists():
        return _answer("talk", told(replies.not_quiet), bot, sender, data)
    if sender.is_admin or stewards.of(sender.number):
        quiet.lift(chat)
        return _answer("talk", told(replies.lifted), bot, sender, data)
    if sender.is_collective:
        return _answer("talk", told(replies.not_lifted), bot, sender, data)
    errand = {
        "errand": Response.Errand.LIFT,
        "person_number": sender.number,
        "otherwise": told(replies.not_lifted),
    }
    return _answer("talk", told(replies.lifted), bot, sender, data, **errand)
