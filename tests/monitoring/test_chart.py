"""The chart is only as honest as its geometry."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitoring import chart
from monitoring.chart import Minute

START = datetime(2026, 11, 24, 9, 3, tzinfo=UTC)


def hour(*counts: tuple[int, int], off: frozenset[int] = frozenset()) -> list[Minute]:
    return [Minute(START + timedelta(minutes=n), b, p, off=n in off) for n, (b, p) in enumerate(counts)]


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 5000)), min_size=1, max_size=60))
def test_every_bar_stands_on_the_floor_below_the_top_and_is_true_to_scale(counts: list[tuple[int, int]]) -> None:
    drawn = chart.of(hour(*counts))
    highest = int(drawn.levels[-1].label)
    for bar in drawn.bars:
        assert abs(bar.bots_y + bar.bots_height - drawn.floor) < 0.11
        assert bar.people_y >= drawn.top - 0.2
        assert abs(bar.bots_height - drawn.plot * bar.minute.bots / highest) < 0.11
        assert 0 <= bar.x <= bar.x + bar.width <= 100.001


def test_a_silent_hour_draws_no_bar_and_still_has_a_scale() -> None:
    drawn = chart.of(hour(*[(0, 0)] * 60))
    assert {bar.bots_height for bar in drawn.bars} == {0}
    assert [level.label for level in drawn.levels] == ["0", "2", "4"]


def test_bars_do_not_overlap() -> None:
    bars = chart.of(hour(*[(1, 1)] * 60)).bars
    assert all(left.x + left.width < right.x for left, right in itertools.pairwise(bars))


def test_time_off_is_one_gap_for_each_stretch() -> None:
    drawn = chart.of(hour(*[(0, 0)] * 60, off=frozenset({0, 1, 2, 30, 59})))
    assert [round(gap.width * 60 / 100) for gap in drawn.gaps] == [3, 1, 1]


def test_full_tens_are_labelled() -> None:
    labels = [hour.label for hour in chart.of(hour(*[(0, 0)] * 60)).hours]
    assert labels == ["09:10", "09:20", "09:30", "09:40", "09:50", "10:00"]
