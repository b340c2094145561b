"""Logs that are safe to keep: one event is one line, and whatever looks like a secret is masked.

`OneLine` is for people, `OneObject` for whoever collects logs: JSON with the fields that tell what belongs together.
"""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from bots import traces
from bots.masking import mask

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


_NOT_OURS = (
    *("OperationalError", "InterfaceError", "ConnectionError", "PoolTimeout", "SchedulingError", "TimeoutError"),
    "DisallowedHost",
)
"""A server that is away, a stranger who knocks under another name: no line of ours is to blame."""


class OneLine(logging.Formatter):
    """A record as one line. A fault of ours keeps its traceback below; what others did needs none."""

    def format(self, record: logging.LogRecord) -> str:
        if trouble := _not_ours(record):
            return _folded(f"{record.levelname} {record.name}: {trouble}")
        text = mask(super().format(record))
        if not record.exc_info:
            return _folded(text)
        return "\n    ".join(_CONTROL.sub("?", line) for line in text.splitlines())


def _folded(text: str) -> str:
    return " ⏎ ".join(_CONTROL.sub("?", line) for line in mask(text).splitlines())


def _not_ours(record: logging.LogRecord) -> str:
    """What others did comes down to this, or to nothing for any other trouble."""
    error = record.exc_info[1] if record.exc_info else None
    return f"{type(error).__name__}: {error}" if type(error).__name__ in _NOT_OURS else ""


FIELDS = ("trace_id", "msg_id", "gen", "bot", "chat", "state_from", "state_to", "reason", "update", "task", "route")
"""What a line may carry beside its words. `msg_id` is the number of the turn, the message on its way."""


class OneObject(logging.Formatter):
    """A record as one JSON object on one line: when, how grave, who says it, what, and what it belongs to."""

    def __init__(self, *, version: str = "") -> None:
        super().__init__()
        self._version = version

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "version": self._version,
            "pid": record.process,
        }
        told |= {name: value for name, value in place(record).items() if value not in (None, "")}
        if trouble := _not_ours(record):
            told["error"] = trouble
        elif record.exc_info:
            told["error"] = f"{type(record.exc_info[1]).__name__}: {record.exc_info[1]}"
            told["traceback"] = self.formatException(record.exc_info)
        safe = {name: mask(value) if isinstance(value, str) else value for name, value in told.items()}
        return json.dumps(safe, default=str)


def place(record: logging.LogRecord) -> dict[str, Any]:
    """What a line belongs to: where the work stands, and what the line itself says of it."""
    here = traces.here()
    known: dict[str, Any] = {"trace_id": here.trace.hex, **here.fields} if here else {}
    told = {name: getattr(record, name) for name in FIELDS if getattr(record, name, None) is not None}
    return {**known, **told}
