"""Hours of the week as cells and back: what nobody touches stays to the minute. Pure."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots import daytime
from bots.sheet import EVERY_DAY, Hours
from monitoring.studio import grid

MONDAY = 0
HALF = ["09:30-12:15", "20:00-01:30"]


def week(*days: int, hours: range) -> set[grid.Cell]:
    return {(day, hour) for day in days for hour in hours}


def test_no_hours_are_every_cell_and_every_cell_is_no_hours() -> None:
    assert grid.cells([]) == grid.EVERY
    assert grid.texts(["09:00-18:00"], grid.EVERY) == []


def test_a_cell_is_awake_when_most_of_it_is() -> None:
    cells = grid.cells(HALF)
    assert {(MONDAY, 9), (MONDAY, 11), (MONDAY, 20), (MONDAY, 0), (MONDAY, 1)} <= cells
    assert not {(MONDAY, 12), (MONDAY, 8), (MONDAY, 2)} & cells
    assert {(MONDAY, 9), (MONDAY, 12), (MONDAY, 1)} <= grid.partly(HALF)
    assert (MONDAY, 18) not in grid.partly(["09:00-18:00"])


@pytest.mark.parametrize(
    ("before", "more", "less", "after"),
    [
        (["09:00-18:00"], week(0, 1, hours=range(18, 20)), set(), ["1-2 09:00-20:00", "3-7 09:00-18:00"]),
        (["09:00-18:00"], set(), week(*range(7), hours=range(12, 13)), ["09:00-12:00", "13:00-18:00"]),
        (HALF, set(), week(5, 6, hours=range(24)),
         ["1-5 09:30-12:15", "1-4 20:00-01:30", "5 20:00-23:59", "1 00:00-01:30"]),
        (["1-5 09:00-18:00"], week(5, hours=range(22, 24)) | week(6, hours=range(2)), set(),
         ["1-5 09:00-18:00", "6 22:00-02:00"]),
    ],
)  # fmt: skip
def test_what_is_drawn_becomes_hours_and_the_rest_keeps_its_minutes(
    before: list[str], more: set[grid.Cell], less: set[grid.Cell], after: list[str]
) -> None:
    assert sorted(grid.texts(before, (grid.cells(before) | more) - less)) == sorted(after)


def test_one_range_to_the_minute_is_added() -> None:
    more = Hours(time(9, 45), time(12, 15), daytime.bits([5]))
    assert grid.added(["1-5 09:00-18:00"], more) == ["1-5 09:00-18:00", "6 09:45-12:15"]
    assert grid.added([], more) == []


RANGES = st.builds(
    Hours,
    st.times().map(lambda t: t.replace(minute=t.minute // 5 * 5, second=0, microsecond=0, tzinfo=None)),
    st.just(time(23, 57)),
    st.integers(1, EVERY_DAY),
)


@given(st.lists(RANGES, min_size=1, max_size=2), st.sets(st.sampled_from(sorted(grid.EVERY)), max_size=4))
def test_drawing_and_undoing_leaves_the_same_cells(ranges: list[Hours], touched: set[grid.Cell]) -> None:
    before = [daytime.text(one) for one in ranges]
    was = grid.cells(before)
    there = grid.texts(before, was ^ touched)
    assert grid.cells(there) == was ^ touched or not was ^ touched
