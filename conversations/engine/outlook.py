"""What the cast may be expected to say in each hour of a day under given rules. Pure.

The same waits, hours and limits as the engine's, without its chances: a mean, not a promise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bots.sheet import Hours
from conversations.engine import ceiling, course, pace
from conversations.engine.rulebook import Policy

HOURS = 24
MIDDLE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Player:
    bot_id: int
    hourly_cap: int
    hours: tuple[Hours, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A chat and those of its members that speak unasked."""

    chat_id: int
    setting: course.Setting
    zone: ZoneInfo
    telegram: bool
    players: tuple[Player, ...]


@dataclass(frozen=True, slots=True)
class Hour:
    """`messages` in the hour that begins at `at` o'clock, and the ceiling that binds then; none where nobody speaks."""

    at: int
    messages: float
    limit: str = ""


@dataclass(frozen=True, slots=True)
class Outlook:
    hours: tuple[Hour, ...]

    @property
    def a_day(self) -> float:
        return sum(hour.messages for hour in self.hours)

    @property
    def busiest(self) -> Hour:
        return max(self.hours, key=lambda hour: hour.messages)

    @property
    def limit(self) -> str:
        """What binds at the busiest hour."""
        return self.busiest.limit


def of(places: Sequence[Place], rules: Mapping[int | None, Policy], day: date) -> Outlook:
    """The day of all these chats together; `rules` are theirs, None holds those of the whole cast."""
    return Outlook(tuple(_together(places, rules, day, at) for at in range(HOURS)))


def _together(places: Sequence[Place], rules: Mapping[int | None, Policy], day: date, at: int) -> Hour:
    found = [_of_a_chat(place, rules[place.chat_id], _moment(place, day, at), at) for place in places]
    said = sum(hour.messages for hour in found)
    if not said:
        return Hour(at, 0.0)
    awake = {player.bot_id: player.hourly_cap for place in places for player in _awake(place, _moment(place, day, at))}
    limits = {"max_per_minute": rules[None].max_per_minute * 60.0, "hourly_cap": float(sum(awake.values()))}
    name, most = min(limits.items(), key=lambda pair: pair[1])
    busiest = max(found, key=lambda hour: hour.messages)
    return Hour(at, most, name) if most < said else Hour(at, said, busiest.limit)


def _of_a_chat(place: Place, rules: Policy, local: datetime, at: int) -> Hour:
    awake = _awake(place, local)
    if not awake or pace.quiet_until(place.setting.quiet, local):
        return Hour(at, 0.0)
    beat = pace.Beat(local, place.setting.tempo, place.setting.observes_hours)
    room = ceiling.Room(rules, beat, len(awake), place.telegram)
    turns = ceiling.HOUR / ceiling.wait(room)
    limits = {"pace": turns * (1 - rules.reaction_probability)}
    limits |= {
        one.name: one.per_hour
        for one in ceiling.ceilings(rules, [room], caps=[player.hourly_cap for player in awake], quota=None)
        if one.name not in {"pace", "max_per_minute"}
    }
    name, messages = min(limits.items(), key=lambda pair: pair[1])
    return Hour(at, messages, name)


def _awake(place: Place, local: datetime) -> list[Player]:
    return [one for one in place.players if not place.setting.observes_hours or pace.awake(one.hours, local)]


def _moment(place: Place, day: date, at: int) -> datetime:
    """The middle of an hour by the clock of the chat."""
    return datetime.combine(day, time(at), place.zone) + MIDDLE
