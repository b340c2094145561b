"""Logs that are safe to keep: one event is one line, and whatever looks like a secret is masked."""

import logging
import re

_SECRETS = re.compile(
    r"\b\d{6,12}:[A-Za-z0-9_-]{30,}"  # a Telegram bot token
    r"|\b(?:sk|gsk|xai)-?[A-Za-z0-9_-]{16,}"  # provider keys
    r"|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"  # a password in an address
    r"|(?<=Bearer )\S+"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def mask(text: str) -> str:
    """The text without tokens, keys and passwords."""
    return _SECRETS.sub("***", text)


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
