"""A record of the log as a fault: what it is, where it happened, and which others are the same. Pure."""

import hashlib
import logging
import re
import traceback
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import UUID

from bots import traces
from bots.masking import mask

LONGEST_TEXT, LONGEST_PLACE, LONGEST_SAMPLE = 300, 200, 8000
STRANGERS = ("django.security",)
"""Who knocks under a wrong name is no fault of ours."""
_HOUSE = Path(__file__).resolve().parents[2]
_OURS = ("bots", "config", "conversations", "monitoring")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Seen:
    """One kind of fault, and how often it was seen since somebody last wrote it down."""

    fingerprint: str
    where: str
    kind: str
    text: str
    place: str
    sample: str
    at: datetime
    trace: UUID | None = None
    count: int = 1

    def and_again(self, other: "Seen") -> "Seen":
        """Both together; the newer one is shown."""
        newer = max(self, other, key=lambda seen: seen.at)
        return replace(newer, count=self.count + other.count)


def of(record: logging.LogRecord, where: str) -> Seen | None:
    """None for what is no fault of ours."""
    if record.name.startswith(STRANGERS):
        return None
    error = record.exc_info[1] if record.exc_info else None
    kind = type(error).__name__ if error else record.name
    frame = _frame(error.__traceback__) if error else ""
    return Seen(
        fingerprint=fingerprint(where, kind, frame or str(record.msg)),
        where=where,
        kind=clean(kind)[:120],
        text=clean(str(error) if error else record.getMessage()).partition("\n")[0][:LONGEST_TEXT],
        place=clean(" · ".join(filter(None, [_doing(record), frame])))[:LONGEST_PLACE],
        sample=clean(_sample(record, error))[:LONGEST_SAMPLE],
        at=datetime.fromtimestamp(record.created, UTC),
        trace=traces.current(),
    )


def fingerprint(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "replace")).hexdigest()


def clean(text: str) -> str:
    """Without secrets, without rows of the database, without what a terminal would obey."""
    plain = text.encode("utf-8", "replace").decode()
    return _CONTROL.sub("?", mask(plain))


def _sample(record: logging.LogRecord, error: BaseException | None) -> str:
    """The last frames and the message; the beginning of a long one is the frameworks' own."""
    if error is None:
        return record.getMessage()
    lines = "".join(traceback.format_exception(error)).replace(f"{_HOUSE}/", "")
    return lines if len(lines) <= LONGEST_SAMPLE else f"…\n{lines[-LONGEST_SAMPLE + 2 :]}"


def _frame(at: TracebackType | None) -> str:
    """The innermost function of ours, else the innermost at all. Without its line, which moves with every release."""
    frames = [frame for frame, _line in traceback.walk_tb(at)]
    ours = [frame for frame in frames if str(frame.f_globals.get("__name__", "")).split(".")[0] in _OURS]
    if not frames:
        return ""
    chosen = (ours or frames)[-1]
    return f"{chosen.f_globals.get('__name__', '?')}.{chosen.f_code.co_name}"


def _doing(record: logging.LogRecord) -> str:
    """What was asked for: the route of a request without what stood in it, or the task."""
    request: Any = getattr(record, "request", None)
    if match := getattr(request, "resolver_match", None):
        return f"{request.method} /{match.route}"
    here = traces.here()
    return str(here.fields.get("task", "")) if here else ""
