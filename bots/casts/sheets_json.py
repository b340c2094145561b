"""Bots on paper to a cast file (docs/cast-format.md). Reading one, with its repairs, is the importer's work."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from bots.sheet import BotSheet, Hours

FORMAT = "kulis-cast"
VERSION = 1


def dump(sheets: tuple[BotSheet, ...]) -> dict[str, Any]:
    """The whole document, ready for `json.dumps`. Tokens are secrets and stay out of it."""
    return {"format": FORMAT, "version": VERSION, "bots": [_bot(sheet) for sheet in sheets]}


def hours_text(hours: Hours) -> str:
    return f"{hours.starts:%H:%M}-{hours.ends:%H:%M}"


def _bot(sheet: BotSheet) -> dict[str, Any]:
    entry = asdict(sheet)
    del entry["token"]
    entry["hours"] = [hours_text(hours) for hours in sheet.hours]
    plain: dict[str, Any] = _plain(entry)
    return plain


def _plain(value: Any) -> Any:
    """Tuples become lists; decimals become texts, so that no digit is lost."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    return value
