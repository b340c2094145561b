"""Texts and lists of texts."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from bots import casing
from bots.exchange.parse import Parser, Read, Unreadable, shown

_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_LINES = re.compile(r"[\n;|]+")
_LINES_AND_COMMAS = re.compile(r"[\n;|,]+")


def one(limit: int) -> Parser[str]:
    """A text of at most `limit` characters. Numbers, lists and objects become one text."""

    def parse(raw: object) -> Read[str]:
        if isinstance(raw, str):
            return _fitted(raw, limit)
        if isinstance(raw, bool) or not isinstance(raw, int | float | list | dict):
            raise Unreadable(_("“%(raw)s” is no text.") % {"raw": shown(raw)})
        found = _fitted(spelled(raw), limit)
        return Read(found.value, (_("is no text in the file; it is written as one."), *found.repairs))

    return parse


def many(*, length: int = 200, commas: bool = False) -> Parser[tuple[str, ...]]:
    """A list of texts. A single text is split at line ends and semicolons, and at commas where they only separate."""
    separator = _LINES_AND_COMMAS if commas else _LINES

    def parse(raw: object) -> Read[tuple[str, ...]]:
        if isinstance(raw, str):
            found = _listed(separator.split(raw), length)
            return Read(found.value, (_("is one text in the file; it is split into a list."), *found.repairs))
        if not isinstance(raw, list):
            raise Unreadable(_("“%(raw)s” is no list of texts.") % {"raw": shown(raw)})
        return _listed(raw, length)

    return parse


def spelled(raw: object) -> str:
    """Anything as a text that reads well: an object as "name: value; name: value"."""
    if isinstance(raw, dict):
        return "; ".join(f"{key}: {spelled(value)}" for key, value in raw.items() if value not in (None, "", [], {}))
    if isinstance(raw, list):
        return ", ".join(spelled(item) for item in raw if item not in (None, ""))
    if isinstance(raw, bool):
        return "evet" if raw else "hayır"
    return str(raw)


def _fitted(raw: str, limit: int) -> Read[str]:
    stripped = raw.strip()
    clean = _UNWRITABLE.sub("", stripped).strip()
    repairs = (_("holds characters that nobody can see; they are left out."),) if clean != stripped else ()
    if len(clean) <= limit:
        return Read(clean, repairs)
    cut = clean[: limit + 1].rsplit(maxsplit=1)[0][:limit].rstrip()
    return Read(cut, (*repairs, _("is longer than %(limit)s characters and is cut.") % {"limit": limit}))


def _listed(items: Sequence[object], length: int) -> Read[tuple[str, ...]]:
    kept: dict[str, str] = {}
    repairs: list[str] = []
    for item in items:
        if item is None:
            continue
        if isinstance(item, bool) or not isinstance(item, str | int | float):
            raise Unreadable(_("“%(raw)s” in this list is no text.") % {"raw": shown(item)})
        found = _fitted(str(item), length)
        repairs += found.repairs
        if casing.fold(found.value) in kept:
            repairs.append(_("“%(raw)s” is there twice; one is kept.") % {"raw": shown(found.value)})
        elif found.value:
            kept[casing.fold(found.value)] = found.value
    return Read(tuple(kept.values()), tuple(repairs))
