"""Questions side by side: in order, in our language, and with one end."""

from threading import Event

import pytest
from django.utils import translation

from conversations import together

pytestmark = pytest.mark.django_db


def test_answers_come_in_the_order_of_the_questions() -> None:
    assert together.ask([3, 1, 2], lambda number: number * 10, seconds=5) == [30, 10, 20]


def test_whoever_does_not_answer_in_time_is_none() -> None:
    late = Event()
    try:
        assert together.ask([False, True], lambda waits: late.wait() if waits else "here", seconds=0.1) == [
            "here",
            None,
        ]
    finally:
        late.set()


def test_answers_are_in_the_language_of_whoever_asks() -> None:
    with translation.override("en"):
        assert together.ask([0], lambda _zero: translation.get_language(), seconds=5) == ["en"]
