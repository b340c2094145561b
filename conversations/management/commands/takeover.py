"""manage.py takeover take|speak|stay|back CHAT BOT --as NAME: a person speaks through a bot, and hands it back."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils import timezone

from bots.models import Bot
from conversations import takeover
from conversations.management import doors
from conversations.models import Chat, Membership, Message

WORDS = {
    "take": "speak through a bot in a chat from now on; the engine leaves it alone there",
    "speak": "say something through it, marked as a person's words",
    "stay": "keep it for as long again",
    "back": "let the engine play it again",
}


class Command(doors.Door):
    help = "Speak through a bot, as one of the staff. What is said goes through the guard and is marked."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="|".join(WORDS))
        for verb, told in WORDS.items():
            one = verbs.add_parser(verb, help=told)
            one.add_argument("chat", type=int, metavar="CHAT", help="its number, as shown by `chat list`")
            one.add_argument("bot", metavar="BOT", help="its username")
            one.add_argument("--as", dest="account", required=True, metavar="NAME", help="the account that speaks")
            if verb == "speak":
                one.add_argument("--text", required=True, help="what is said")
                one.add_argument("--reply-to", type=int, metavar="N", help="the number in the chat of what it answers")
            self.add_dry_run(one)
            self.add_json(one)

    def handle(self, *, verb: str, chat: int, bot: str, json: bool, dry_run: bool, **options: Any) -> None:
        there, played, person = doors.chat(chat), doors.bot(bot), _person(options["account"])
        try:
            with doors.undone(dry_run=dry_run):
                said = _do(verb, there, played, person, options)
                member = Membership.objects.select_related("taken_by").get(chat=there, bot=played)
                facts = _facts(member, said) | {"dry_run": dry_run}
        except ValidationError as error:
            raise doors.refusal(error) from error
        self.answer(facts, f"{_words(facts)}{' Nothing was kept.' if dry_run else ''}", as_json=json)


def _do(verb: str, chat: Chat, bot: Bot, person: User, options: dict[str, Any]) -> int | None:
    """The turn that was made of it, where something was said."""
    if verb == "take":
        takeover.take(chat, bot, by=person)
    elif verb == "stay":
        takeover.stay(chat, bot, by=person)
    elif verb == "back":
        takeover.hand_back(chat, bot, by=person)
    else:
        answered = _answered(chat, options["reply_to"])
        return takeover.speak(chat, bot, options["text"], by=person, reply_to=answered).pk
    return None


def _person(name: str) -> User:
    """Staff who may speak in a chat. Raises CommandError."""
    user = User.objects.filter(username=name, is_active=True, is_staff=True).first()
    if user is None or not user.has_perm("conversations.change_chat"):
        raise CommandError(f"{name} is nobody who may speak through bots. `manage.py operator NAME` adds people.")
    return user


def _answered(chat: Chat, number: int | None) -> Message | None:
    if number is None:
        return None
    found = chat.messages.filter(message_id=number).first()
    if found is None:
        raise CommandError(f"There is no message {number} in {chat.title}.")
    return found


def _facts(member: Membership, said: int | None) -> dict[str, Any]:
    return {
        "chat": member.chat_id,
        "bot": member.bot.username,
        "taken_by": member.taken_by.get_username() if member.taken_by else None,
        "taken_until": member.taken_until,
        "turn": said,
    }


def _words(facts: dict[str, Any]) -> str:
    if facts["taken_by"] is None:
        return f"The engine plays @{facts['bot']} again."
    said = f"Turn {facts['turn']} goes out. " if facts["turn"] else ""
    until = timezone.localtime(facts["taken_until"])
    return f"{said}{facts['taken_by']} speaks through @{facts['bot']} until {until:%H:%M}."
