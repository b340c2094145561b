"""What looks like a secret is masked before it is written anywhere where people read: logs, errors."""

import re

_SECRETS = re.compile(
    r"(?:\b|(?<=bot)|(?<=_))\d{6,12}:[A-Za-z0-9_-]{30,}"  # a Telegram bot token, also where an address has it
    r"|\b(?:sk|gsk|xai)-?[A-Za-z0-9_-]{16,}"  # provider keys
    r"|\b(?:kulis|whsec)_[A-Za-z0-9_+/=-]{16,}"  # keys for programs, and what webhooks are signed with
    r"|(?<=hooks\.slack\.com/)[^\s'\"]+|(?<=/api/webhooks/)[^\s'\"]+"  # addresses that are secrets themselves
    r"|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"  # a password in an address
    r"|(?<=Bearer )\S+"
)


def mask(text: str) -> str:
    """The text without tokens, keys and passwords."""
    return _SECRETS.sub("***", text)
