"""Agent specifications of TinyTroupe, by the table in docs/import.md."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from bots.exchange import kulis
from bots.exchange.entry import Entry
from bots.exchange.foreign import Found, House, Recollections, Written
from bots.exchange.foreign.fields import joined, label, named, numbered, rest, strings, taken, told, username_of
from bots.exchange.parse import levels, texts
from bots.sheet import BotSheet, Format, MemoryKind, PersonaSheet

_FACTS = ("age", "gender", "nationality", "residence")
_OURS = {
    "name": "persona · name",
    "hint": "persona · occupation", "tone": "persona · personality · traits", "style_note": "persona · style",
    "expertise": "persona · skills", "interests": "persona · preferences · interests",
}  # fmt: skip


def _read(entry: Entry) -> Found:
    entry.elsewhere("type")
    persona = entry.inner("persona")
    name = named(persona)
    character, likes = persona.inner("personality"), persona.inner("preferences")
    kept = Recollections()
    big = character.inner("big_five")
    who = PersonaSheet(
        name=name,
        hint=_who(persona),
        tone=taken(character, "traits", joined(200), "", becomes=label("tone")),
        style_note=taken(persona, "style", joined(kulis.LONG), "", becomes=label("style_note")),
        expertise=taken(persona, "skills", _listed, (), becomes=label("expertise")),
        interests=taken(likes, "interests", _listed, (), becomes=label("interests")),
        energy=_level(big, "extraversion", "energy"),
        empathy=_level(big, "agreeableness", "empathy"),
    )
    _minded(persona, likes, kept)
    sheet = BotSheet(username=username_of(persona, name), persona=who, memories=tuple(kept.memories.values()))
    for part in (big, character, likes, persona, entry):
        rest(part)
    return Found(sheet, _OURS | kept.places)


def _who(persona: Entry) -> str:
    """Who this is, in a sentence or two: age, origin and work."""
    facts = [taken(persona, key, texts.one(120), "", becomes=label("hint")) for key in _FACTS]
    if isinstance(persona.data.get("occupation"), dict):
        work = persona.inner("occupation")
        facts += [taken(work, key, texts.one(200), "", becomes=label("hint")) for key in ("title", "organization")]
        told_of = taken(work, "description", texts.one(3000), "", becomes=label("hint"))
        rest(work)
    else:
        told_of = taken(persona, "occupation", joined(3000), "", becomes=label("hint"))
    line = ", ".join(filter(None, facts))
    return ". ".join(filter(None, [line, told_of]))


def _level(big: Entry, key: str, becomes: str) -> float:
    """The first words say the level ("High. Loves company."); the reason behind it may speak of others."""
    said = big.take(key, texts.one(400), "")
    level = levels.share(said.partition(".")[0].partition(",")[0])
    if level is not None:
        told(big, key, label(becomes))
    elif said:
        big.note(key, _("names no level and is not used."))
    return 0.5 if level is None else level


def _minded(persona: Entry, likes: Entry, kept: Recollections) -> None:
    """What it believes, does, likes and knows of itself becomes memories."""
    _remember(persona, "beliefs", MemoryKind.REFLECTION, kept)
    _remember(likes, "likes", MemoryKind.PREFERENCE, kept, "Severim: ")
    _remember(likes, "dislikes", MemoryKind.PREFERENCE, kept, "Sevmem: ")
    habits = persona.inner("behaviors")
    _remember(habits, "general", MemoryKind.ROUTINE, kept)
    rest(habits)
    _remember(persona, "other_facts", MemoryKind.PERSONAL_FACT, kept)


def _remember(entry: Entry, key: str, kind: MemoryKind, kept: Recollections, says: str = "") -> None:
    path = f"{entry.path} · {key}"
    items = numbered(path, entry.take(key, strings, ()))
    fitted = {place: texts.one(kulis.LONG)(f"{says}{text}").value for place, text in items.items()}
    if kept.add(kind, fitted):
        told(entry, key, label("memories"))


def _listed(raw: object) -> Any:
    """One text is a list of one: skills are sentences with commas in them."""
    return texts.many()([raw] if isinstance(raw, str) else raw)


def _inside(document: Mapping[str, Any]) -> Written:
    return dict(document)


def _written(sheet: BotSheet) -> Written:
    who = sheet.persona
    return {
        "persona": {
            "name": who.name,
            "occupation": {"description": who.hint},
            "style": who.style_note,
            "personality": {"traits": [who.tone] if who.tone else []},
            "preferences": {"interests": list(who.interests)},
            "skills": list(who.expertise),
            "beliefs": [stance.text for stance in sheet.stances],
            "other_facts": list(who.anecdotes),
        }
    }


def _whole(_format: Format, _document: Mapping[str, Any], inner: Written) -> Written:
    return {"type": "TinyPerson", **inner}


HOUSE = House(read=_read, inside=_inside, written=_written, whole=_whole)
