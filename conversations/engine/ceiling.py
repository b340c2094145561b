"""What limits the cast at this moment, in messages an hour: the lowest ceiling is the one that binds. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from conversations.engine import pace
from conversations.engine.rulebook import Policy

HOUR = 3600
TELEGRAM_A_MINUTE = 18
"""Messages that one bot sends to one group in a minute at most."""
BREAK = 2
"""The mean break, in rests: its length is a rest and, on average, as much again."""


@dataclass(frozen=True, slots=True)
class Room:
    """A chat in which the cast talks, at this moment."""

    rules: Policy
    beat: pace.Beat
    awake: int
    """Members that could speak now."""
    telegram: bool = True


@dataclass(frozen=True, slots=True)
class Ceiling:
    name: str
    per_hour: float


def ceilings(
    everywhere: Policy, rooms: Sequence[Room], *, caps: Sequence[int], quota: float | None, means: float | None = None
) -> tuple[Ceiling, ...]:
    """All ceilings, the lowest first. `caps` are the hourly caps of the bots that could speak now, `quota` the
    requests a minute that the providers allow together, `means` the messages an hour that the budgets pay for; None
    for as many as one likes."""
    found = {
        "pace": sum(HOUR / wait(room) for room in rooms if room.awake),
        "hourly_cap": float(sum(caps)),
        "own_gap": sum(room.awake * HOUR / max(room.rules.own_gap, 1) for room in rooms),
        "max_per_minute": everywhere.max_per_minute * 60.0,
        "chat_max_per_minute": sum(room.rules.chat_max_per_minute * 60.0 for room in rooms),
    }
    if any(room.telegram and room.awake for room in rooms):
        found["telegram"] = sum(_posts(room) for room in rooms if room.awake)
    if quota is not None:
        found["provider_quota"] = quota * 60.0
    if means is not None:
        found["budget"] = means
    return tuple(sorted((Ceiling(*pair) for pair in found.items()), key=lambda one: one.per_hour))


def _posts(room: Room) -> float:
    """What Telegram takes from the bots of a group; a rehearsal room beside it goes at its own pace."""
    return room.awake * TELEGRAM_A_MINUTE * 60.0 if room.telegram else HOUR / wait(room)


def wait(room: Room) -> float:
    """Mean seconds between two turns of a chat at this hour, breaks between rows of bot messages spread over them."""
    mean = max(pace.mean(room.rules, room.beat), pace.SHORTEST)
    rest = pace.rest(room.rules, room.beat.tempo)
    if not rest:
        return mean
    length = pace.row_length(room.rules)
    pause = min(BREAK * rest / pace.liveliness(room.rules, room.beat), room.rules.longest_wait)
    return ((length - 1) * mean + pause) / length
