"""Sample news: the same everywhere, each line once a day, no figures, never a link that leads anywhere."""

import re
from datetime import timedelta

from conversations.engine import guard
from conversations.news import sample
from tests.conversations.news.papers import NOW


def day() -> list[str]:
    midnight = NOW.replace(hour=0)
    return [sample.entry(midnight + sample.EVERY * number).title for number in range(48)]


def test_a_day_brings_each_line_at_most_once() -> None:
    assert len(set(day())) == 48
    assert sample.entry(NOW) == sample.entry(NOW + timedelta(minutes=29))
    assert sample.entry(NOW) != sample.entry(NOW + timedelta(minutes=30))


def test_another_day_has_another_order() -> None:
    assert sample.entry(NOW).title != sample.entry(NOW + timedelta(days=1)).title


def test_no_line_holds_a_figure_or_what_the_guard_would_refuse() -> None:
    for line in sample.lines():
        assert not re.search(r"\d", line), line
        assert all(verdict.passed for verdict in guard.judge(line)), line
