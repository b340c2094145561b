"""What is simulated, and what came of it. Values."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from conversations.engine.rulebook import Policy
from conversations.realism.utterance import Context, Utterance

ZONE = ZoneInfo("Europe/Istanbul")
WORKDAY = date(2026, 11, 24)
"""A Tuesday on which Borsa Istanbul trades."""


@dataclass(frozen=True, slots=True)
class Setup:
    rules: Policy
    seed: int = 1
    bots: int = 200
    chats: int = 12
    people: int = 30
    hours: int = 24
    day: date = WORKDAY
    words: bool = True
    """Whether messages are worded, checked and coloured; without, only their times and makers are real."""


@dataclass(slots=True)
class Outcome:
    setup: Setup
    utterances: list[Utterance] = field(default_factory=list)
    ended: Counter[str] = field(default_factory=Counter)
    """Turns by what became of them: sent, or the reason for silence."""
    drafts: int = 0
    prompt_chars: int = 0
    draft_chars: int = 0
    limits: Counter[str] = field(default_factory=Counter)
    """How often a limit held a message up."""
    longest_row: int = 0
    headlines: Counter[int] = field(default_factory=Counter)
    """How often each headline was brought up in the cast."""
    headlines_in_a_chat: Counter[tuple[int, int]] = field(default_factory=Counter)
    """The same by chat and headline."""
    context: Context = field(default_factory=Context)
    """What realism has to know beside the utterances."""

    @property
    def sent(self) -> int:
        return self.ended["sent"]
