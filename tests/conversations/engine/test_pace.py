"""When: waits, prime hours, active hours, typing."""

from datetime import datetime, time
from random import Random
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.engine import pace
from tests.conversations.engine import paper


def waits(
    count: int = 4000, *, prime: bool = False, chained: bool = False, tempo: float = 1.0, **rules: float
) -> float:
    """The mean of many waits."""
    dice = Random(11)
    policy = paper.policy(**rules)
    return fmean(pace.wait(policy, tempo=tempo, prime=prime, chained=chained, dice=dice) for _ in range(count))


def at(clock: str, *, day: int = 24) -> datetime:
    """A moment of November 2026; the 24th is a Tuesday, the 28th a Saturday."""
    return datetime.combine(datetime(2026, 11, day).date(), time.fromisoformat(clock), paper.ISTANBUL)  # noqa: DTZ001


@given(
    scale=st.floats(0.01, 10), tempo=st.floats(0.1, 10), base=st.floats(2, 3600), prime=st.booleans(),
    chained=st.booleans(), seed=st.integers(),
)  # fmt: skip
def test_no_wait_is_shorter_than_two_seconds_or_longer_than_three_minutes(
    scale: float, tempo: float, base: float, prime: bool, chained: bool, seed: int
) -> None:
    rules = paper.policy(scale=scale, base_delay=base)
    drawn = pace.wait(rules, tempo=tempo, prime=prime, chained=chained, dice=Random(seed))
    assert 2 <= drawn <= 180


def test_the_mean_wait_is_the_one_of_the_rules() -> None:
    assert waits() == pytest.approx(30, rel=0.06)


def test_prime_hours_have_a_wait_of_their_own() -> None:
    assert waits(prime=True) == pytest.approx(18, rel=0.06)


def test_a_scale_of_two_halves_the_wait() -> None:
    assert waits(scale=2) == pytest.approx(15, rel=0.08)


def test_a_scale_below_a_tenth_counts_as_a_tenth() -> None:
    assert waits(scale=0.0, base_delay=2) == waits(scale=0.1, base_delay=2)


def test_the_tempo_of_a_chat_multiplies_its_waits() -> None:
    assert waits(tempo=2, base_delay=10) == pytest.approx(20, rel=0.06)


def test_a_chain_of_bots_slows_down() -> None:
    assert waits(chained=True, base_delay=5) == pytest.approx(20, rel=0.06)


def test_the_same_dice_draw_the_same_wait() -> None:
    draws = {pace.wait(paper.POLICY, tempo=1, prime=False, chained=False, dice=Random(3)) for _ in range(3)}
    assert len(draws) == 1


@pytest.mark.parametrize(
    ("seconds", "own", "expected"), [(30, 2, 60), (30, 0.5, 15), (30, 1, 30), (100, 10, 180), (3, 0.1, 2)]
)
def test_a_bot_stretches_the_wait_by_its_own_pace(seconds: float, own: float, expected: float) -> None:
    assert pace.stretched(seconds, pace=own) == expected


@pytest.mark.parametrize(
    ("clock", "prime"),
    [
        ("09:29:59", False), ("09:30", True), ("11:59:59", True), ("12:00", False), ("13:30", False), ("14:00", True),
        ("17:59:59", True), ("18:00", False), ("03:00", False),
    ],
)  # fmt: skip
def test_prime_hours_begin_and_end_on_the_minute(clock: str, prime: bool) -> None:
    assert pace.is_prime(at(clock), paper.POLICY) is prime


def test_a_weekend_has_no_prime_hours() -> None:
    assert not pace.is_prime(at("10:30", day=28), paper.POLICY)


@pytest.mark.parametrize(
    ("clock", "day", "session"),
    [
        ("09:59", 24, "seans henüz açılmadı"),
        ("10:00", 24, "seans açık"),
        ("17:59", 24, "seans açık"),
        ("18:00", 24, "seans kapandı"),
        ("12:00", 28, "hafta sonu, piyasa kapalı"),
    ],
)
def test_the_session_is_told_in_words(clock: str, day: int, session: str) -> None:
    assert pace.session(at(clock, day=day)) == session


DAY = (time(9), time(18))
NIGHT = (time(22), time(2))


@pytest.mark.parametrize(
    ("hours", "clock", "awake"),
    [
        ((), "04:00", True),
        ((DAY,), "08:59:59", False),
        ((DAY,), "09:00", True),
        ((DAY,), "18:00", True),
        ((DAY,), "18:00:59", True),
        ((DAY,), "18:01", False),
        ((NIGHT,), "21:59", False),
        ((NIGHT,), "22:00", True),
        ((NIGHT,), "23:59:59", True),
        ((NIGHT,), "00:00", True),
        ((NIGHT,), "02:00:30", True),
        ((NIGHT,), "02:01", False),
        ((NIGHT,), "12:00", False),
        ((DAY, NIGHT), "01:00", True),
        ((DAY, NIGHT), "20:00", False),
    ],
)
def test_active_hours_hold_both_their_ends_and_may_cross_midnight(
    hours: tuple[tuple[time, time], ...], clock: str, awake: bool
) -> None:
    assert pace.awake(hours, at(clock)) is awake


@pytest.mark.parametrize(
    ("chars", "wpm", "energy", "seconds"),
    [
        (30, 36, 0.5, 10.0),
        (30, 60, 0.5, 6.0),
        (1, 36, 0.5, 1.0),
        (4000, 36, 0.5, 30.0),
        (30, 36, 0.9, 8.5),
        (30, 36, 0.1, 11.5),
        (4000, 20, 0.1, 34.5),
    ],
)
def test_chatter_is_typed_at_the_pace_of_its_persona(chars: int, wpm: int, energy: float, seconds: float) -> None:
    assert pace.typing(chars, wpm=wpm, energy=energy) == pytest.approx(seconds)


@pytest.mark.parametrize(("chars", "seconds"), [(1, 1.0), (9, 3.0), (400, 4.0)])
def test_an_answer_takes_four_seconds_at_most(chars: int, seconds: float) -> None:
    assert pace.answer_typing(chars, wpm=36) == pytest.approx(seconds)
