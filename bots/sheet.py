"""A bot on paper: what a cast file, the generator and the roster hand to each other.

Values only. Every range named here is also a constraint of the database.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Risk(StrEnum):
    VERY_LOW = "very_low"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Horizon(StrEnum):
    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


class MemoryKind(StrEnum):
    PERSONAL_FACT = "personal_fact"
    PAST_EVENT = "past_event"
    RELATIONSHIP = "relationship"
    PREFERENCE = "preference"
    ROUTINE = "routine"
    REFLECTION = "reflection"


class Format(StrEnum):
    """What bots can be written in and read from, beside the predecessor's files."""

    KULIS = "kulis-cast"
    CARD_V1 = "card-v1"
    CARD_V2 = "card-v2"
    CARD_V3 = "card-v3"
    ELIZA = "eliza"
    TINYTROUPE = "tinytroupe"


@dataclass(frozen=True, slots=True)
class PersonaSheet:
    name: str
    """The name people read in the chat."""
    hint: str = ""
    """Who this is, in one or two sentences."""
    tone: str = ""
    risk: Risk = Risk.MEDIUM
    horizon: Horizon = Horizon.MEDIUM
    risk_note: str = ""
    expertise: tuple[str, ...] = ()
    watchlist: tuple[str, ...] = ()
    interests: tuple[str, ...] = ()
    never_do: tuple[str, ...] = ()
    style_note: str = ""
    mood_note: str = ""
    phrases: tuple[str, ...] = ()
    anecdotes: tuple[str, ...] = ()
    emoji: tuple[str, ...] = ()
    energy: float = 0.5
    """0..1: pace and length."""
    energy_note: str = ""
    empathy: float = 0.5
    """0..1: how readily it turns to people in a bad mood."""
    empathy_note: str = ""
    formality: float = 0.5
    """0..1: from street talk to lecture hall."""
    emoji_rate: float = 0.15
    """0..1: probability that a message carries an emoji."""
    slip_rate: float = 0.03
    """0..0.3: probability of a slip with its correction."""
    short_weight: float = 0.55
    medium_weight: float = 0.35
    long_weight: float = 0.10
    wpm: int = 36
    """Words per minute, 20..60; five characters a word."""


@dataclass(frozen=True, slots=True)
class StanceSheet:
    topic: str
    text: str
    confidence: float = 0.6


@dataclass(frozen=True, slots=True)
class HoldingSheet:
    symbol: str
    average_price: Decimal
    size: Decimal
    note: str = ""


@dataclass(frozen=True, slots=True)
class MemorySheet:
    kind: MemoryKind
    text: str
    importance: float = 0.5


EVERY_DAY = 0b1111111
"""Days of a week as bits, Monday the lowest."""


@dataclass(frozen=True, slots=True)
class Hours:
    """A range of local time, both ends included; `ends` before `starts` crosses midnight into the next day."""

    starts: time
    ends: time
    days: int = EVERY_DAY
    """The days of the week on which it begins, as bits."""


@dataclass(frozen=True, slots=True)
class OriginSheet:
    """The document that a bot was read from, without its secrets: exports give back what is not used of it."""

    format: Format
    version: str
    document: Mapping[str, Any] = field(hash=False, repr=False)
    sha256: str
    """Of the file, as it was brought."""


@dataclass(frozen=True, slots=True)
class BotSheet:
    username: str
    persona: PersonaSheet
    talkativeness: float = 0.5
    """0..1: prior in the draw of who speaks."""
    pace: float = 1.0
    """0.1..10: multiplies the delay; above 1 is slower."""
    hourly_cap: int = 12
    hours: tuple[Hours, ...] = ()
    """Empty: always."""
    stances: tuple[StanceSheet, ...] = ()
    holdings: tuple[HoldingSheet, ...] = ()
    memories: tuple[MemorySheet, ...] = ()
    token: str = field(default="", repr=False)
    origin: OriginSheet | None = None
