"""When: waits, prime hours, active hours, typing."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from random import Random
from statistics import fmean, pstdev
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots import daytime
from bots.sheet import Hours
from conversations.engine import pace
from conversations.engine.values import Feelings
from tests.conversations.engine import paper


def at(clock: str, *, day: int = 24) -> datetime:
    """A moment of November 2026; the 24th is a Tuesday, the 28th a Saturday."""
    return datetime.combine(datetime(2026, 11, day).date(), time.fromisoformat(clock), paper.ISTANBUL)  # noqa: DTZ001


CALM, PRIME = at("20:00"), at("15:00")
NEVER_BREAKS = {"chain_rest_minutes": 0.0}


def waits(count: int = 6000, *, local: datetime = CALM, tempo: float = 1.0, **rules: Any) -> float:
    """The mean of many waits without breaks, at little unevenness so that the mean shows."""
    dice = Random(11)
    policy = paper.policy(**(NEVER_BREAKS | {"burstiness": 0.5} | rules))
    beat = pace.Beat(local, tempo)
    return fmean(pace.wait(policy, beat, dice) for _ in range(count))


@given(
    scale=st.floats(0.01, 10), tempo=st.floats(0.1, 10), base=st.floats(2, 3600), burstiness=st.floats(0, 3),
    chain=st.integers(0, 60), seed=st.integers(),
)  # fmt: skip
def test_no_wait_is_shorter_than_two_seconds_or_longer_than_the_longest(
    scale: float, tempo: float, base: float, burstiness: float, chain: int, seed: int
) -> None:
    rules = paper.policy(scale=scale, base_delay=base, burstiness=burstiness, longest_wait=600.0)
    assert 2 <= pace.wait(rules, pace.Beat(CALM, tempo, chain=chain), Random(seed)) <= 600


def test_the_mean_wait_is_the_one_of_the_rules() -> None:
    assert waits() == pytest.approx(30, rel=0.06)


def test_prime_hours_have_a_wait_of_their_own() -> None:
    assert waits(local=PRIME) == pytest.approx(18, rel=0.06)
    assert waits(local=PRIME, prime_delay=9.0) == pytest.approx(9, rel=0.06)
    assert waits(local=CALM, prime_delay=9.0) == pytest.approx(30, rel=0.06)


def test_a_scale_of_two_halves_the_wait() -> None:
    assert waits(scale=2) == pytest.approx(15, rel=0.08)


def test_a_scale_below_a_tenth_counts_as_a_tenth() -> None:
    assert waits(scale=0.0, base_delay=2) == waits(scale=0.1, base_delay=2)


def test_the_tempo_of_a_chat_multiplies_its_waits() -> None:
    assert waits(tempo=2, base_delay=10) == pytest.approx(20, rel=0.06)


def test_an_hour_half_as_lively_has_waits_twice_as_long() -> None:
    hours = tuple(0.5 if hour == CALM.hour else 1.0 for hour in range(24))
    assert waits(hourly_activity=hours) == pytest.approx(60, rel=0.06)


def test_a_room_without_hours_has_neither_prime_hours_nor_a_night() -> None:
    policy = paper.policy(hourly_activity=(0.0,) * 24)
    assert pace.mean(policy, pace.Beat(PRIME, observes_hours=False)) == 30


def unevenness(sigma: float) -> float:
    """Burstiness (s - m) / (s + m) of many waits."""
    dice, policy = Random(3), paper.policy(**NEVER_BREAKS, burstiness=sigma, longest_wait=86_400.0)
    drawn = [pace.wait(policy, pace.Beat(CALM), dice) for _ in range(20_000)]
    mean = fmean(drawn)
    spread = pstdev(drawn)
    return (spread - mean) / (spread + mean)


def test_without_unevenness_every_wait_is_the_mean() -> None:
    assert unevenness(0) == -1


def test_the_more_uneven_the_burstier() -> None:
    found = [unevenness(sigma) for sigma in (0.5, 1.0, 1.5)]
    assert found == sorted(found)
    assert 0.3 < found[-1] < 0.8


# --- Rows and breaks --------------------------------------------------------------------------------------------------
def rows(cap: int, count: int = 3000) -> list[int]:
    """How long rows of bot messages get, when each wait is drawn in turn."""
    dice, policy = Random(5), paper.policy(chain_cap=cap, burstiness=0.0)
    rest = pace.rest(policy, 1.0)
    lengths: list[int] = []
    row = 1
    while len(lengths) < count:
        if pace.wait(policy, pace.Beat(CALM, chain=row), dice) >= rest:
            lengths.append(row)
            row = 0
        row += 1
    return lengths


def test_a_row_of_bot_messages_ends_at_the_cap_and_mostly_earlier() -> None:
    found = rows(12)
    assert max(found) == 12
    assert min(found) == 1
    assert 4 < fmean(found) < 8


def test_the_higher_the_cap_the_longer_the_rows() -> None:
    found = [fmean(rows(cap)) for cap in (4, 12, 24)]
    assert found == pytest.approx([pace.row_length(paper.policy(chain_cap=cap)) for cap in (4, 12, 24)], rel=0.05)
    assert found[0] < 3 < 5 < found[1] < 8 < found[2]


def test_without_a_break_rows_never_end() -> None:
    policy = paper.policy(chain_rest_minutes=0.0, burstiness=0.0)
    assert pace.wait(policy, pace.Beat(CALM, chain=500), Random(1)) == 30


def test_a_break_is_as_long_as_the_rules_say_at_least() -> None:
    policy, dice = paper.policy(chain_rest_minutes=20.0, chain_cap=1), Random(2)
    assert min(pace.wait(policy, pace.Beat(CALM, chain=1), dice) for _ in range(500)) >= 20 * 60


# --- News -------------------------------------------------------------------------------------------------------------
def test_news_make_a_chat_livelier_and_it_wears_off() -> None:
    found = [pace.stir(paper.POLICY, minutes * 60) for minutes in (0, 12, 60)]
    assert found[0] == 3
    assert found[1] == pytest.approx(1 + 2 * 0.368, abs=0.01)
    assert found[2] == pytest.approx(1, abs=0.02)
    assert pace.stir(paper.POLICY, None) == 1


def test_a_chat_after_news_waits_less() -> None:
    assert pace.mean(paper.POLICY, pace.Beat(CALM, since_news=0)) == pytest.approx(10)


def test_the_same_dice_draw_the_same_wait() -> None:
    assert len({pace.wait(paper.POLICY, pace.Beat(CALM, chain=3), Random(3)) for _ in range(3)}) == 1


@pytest.mark.parametrize(("seconds", "own", "expected"), [(30, 2, 60), (30, 0.5, 15), (30, 1, 30), (3, 0.1, 2)])
def test_a_bot_stretches_the_wait_by_its_own_pace(seconds: float, own: float, expected: float) -> None:
    assert pace.stretched(seconds, by=own, policy=paper.POLICY) == expected


def test_no_pace_stretches_a_wait_beyond_the_longest() -> None:
    assert pace.stretched(100, by=10, policy=paper.policy(longest_wait=180.0)) == 180


def test_a_tired_bot_is_slower_and_a_lively_one_faster() -> None:
    factors = [pace.own_factor(paper.member(pace=2.0, feelings=Feelings(energy=energy))) for energy in (10, 50, 90)]
    assert factors[0] > factors[1] == 2.0 > factors[2]


# --- The day ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("clock", "prime"),
    [
        ("09:29:59", False), ("09:30", True), ("11:59:59", True), ("12:00", False), ("13:30", False), ("14:00", True),
        ("17:59:59", True), ("18:00", False), ("03:00", False),
    ],
)  # fmt: skip
def test_prime_hours_begin_and_end_on_the_minute(clock: str, prime: bool) -> None:
    assert pace.is_prime(at(clock), paper.POLICY) is prime


@pytest.mark.parametrize(
    ("rule", "clock", "prime"),
    [
        ("prime_morning_starts", "09:45", False), ("prime_morning_ends", "10:45", False),
        ("prime_afternoon_starts", "14:15", False), ("prime_afternoon_ends", "17:00", False),
    ],
)  # fmt: skip
def test_where_prime_hours_begin_and_end_are_four_rules(rule: str, clock: str, prime: bool) -> None:
    moved = {
        "prime_morning_starts": time(10), "prime_morning_ends": time(10, 30),
        "prime_afternoon_starts": time(14, 30), "prime_afternoon_ends": time(16),
    }  # fmt: skip
    assert pace.is_prime(at(clock), paper.policy(**{rule: moved[rule]})) is prime
    assert pace.is_prime(at(clock), paper.policy()) is not prime


def test_a_weekend_has_no_prime_hours() -> None:
    assert not pace.is_prime(at("10:30", day=28), paper.POLICY)


def test_a_public_holiday_has_no_prime_hours_and_a_half_day_ends_them_at_noon() -> None:
    republic_day = datetime(2026, 10, 29, 10, 30, tzinfo=paper.ISTANBUL)
    eve = republic_day - timedelta(days=1)
    assert not pace.is_prime(republic_day, paper.POLICY)
    assert pace.is_prime(eve, paper.POLICY)
    assert not pace.is_prime(eve.replace(hour=15), paper.POLICY)


DAY = Hours(time(9), time(18))
NIGHT = Hours(time(22), time(2))
MONDAY, SUNDAY = 0, 6


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
    hours: tuple[Hours, ...], clock: str, awake: bool
) -> None:
    assert pace.awake(hours, at(clock)) is awake


@pytest.mark.parametrize(
    ("day", "clock", "awake"),
    [(MONDAY, "10:00", True), (MONDAY + 1, "10:00", False), (SUNDAY, "23:00", True), (MONDAY, "01:00", True),
     (SUNDAY, "01:00", False), (MONDAY, "23:00", False)],
)  # fmt: skip
def test_hours_of_some_days_count_from_the_day_on_which_they_begin(day: int, clock: str, awake: bool) -> None:
    hours = (replace(DAY, days=daytime.bits([MONDAY])), replace(NIGHT, days=daytime.bits([SUNDAY])))
    local = at(clock)
    assert pace.awake(hours, local + timedelta(days=day - local.weekday())) is awake


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


def test_latency_is_mostly_near_its_median_and_never_endless() -> None:
    dice = Random(4)
    drawn = sorted(pace.latency(8, factor=1, dice=dice) for _ in range(4001))
    assert drawn[2000] == pytest.approx(8, rel=0.06)
    assert drawn[-1] <= pace.SLOWEST
    assert sum(wait > 16 for wait in drawn) > 100


def test_a_bot_reads_before_it_types() -> None:
    wait, typed = pace.chatter(paper.member(latency=20.0), 30, Random(1))
    assert typed == 10.0
    assert wait > typed


def test_where_somebody_watches_a_long_wait_is_shortened_as_a_whole_and_a_short_one_is_not() -> None:
    assert pace.watched(40.0, 30.0) == pytest.approx((4.0, 3.0))
    assert pace.watched(3.5, 3.0) == (3.5, 3.0)
    assert pace.watched(0.0, 0.0) == (0.0, 0.0)


# --- The floor --------------------------------------------------------------------------------------------------------
def seat(taken: list[tuple[float, float]], starts: float, seconds: float, *, seats: int = 2) -> float:
    windows = [(CALM + timedelta(seconds=a), CALM + timedelta(seconds=b)) for a, b in taken]
    moment = pace.floor(windows, CALM + timedelta(seconds=starts), seconds, seats=seats)
    return (moment - CALM).total_seconds()


@pytest.mark.parametrize(
    ("taken", "starts", "expected"),
    [
        ([], 0, 0),
        ([(0, 10)], 0, 0),
        ([(0, 10), (0, 20)], 0, 10),
        ([(0, 10), (0, 20)], 15, 15),
        ([(0, 10), (0, 20), (10, 30)], 0, 20),
        ([(20, 30), (20, 40)], 5, 5),
        ([(12, 30), (12, 40)], 5, 30),
    ],
)
def test_typing_begins_where_a_seat_is_free_for_all_of_it(
    taken: list[tuple[float, float]], starts: float, expected: float
) -> None:
    assert seat(taken, starts, 10) == expected


@given(windows=st.lists(st.tuples(st.integers(0, 100), st.integers(1, 30)), max_size=8), seats=st.integers(1, 3))
def test_never_do_more_type_at_once_than_there_are_seats(windows: list[tuple[int, int]], seats: int) -> None:
    taken: list[tuple[float, float]] = []
    for starts, seconds in windows:
        begins = seat(taken, starts, seconds, seats=seats)
        taken.append((begins, begins + seconds))
    for moment, _ in taken:
        assert sum(begins <= moment < ends for begins, ends in taken) <= seats
