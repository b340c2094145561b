"""How the talk of a chat runs: rows of bot messages, a person's presence, when the next turn opens. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from random import Random
from typing import Protocol

from conversations.engine import pace
from conversations.engine.rulebook import Policy

BACKLOG = 2
"""So many turns may be under way in a chat before another opens."""
SOON = timedelta(seconds=2)
MOVED_ON = 6
"""So many messages after its plan, a piece of chatter answers a talk that is no more."""
ANSWERS = 2
"""A person's message is answered by at most so many."""


@dataclass(frozen=True, slots=True)
class Course:
    chain: int = 0
    """Bot messages in a row since a person, news or a break."""
    after_person: int = 0
    """Bot messages since a person's last."""
    spoke_at: datetime | None = None
    """When a bot spoke last, a person (heard), news came (stirred)."""
    heard_at: datetime | None = None
    stirred_at: datetime | None = None

    def in_a_row(self, now: datetime, rest: float) -> int:
        """Bot messages in a row; a silence of `rest` seconds ends the row."""
        rested = self.spoke_at is not None and (now - self.spoke_at).total_seconds() >= rest
        return 0 if rested else self.chain

    def quiet_until(self, rules: Policy, under_way: int = 0) -> datetime | None:
        """A person's presence quiets the cast: until when, or None when it may talk. Past moments do not count.

        What is under way will follow the person too.
        """
        if self.heard_at is None or self.after_person + under_way < rules.quiet_messages:
            return None
        return self.heard_at + timedelta(minutes=rules.quiet_minutes)

    def since_news(self, now: datetime) -> float | None:
        return None if self.stirred_at is None else (now - self.stirred_at).total_seconds()


class Place(Protocol):
    """A chat, as much as its course needs."""

    chain: int
    after_person: int
    spoke_at: datetime | None
    heard_at: datetime | None
    stirred_at: datetime | None


def of(chat: Place) -> Course:
    return Course(chat.chain, chat.after_person, chat.spoke_at, chat.heard_at, chat.stirred_at)


def bot_spoke(course: Course, at: datetime, *, news: bool, rest: float) -> Course:
    """A bot's message is in the chat. News begin a new row."""
    return replace(
        course,
        chain=1 if news else course.in_a_row(at, rest) + 1,
        after_person=course.after_person + 1,
        spoke_at=at,
        stirred_at=at if news else course.stirred_at,
    )


def person_spoke(course: Course, at: datetime) -> Course:
    """A person's message is in the chat; one that comes late does not turn the clock back."""
    return replace(course, chain=0, after_person=0, heard_at=max(at, course.heard_at or at))


@dataclass(frozen=True, slots=True)
class Setting:
    """What of a chat does not change from turn to turn."""

    tempo: float = 1.0
    observes_hours: bool = True
    quiet: tuple[time, time] | None = None
    """From when to when nobody chatters, by the chat's clock."""


@dataclass(frozen=True, slots=True)
class Due:
    """Whether a turn opens now, and when to look again."""

    opens: bool
    next_due: datetime


def due(course: Course, setting: Setting, rules: Policy, *, under_way: int, local: datetime, dice: Random) -> Due:
    """What a chat does whose time has come; `local` is now, in its time zone."""
    if silent_until := pace.quiet_until(setting.quiet, local):
        return Due(opens=False, next_due=silent_until)
    if under_way >= BACKLOG:
        return Due(opens=False, next_due=local + SOON)
    if (quiet_until := course.quiet_until(rules, under_way)) and quiet_until > local:
        return Due(opens=False, next_due=quiet_until)
    rest = pace.rest(rules, setting.tempo)
    row = course.in_a_row(local, rest) + under_way
    if rest and row >= rules.chain_cap:
        rested_at = (course.spoke_at or local) + timedelta(seconds=rest)
        return Due(opens=False, next_due=max(rested_at, local + SOON))
    return Due(opens=True, next_due=local + _wait(course, setting, rules, row + 1, local, dice))


def welcome(course: Course, setting: Setting, rules: Policy, *, local: datetime, dice: Random) -> datetime:
    """When a chat that a person has just joined speaks next, at the latest."""
    return local + _wait(course, setting, rules, 0, local, dice)


def _wait(course: Course, setting: Setting, rules: Policy, row: int, local: datetime, dice: Random) -> timedelta:
    beat = pace.Beat(local, setting.tempo, setting.observes_hours, row, course.since_news(local))
    return timedelta(seconds=pace.wait(rules, beat, dice))


def passed(course: Course, setting: Setting, rules: Policy, now: datetime) -> str:
    """Why the cast must not chatter at this moment, or nothing; `now` is local. Asked again right before a message
    leaves."""
    if pace.quiet_until(setting.quiet, now):
        return "quiet_hours"
    if (quiet_until := course.quiet_until(rules)) and quiet_until > now:
        return "human_present"
    rest = pace.rest(rules, setting.tempo)
    return "chain_ended" if rest and course.in_a_row(now, rest) >= rules.chain_cap else ""
