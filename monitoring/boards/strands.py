"""The threads of a talk: messages that hang together by their replies."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from conversations.models import Message

LOOKED_AT, MOST, LEAST = 400, 6, 2
"""Messages of the window that are looked at, the newest; threads that are told; messages of which a thread is one."""


@dataclass(frozen=True, slots=True)
class Strand:
    root: Message
    messages: int
    voices: int
    last: datetime


def of(messages: QuerySet[Message]) -> list[Strand]:
    """The threads with the most messages. Two queries."""
    rows = messages.order_by("-said_at", "-id").values_list("pk", "reply_to", "said_at", "bot", "participant")
    newest = list(rows[:LOOKED_AT])
    answers = {number: reply_to for number, reply_to, *_rest in newest}
    together: defaultdict[int, list[tuple[datetime, tuple[int | None, int | None]]]] = defaultdict(list)
    for number, _reply_to, at, bot, person in newest:
        together[_root(number, answers)].append((at, (bot, person)))
    longest = sorted(together, key=lambda root: (-len(together[root]), -root))
    chosen = [root for root in longest if len(together[root]) >= LEAST][:MOST]
    roots = Message.objects.select_related("bot__persona", "participant").in_bulk(chosen)
    return list(_strands(chosen, roots, together))


def _strands(
    chosen: list[int],
    roots: dict[int, Message],
    together: dict[int, list[tuple[datetime, tuple[int | None, int | None]]]],
) -> Iterator[Strand]:
    for number in chosen:
        if number in roots:
            said = together[number]
            yield Strand(roots[number], len(said), len({who for _at, who in said}), max(at for at, _who in said))


def _root(number: int, answers: dict[int, int | None]) -> int:
    """The message with which a thread began, as far back as is known. Replies lead back in time, so this ends."""
    seen = {number}
    while (before := answers.get(number)) is not None and before not in seen:
        number = before
        seen.add(number)
    return number
