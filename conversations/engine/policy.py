"""Reader: the rules that hold now."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from conversations.engine.rulebook import Policy
from conversations.models import Chat, Rules
from conversations.models.rules import CAST_WIDE, FIELDS

_OF_A_CHAT = tuple(name for name in FIELDS if name not in CAST_WIDE)


def current(chat: Chat | None = None) -> Policy:
    """The rules for one chat, or those for every chat. One query."""
    return for_chats([chat.pk] if chat else [])[chat.pk if chat else None]


def for_chats(chat_ids: Iterable[int], *, instead: Rules | None = None) -> dict[int | None, Policy]:
    """The rules of several chats in one query; the key None holds those for every chat.

    `instead`: an unsaved row, as if it were the newest of its scope.
    """
    ids = list(chat_ids)
    rows = {
        row.chat_id: row
        for row in Rules.objects.filter(Q(chat=None) | Q(chat__in=ids)).order_by("chat_id", "-id").distinct("chat_id")
    }
    if instead is not None:
        rows[instead.chat_id] = instead
    everywhere = rows[None]
    return {chat_id: _merge(everywhere, rows.get(chat_id)) for chat_id in (None, *ids)}


def _merge(everywhere: Rules, here: Rules | None) -> Policy:
    values: dict[str, Any] = {name: getattr(everywhere, name) for name in FIELDS}
    if here is not None:
        values |= {name: value for name in _OF_A_CHAT if (value := getattr(here, name)) is not None}
    values["hourly_activity"] = tuple(values["hourly_activity"])
    return Policy(revision=(here or everywhere).pk or 0, **values)
