"""Filters of the templates: how people, moments and messages look."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from monitoring.templatetags import kulis


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Nermin Aksoy", "NA"),
        ("ırmak işcan", "Iİ"),
        ("Selin", "S"),
        ("Ali Veli Can", "AC"),
        ("", ""),
        ("🙂 Ayşe", "A"),
        ("...", "."),
        ("2. Oda", "2O"),
    ],
)
def test_initials_are_turkish_and_at_most_two(name: str, letters: str) -> None:
    assert kulis.initials(name) == letters


@given(st.text(max_size=200))
def test_no_text_becomes_markup(text: str) -> None:
    shown = kulis.spoken(text)
    tags = [piece.split(">")[0] for piece in str(shown).split("<")[1:]]
    known = ('a href="http', "/a", 'span class="mention"', "/span")
    assert all(tag.startswith(known) for tag in tags)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("selam @nermin_bot nasılsın", 'selam <span class="mention">@nermin_bot</span> nasılsın'),
        ("a@b.com", "a@b.com"),
        ("5 < 6 & 7", "5 &lt; 6 &amp; 7"),
    ],
)
def test_mentions_are_marked(text: str, shown: str) -> None:
    assert kulis.spoken(text) == shown


def test_links_tell_nothing_to_where_they_lead() -> None:
    shown = kulis.spoken("bak https://haber.example/a?b=1&c=2 böyle")
    assert 'href="https://haber.example/a?b=1&amp;c=2"' in shown
    assert 'rel="nofollow noopener noreferrer"' in shown


@pytest.mark.parametrize(
    ("wait", "shown"),
    [
        (0.4, "0.4 s"),
        (9.96, "9.9 s"),
        (42, "42 s"),
        (150, "2 min"),
        (9000, "2 h"),
        (timedelta(seconds=3), "3.0 s"),
        (None, ""),
    ],
)
def test_lengths_of_time_are_short(wait: object, shown: str) -> None:
    with translation.override("en"):
        assert kulis.span(wait) == shown  # type: ignore[arg-type]  # every kind that it takes


def test_today_is_a_clock_and_before_is_a_day() -> None:
    with translation.override("en"):
        assert ":" in kulis.moment(timezone.now())
        assert ":" not in kulis.moment(timezone.now() - timedelta(days=3))


@given(st.integers(min_value=1))
def test_a_hue_is_always_the_same_and_always_there(number: int) -> None:
    assert kulis.hue(number) == kulis.hue(number)
    assert kulis.hue(number) in {f"hue-{hue}" for hue in range(kulis.HUES)}


def test_neighbours_differ_in_hue() -> None:
    assert len({kulis.hue(number) for number in range(1, 1 + kulis.HUES)}) == kulis.HUES
