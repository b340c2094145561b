"""The lines of a chat as its watchers are told them: written once for all sockets of a process that ask for the same.

A line is kept under the event that told of it, so whoever gets it gets it as new as that event. Whose own message it is
sees it otherwise, and has it written anew.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import translation

from conversations.models import Chat
from monitoring import thread

KEPT = 500


@dataclass(frozen=True, slots=True)
class Said:
    number: int
    bot_id: int | None
    author: int | None
    """The account that wrote it in a rehearsal room."""
    html: str


_kept: OrderedDict[tuple[int, str], Said] = OrderedDict()
_lock = threading.Lock()


def lines(chat: Chat, events: Mapping[int, int], *, viewer_id: int) -> Iterator[Said]:
    """The messages by number, each with the event that tells of it, in the order of the talk."""
    language = translation.get_language()
    with _lock:
        known = {number: _kept[event, language] for number, event in events.items() if (event, language) in _kept}
    missing = [number for number in events if number not in known or known[number].author == viewer_id]
    written = (
        {line.message.pk: _write(chat, line) for line in thread.of_ids(missing, viewer_id=viewer_id)} if missing else {}
    )
    for number, said in written.items():
        if said.author != viewer_id:
            _keep((events[number], language), said)
    found = {number: said for number, said in (known | written).items() if number in written or number not in missing}
    yield from (found[number] for number in events if number in found)


def _write(chat: Chat, line: thread.Line) -> Said:
    participant = line.message.participant
    html = render_to_string("stage/_line.html", {"line": line, "chat": chat})
    return Said(line.message.pk, line.message.bot_id, participant.user_id if participant else None, html)


def _keep(key: tuple[int, str], said: Said) -> None:
    with _lock:
        _kept[key] = said
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
