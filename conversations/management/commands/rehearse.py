"""manage.py rehearse: watch a rehearsal room in the terminal, and talk with the cast."""

import select
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils import timezone

from conversations import dry_run, rehearsal
from conversations.dry_run import Shown
from conversations.llm import port
from conversations.management import doors
from conversations.models import Chat, Message, Participant


class Command(doors.Door):
    help = "Watch a rehearsal room in the terminal. What you type is said there; Ctrl-C leaves."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--room", type=int, metavar="NUMBER", help="which room; default: the first")
        parser.add_argument("--say", metavar="TEXT", help="say one line, wait for the answer, and leave")
        parser.add_argument(
            "--dry-run",
            action="store_true",
            dest="try_only",
            help="plan and write the next turn, show everything, send and keep nothing",
        )
        parser.add_argument("--seconds", type=float, default=0, help="leave after so long; 0: stay")
        self.add_json(parser)

    def handle(
        self, *, room: int | None, say: str | None, try_only: bool, seconds: float, json: bool, **_options: Any
    ) -> None:
        chat = _room(room)
        if try_only:
            self._try(chat, as_json=json)
        elif say:
            self._ask(chat, say, until=time.monotonic() + (seconds or 30), as_json=json)
        else:
            self._watch(chat, until=time.monotonic() + seconds if seconds else None, as_json=json)

    def _try(self, chat: Chat, *, as_json: bool) -> None:
        try:
            shown = dry_run.once(chat)
        except port.LLMError as error:
            raise CommandError(f"No words: {error}") from error
        self.answer(shown.as_json(), _shown(shown), as_json=as_json)

    def _ask(self, chat: Chat, text: str, *, until: float, as_json: bool) -> None:
        """Say one line and wait for the answer to it."""
        asked = self._say(chat, text)
        while time.monotonic() < until:
            if answer := asked.replies.select_related("bot__persona").filter(bot__isnull=False).first():
                self.answer(_facts(answer), _words(answer), as_json=as_json)
                return
            time.sleep(0.3)
        raise CommandError("Nobody answered in time. `manage.py doctor` says why that may be.")

    def _watch(self, chat: Chat, *, until: float | None, as_json: bool) -> None:
        """Show what is said from now on, and say what is typed."""
        last = Message.objects.filter(chat=chat).order_by("-pk").values_list("pk", flat=True).first() or 0
        while until is None or time.monotonic() < until:
            newer = Message.objects.filter(chat=chat, pk__gt=last).select_related("bot__persona", "participant")
            for message in newer.order_by("pk"):
                last = message.pk
                self.answer(_facts(message), _words(message), as_json=as_json)
            self._listen(chat)

    def _listen(self, chat: Chat) -> None:
        ready, _, _ = select.select([sys.stdin], [], [], 1.0)
        if not ready:
            return
        line = sys.stdin.readline()
        if line.strip():
            self._say(chat, line)
        elif not line:
            time.sleep(1.0)

    def _say(self, chat: Chat, text: str) -> Message:
        try:
            return rehearsal.say(chat, participant=_operator(), text=text)
        except ValidationError as error:
            raise doors.refusal(error) from error


def _room(number: int | None) -> Chat:
    rooms = Chat.objects.filter(kind=Chat.Kind.REHEARSAL).order_by("pk")
    chat = (rooms.filter(pk=number) if number else rooms).first()
    if chat is None:
        raise CommandError(
            "There is no such rehearsal room. `manage.py chat add TITLE --rehearsal --members all` opens one."
        )
    return chat


def _operator() -> Participant:
    """Whoever sits at the terminal; an account without a password, so nobody can sign in with it."""
    user, new = User.objects.get_or_create(username="operator-terminal", defaults={"first_name": "Operatör"})
    if new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return rehearsal.guest(user)


def _words(message: Message) -> str:
    local = timezone.localtime(message.said_at)
    return f"{local:%H:%M}  {message.speaker}{'' if message.bot_id is None else ' [bot]'}: {message.text}"


def _facts(message: Message) -> dict[str, Any]:
    return {"id": message.pk, "speaker": message.speaker, "bot": message.bot_id is not None, "text": message.text}


def _shown(shown: Shown) -> str:
    """Who could speak, what the model was told, each draft with what the checks said, and what would leave."""
    lines = ["Candidates"]
    lines += [
        f"  {c.score:8.3f}  {c.username}" + (f"  ({c.blocked})" if c.blocked else "")
        for c in sorted(shown.candidates, key=lambda c: (bool(c.blocked), -c.score))
    ]
    if shown.plan is None:
        return "\n".join([*lines, f"Nobody speaks: {shown.silent}"])
    plan = shown.plan
    lines.append(f"Plan\n  {plan.speaker.name}: {plan.intent}, {plan.length}, topic {plan.topic or 'none'}")
    lines += [f"  answers {plan.target.speaker}: {plan.target.text}"] if plan.target else []
    lines += [f"  news: {plan.headline.title} ({plan.headline.source})"] if plan.headline else []
    lines += (
        ["Prompt", *(f"--- {part['role']} ---\n{part['content']}" for part in shown.prompt)] if shown.prompt else []
    )
    for number, draft in enumerate(shown.drafts, 1):
        lines.append(f"Draft {number}\n  {draft.text}\n  after its voice: {draft.final}")
        lines += [f"  {v.stage}: {v.rule}{f' ({v.detail})' if v.detail else ''}" for v in draft.verdicts]
    return "\n".join([*lines, f"Would leave\n  {shown.leaves or 'nothing'}"])
