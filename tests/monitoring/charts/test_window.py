"""A window has the slots that a clock on the wall would give it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.charts import window
from monitoring.charts.window import SPANS

ISTANBUL, BERLIN = ZoneInfo("Europe/Istanbul"), ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 24, 9, 3, 20, tzinfo=UTC)


@given(
    st.sampled_from(list(SPANS.values())),
    st.datetimes(datetime(2015, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - made aware
    st.sampled_from([ISTANBUL, BERLIN, UTC]),
)
def test_slots_follow_each_other_and_the_last_one_holds_the_end(
    span: window.Span, until: datetime, zone: ZoneInfo
) -> None:
    found = window.of(span, until, zone)
    assert len(found.edges) == span.slots
    assert all(earlier < later for earlier, later in zip(found.edges, found.ends, strict=True))
    assert found.edges[-1] < until <= found.edges[-1] + max(span.step, timedelta(hours=25))
    assert abs((until - found.since) - span.length) <= span.step + timedelta(hours=3)


def test_a_day_has_as_many_hours_as_its_clock_says() -> None:
    spring = window.of(SPANS["30d"], datetime(2026, 4, 2, 12, tzinfo=UTC), BERLIN)
    lengths = {
        spring.local(since).date().isoformat(): until - since
        for since, until in zip(spring.edges, spring.ends, strict=True)
    }
    assert lengths["2026-03-28"] == timedelta(hours=24)
    assert lengths["2026-03-29"] == timedelta(hours=23)
    assert {spring.local(edge).hour for edge in spring.edges} == {0}
    autumn = window.of(SPANS["7d"], datetime(2026, 10, 27, 12, tzinfo=UTC), BERLIN)
    assert sum(autumn.local(edge).date().isoformat() == "2026-10-25" for edge in autumn.edges) == 9


@pytest.mark.parametrize(
    "asked",
    [{}, {"range": "1y"}, {"until": "soon"}, {"until": "9999-99-99"}, {"until": "0001-01-01"}, {"until": "2099-01-01"},
     {"zone": "mars"}, {"until": "9" * 500}],
)  # fmt: skip
def test_what_cannot_be_read_counts_as_not_asked(asked: dict[str, str]) -> None:
    found = window.read(asked, NOW, ISTANBUL)
    assert (found.span.key, found.live, found.until, found.utc) == ("1h", True, NOW, False)


def test_an_address_says_which_window_and_is_read_as_the_same_one() -> None:
    asked = {"range": "6h", "zone": "utc", "until": "2026-11-20T10:00", "with": "7", "x": "y"}
    found = window.read(asked, NOW, ISTANBUL, keep=("with",))
    assert found.query() == "range=6h&zone=utc&until=2026-11-20T10%3A00%3A00Z&with=7"
    assert found.until == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert "until=2026-11-20T04%3A00%3A00Z" in found.earlier()
    assert "until=2026-11-20T16%3A00%3A00Z" in found.later(NOW)
    assert "until" not in window.read({"range": "24h", "until": "2026-11-23T20:00"}, NOW, ISTANBUL).later(NOW)


def test_a_local_time_is_by_the_clock_of_the_house() -> None:
    found = window.read({"range": "1h", "until": "2026-11-20T11:00"}, NOW, ISTANBUL)
    assert (found.local(found.since).hour, found.local(found.until).hour) == (10, 11)
    assert found.until == datetime(2026, 11, 20, 8, tzinfo=UTC)


def test_a_closer_look_ends_with_its_slot() -> None:
    found = window.read({"range": "24h"}, NOW, ISTANBUL)
    assert found.nearer(3).startswith("range=1h&until=")
    assert found.ends[3].strftime("%H%%3A%M") in found.nearer(3)
    assert window.read({}, NOW, ISTANBUL).nearer(3) == ""


def test_a_moment_has_its_place_whatever_the_length_of_slots() -> None:
    found = window.of(SPANS["1h"], NOW, ISTANBUL)
    assert found.place(found.since) == 0
    assert found.place(found.edges[10]) == 10
    assert found.place(found.edges[10] + timedelta(seconds=30)) == 10.5
    assert found.place(NOW) == pytest.approx(59 + 20 / 60)
