"""When: waits between turns, breaks, the day's rhythm, typing. Pure; all times are local to the chat."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

from bots.sheet import Hours
from conversations.engine import calendar, temper
from conversations.engine.rulebook import Policy
from conversations.engine.values import Member

SHORTEST = 2.0
DEADEST = 0.01
"""The least liveliness of an hour: even an hour of 0 lets a wait end some day."""
LATENCY_SPREAD = 0.6
SLOWEST = 60.0
WATCHED = 4.0
Window = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Beat:
    """How a chat stands when its next wait is drawn."""

    local: datetime
    tempo: float = 1.0
    observes_hours: bool = True
    chain: int = 0
    """Bot messages in a row."""
    since_news: float | None = None
    """Seconds since the last news came up."""


# --- Waits -----------------------------------------------------------------------------------------------------------
def wait(policy: Policy, beat: Beat, dice: Random) -> float:
    """Seconds to the next turn of a chat: an uneven wait, or the break that ends a row of bot messages."""
    if _breaks(policy, beat.chain, dice):
        seconds = rest(policy, beat.tempo) * (1 + dice.expovariate(1)) / liveliness(policy, beat)
    else:
        seconds = mean(policy, beat) * _uneven(policy.burstiness, dice)
    return _clamp(seconds, SHORTEST, policy.longest_wait)


def mean(policy: Policy, beat: Beat) -> float:
    """The mean wait in seconds, breaks not counted."""
    prime = beat.observes_hours and is_prime(beat.local, policy)
    base = policy.prime_delay if prime else policy.base_delay
    return base * beat.tempo / _scale(policy) / max(_activity(policy, beat) * stir(policy, beat.since_news), DEADEST)


def rest(policy: Policy, tempo: float) -> float:
    """Seconds of silence that end a row of bot messages."""
    return policy.chain_rest_minutes * 60 * tempo / _scale(policy)


def stir(policy: Policy, since_news: float | None) -> float:
    """How many times livelier news make a chat, so many seconds after."""
    if since_news is None:
        return 1.0
    return 1 + (policy.news_boost - 1) * math.exp(-max(since_news, 0.0) / (policy.news_decay_minutes * 60))


def stretched(seconds: float, *, by: float, policy: Policy) -> float:
    """A wait as the bot that speaks now lives it: its own pace and its mood multiply it."""
    return _clamp(seconds * by, SHORTEST, policy.longest_wait)


def own_factor(speaker: Member) -> float:
    """How much slower or faster than others a bot is now, by its own pace and its mood."""
    return speaker.pace * temper.delay_factor(speaker.feelings)


def _breaks(policy: Policy, chain: int, dice: Random) -> bool:
    """Rows end at the cap at the latest, and mostly earlier, so that they are of many lengths."""
    if chain <= 0 or policy.chain_rest_minutes <= 0:
        return False
    return chain >= policy.chain_cap or dice.random() < _break_share(policy)


def _break_share(policy: Policy) -> float:
    return 1 / (1 + policy.chain_cap / 2)


def row_length(policy: Policy) -> float:
    """How many bot messages a row has on average."""
    share = _break_share(policy)
    return float((1 - (1 - share) ** policy.chain_cap) / share)


def _uneven(burstiness: float, dice: Random) -> float:
    """A factor of mean 1: always 1 without burstiness, mostly small and at times huge with it."""
    return math.exp(burstiness * dice.gauss(0, 1) - burstiness**2 / 2)


def liveliness(policy: Policy, beat: Beat) -> float:
    """How lively this hour is, 0.1..1: so much shorter are the breaks."""
    return max(_activity(policy, beat), 0.1)


def _activity(policy: Policy, beat: Beat) -> float:
    return policy.hourly_activity[beat.local.hour] if beat.observes_hours else 1.0


def _scale(policy: Policy) -> float:
    return max(policy.scale, 0.1)


# --- The day ---------------------------------------------------------------------------------------------------------
def is_prime(local: datetime, policy: Policy) -> bool:
    """Prime hours are those of the rules, on days and at hours when the market trades or is about to."""
    clock = local.time()
    chosen = (
        policy.prime_morning_starts <= clock < policy.prime_morning_ends
        or policy.prime_afternoon_starts <= clock < policy.prime_afternoon_ends
    )
    ends = calendar.closes(local.date()) if chosen else None
    return ends is not None and clock < ends


def awake(hours: Sequence[Hours], local: datetime) -> bool:
    """Whether one of the ranges holds `local`; both ends belong to a range, and a range may cross midnight."""
    clock = local.time().replace(second=0, microsecond=0)
    return not hours or any(_holds(one, local.weekday(), clock) for one in hours)


def quiet_until(quiet: tuple[time, time] | None, local: datetime) -> datetime | None:
    """When the quiet hours that `local` falls into are over; None outside them. They may cross midnight."""
    if quiet is None:
        return None
    (starts, ends), clock = quiet, local.time()
    if not (starts <= clock < ends if starts < ends else clock >= starts or clock < ends):
        return None
    tomorrow = starts > ends and clock >= starts
    return datetime.combine(local.date() + timedelta(days=tomorrow), ends, local.tzinfo)


def _holds(one: Hours, day: int, clock: time) -> bool:
    """What crosses midnight belongs to the day on which it begins."""
    today, yesterday = one.days >> day & 1, one.days >> (day - 1) % 7 & 1
    if one.starts < one.ends:
        return bool(today and one.starts <= clock <= one.ends)
    return bool((today and clock >= one.starts) or (yesterday and clock <= one.ends))


# --- Typing ----------------------------------------------------------------------------------------------------------
def chatter(speaker: Member, chars: int, dice: Random) -> tuple[float, float]:
    """Seconds until chatter may leave, and how many of them the bot types."""
    character = speaker.character
    seconds = typing(chars, wpm=character.wpm, energy=character.energy)
    return latency(speaker.latency, factor=temper.delay_factor(speaker.feelings), dice=dice) + seconds, seconds


def latency(median: float, *, factor: float, dice: Random) -> float:
    """Seconds until a bot begins to write: mostly near its median, at times much more."""
    return min(median * factor * math.exp(LATENCY_SPREAD * dice.gauss(0, 1)), SLOWEST)


def typing(chars: int, *, wpm: int, energy: float) -> float:
    """Seconds of typing that chatter shows."""
    tempo = 0.85 if energy > 0.7 else 1.15 if energy < 0.3 else 1.0
    return _clamp(chars / _cps(wpm), 1, 30) * tempo


def watched(wait: float, typed: float) -> tuple[float, float]:
    """The same where somebody sits and watches, in a rehearsal room: shortened as a whole, to a few seconds."""
    by = min(1.0, WATCHED / wait) if wait else 1.0
    return wait * by, typed * by


def answer_typing(chars: int, *, wpm: int) -> float:
    """Seconds from a person's question to the answer, the model's time included."""
    return _clamp(chars / _cps(wpm), 1, 4)


def floor(taken: Iterable[Window], starts: datetime, seconds: float, *, seats: int) -> datetime:
    """The first moment from `starts` on at which `seconds` of typing find a seat: only `seats` type at once."""
    windows = list(taken)
    span = timedelta(seconds=seconds)
    for moment in [starts, *sorted(ends for _, ends in windows if ends > starts)]:
        if sum(begins < moment + span and moment < ends for begins, ends in windows) < seats:
            return moment
    return starts


def _cps(wpm: int) -> float:
    return wpm * 5 / 60


def _clamp(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))
