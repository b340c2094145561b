"""When: waits between turns, prime hours, active hours, typing. Pure; all times are local to the chat."""

from collections.abc import Sequence
from datetime import datetime, time
from random import Random

from conversations.engine.rulebook import Policy

SHORTEST, LONGEST = 2.0, 180.0
CHAIN_SLOWDOWN = 4.0
OPENS, CLOSES = time(10, 0), time(18, 0)


def wait(policy: Policy, *, tempo: float, prime: bool, chained: bool, dice: Random) -> float:
    """Seconds to the next turn of a chat: clamp(Exp(mean) x U(0.7, 1.3), 2, 180)."""
    mean = (policy.prime_delay if prime else policy.base_delay) / max(policy.scale, 0.1) * tempo
    if chained:
        mean *= CHAIN_SLOWDOWN
    return _clamp(dice.expovariate(1 / mean) * dice.uniform(0.7, 1.3), SHORTEST, LONGEST)


def stretched(seconds: float, *, pace: float) -> float:
    """A wait as the bot that speaks now lives it: its own pace multiplies it."""
    return _clamp(seconds * pace, SHORTEST, LONGEST)


def is_prime(local: datetime, policy: Policy) -> bool:
    clock = local.time()
    return local.weekday() < 5 and (
        policy.prime_morning_starts <= clock < policy.prime_morning_ends
        or policy.prime_afternoon_starts <= clock < policy.prime_afternoon_ends
    )


def session(local: datetime) -> str:
    """Borsa Istanbul's session in the words of the prompt."""
    if local.weekday() >= 5:
        return "hafta sonu, piyasa kapalı"
    if local.time() < OPENS:
        return "seans henüz açılmadı"
    return "seans açık" if local.time() < CLOSES else "seans kapandı"


def awake(hours: Sequence[tuple[time, time]], local: datetime) -> bool:
    """Whether one of the ranges holds `local`; both ends belong to a range, and a range may cross midnight."""
    clock = local.time().replace(second=0, microsecond=0)
    return not hours or any(_holds(starts, ends, clock) for starts, ends in hours)


def typing(chars: int, *, wpm: int, energy: float) -> float:
    """Seconds of typing that chatter shows."""
    tempo = 0.85 if energy > 0.7 else 1.15 if energy < 0.3 else 1.0
    return _clamp(chars / _cps(wpm), 1, 30) * tempo


def answer_typing(chars: int, *, wpm: int) -> float:
    """Seconds from a person's question to the answer, the model's time included."""
    return _clamp(chars / _cps(wpm), 1, 4)


def _cps(wpm: int) -> float:
    return wpm * 5 / 60


def _holds(starts: time, ends: time, clock: time) -> bool:
    return starts <= clock <= ends if starts < ends else clock >= starts or clock <= ends


def _clamp(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))
