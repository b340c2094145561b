"""What an update says on its outside: what kind it is, of which chat, and when. Pure.

Anything may stand inside; what cannot be read here is left out, for an update is stored before it is understood.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_LARGEST = 2**63


@dataclass(frozen=True, slots=True)
class Envelope:
    kind: str
    chat_number: int | None
    number: int
    """Of the message in its chat; 0 where there is none."""
    happened_at: datetime | None


def of(payload: dict[str, Any]) -> Envelope:
    kind = next((name for name in payload if name != "update_id"), "")
    body = payload.get(kind)
    if not isinstance(body, dict):
        return Envelope(clean(kind)[:32], None, 0, None)
    chat = body.get("chat")
    return Envelope(
        kind=clean(kind)[:32],
        chat_number=_whole(chat.get("id")) if isinstance(chat, dict) else None,
        number=_whole(body.get("message_id")) or 0,
        happened_at=_moment(body.get("edit_date") or body.get("date")),
    )


def clean(text: str) -> str:
    """PostgreSQL stores no NUL, and no half of a surrogate pair."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def storable(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {clean(key): storable(item) for key, item in value.items()}
    return value


def is_from(payload: dict[str, Any], number: int) -> bool:
    """Whether an update is what this account sent or did, or stands in its private chat."""
    body = payload.get(of(payload).kind)
    if not isinstance(body, dict):
        return False
    people = (body.get("from"), body.get("user"), body.get("chat"))
    return any(isinstance(one, dict) and one.get("id") == number for one in people)


def without(value: Any, number: int) -> Any:
    """The same without what it says of an account: its messages are numbers only, its person is nobody."""
    if isinstance(value, list):
        return [without(item, number) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("id") == number:
        return {"id": 0, "is_bot": True, "first_name": ""}
    if _id(value.get("from")) == number or _origin(value.get("forward_origin")) == number:
        return {name: value[name] for name in ("message_id", "chat", "date") if name in value}
    answered, elsewhere = value.get("reply_to_message"), value.get("external_reply")
    quoted = number in {
        _id(answered.get("from")) if isinstance(answered, dict) else None,
        _origin(elsewhere.get("origin")) if isinstance(elsewhere, dict) else None,
    }
    gone = {"quote", "external_reply"} if quoted else set()
    return {name: without(item, number) for name, item in value.items() if name not in gone}


def words(payload: dict[str, Any]) -> str:
    """What somebody wrote in a message, as it was then."""
    body = payload.get(of(payload).kind)
    told = (body.get("text") or body.get("caption")) if isinstance(body, dict) else None
    return told if isinstance(told, str) else ""


def _id(person: Any) -> Any:
    return person.get("id") if isinstance(person, dict) else None


def _origin(told: Any) -> Any:
    """From whom something was forwarded or quoted."""
    return _id(told.get("sender_user")) if isinstance(told, dict) else None


def _whole(number: Any) -> int | None:
    return number if type(number) is int and -_LARGEST <= number < _LARGEST else None


def _moment(seconds: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC) if type(seconds) is int else None
    except (ValueError, OverflowError, OSError):
        return None
