"""Reader: the revisions of one scope, each with what it changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from conversations.admin.tuning.words import said
from conversations.models import Chat, Rules
from conversations.models.rules import FIELDS


@dataclass(frozen=True, slots=True)
class Change:
    label: Any
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Revision:
    rules: Rules
    changes: Sequence[Change]
    is_first: bool
    holds: bool


def newest(chat: Chat | None, *, most: int) -> list[Revision]:
    """The newest revisions of a scope, newest first. One query."""
    rows = list(Rules.objects.filter(chat=chat).select_related("author").order_by("-pk")[: most + 1])
    pairs = list(zip_longest(rows, rows[1:]))[:most]
    return [Revision(row, changes(before, row), before is None, row is rows[0]) for row, before in pairs]


def changes(before: Rules | None, after: Rules) -> list[Change]:
    """What differs between two revisions of one scope; of a first one for a chat, what it set."""
    if before is None and after.chat_id is None:
        return []
    return [
        Change(Rules._meta.get_field(name).verbose_name, said(name, was), said(name, now))  # type: ignore[union-attr]
        for name in FIELDS
        if (now := getattr(after, name)) != (was := getattr(before, name, None))
    ]
