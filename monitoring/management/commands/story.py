"""manage.py story: everything that is known of a turn, a message, an update or a trace, in the order of time."""

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError
from django.db.models import Q, QuerySet
from django.utils import timezone

from conversations.management import doors
from conversations.models import InboundUpdate, Message, Turn
from monitoring import links, story


class Command(doors.Door):
    help = (
        "Tell the whole story of one turn: what brought it about, the plan, calls, tries, waits, who saw it. "
        "12 or turn:12 is a turn, message:34 a message, update:56 an update, 32 hex digits a trace from the log."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("subject", nargs="?", metavar="TURN|message:N|update:N|TRACE")
        parser.add_argument(
            "--check", type=int, metavar="N", help="see whether the links of the newest N messages hold"
        )
        self.add_json(parser)

    def handle(self, *, subject: str | None, check: int | None, json: bool, **_options: Any) -> None:
        if check is not None:
            self._check(max(check, 0), as_json=json)
            return
        if not subject:
            raise CommandError("Name a turn, as 12, or message:34, update:56, or a trace; or --check N.")
        turns, trace = _found(subject)
        told = [story.as_json(story.of(number)) for number in turns]
        updates = (
            [_update(update) for update in InboundUpdate.objects.filter(trace=trace).order_by("pk")] if trace else []
        )
        data = {"trace": trace.hex if trace else None, "turns": told, "updates": updates}
        self.answer(data, _words(data), as_json=json)

    def _check(self, count: int, *, as_json: bool) -> None:
        looked, broken = links.broken(count, timezone.now())
        told = [{"message": one.message, "turn": one.turn, "link": one.link} for one in broken]
        lines = [f"{looked} messages, {len(broken)} broken links.", *(f"  {one}" for one in told)]
        self.answer({"messages": looked, "broken": told}, "\n".join(lines), as_json=as_json)
        if broken:
            raise CommandError("Some links lead nowhere.")


def _found(subject: str) -> tuple[list[int], UUID | None]:
    """The turns that a subject names, oldest first, and its trace."""
    kind, _colon, number = subject.rpartition(":")
    if not kind and len(number) == 32:
        return _of_trace(subject)
    if not (number.isascii() and number.isdecimal() and len(number) <= 18):
        raise CommandError(f"{subject} is none: 12 or turn:12, message:34, update:56, or the 32 digits of a trace.")
    turns: dict[str, QuerySet[Turn]] = {
        "": Turn.objects.filter(pk=number),
        "turn": Turn.objects.filter(pk=number),
        "message": Turn.objects.filter(Q(message=number) | Q(cause=number)),
        "update": _turns(_trace(InboundUpdate.objects.filter(pk=number))),
    }
    if kind not in turns:
        raise CommandError(f"There are turn, message and update, no {kind}.")
    found = list(turns[kind].order_by("pk"))
    trace = (
        found[0].traced
        if found
        else _trace({"message": Message, "update": InboundUpdate}.get(kind, Turn)._default_manager.filter(pk=number))
    )
    if not found and trace is None:
        raise CommandError(f"There is no {kind or 'turn'} {number}, or it is from before traces were kept.")
    return [turn.pk for turn in found], trace


def _of_trace(text: str) -> tuple[list[int], UUID | None]:
    try:
        trace = UUID(text)
    except ValueError as error:
        raise CommandError(f"{text} is no trace: those are 32 digits from 0 to f.") from error
    found = list(_turns(trace).order_by("pk").values_list("pk", flat=True))
    if not found and not InboundUpdate.objects.filter(trace=trace).exists():
        raise CommandError(f"Nothing belongs to the trace {text}.")
    return found, trace


def _turns(trace: UUID | None) -> QuerySet[Turn]:
    return Turn.objects.filter(Q(trace=trace) | Q(uuid=trace)) if trace else Turn.objects.none()


def _trace(rows: QuerySet[Any]) -> UUID | None:
    found: UUID | None = rows.values_list("trace", flat=True).first()
    return found


def _update(update: InboundUpdate) -> dict[str, Any]:
    return {
        "id": update.pk, "bot": update.bot_id, "kind": update.kind, "state": update.state, "outcome": update.outcome,
        "received_at": update.received_at, "done_at": update.done_at,
    }  # fmt: skip


def _words(data: dict[str, Any]) -> str:
    lines = [f"Trace {data['trace']}"]
    for turn in data["turns"]:
        lines += _turn_words(turn)
    if not data["turns"]:
        lines.append("No turn belongs to it: nobody was asked, or nobody answered.")
        lines += [
            f"{one['received_at']:%H:%M:%S}  update {one['id']}: {one['outcome'] or one['state']}"
            for one in data["updates"]
        ]
    return "\n".join(lines)


def _turn_words(turn: dict[str, Any]) -> Sequence[str]:
    return [
        f"Turn {turn['id']}: {turn['state']} {turn['reason']}".rstrip(),
        f"{turn['bot'] or 'nobody'} in {turn['chat']}: {turn['text'] or '-'}",
        *(
            f"  {step['at']:%H:%M:%S.%f}"[:-3] + f"  {step['words']} {step['detail']} {step['reason']}".rstrip()
            for step in turn["steps"]
        ),
    ]
