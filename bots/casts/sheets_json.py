"""Bots on paper to a cast file (docs/cast-format.md). Reading one, with its repairs, is the importer's work."""

from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any

from bots import daytime
from bots.sheet import BotSheet

FORMAT = "kulis-cast"
VERSION = 1


def dump(sheets: tuple[BotSheet, ...]) -> dict[str, Any]:
    """The whole document, ready for `json.dumps`. Tokens are secrets and stay out of it."""
    return whole([entry(sheet) for sheet in sheets])


def whole(entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {"format": FORMAT, "version": VERSION, "bots": entries}


def entry(sheet: BotSheet) -> dict[str, Any]:
    """One bot. The document it came from is no part of it."""
    written = asdict(replace(sheet, origin=None))
    del written["token"], written["origin"]
    written["hours"] = [daytime.text(hours) for hours in sheet.hours]
    plain: dict[str, Any] = _plain(written)
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
