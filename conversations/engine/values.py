"""What crosses between the stages of a turn: frozen values, no rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from bots.sheet import Hours
from conversations.engine.rulebook import Policy

Risk = Literal["very_low", "low", "medium", "high"]
Intent = Literal["message", "reply", "answer", "reaction"]
Length = Literal["short", "medium", "long"]
Trigger = Literal["schedule", "mention", "reply", "question", "news"]
Standing = Literal["stranger", "acquaintance", "friend", "close_friend", "rival"]
Other = tuple[Literal["bot", "person"], int]
"""Whom a relationship is with: a bot, or a participant, by number."""


@dataclass(frozen=True, slots=True)
class Position:
    """A stance of the speaker."""

    id: int
    topic: str
    text: str
    confidence: float
    rests: bool


@dataclass(frozen=True, slots=True)
class Feelings:
    """The mood of a bot, each 0..100."""

    mood: int = 50
    energy: int = 50
    confidence: int = 50
    stress: int = 0
    excitement: int = 50
    curiosity: int = 50
    warmth: int = 50


@dataclass(frozen=True, slots=True)
class Bond:
    """How a bot stands with one other."""

    standing: Standing = "stranger"
    trust: int = 50
    affection: int = 50
    familiarity: int = 0
    conflict: int = 0


@dataclass(frozen=True, slots=True)
class News:
    """A headline that may be taken up."""

    id: int
    title: str
    summary: str
    source: str
    link: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Price:
    """A quote with its source; `change` in percent since the day before."""

    symbol: str
    price: Decimal
    currency: str
    change: float | None
    source: str
    as_of: datetime
    demo: bool = False

    def as_json(self) -> dict[str, object]:
        """As the prompt carried it: what the figures of the text are held against."""
        return {
            "symbol": self.symbol,
            "price": str(self.price),
            "currency": self.currency,
            "change": self.change,
            "source": self.source,
            "as_of": self.as_of.isoformat(),
            "demo": self.demo,
        }


@dataclass(frozen=True, slots=True)
class Ticker:
    """A symbol of the table, with what people call it."""

    code: str
    names: tuple[str, ...] = ()
    thin: bool = False


@dataclass(frozen=True, slots=True)
class Character:
    """The persona, as much as the engine uses of it."""

    name: str
    hint: str
    tone: str
    risk: Risk
    risk_label: str
    horizon_label: str
    risk_note: str
    expertise: tuple[str, ...]
    watchlist: tuple[str, ...]
    interests: tuple[str, ...]
    never_do: tuple[str, ...]
    style_note: str
    mood_note: str
    phrases: tuple[str, ...]
    anecdotes: tuple[str, ...]
    emoji: tuple[str, ...]
    energy: float
    empathy: float
    formality: float
    emoji_rate: float
    slip_rate: float
    weights: tuple[float, float, float]
    """Short, medium, long."""
    wpm: int


NOBODY: Mapping[Other, Bond] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Member:
    """One bot of the chat at this moment."""

    bot_id: int
    username: str
    character: Character
    weight: float
    talkativeness: float
    pace: float
    hourly_cap: int
    said_last_hour: int
    last_said_at: datetime | None
    hours: tuple[Hours, ...]
    positions: tuple[Position, ...]
    holdings: tuple[str, ...] = ()
    """What it holds, in words. Fiction."""
    latency: float = 8.0
    """Seconds that it usually takes to read and begin to write."""
    feelings: Feelings = Feelings()
    bonds: Mapping[Other, Bond] = field(default_factory=lambda: NOBODY)
    phrase_rests: bool = False
    """Whether it has used a signature phrase too lately."""
    told: frozenset[str] = frozenset()
    """Anecdotes that this chat has heard lately."""
    persona_id: int | None = None
    blocked: str = ""
    """Why it may not speak: bot_off, bot_paused, token_dead, no_token, gated, busy."""

    @property
    def name(self) -> str:
        return self.character.name


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the chat."""

    id: int
    speaker: str
    text: str
    said_at: datetime
    bot_id: int | None = None
    participant_id: int | None = None
    reply_to_id: int | None = None
    replies: int = 0
    topic: str = ""
    mentions_other: bool = False
    reacted: frozenset[int] = frozenset()
    """The bots that have put an emoji on it."""

    @property
    def human(self) -> bool:
        return self.bot_id is None


@dataclass(frozen=True, slots=True)
class Scene:
    """The world of one turn, read once."""

    chat_id: int
    title: str
    now: datetime
    """Aware, in the time zone of the chat."""
    observes_hours: bool
    topics: tuple[str, ...]
    policy: Policy
    trigger: Trigger
    named_bot_id: int | None
    cause: Said | None
    members: tuple[Member, ...]
    history: tuple[Said, ...]
    """Oldest first, newest last."""
    session: str = ""
    """The market's session in the words of the prompt."""
    news: tuple[News, ...] = ()
    """Headlines that may still be taken up here, newest first."""
    prices: tuple[Price, ...] = ()
    """Fresh prices of what the chat and its bots follow."""
    tickers: tuple[Ticker, ...] = ()
    reactions: tuple[str, ...] | None = None
    """Emoji that may be reacted with; None for all of Telegram's."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """How one bot fared in the draw; kept on the turn."""

    bot_id: int
    username: str
    score: float
    parts: dict[str, float]
    blocked: str

    def as_json(self) -> dict[str, object]:
        return {
            "bot": self.bot_id,
            "username": self.username,
            "score": self.score,
            "parts": self.parts,
            "blocked": self.blocked,
        }


@dataclass(frozen=True, slots=True)
class Plan:
    speaker: Member
    intent: Intent
    target: Said | None
    mention: str
    topic: str
    length: Length
    position: Position | None
    """The stance that this turn may bring up."""
    candidates: tuple[Candidate, ...]
    quotes: bool = True
    """Whether Telegram's reply points at the target, or the words alone do."""
    headline: News | None = None
    emoji: str = ""
    """What a reaction hangs on the target."""
    phrase: str = ""
    """A signature phrase that the model is offered."""
    anecdote: str = ""


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody speaks, and why."""

    reason: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check said about a text."""

    stage: str
    rule: str
    passed: bool
    detail: str = ""

    def as_json(self) -> dict[str, object]:
        return {"stage": self.stage, "rule": self.rule, "passed": self.passed, "detail": self.detail}
