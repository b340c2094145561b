"""Why an update could not be read: short, without a secret, and explained to people. Pure but for translation."""

import re

from django.db import DatabaseError
from django.utils.translation import gettext as _

LONGEST = 300
_TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{20,}")


def of(error: Exception) -> str:
    """The name of the error and the first line of its message. What PostgreSQL quotes of the content stays away."""
    line = next(iter(str(error).splitlines()), "")
    kind = "DatabaseError" if isinstance(error, DatabaseError) else type(error).__name__
    return f"{kind}: {_TOKEN.sub('…', line)}"[:LONGEST]


def explained(cause: str) -> str:
    """The same for people."""
    kind, _colon, what = cause.partition(": ")
    if kind == "KeyError":
        return _("Telegram left out what Kulis needs: %(what)s.") % {"what": what.strip("'\"")}
    if kind in {"TypeError", "AttributeError"}:
        return _("A part of it has another form than Telegram promises (%(what)s).") % {"what": what}
    if kind in {"ValueError", "OverflowError", "OSError", "UnicodeDecodeError"}:
        return _("A value in it is impossible (%(what)s).") % {"what": what}
    if kind == "DatabaseError":
        return _("The database refused what it says (%(what)s).") % {"what": what}
    return cause
