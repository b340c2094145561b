"""manage.py turn VERB ID: what became of one turn, and what a person decides about it."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from conversations import control, decisions
from conversations.management import doors
from conversations.models import Turn


class Command(doors.Door):
    help = "Show one turn, or decide about one that waits for a person, failed, or perhaps arrived."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        words = {
            "show": "its state, reason and tries",
            "approve": "let a held turn go as it stands",
            "reword": "let a held turn go with other words",
            "reject": "keep a turn that was not sent yet from being sent",
            "retry": "try a failed turn once more, which certainly never arrived",
            "delivered": "it stands in the chat",
            "again": "send it once more, though it may then stand there twice",
        }
        for verb, told in words.items():
            one = verbs.add_parser(verb, help=told)
            one.add_argument("turn", type=int, help="its number")
            if verb != "show":
                one.add_argument(
                    "--reason", required=verb in {"delivered", "again"}, default="", help="why, for the audit trail"
                )
            if verb == "delivered":
                one.add_argument("--number", type=int, help="of the message in the chat, if known")
            if verb == "reword":
                one.add_argument("--text", required=True, help="what goes out instead")
            self.add_json(one)

    def handle(self, *, verb: str, turn: int, json: bool, **options: Any) -> None:
        found = Turn.objects.select_related("chat", "bot__persona").filter(pk=turn).first()
        if found is None:
            raise CommandError(f"There is no turn {turn}.")
        try:
            shown = self._do(verb, found, options)
        except ValidationError as error:
            raise doors.refusal(error) from error
        data = _data(shown)
        self.answer(data, _words(data), as_json=json)

    def _do(self, verb: str, turn: Turn, options: dict[str, Any]) -> Turn:
        if verb == "delivered":
            decisions.delivered(turn, by=doors.ACTOR, reason=options["reason"], number=options["number"])
        elif verb == "again":
            turn = decisions.send_again(turn, by=doors.ACTOR, reason=options["reason"])
        elif verb == "reword":
            decisions.reword(turn, options["text"], by=doors.ACTOR, reason=options["reason"])
        elif verb == "retry":
            turn = decisions.retry(turn, by=doors.ACTOR, reason=options["reason"])
        elif verb == "approve" and not control.approve(turn, by=doors.ACTOR):
            raise CommandError(f"Turn {turn.pk} does not wait for approval, or its time is over.")
        elif verb == "reject" and not control.reject(turn, by=doors.ACTOR, reason=options["reason"]):
            raise CommandError(f"It is too late to reject turn {turn.pk}.")
        return Turn.objects.select_related("chat", "bot__persona").get(pk=turn.pk)


def _data(turn: Turn) -> dict[str, Any]:
    tries = turn.attempts.order_by("gen").values(
        "gen", "outcome", "reason", "status", "sent_id", "started_at", "ended_at"
    )
    return {
        "id": turn.pk,
        "chat": turn.chat.title,
        "bot": turn.bot.username if turn.bot else None,
        "state": turn.state,
        "reason": turn.reason,
        "detail": turn.detail,
        "text": turn.text,
        "number": turn.sent_id,
        "copies": turn.copies,
        "retry_of": turn.retry_of_id,
        "expires_at": turn.expires_at,
        "tries": list(tries),
    }


def _words(turn: dict[str, Any]) -> str:
    tries = [f"  {one['started_at']:%H:%M:%S}  {one['outcome']} {one['reason']}".rstrip() for one in turn["tries"]]
    lines = [
        f"Turn {turn['id']}: {turn['state']} {turn['reason']}".rstrip(),
        f"{turn['bot'] or 'nobody'} in {turn['chat']}: {turn['text'] or '-'}",
        f"Tries: {len(tries) or 'none'}",
        *tries,
    ]
    if turn["copies"]:
        lines.append(f"It stands there {turn['copies'] + 1} times.")
    return "\n".join(lines)
