"""What conditions are asked with, and what they answer."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from monitoring.incidents.models import Severity


@dataclass(frozen=True, slots=True)
class Bar:
    """A threshold, at this moment of the database's clock."""

    limit: float
    minutes: float
    now: datetime

    @property
    def span(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    @property
    def since(self) -> datetime:
        return self.now - self.span


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that is wrong now. `facts` fill the sentence of its kind; they hold no words of a chat, no secret."""

    subject: str
    facts: dict[str, Any] = field(default_factory=dict)
    chat_id: int | None = None
    bot_id: int | None = None
    provider_id: int | None = None
    severity: Severity | None = None
    """Where it is worse than its threshold says."""


HOUSE = "house"
MOST_APART = 3
"""More of a kind than these at once are one trouble, not many."""
