"""One thing said in a group, and what is known around it. Plain values: the statistics need nothing else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo

ISTANBUL = ZoneInfo("Europe/Istanbul")


class Kind(StrEnum):
    MESSAGE = "message"
    REACTION = "reaction"


@dataclass(frozen=True, slots=True)
class Utterance:
    id: int
    """Unique among the messages of its chat."""
    chat: str
    at: datetime
    """Aware."""
    speaker: str
    is_bot: bool
    text: str = ""
    reply_to: int | None = None
    """The id of a message of the same chat: the one answered, or reacted to."""
    kind: Kind = Kind.MESSAGE
    trigger: str = ""
    """What opened the turn of a bot: schedule, mention, reply, question, news. Empty: unknown."""
    mentions: tuple[str, ...] = ()
    """Bots that a person's message addresses by name."""
    aside: bool = False
    """A word between two people: not for the cast."""
    typing: float | None = None
    """Seconds for which typing was shown."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the utterances alone do not tell. Everything may stay unknown."""

    zone: tzinfo = ISTANBUL
    news: Sequence[tuple[str, datetime]] = ()
    """Chat and moment in which the cast took up a headline."""
    members: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The bots of each chat."""
    awake: Callable[[str, datetime], bool] | None = None
    """Whether this speaker can answer at this moment."""
    chain_rest: timedelta = timedelta(minutes=30)
    """A silence as long as this starts a new row of bot messages."""
    refused_reactions: int | None = None
