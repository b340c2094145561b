"""When a breaker opens, probes and closes, as a table and as properties."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations import circuit
from conversations.circuit import CLOSED, Circuit, Recent

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
OPEN = Circuit("open", 1, NOW + circuit.REST)
HALF = Circuit("half_open", 2, NOW + circuit.PROBE)


@pytest.mark.parametrize(
    ("recent", "trips"),
    [
        (Recent(1, 1, 1), False),
        (Recent(4, 4, 4), False),
        (Recent(5, 5, 5), True),
        (Recent(0, 0, 5), True),
        (Recent(19, 18, 4), False),
        (Recent(20, 10, 1), True),
        (Recent(20, 9, 4), False),
        (Recent(21, 10, 1), False),
        (Recent(1000, 500, 1), True),
    ],
)
def test_half_of_twenty_or_five_in_a_row_are_too_many(recent: Recent, trips: bool) -> None:
    assert recent.trips is trips


MANY, FEW = Recent(5, 5, 5), Recent(1, 1, 1)


@pytest.mark.parametrize(
    ("before", "recent", "probing", "after"),
    [
        (CLOSED, FEW, False, CLOSED),
        (CLOSED, MANY, False, OPEN),
        (OPEN, MANY, False, OPEN),
        (HALF, MANY, False, HALF),
        (HALF, FEW, True, Circuit("open", 3, NOW + timedelta(seconds=120))),
    ],
)
def test_a_failure_moves_a_breaker_only_when_it_counts(
    before: Circuit, recent: Recent, probing: bool, after: Circuit
) -> None:
    assert circuit.failed(before, recent, NOW, probing=probing) == after


@pytest.mark.parametrize(("openings", "seconds"), [(1, 30), (2, 60), (3, 120), (4, 240), (5, 300), (10_000, 300)])
def test_each_rest_is_longer_than_the_last_up_to_five_minutes(openings: int, seconds: int) -> None:
    assert circuit.rest(openings).total_seconds() == seconds


@pytest.mark.parametrize(
    ("now", "lets"),
    [
        (NOW, False),
        (NOW + circuit.REST - timedelta(milliseconds=1), False),
        (NOW + circuit.REST, True),
        (NOW - timedelta(minutes=4), False),
        (NOW - timedelta(hours=1), True),
    ],
)
def test_it_is_tried_after_its_rest_and_when_a_clock_went_astray(now: datetime, lets: bool) -> None:
    assert OPEN.lets_probe(now) is lets
    assert not CLOSED.lets_probe(now)


steps = st.lists(st.tuples(st.sampled_from(["fail", "probe"]), st.integers(-7200, 7200)), max_size=40)


@given(steps)
def test_whatever_happened_and_whatever_the_clock_did_a_probe_goes_within_the_longest_rest(
    steps: list[tuple[str, int]],
) -> None:
    now, known = NOW, CLOSED
    for what, seconds in steps:
        now += timedelta(seconds=seconds)
        if what == "fail":
            known = circuit.failed(known, MANY, now, probing=known.state == "half_open")
        elif known.lets_probe(now):
            known = circuit.probed(known, now)
    if known != CLOSED:
        patience = max(circuit.LONGEST_REST, circuit.PROBE)
        assert any(known.lets_probe(now + patience * part / 20) for part in range(21))
