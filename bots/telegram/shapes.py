"""From the Bot API's objects to the port's values. What lacks a field it must have raises `Misshapen`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from bots.telegram import port


class Misshapen(Exception):
    """An answer that is JSON but not the object it should be."""


@contextmanager
def _reading(name: str) -> Iterator[None]:
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
        raise Misshapen(f"{name} came without what it must hold") from error


def identity(user: Any) -> port.Identity:
    with _reading("the bot's own account"):
        return port.Identity(
            id=_whole(user["id"]),
            username=str(user["username"]),
            name=str(user["first_name"]),
            reads_all_messages=user.get("can_read_all_group_messages") is True,
            manages_bots=user.get("can_manage_bots") is True,
        )


def token(found: Any) -> str:
    with _reading("the token of a managed bot"):
        if not isinstance(found, str) or not found:
            raise ValueError
        return found


def sent(message: Any) -> port.Sent:
    with _reading("the sent message"):
        return port.Sent(
            message_id=_whole(message["message_id"]), date=datetime.fromtimestamp(_whole(message["date"]), tz=UTC)
        )


def chat(found: Any) -> port.ChatInfo:
    with _reading("the chat"):
        return port.ChatInfo(
            id=_whole(found["id"]),
            kind=str(found["type"]),
            title=str(found.get("title") or found.get("first_name") or ""),
            is_forum=found.get("is_forum") is True,
            pinned_text=str(found.get("pinned_message", {}).get("text", "")),
            reactions=_reactions(found.get("available_reactions")),
        )


def _reactions(available: Any) -> tuple[str, ...] | None:
    if available is None:
        return None
    return tuple(str(one["emoji"]) for one in available if one["type"] == "emoji")


def member(found: Any) -> port.MemberInfo:
    with _reading("the member"):
        status = str(found["status"])
        return port.MemberInfo(
            user_id=_whole(found["user"]["id"]),
            status=status,
            can_pin=status == "creator" or found.get("can_pin_messages") is True,
        )


def webhook(info: Any) -> port.WebhookInfo:
    with _reading("the webhook"):
        return port.WebhookInfo(
            url=str(info["url"]),
            pending=_whole(info["pending_update_count"]),
            last_error=str(info.get("last_error_message", "")),
        )


def updates(found: Any) -> list[port.Update]:
    with _reading("the updates"):
        if not isinstance(found, list):
            raise TypeError("not a list")
        return [port.Update(update_id=_whole(one["update_id"]), payload=dict(one)) for one in found]


def _whole(number: Any) -> int:
    if type(number) is not int:
        raise TypeError("not a whole number")
    return number
