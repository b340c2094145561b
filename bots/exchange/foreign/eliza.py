"""Characters of elizaOS, by the table in docs/import.md."""

from collections.abc import Mapping
from typing import Any

from bots.exchange import kulis
from bots.exchange.entry import Entry
from bots.exchange.foreign import Found, House, Recollections, Written
from bots.exchange.foreign.fields import joined, label, named, numbered, rest, strings, taken, told, username
from bots.exchange.parse import texts
from bots.sheet import BotSheet, Format, MemoryKind, PersonaSheet

_OURS = {
    "name": "name",
    "hint": "bio", "tone": "adjectives", "interests": "topics", "phrases": "postExamples", "style_note": "style",
}  # fmt: skip


def _read(entry: Entry) -> Found:
    name = named(entry)
    handle = username(entry, name)
    if entry.has("username"):
        told(entry, "username", label("username"))
    who = PersonaSheet(
        name=name,
        hint=taken(entry, "bio", joined(kulis.LONG), "", becomes=label("hint")),
        tone=taken(entry, "adjectives", joined(200, ", "), "", becomes=label("tone")),
        interests=taken(entry, "topics", texts.many(commas=True), (), becomes=label("interests")),
        style_note=_style(entry.inner("style")),
    )
    kept = Recollections()
    _remember(entry, "lore", kept, 0.6)
    _remember(entry, "knowledge", kept, 0.4)
    rest(entry)
    sheet = BotSheet(username=handle, persona=who, memories=tuple(kept.memories.values()))
    return Found(sheet, _OURS | kept.places)


def _style(style: Entry) -> str:
    """How it writes at all, and in chats. How it writes posts is of no use here."""
    rules = [taken(style, key, joined(2000, "\n"), "", becomes=label("style_note")) for key in ("all", "chat")]
    rest(style)
    return "\n".join(filter(None, rules))[: kulis.LONG]


def _remember(entry: Entry, key: str, kept: Recollections, importance: float) -> None:
    items = numbered(key, entry.take(key, strings, ()))
    fitted = {place: texts.one(kulis.LONG)(text).value for place, text in items.items()}
    if kept.add(MemoryKind.PERSONAL_FACT, fitted, importance):
        told(entry, key, label("memories"))


def _inside(document: Mapping[str, Any]) -> Written:
    return dict(document)


def _written(sheet: BotSheet) -> Written:
    who = sheet.persona
    return {
        "name": who.name,
        "username": sheet.username,
        "bio": [who.hint] if who.hint else [],
        "lore": list(who.anecdotes),
        "adjectives": [part for word in who.tone.split(",") if (part := word.strip())],
        "topics": [*who.interests, *(item for item in who.expertise if item not in who.interests)],
        "style": {"all": who.style_note.splitlines(), "chat": [], "post": []},
        "postExamples": list(who.phrases),
        "messageExamples": [],
        "knowledge": [],
    }


def _whole(_format: Format, document: Mapping[str, Any], inner: Written) -> Written:
    """When the style has changed it stands under "all", also what stood under "chat"."""
    style, before = inner.get("style"), document.get("style")
    if isinstance(style, dict) and isinstance(before, dict) and style.get("all") != before.get("all"):
        return inner | {"style": style | {"chat": []}}
    return inner


HOUSE = House(read=_read, inside=_inside, written=_written, whole=_whole)
