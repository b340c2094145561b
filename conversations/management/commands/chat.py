"""manage.py chat add|list: where the cast talks."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError

from bots.models import Bot
from conversations import control, rehearsal
from conversations.management import doors
from conversations.models import Chat


class Command(doors.Door):
    help = "Register a Telegram group or open a rehearsal room, and list what there is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="add|list|disclose")
        add = verbs.add_parser("add", help="register a group, or open a rehearsal room")
        add.add_argument("title")
        place = add.add_mutually_exclusive_group(required=True)
        place.add_argument(
            "--telegram-id", type=int, metavar="ID", help="the number of the group, for example -1001234567890"
        )
        place.add_argument("--rehearsal", action="store_true", help="a room inside Kulis, without Telegram")
        add.add_argument("--thread-id", type=int, metavar="ID", help="the topic of a forum")
        add.add_argument("--members", required=True, metavar="all|u1,u2", help="who plays there")
        add.add_argument("--topics", default="", metavar="T1,T2", help="what the talk is about")
        add.add_argument(
            "--disclosed-by", default="", metavar="NAME",
            help="who vouches that the audience knows it is a simulation; without it the group stays disabled",
        )  # fmt: skip
        self.add_json(add)
        disclose = verbs.add_parser(
            "disclose", help="post and pin the disclosure in a group, and let the cast talk there"
        )
        disclose.add_argument("chat", type=int, metavar="NUMBER", help="as shown by `chat list`")
        disclose.add_argument("--by", required=True, metavar="NAME", help="who answers for it")
        self.add_json(disclose)
        self.add_json(verbs.add_parser("list", help="every chat"))

    def handle(self, *, verb: str, json: bool, **options: Any) -> None:
        try:
            getattr(self, f"_{verb}")(json=json, **options)
        except ValidationError as error:
            raise doors.refusal(error) from error

    def _add(self, *, json: bool, title: str, members: str, topics: str, **options: Any) -> None:
        named = [topic.strip() for topic in topics.split(",") if topic.strip()]
        cast = doors.bots(members)
        if options["rehearsal"]:
            chat = rehearsal.open_room(title, members=cast, topics=named, by=doors.ACTOR)
        else:
            chat = control.add_group(
                title, telegram_id=options["telegram_id"], thread_id=options["thread_id"], members=cast, topics=named,
                disclosed_by=options["disclosed_by"], by=doors.ACTOR,
            )  # fmt: skip
        facts = _facts(chat)
        words = f"{chat.title} is chat {chat.pk}, with {doors.count(facts['members'], 'member')}."
        self.answer(facts, "\n".join([words, *_notes(chat, cast)]), as_json=json)

    def _disclose(self, *, json: bool, chat: int, by: str, **_options: Any) -> None:
        told = control.disclose(doors.chat(chat), by=by)
        words = f"{told.title}: the audience is told, and the cast may talk."
        if not told.disclosure_pinned:
            words += "\nIt could not be pinned: make the bot an administrator, or pin the message yourself."
        self.answer(_facts(told), words, as_json=json)

    def _list(self, *, json: bool, **_options: Any) -> None:
        chats = [_facts(chat) for chat in Chat.objects.prefetch_related("memberships").order_by("pk")]
        lines = [f"{c['id']:>4}  {c['kind']:<9}  {c['mode']:<8}  {c['members']:>3} bots  {c['title']}" for c in chats]
        self.answer(
            {"chats": chats}, "\n".join(lines) or "No chat yet. `manage.py chat add --help` shows how.", as_json=json
        )


def _notes(chat: Chat, cast: list[Bot]) -> list[str]:
    """What is still missing before everybody here can speak."""
    notes = []
    silent = sum(1 for bot in cast if not bot.token)
    if silent and not chat.is_rehearsal:
        notes.append(f"{silent} of them have no token and stay silent: manage.py cast tokens -")
    if not chat.is_disclosed:
        notes.append(f"It stays silent until it is disclosed: manage.py chat disclose {chat.pk} --by NAME")
    return notes


def _facts(chat: Chat) -> dict[str, Any]:
    return {
        "id": chat.pk,
        "title": chat.title,
        "kind": chat.kind,
        "mode": chat.mode,
        "telegram_id": chat.telegram_id,
        "disclosed": chat.is_disclosed,
        "members": sum(1 for membership in chat.memberships.all() if membership.ended_at is None),
    }
