"""Characters of other houses: Character Card V1, V2 and V3, elizaOS, TinyTroupe. One document holds one bot."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bots.exchange.entry import Entry
from bots.sheet import BotSheet, Format, MemoryKind, MemorySheet

MOST_MEMORIES = 40
Written = dict[str, Any]


@dataclass(slots=True)
class Found:
    """A bot as it was read, and how its document calls what our sheet calls otherwise."""

    sheet: BotSheet
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class House:
    """How one format is read and written."""

    read: Callable[[Entry], Found]
    inside: Callable[[Mapping[str, Any]], Written]
    """The part of a document that tells of the character."""
    written: Callable[[BotSheet], Written]
    """What Kulis knows of a bot, by the names of that part."""
    whole: Callable[[Format, Mapping[str, Any], Written], Written]
    """A valid document in this format, from the original and that part as it is now."""


@dataclass(slots=True)
class Recollections:
    """Memories gathered from several fields, each known by where it stands."""

    memories: dict[str, MemorySheet] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    def add(self, kind: MemoryKind, texts: Mapping[str, str], importance: float = 0.5) -> int:
        """How many of these `texts`, by their places, are remembered."""
        before = len(self.memories)
        for place, text in texts.items():
            if text and text not in self.memories and len(self.memories) < MOST_MEMORIES:
                self.memories[text] = MemorySheet(kind, text, importance)
                self.places[f"memories {len(self.memories)}"] = place
        return len(self.memories) - before
