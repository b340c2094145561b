"""A document of another house to a bot on paper: read, screened as what strangers wrote, and kept for exports."""

from dataclasses import replace

from bots.exchange import seeding, suspicion
from bots.exchange.entry import Entry
from bots.exchange.foreign import Found, House, card, eliza, tinytroupe
from bots.exchange.foreign.neutral import neutral, plain_name
from bots.exchange.foreign.signs import version_of
from bots.exchange.parse import shown
from bots.exchange.remarks import Remark
from bots.exchange.screening import Check, Screen, both
from bots.sheet import BotSheet, Format, OriginSheet

HOUSES: dict[Format, House] = {
    Format.CARD_V1: card.HOUSE,
    Format.CARD_V2: card.HOUSE,
    Format.CARD_V3: card.HOUSE,
    Format.ELIZA: eliza.HOUSE,
    Format.TINYTROUPE: tinytroupe.HOUSE,
}


def bot(format_: Format, document: dict[str, object], *, check: Check, remarks: list[Remark], sha256: str) -> BotSheet:
    """The bot of this document. What was wrong, what became what and what is not used is added to `remarks`."""
    name = _name(format_, document)
    plain, changes = neutral(document, name)
    entry = Entry(plain, f"1 · {shown(name)}" if name else "1", remarks)
    found = HOUSES[format_].read(entry)
    _tell(entry, found, changes)
    screened = Screen(entry, both(check, suspicion.wrong_with), found.fields).bot(found.sheet)
    remembered = {memory.text: memory for memory in screened.memories}
    origin = OriginSheet(format_, version_of(format_, document), document, sha256)
    return replace(seeding.seeded(replace(screened, memories=tuple(remembered.values()))), origin=origin)


def at_first(origin: OriginSheet) -> BotSheet:
    """What the document alone says, whatever the guard took out of it."""
    plain, _changes = neutral(dict(origin.document), _name(origin.format, origin.document))
    return replace(HOUSES[origin.format].read(Entry(plain, "", [])).sheet, origin=origin)


def _name(format_: Format, document: object) -> str:
    """Who "{{char}}" is: the nickname of a card, or the name."""
    inner = HOUSES[format_].inside(document) if isinstance(document, dict) else {}
    persona = inner.get("persona")
    named = persona if isinstance(persona, dict) else inner
    return plain_name(named.get("nickname")) or plain_name(named.get("name"))


def _tell(entry: Entry, found: Found, changes: list[tuple[str, str]]) -> None:
    """Of the templates and invisible signs those in fields that are used."""
    used = tuple(found.fields.values())
    for place, words in dict.fromkeys(changes):
        if place.startswith(used):
            entry.repair(place, words)
