from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots import daytime
from bots.exchange.parse import Unreadable, clock
from bots.sheet import EVERY_DAY, Hours
from tests.bots.exchange.anything import JSON


def told(raw: object) -> list[str]:
    return [daytime.text(hours) for hours in clock.hours(raw).value]


@pytest.mark.parametrize(
    ("raw", "hours"),
    [
        (["09:00-12:00", "20:00-01:30"], ["09:00-12:00", "20:00-01:30"]),
        (["9-18"], ["09:00-18:00"]), (["9.30 – 13"], ["09:30-13:00"]), (["0930-1300"], ["09:30-13:00"]),
        (["20:00-24:00"], ["20:00-00:00"]), ("09:00-12:00, 14:00-17:00", ["09:00-12:00", "14:00-17:00"]),
        ([{"start": "09:00", "end": "12:00"}], ["09:00-12:00"]), ([["09:00", "12:00"]], ["09:00-12:00"]),
        (["14:00-17:00", "09:00-12:00"], ["09:00-12:00", "14:00-17:00"]),
        (["1-5 09:00-18:00", "6,7 9:00 – 12:00"], ["1-5 09:00-18:00", "6-7 09:00-12:00"]),
        (["1,3 00:00-24:00"], ["1,3 00:00-23:59"]), (["1-7 08:00-10:00"], ["08:00-10:00"]),
    ],
)  # fmt: skip
def test_hours_are_read_however_they_were_written(raw: object, hours: list[str]) -> None:
    assert told(raw) == hours


@pytest.mark.parametrize("raw", [[], "", "7/24", "her zaman", ["00:00-24:00"], ["09:00-12:00", "00:00-24:00"]])
def test_the_whole_day_and_no_hours_mean_always(raw: object) -> None:
    assert told(raw) == []


def test_of_two_ranges_that_begin_together_the_longer_one_stays() -> None:
    found = clock.hours(["09:00-12:00", "09:00-18:00"])
    assert [daytime.text(hours) for hours in found.value] == ["09:00-18:00"]
    assert len(found.repairs) == 1


@pytest.mark.parametrize(
    "raw", [5, ["sabah"], ["25:00-26:00"], ["09:00-09:00"], ["09:00"], [5], [{}], ["24:30-25:00"], ["5-1 09:00-10:00"]]
)
def test_what_are_no_hours_is_refused(raw: object) -> None:
    with pytest.raises(Unreadable):
        clock.hours(raw)


@given(JSON)
def test_every_range_is_a_range_that_begins_once_or_unreadable(raw: object) -> None:
    try:
        found = clock.hours(raw).value
    except Unreadable:
        return
    assert all(hours.starts != hours.ends for hours in found)
    assert len({(hours.starts, hours.days) for hours in found}) == len(found)


MOMENTS = st.times(max_value=time(23, 59)).map(lambda moment: moment.replace(second=0, microsecond=0, tzinfo=None))


@given(MOMENTS, MOMENTS, st.integers(1, EVERY_DAY))
def test_written_hours_read_back_exactly(starts: time, ends: time, days: int) -> None:
    if starts == ends:
        return
    written = Hours(starts, ends, days)
    found = clock.hours([daytime.text(written)])
    assert (found.value, found.repairs) == ((written,), ())
