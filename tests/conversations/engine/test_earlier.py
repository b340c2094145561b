"""A bot comes back to what it said in the last week, by topic, symbols and age."""

from datetime import timedelta

import pytest

from conversations.engine import earlier
from conversations.engine.earlier import Earlier
from tests.conversations.engine.paper import NOW


def said(
    number: int = 1, *, hours: float = 5, text: str = "Sabır ister.", topic: str = "", symbols: str = ""
) -> Earlier:
    return Earlier(number, text, topic, tuple(symbols.split()), NOW - timedelta(hours=hours))


@pytest.mark.parametrize(
    ("words", "topic", "symbols", "points"),
    [
        (said(hours=84, topic="BIST"), "bist", "", 1.5),
        (said(hours=42, topic="BIST"), "BIST", "", 2.25),
        (said(hours=42, symbols="THYAO ASELS"), "BIST", "ASELS THYAO GARAN", 3.0),
        (said(hours=42, topic="BIST", symbols="THYAO"), "BIST", "THYAO", 3.75),
        (said(hours=160, topic="BIST"), "BIST", "", 1.5),
        (said(hours=42, text="Doların ateşi düşmedi."), "Dolar", "", 2.25),
        (said(hours=42, topic="Altın"), "Dolar", "", 0.0),
        (said(hours=42, topic=""), "", "", 0.0),
    ],
)
def test_topic_counts_three_a_symbol_two_and_a_week_halves_it(
    words: Earlier, topic: str, symbols: str, points: float
) -> None:
    assert earlier.score(words, topic, frozenset(symbols.split()), NOW) == pytest.approx(points)


@pytest.mark.parametrize("hours", [0, 1.9, 2, 168.1, 500])
def test_what_is_still_in_the_chat_and_what_is_a_week_old_is_left_alone(hours: float) -> None:
    assert earlier.best([said(hours=hours, topic="BIST")], "BIST", (), NOW, 3) == ()


@pytest.mark.parametrize("hours", [2.1, 167.9])
def test_between_two_hours_and_a_week_it_may_come_back(hours: float) -> None:
    assert earlier.best([said(hours=hours, topic="BIST")], "BIST", (), NOW, 3)


def test_the_best_come_first_and_no_more_than_asked() -> None:
    known = [
        said(1, hours=100, topic="BIST"),
        said(2, hours=10, topic="BIST", symbols="THYAO"),
        said(3, hours=20, topic="BIST"),
        said(4, hours=20, topic="Altın"),
    ]
    found = earlier.best(known, "BIST", ["THYAO"], NOW, 2)
    assert [words.message_id for words in found] == [2, 3]
    assert earlier.best(known, "BIST", [], NOW, 0) == ()


def test_of_two_that_fit_alike_the_newer_comes_first() -> None:
    known = [said(1, hours=150, topic="BIST"), said(2, hours=120, topic="BIST")]
    assert [words.message_id for words in earlier.best(known, "BIST", [], NOW, 3)] == [2, 1]
