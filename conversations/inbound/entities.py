"""What Telegram marked in a text. Its offsets and lengths count UTF-16 units. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_UNIT = 2
NO_WORDS = frozenset({"url", "email", "code", "pre"})
"""What looks like a mention in these is none."""


@dataclass(frozen=True, slots=True)
class Piece:
    kind: str
    text: str
    offset: int
    user: dict[str, Any] | None = None
    """Whom a mention without a username means."""


def pieces(data: dict[str, Any]) -> list[Piece]:
    """The marked pieces of a message's text or caption."""
    raw, marks = _raw(data), _marks(data)
    return [Piece(one["type"], _cut(raw, one), one["offset"], one.get("user")) for one in marks]


def spoken(data: dict[str, Any]) -> str:
    """The text without addresses and code: what in it may call somebody."""
    raw = bytearray(_raw(data))
    for one in _marks(data):
        if one["type"] in NO_WORDS:
            start, end = one["offset"] * _UNIT, (one["offset"] + one["length"]) * _UNIT
            raw[start:end] = (" " * (len(raw[start:end]) // _UNIT)).encode("utf-16-le")
    return raw.decode("utf-16-le", "replace")


def mentions_people(data: dict[str, Any], bots: Iterable[int]) -> bool:
    """Whether somebody without a username is mentioned who is none of these bots."""
    ours = set(bots)
    return any(piece.kind == "text_mention" and (piece.user or {}).get("id") not in ours for piece in pieces(data))


def _raw(data: dict[str, Any]) -> bytes:
    text: str = data.get("text") or data.get("caption") or ""
    return text.encode("utf-16-le", "surrogatepass")


def _marks(data: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = data.get("entities" if data.get("text") else "caption_entities") or []
    return found


def _cut(raw: bytes, mark: dict[str, Any]) -> str:
    start = mark["offset"] * _UNIT
    return raw[start : start + mark["length"] * _UNIT].decode("utf-16-le", "replace")
