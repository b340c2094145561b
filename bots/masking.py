"""What looks like a secret, or quotes a row of the database, is masked where people read: in logs, among errors."""

import re

_SECRETS = re.compile(
    r"(?:\b|(?<=bot)|(?<=_))\d{6,12}:[A-Za-z0-9_-]{30,}"  # a Telegram bot token, also where an address has it
    r"|\b(?:sk|gsk|xai)-?[A-Za-z0-9_-]{16,}"  # provider keys
    r"|\b(?:kulis|whsec)_[A-Za-z0-9_+/=-]{16,}"  # keys for programs, and what webhooks are signed with
    r"|(?<=hooks\.slack\.com/)[^\s'\"]+|(?<=/api/webhooks/)[^\s'\"]+"  # addresses that are secrets themselves
    r"|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"  # a password in an address
    r"|(?<=Bearer )\S+"
)

_ROWS = re.compile(r"^[ \t]*DETAIL:.*?(?=\n\n(?:The above exception|During handling of the above)|\Z)", re.M | re.S)
"""PostgreSQL adds whole rows to its complaints, with what people wrote, in as many lines as they wrote it."""


def mask(text: str) -> str:
    """The text without tokens, keys and passwords, and without rows of the database."""
    return _SECRETS.sub("***", _ROWS.sub("DETAIL: ***", text))
