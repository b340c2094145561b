"""A group of one's own, as Telegram Desktop exports it (result.json): read into utterances, names left out."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from conversations.realism.utterance import Context, Utterance

MOST_BYTES = 200 * 1024 * 1024


class NoExport(ValueError):
    """A file that is no export, in one line for people."""


def read(file: Path) -> tuple[list[Utterance], Context]:
    """What people said, oldest first. Raises NoExport."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise NoExport(f"{file.name} is larger than 200 MB: export a shorter period.")
        data = json.loads(file.read_bytes())
    except OSError as error:
        raise NoExport(f"{file} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        if isinstance(error, NoExport):
            raise
        raise NoExport(f"{file.name} is no JSON.") from error
    return of(data, name=file.name)


def of(data: object, *, name: str) -> tuple[list[Utterance], Context]:
    """The same from what the file holds. Service messages and messages without words are left out."""
    messages = data.get("messages") if isinstance(data, dict) else None
    if not isinstance(messages, list):
        raise NoExport(f"{name} is no export of one chat: Telegram Desktop writes a list named messages.")
    said = list(_utterances(messages))
    if not said:
        raise NoExport(f"{name} holds no messages with words.")
    return said, Context()


def _utterances(messages: list[Any]) -> Iterator[Utterance]:
    people: dict[str, str] = {}
    for entry in messages:
        if not isinstance(entry, dict) or entry.get("type") != "message":
            continue
        text, at = _text(entry.get("text")), _moment(entry)
        if not text or at is None or not isinstance(entry.get("id"), int):
            continue
        who = str(entry.get("from_id") or entry.get("from") or "")
        yield Utterance(
            entry["id"],
            "export",
            at,
            people.setdefault(who, f"person-{len(people) + 1}"),
            is_bot=False,
            text=text,
            reply_to=entry.get("reply_to_message_id"),
        )


def _text(raw: object) -> str:
    """Plain text, or a list of pieces of which some are marked up."""
    if isinstance(raw, str):
        return raw.strip()
    if not isinstance(raw, list):
        return ""
    return "".join(_piece(piece) for piece in raw).strip()


def _piece(piece: object) -> str:
    if isinstance(piece, Mapping):
        return str(piece.get("text", ""))
    return piece if isinstance(piece, str) else ""


def _moment(entry: Mapping[str, Any]) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(entry["date_unixtime"]), UTC)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
