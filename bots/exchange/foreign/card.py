"""Character Card V1, V2 and V3, by the tables in docs/import.md."""

import re
from collections.abc import Mapping
from typing import Any

from bots.exchange import kulis
from bots.exchange.entry import Entry
from bots.exchange.foreign import Found, House, Written, neutral
from bots.exchange.foreign.fields import label, named, rest, taken, username_of
from bots.exchange.parse import Parser, Read, texts
from bots.sheet import BotSheet, Format, PersonaSheet

V1 = ("name", "description", "personality", "scenario", "first_mes", "mes_example")
_V2: Mapping[str, Any] = {
    **dict.fromkeys(V1, ""), "creator_notes": "", "system_prompt": "", "post_history_instructions": "",
    "alternate_greetings": [], "tags": [], "creator": "", "character_version": "", "extensions": {},
}  # fmt: skip
_V3: Mapping[str, Any] = {**_V2, "group_only_greetings": []}
_SPECS: Mapping[Format, tuple[str, str, Mapping[str, Any]]] = {
    Format.CARD_V2: ("chara_card_v2", "2.0", _V2),
    Format.CARD_V3: ("chara_card_v3", "3.0", _V3),
}
_CARDS = (Format.CARD_V1, Format.CARD_V2, Format.CARD_V3)
_MOST_LINES = 8
_SPEAKER = re.compile(r"^\s*([^:\n]{1,64}):\s*(.+)$", re.MULTILINE)


def _read(entry: Entry) -> Found:
    flat = "spec" not in entry.data
    entry.elsewhere("spec", "spec_version")
    data = entry if flat else entry.inner("data")
    name, nickname = named(data), neutral.plain_name(data.data.get("nickname"))
    if not flat:
        entry.elsewhere(*(key for key in V1 if entry.data.get(key) == data.data.get(key)))
    who = PersonaSheet(
        name=name,
        hint=taken(data, "description", texts.one(kulis.LONG), "", becomes=label("hint")),
        tone=taken(data, "personality", texts.one(200), "", becomes=label("tone")),
        style_note=taken(data, "mes_example", _lines_of({name, nickname}), "", becomes=label("style_note")),
        interests=taken(data, "tags", texts.many(), (), becomes=label("interests")),
    )
    sheet = BotSheet(username=username_of(data, name), persona=who)
    for part in (data,) if flat else (data, entry):
        rest(part)
    inside = "" if flat else "data · "
    ours = {
        "name": "name",
        "hint": "description",
        "tone": "personality",
        "style_note": "mes_example",
        "interests": "tags",
    }
    return Found(sheet, {field: f"{inside}{key}" for field, key in ours.items()})


def _lines_of(names: set[str]) -> Parser[str]:
    """What the character itself says in the examples: they show how it writes."""

    def parse(raw: object) -> Read[str]:
        found = texts.one(10 * kulis.LONG)(raw)
        said = [words.strip() for speaker, words in _SPEAKER.findall(found.value) if speaker.strip() in names]
        return Read(texts.one(kulis.LONG)("\n".join(said[:_MOST_LINES])).value, found.repairs)

    return parse


def _written(sheet: BotSheet) -> Written:
    """The style of a bot that came from a card is lines of its examples; of others it is told in words."""
    who, came = sheet.persona, sheet.origin is not None and sheet.origin.format in _CARDS
    style = who.style_note.splitlines() if came else []
    lines = [f"{{{{char}}}}: {line}" for line in (*style, *who.phrases, *who.anecdotes)]
    return {
        "name": who.name,
        "description": who.hint,
        "personality": "\n".join(filter(None, [who.tone, who.mood_note, "" if came else who.style_note])),
        "mes_example": "\n".join(["<START>", *lines]) if lines else "",
        "tags": [*who.interests, *(item for item in who.expertise if item not in who.interests)],
    }


def inside(document: Mapping[str, Any]) -> dict[str, Any]:
    """What tells of the character, wherever this version of the card keeps it."""
    data = document.get("data") if "spec" in document else document
    return dict(data) if isinstance(data, dict) else {}


def _whole(format_: Format, document: Mapping[str, Any], data: Written) -> Written:
    """A valid card around `data`. Older programs look for the fields of V1 outside: where they stood, they stand."""
    spec, version, required = _SPECS[format_]
    around = dict(document) if "spec" in document else {}
    before = inside(around)
    outside = {key: data[key] for key in V1 if key in around and key in data and around[key] == before.get(key)}
    if around.get("spec") == spec:
        version = around.get("spec_version", version)
    return around | outside | {"spec": spec, "spec_version": version, "data": {**required, **data}}


HOUSE = House(read=_read, inside=inside, written=_written, whole=_whole)
