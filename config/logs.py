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


class OneLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        text = mask(super().format(record))
        lines = [_CONTROL.sub("?", line) for line in text.splitlines()]
        return "\n    ".join(lines) if record.exc_info else " ⏎ ".join(lines)
