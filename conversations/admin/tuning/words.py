"""A rule's value in words. What is a share in the rules is percent for people."""

from datetime import time
from typing import Any

from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from conversations.models import Rules
from conversations.models.rules import RANGES

HOURLY = "hourly_activity"


def is_share(column: "models.Field[Any, Any]") -> bool:
    """Whether the page says it in percent."""
    return column.name == HOURLY or (isinstance(column, models.FloatField) and RANGES[column.name][1] == 1)


def said(name: str, value: Any) -> str:
    """A rule's value in words, shares as percent."""
    column: Any = Rules._meta.get_field(name)
    if value is None:
        return _("inherits")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, list):
        return " ".join(f"{round(one * 100)}" for one in value)
    return _("%(number)s%%") % {"number": _short(value * 100)} if is_share(column) else _short(value)


def _short(number: float) -> str:
    return str(number_format(f"{number:.6g}", use_l10n=True, force_grouping=False))
