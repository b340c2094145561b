"""The LLM port: one question, one answer, and every way it can fail.

LLMError
├── Unavailable       no connection, 5xx, time-out: another provider may answer
├── RateLimited       429; `seconds` says how long, when the provider did
├── InvalidKey        401 or 403: a person has to act
├── NotAccepted       any other 4xx: the request or the model's name is wrong, not the provider's health
├── ContextTooLong    the prompt does not fit this model
├── Refused           the provider's content filter, or a model that declines
└── Garbage           an answer that cannot be read, or an empty one
"""

from dataclasses import dataclass, field
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call, as the provider counts them."""

    prompt: int = 0
    completion: int = 0
    cached: int = 0


@dataclass(frozen=True, slots=True)
class Room:
    """One limit of a provider: how much of it is left for so many seconds."""

    limit: int
    left: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the provider said about its limits along with an answer."""

    requests: Room | None = None
    tokens: Room | None = None


class LLMError(Exception):
    """`reason` is a stable code for rows; `str(error)` is a sentence for people, without key or prompt."""

    reason = "llm_error"
    usage: Usage | None = None
    """What it took all the same, when the provider said so."""
    allowance: Allowance | None = None
    cut_off = False
    """Whether it was asked and no whole answer came: it may charge for the call."""


class Unavailable(LLMError):
    reason = "llm_unavailable"


class RateLimited(LLMError):
    reason = "llm_rate_limited"

    def __init__(self, message: str, *, seconds: float | None = None) -> None:
        super().__init__(message)
        self.seconds = seconds


class InvalidKey(LLMError):
    reason = "llm_key_refused"


class NotAccepted(LLMError):
    reason = "llm_not_accepted"


class ContextTooLong(LLMError):
    reason = "llm_context_too_long"


class Refused(LLMError):
    reason = "llm_refused"


class Garbage(LLMError):
    reason = "llm_garbage"


@dataclass(frozen=True, slots=True)
class PromptMessage:
    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the chat as the prompt shows it, oldest first."""

    speaker: str
    text: str
    own: bool = False
    human: bool = False


@dataclass(frozen=True, slots=True)
class Brief:
    """The same facts as the prompt, as values: what the offline voice speaks from. The real adapters ignore it."""

    speaker: str
    tone: str = ""
    risk: Literal["very_low", "low", "medium", "high"] = "medium"
    expertise: tuple[str, ...] = ()
    watchlist: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    emoji: tuple[str, ...] = ()
    anecdotes: tuple[str, ...] = ()
    stances: tuple[tuple[str, str], ...] = ()
    """Pairs of topic and position."""
    memories: tuple[str, ...] = ()
    energy: float = 0.5
    empathy: float = 0.5
    formality: float = 0.5
    topic: str = ""
    length: Literal["short", "medium", "long"] = "short"
    intent: Literal["message", "reply", "answer", "reaction"] = "message"
    """message: a new thought; reply: to another bot; answer: to a human."""
    reply_to: Line | None = None
    mention: str = ""
    """Name to address inside the text, or empty."""
    history: tuple[Line, ...] = ()
    session: str = ""
    """The market session in words, for example "seans açık"."""
    headline: str = ""
    """News that the message brings up, and who published them."""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    messages: tuple[PromptMessage, ...]
    brief: Brief
    model: str
    seed: int
    deadline: float
    """A `time.monotonic()` moment; the adapter gives up by then, even in the middle of an answer."""
    max_tokens: int = 300
    temperature: float = 0.9


@dataclass(frozen=True, slots=True)
class Completion:
    text: str
    model: str
    usage: Usage | None = None
    """None where the provider does not say."""
    allowance: Allowance | None = None
    meta: dict[str, str] = field(default_factory=dict)


class LLM(Protocol):
    def complete(self, request: Request) -> Completion: ...

    def models(self) -> list[str]:
        """The names of the models on offer: the cheapest proof that address and key are right."""
        ...


def broken(error: BaseException) -> LLMError:
    """A fault of ours in the middle of a call, which may have been made."""
    broke = LLMError(type(error).__name__)
    broke.cut_off = True
    return broke
