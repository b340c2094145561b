"""The Telegram port: what Kulis asks of the Bot API, and every way it can answer.

    TelegramError
    ├── NotSent                provably nothing reached the chat; may be tried again later
    │   ├── RetryAfter         429; `seconds` comes from `parameters.retry_after` and is never shortened
    │   └── Unreachable        DNS, refused connection, TLS, or the deadline passed before the first byte was written
    ├── Rejected               a final answer; never tried again as it stands
    │   ├── BadRequest         400, anything but a migration
    │   ├── ReplyGone          400, the message to reply to no longer exists
    │   ├── Migrated           400 with `migrate_to_chat_id`; `chat_id` is the new address
    │   ├── InvalidToken       401: the token is dead
    │   ├── Forbidden          403: the bot was removed or blocked there
    │   ├── NotFound           404
    │   └── PollConflict       409: somebody else polls with this token
    └── Ambiguous              5xx, a lost answer, a reset after the first byte, nonsense in a 200: nobody knows

Whoever calls decides; adapters only translate. Every method may raise any of these.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


class TelegramError(Exception):
    """`reason` is a stable code for rows and metrics; `str(error)` is a sentence for people, without any secret."""

    reason = "telegram_error"

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class NotSent(TelegramError):
    reason = "not_sent"


class RetryAfter(NotSent):
    reason = "rate_limited"

    def __init__(self, message: str, *, seconds: float, status: int | None = 429) -> None:
        super().__init__(message, status=status)
        self.seconds = seconds


class Unreachable(NotSent):
    reason = "unreachable"


class Rejected(TelegramError):
    reason = "rejected"


class BadRequest(Rejected):
    reason = "bad_request"


class ReplyGone(BadRequest):
    reason = "reply_gone"


class Migrated(Rejected):
    reason = "migrated"

    def __init__(self, message: str, *, chat_id: int, status: int | None = 400) -> None:
        super().__init__(message, status=status)
        self.chat_id = chat_id


class InvalidToken(Rejected):
    reason = "token_revoked"


class Forbidden(Rejected):
    reason = "forbidden"


class NotFound(Rejected):
    reason = "not_found"


class PollConflict(Rejected):
    reason = "poll_conflict"


class Ambiguous(TelegramError):
    reason = "ambiguous"


@dataclass(frozen=True, slots=True)
class Identity:
    """What getMe says."""

    id: int
    username: str
    name: str
    reads_all_messages: bool
    manages_bots: bool = False
    """It may be asked for the tokens of bots that people made through it."""


@dataclass(frozen=True, slots=True)
class Sent:
    message_id: int
    date: datetime


@dataclass(frozen=True, slots=True)
class ChatInfo:
    id: int
    kind: str
    title: str
    is_forum: bool = False
    pinned_text: str = ""
    reactions: tuple[str, ...] | None = None
    """Allowed emoji; None when the chat allows all of Telegram's."""


@dataclass(frozen=True, slots=True)
class MemberInfo:
    user_id: int
    status: str
    """creator, administrator, member, restricted, left or kicked."""
    can_pin: bool = False


@dataclass(frozen=True, slots=True)
class WebhookInfo:
    url: str
    pending: int
    last_error: str


@dataclass(frozen=True, slots=True)
class Command:
    """What people may write to a bot, as Telegram lists it."""

    name: str
    """Without the slash: a-z, 0-9 and _."""
    description: str


@dataclass(frozen=True, slots=True)
class Update:
    """One update as it came: `payload` is the whole JSON object, stored before anything reads it."""

    update_id: int
    payload: dict[str, Any]


class Speak(Protocol):
    """How a bot talks in one chat. `deadline` is a `time.monotonic()` moment after which no byte may be written."""

    def send(
        self, *, chat_id: int, text: str, reply_to: int | None = None, thread_id: int | None = None, deadline: float
    ) -> Sent: ...

    def typing(self, *, chat_id: int, thread_id: int | None = None) -> None: ...

    def react(self, *, chat_id: int, message_id: int, emoji: str) -> None: ...


class Account(Protocol):
    """What a bot knows and sets about itself and its places."""

    def me(self) -> Identity: ...

    def chat(self, chat_id: int) -> ChatInfo: ...

    def member(self, *, chat_id: int, user_id: int) -> MemberInfo: ...

    def pin(self, *, chat_id: int, message_id: int) -> None: ...

    def managed_token(self, user_id: int) -> str:
        """The token of a bot that this one manages."""

    def offer(self, commands: Sequence[Command], *, language: str = "") -> None:
        """The commands that Telegram lists; those without a language are for everybody else."""

    def set_webhook(self, *, url: str, secret: str) -> None: ...

    def delete_webhook(self) -> None: ...

    def webhook(self) -> WebhookInfo: ...


class Updates(Protocol):
    def updates(self, *, offset: int, timeout: int) -> list[Update]: ...


class Telegram(Speak, Account, Updates, Protocol):
    """An open line of one bot."""
