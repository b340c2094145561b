"""A chart is only as honest as its geometry."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from monitoring.charts import drawing, gaps, scale, telling, window
from monitoring.charts.chart import Around, Chart, Gap, Mark, Series, Unit
from monitoring.charts.window import SPANS

NOW = datetime(2026, 11, 24, 9, 3, 20, tzinfo=UTC)
HOUR = window.of(SPANS["1h"], NOW, UTC)
BAR = re.compile(r"M([\d.]+) (-?[\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+z")


def chart(*columns: Sequence[float | None], kind: str = "bars", **more: object) -> Chart:
    series = [Series(f"s{at}", f"S{at}", "bots", values) for at, values in enumerate(columns)]
    return Chart("c", "Talk", HOUR, series, kind=kind, **more)  # type: ignore[arg-type]  # tests name its fields


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 5000)), min_size=60, max_size=60))
def test_every_bar_is_true_to_scale_and_stands_on_the_one_below(counts: list[tuple[int, int]]) -> None:
    below, above = ([float(pair[at]) for pair in counts] for at in (0, 1))
    of = chart(below, above)
    most = scale.levels(max(map(sum, counts)), whole=True)[-1]
    lower, upper = (
        {round(float(x), 1): (float(y), float(h)) for x, y, _w, h in BAR.findall(path.d)}
        for path in drawing.of(of).paths
    )
    for x, (y, height) in lower.items():
        assert y + height == pytest.approx(100, abs=0.02)
        assert height == pytest.approx(100 * below[int(x / (1000 / 60))] / most, abs=0.02)
    for x, (y, height) in upper.items():
        assert y + height == pytest.approx(lower.get(x, (100.0, 0.0))[0], abs=0.02)
        assert y >= -0.02


@given(st.floats(0.000001, 1e9), st.booleans())
def test_levels_are_few_round_and_reach_the_highest(most: float, whole: bool) -> None:
    found = scale.levels(most, whole=whole)
    assert found[0] == 0
    assert most <= found[-1] * 1.000001
    assert 2 <= len(found) <= scale.LEVELS + 2
    assert not whole or all(level == int(level) for level in found)


def test_a_line_ends_where_nothing_is_known_and_a_lone_slot_is_still_seen() -> None:
    values: list[float | None] = [None] * 60
    values[3:6], values[20] = [10.0, 20.0, 30.0], 40.0
    (line,) = drawing.of(chart(values, kind="lines", unit="ms")).paths
    runs = [run.split("L") for run in line.d.split("M")[1:]]
    assert [len(run) for run in runs] == [3, 2]
    assert float(runs[1][1].split()[0]) - float(runs[1][0].split()[0]) > 10


def test_a_nought_in_a_gap_is_nothing_and_what_happened_there_is_told() -> None:
    off = Gap(HOUR.edges[10], HOUR.edges[13], "off")
    partly = Gap(HOUR.edges[13] + timedelta(seconds=1), HOUR.edges[14], "away")
    holes = gaps.slots(HOUR, [off, partly])
    assert holes == {10, 11, 12}
    assert gaps.blank([0.0] * 10 + [0.0, 4.0, 0.0, 0.0], holes)[9:14] == [0.0, None, 4.0, None, 0.0]
    (stripe,) = drawing.of(chart([1.0] * 60, around=Around(gaps=[off]))).stripes
    assert [stripe.x, stripe.width] == pytest.approx([100 * 10 / 60, 100 * 3 / 60], abs=0.01)


def test_touching_gaps_are_one() -> None:
    middle = HOUR.edges[10] + timedelta(seconds=20)
    assert gaps.slots(HOUR, [Gap(HOUR.edges[10], middle, "off"), Gap(middle, HOUR.edges[11], "away")]) == {10}


def test_round_moments_are_labelled_and_marks_stand_where_they_happened() -> None:
    mark = Mark(HOUR.edges[30], "start", "Ayşe")
    drawn = drawing.of(chart([1.0] * 60, around=Around(marks=[mark])))
    assert [tick.text for tick in drawn.ticks] == ["08:10", "08:20", "08:30", "08:40", "08:50", "09:00"]
    assert drawn.pins[0].x == 50
    assert drawn.pins[0].text.endswith("Ayşe")


def test_who_does_not_see_the_picture_hears_what_it_shows() -> None:
    with translation.override("en"):
        assert telling.sentence(chart([2.0] * 60)) == "Talk, 60 slots: S0 120 in all."
        assert telling.sentence(chart([0.0] * 60)) == "Talk: nothing in this time."
        waits = chart([5.0, 2500.0, *[None] * 58], kind="lines", unit="ms")
        assert telling.sentence(waits) == "Talk, 60 slots: S0 between 5 ms and 2.5 s."


def test_the_table_leaves_out_what_is_empty_and_the_file_has_every_slot() -> None:
    of = chart([0.0, 3.0, *[0.0] * 58], around=Around(gaps=[Gap(HOUR.edges[5], HOUR.edges[6], "off")]))
    assert [row.at for row in telling.rows(of)] == [HOUR.edges[5], HOUR.edges[1]]
    lines = telling.csv(of).split("\r\n")
    assert len(lines) == 62
    assert lines[2].split(",")[2] == "3"


def test_a_label_that_a_spreadsheet_would_run_is_only_a_text() -> None:
    of = Chart("c", "Talk", HOUR, [Series("s", "=cmd()", "bots", [1.0] * 60)])
    assert telling.csv(of).split("\r\n")[0].endswith(",'=cmd()")


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [(0.0043, "dollars", "$0.0043"), (0.03, "dollars", "$0.03"), (12.5, "dollars", "$12.50"), (950, "ms", "950 ms"),
     (2500, "ms", "2.5 s"), (150_000, "ms", "2 min"), (12_345, "count", "12.3 k"), (98.5, "percent", "98.5 %")],
)  # fmt: skip
def test_numbers_are_short_and_have_their_unit(value: float, unit: Unit, told: str) -> None:
    with translation.override("en"):
        assert scale.told(value, unit) == told


def test_a_level_is_told_to_its_last_digit() -> None:
    with translation.override("en"):
        found = [scale.level(one, "dollars") for one in scale.levels(0.001, whole=False)]
    assert found == ["$0", "$0.00025", "$0.0005", "$0.00075", "$0.001"]
