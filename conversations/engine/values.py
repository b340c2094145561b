"""What crosses between the stages of a turn: frozen values, no rows."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Literal

Risk = Literal["very_low", "low", "medium", "high"]
Intent = Literal["message", "reply", "answer"]
Length = Literal["short", "medium", "long"]
Trigger = Literal["schedule", "mention", "reply", "question"]


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules that hold for one chat, inheritance resolved. Units and ranges: `conversations.models.rules`."""

    revision: int
    scale: float
    max_per_minute: int
    base_delay: float
    prime_delay: float
    prime_morning_starts: time
    prime_morning_ends: time
    prime_afternoon_starts: time
    prime_afternoon_ends: time
    own_gap: int
    reply_probability: float
    reply_to_bot_probability: float
    mention_probability: float
    short_weight: float
    medium_weight: float
    long_weight: float
    history_length: int
    chain_cap: int
    quiet_messages: int
    quiet_minutes: int
    answer_minutes: int
    chatter_seconds: int
    duplicate_hours: int
    duplicate_similarity: float
    rewrites: int
    refresh_messages: int
    refresh_minutes: int
    stance_cooldown_minutes: int
    slip_probability: float
    typing_shown: bool


@dataclass(frozen=True, slots=True)
class Position:
    """A stance of the speaker."""

    id: int
    topic: str
    text: str
    confidence: float
    rests: bool


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
    hours: tuple[tuple[time, time], ...]
    positions: tuple[Position, ...]
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


@dataclass(frozen=True, slots=True)
class Candidate:
    """How one bot fared in the draw; kept on the turn."""

    bot_id: int
    username: str
    score: float
    parts: dict[str, float]
    blocked: str


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
