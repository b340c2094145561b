"""What the readers of other houses' documents share: a field is taken, a username made, the rest told."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from itertools import islice
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from bots import casing
from bots.exchange import suspicion
from bots.exchange.entry import Entry
from bots.exchange.parse import Parser, Read, Unreadable, marks, read_as, shown, texts
from bots.models import Bot, Persona

T = TypeVar("T")
MOST_NOTES = 50
MOST_WARNINGS = 20
MOST_LOOKED = 100_000
"""Characters of what is not used that are searched for what deserves a warning."""
_END = re.compile(r"(?<=[.!?…])\s+|\n+")


def taken(entry: Entry, key: str, parse: Parser[T], default: T, *, becomes: str) -> T:
    """The value of a field, and what it becomes here."""
    value = entry.take(key, parse, default)
    if value != default:
        told(entry, key, becomes)
    return value


def told(entry: Entry, key: str, becomes: str) -> None:
    entry.repair(key, _("becomes: %(field)s.") % {"field": becomes})


def label(name: str) -> str:
    """What people call a field of the persona, or the memories."""
    model = Bot if name == "username" else Persona
    return _("memories") if name == "memories" else str(getattr(model._meta.get_field(name), "verbose_name", name))


def strings(raw: object) -> Read[tuple[str, ...]]:
    """The texts of a list, each with the place that it has there as its own; what is no text is told and left."""
    if isinstance(raw, str):
        raw = [raw]
    if not isinstance(raw, list):
        raise Unreadable(_("“%(raw)s” is no list of texts.") % {"raw": shown(raw)})
    others = sum(not isinstance(item, str) for item in raw if item is not None)
    repairs = (_("%(n)s of its entries are no texts and are not used.") % {"n": others},) if others else ()
    return Read(tuple(item.strip() if isinstance(item, str) else "" for item in raw), repairs)


def joined(limit: int, by: str = " ") -> Parser[str]:
    """A text, or a list of texts as one."""

    def parse(raw: object) -> Read[str]:
        if isinstance(raw, dict):
            raise Unreadable(_("“%(raw)s” is no text.") % {"raw": shown(raw)})
        if not isinstance(raw, list):
            return texts.one(limit)(raw)
        found = strings(raw)
        one = texts.one(limit)(by.join(filter(None, found.value)))
        return Read(one.value, (*found.repairs, *one.repairs))

    return parse


def numbered(key: str, items: tuple[str, ...]) -> dict[str, str]:
    """The items of a list by their places, as people count them."""
    return {f"{key} {n}": item for n, item in enumerate(items, start=1) if item}


def named(entry: Entry) -> str:
    name = entry.demand("name", texts.one(64), "")
    if name:
        told(entry, "name", label("name"))
    return name


def username(entry: Entry, name: str) -> str:
    """The username of the document, ending as Telegram wants it, or one made from the name."""
    given = entry.take("username", marks.username, "")
    handle = handle_of(given) if given else username_of(entry, name)
    if given and handle != given:
        entry.repair("username", *read_as(given, handle).repairs)
    return handle


def username_of(entry: Entry, name: str) -> str:
    """A username made from the name."""
    handle = handle_of(name)
    if name:
        entry.repair("username", _("is missing; @%(handle)s is made from the name.") % {"handle": handle})
    return handle


def handle_of(name: str) -> str:
    """5 to 32 of a-z, 0-9 and _, a letter first, ending in "bot"; for any name in any script."""
    decomposed = unicodedata.normalize("NFKD", casing.plain(unicodedata.normalize("NFKC", name)))
    bare = re.sub(r"[^a-z0-9]+", "_", "".join(letter for letter in decomposed if not unicodedata.combining(letter)))
    bare = bare.strip("_").lstrip("0123456789_")
    if not bare:
        bare = f"persona_{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}"
    if bare.endswith("bot") and 5 <= len(bare) <= 32:
        return bare
    return f"{bare[:28].rstrip('_')}_bot"


def rest(entry: Entry) -> None:
    """Tell what is not used, and what in it deserves a warning all the same."""
    unused = [key for key in entry.unread() if entry.data[key] not in ("", [], {})]
    for key in unused[:MOST_NOTES]:
        entry.note(key, _("is not used; it is kept for exports."))
    if (others := len(unused) - MOST_NOTES) > 0:
        entry.note("", _("%(n)s more of its fields are not used; they are kept for exports.") % {"n": others})
    for place, said in islice(_warnings(entry, unused), MOST_WARNINGS):
        entry.note(place, said)


def _warnings(entry: Entry, keys: list[str]) -> Iterator[tuple[str, str]]:
    """As far as a person would look, too: a file can hold more than anybody reads."""
    room = MOST_LOOKED
    for key in keys:
        for place, text in _texts(entry.data[key], key):
            for sentence in _END.split(text[:room]):
                if reasons := suspicion.wrong_with(sentence):
                    said = {"raw": shown(sentence), "why": ", ".join(reasons)}
                    yield place, _("“%(raw)s” is not used: it %(why)s.") % said
            room -= len(text) + 1
            if room <= 0:
                yield key, _("is too long to be looked through to its end.")
                return


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, list):
        for n, item in enumerate(value, start=1):
            yield from _texts(item, f"{place} {n}")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, f"{place} · {key}")
