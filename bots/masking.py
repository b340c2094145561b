"""What looks like a secret is masked before it is written anywhere where people read: logs, errors."""

import re

_SECRETS = re.compile(
    r"\b\d{6,12}:[A-Za-z0-9_-]{30,}"  # a Telegram bot token
    r"|\b(?:sk|gsk|xai)-?[A-Za-z0-9_-]{16,}"  # provider keys
    r"|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"  # a password in an address
    r"|(?<=Bearer )\S+"
)


def mask(text: str) -> str:
    """The text without tokens, keys and passwords."""
    return _SECRETS.sub("***", text)
