"""What a persona may not say does not come in. What that is, the caller knows: the guard lives above this app."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from bots.exchange.entry import Entry
from bots.exchange.parse import shown
from bots.sheet import BotSheet, HoldingSheet, MemorySheet, PersonaSheet, StanceSheet

Check = Callable[[str], Sequence[str]]
"""What is wrong with a text, in words for people; nothing when it is fine."""

PROSE = ("hint", "tone", "risk_note", "style_note", "mood_note", "energy_note", "empathy_note")
LISTS = ("expertise", "watchlist", "interests", "phrases", "anecdotes")
"""`never_do` is not among them: it names what is never said."""
_SENTENCES = re.compile(r"(?<=[.!?…])\s+|\s*\n\s*")


def both(check: Check, other: Check) -> Check:
    """Each reason of the two once."""

    def judged(text: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*check(text), *other(text))))

    return judged


@dataclass(frozen=True, slots=True)
class Screen:
    entry: Entry
    check: Check
    fields: Mapping[str, str]
    """How the file calls a field, where it is not our name for it."""

    def bot(self, sheet: BotSheet) -> BotSheet:
        self._named(sheet)
        return replace(
            sheet,
            persona=self._persona(sheet.persona),
            stances=self._each("stances", sheet.stances, self._stance),
            holdings=self._each("holdings", sheet.holdings, self._holding),
            memories=self._each("memories", sheet.memories, self._memory),
        )

    def _named(self, sheet: BotSheet) -> None:
        for field, text in (("username", sheet.username.replace("_", " ")), ("name", sheet.persona.name)):
            if reasons := self.check(text):
                self.entry.refuse(field, _("“%(raw)s” %(why)s.") % {"raw": shown(text), "why": ", ".join(reasons)})

    def _persona(self, persona: PersonaSheet) -> PersonaSheet:
        clean: dict[str, Any] = {field: self._prose(field, getattr(persona, field)) for field in PROSE}
        clean |= {field: self._items(field, getattr(persona, field)) for field in LISTS}
        if persona.hint and not clean["hint"]:
            self.entry.refuse(self._where("hint"), _("has nothing left to say; write it anew."))
        return replace(persona, **clean)

    def _stance(self, field: str, stance: StanceSheet) -> StanceSheet | None:
        text = self._prose(field, stance.text)
        return replace(stance, text=text) if text and self._items(field, [stance.topic]) else None

    def _holding(self, field: str, holding: HoldingSheet) -> HoldingSheet:
        return replace(holding, note=self._prose(field, holding.note))

    def _memory(self, field: str, memory: MemorySheet) -> MemorySheet | None:
        text = self._prose(field, memory.text)
        return replace(memory, text=text) if text else None

    def _each(self, name: str, items: Sequence[Any], clean: Callable[[str, Any], Any]) -> tuple[Any, ...]:
        kept = []
        for n, item in enumerate(items, start=1):
            fine = clean(f"{name} {n}", item)
            kept += [fine] if fine is not None else []
            if fine is None:
                self.entry.repair(self._where(f"{name} {n}"), _("has nothing left to say and is left out."))
        return tuple(kept)

    def _prose(self, field: str, text: str) -> str:
        """`text` without the sentences that may not be said."""
        if not text or not self.check(text):
            return text
        kept = " ".join(self._items(field, _SENTENCES.split(text)))
        return " ".join(self._items(field, [kept])) if kept else ""

    def _items(self, field: str, items: Sequence[str]) -> tuple[str, ...]:
        kept = []
        for item in items:
            if reasons := self.check(item):
                said = {"raw": shown(item), "why": ", ".join(reasons)}
                self.entry.repair(self._where(field), _("“%(raw)s” is left out: it %(why)s.") % said)
            else:
                kept.append(item)
        return tuple(kept)

    def _where(self, field: str) -> str:
        return self.fields.get(field, field)
