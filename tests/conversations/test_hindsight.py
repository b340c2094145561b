"""A bot is told when the price went its way or against it: by one source, clearly, and once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from bots.models import Bot, Mood
from bots.models.mind import MoodChange
from conversations import control, hindsight, tasks
from conversations.engine import policy
from conversations.models import Chat, Message, Quote
from tests import stagehands

pytestmark = pytest.mark.django_db
RISES, FALLS = "THYAO yükselir bence.", "THYAO düşer bence."


@pytest.fixture
def chat() -> Chat:
    return stagehands.group(stagehands.troupe(2))


def said(chat: Chat, text: str, *, minutes: int = 65) -> Message:
    return stagehands.message(
        chat, text, bot=Bot.objects.earliest("pk"), at=timezone.now() - timedelta(minutes=minutes)
    )


def quoted(price: str, *, minutes: int, source: str = "Borsa", demo: bool = False, symbol: str = "THYAO") -> None:
    at = timezone.now() - timedelta(minutes=minutes)
    Quote.objects.create(symbol=symbol, price=Decimal(price), source=source, as_of=at, demo=demo)


def told() -> list[tuple[str, str]]:
    hindsight.judge(policy.current(), timezone.now())
    return list(MoodChange.objects.values_list("event", "about"))


@pytest.mark.parametrize(
    ("text", "later", "event", "about"),
    [
        (RISES, "303", "proved_right", "THYAO +1.0%"),
        (RISES, "297", "proved_wrong", "THYAO -1.0%"),
        (FALLS, "297", "proved_right", "THYAO -1.0%"),
        (FALLS, "303", "proved_wrong", "THYAO +1.0%"),
    ],
)
def test_what_was_expected_is_held_against_what_came(chat: Chat, text: str, later: str, event: str, about: str) -> None:
    said(chat, text)
    quoted("300", minutes=70)
    quoted(later, minutes=3)
    assert told() == [(event, about)]
    moved = Mood.objects.get(bot=Bot.objects.earliest("pk")).confidence - 50
    assert moved == (10 if event == "proved_right" else -10)


@pytest.mark.parametrize(("minutes", "found"), [(2, []), (20, [("proved_right", "THYAO +1.0%")])])
def test_how_old_a_price_may_be_is_a_rule(chat: Chat, minutes: int, found: list[tuple[str, str]]) -> None:
    control.revise(by="tests", quote_minutes=minutes)
    said(chat, RISES)
    quoted("300", minutes=70)
    quoted("303", minutes=3)
    assert told() == found


def test_it_is_told_once_by_the_clock(chat: Chat) -> None:
    said(chat, RISES)
    said(chat, f"{RISES} Çok net.", minutes=70)
    quoted("300", minutes=75)
    quoted("303", minutes=3)
    tasks.minds()
    tasks.minds()
    assert MoodChange.objects.filter(event__in=hindsight.PROVED).count() == 1


@pytest.mark.parametrize("text", ["THYAO bilançosu ne zaman?", "Bugün hava güzel."])
def test_who_expected_nothing_is_neither_right_nor_wrong(chat: Chat, text: str) -> None:
    said(chat, text)
    quoted("300", minutes=70)
    quoted("303", minutes=3)
    assert told() == []


@pytest.mark.parametrize(
    ("then", "later"),
    [
        ({}, {"price": "300.5"}),
        ({}, {"minutes": 30}),
        ({"minutes": 100}, {}),
        ({}, {"source": "Başka borsa"}),
        ({"demo": True}, {"demo": True}),
        ({"symbol": "GARAN"}, {"symbol": "GARAN"}),
    ],
    ids=["hardly moved", "no price now", "no price then", "another source", "sample prices", "another symbol"],
)
def test_without_a_clear_move_of_one_fresh_price_nothing_is_proved(
    chat: Chat, then: dict[str, object], later: dict[str, object]
) -> None:
    said(chat, RISES)
    quoted(**({"price": "300", "minutes": 70} | then))  # type: ignore[arg-type]
    quoted(**({"price": "303", "minutes": 3} | later))  # type: ignore[arg-type]
    assert told() == []


def test_it_takes_an_hour(chat: Chat) -> None:
    said(chat, RISES, minutes=55)
    quoted("300", minutes=56)
    quoted("303", minutes=3)
    assert told() == []


def test_sample_prices_count_in_rehearsal_rooms() -> None:
    control.start(by="tests")
    said(stagehands.room(stagehands.troupe(2)), RISES)
    quoted("300", minutes=70, demo=True)
    quoted("303", minutes=3, demo=True)
    assert told() == [("proved_right", "THYAO +1.0%")]


def test_many_views_are_no_more_queries(chat: Chat, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _view in range(4):
        said(chat, RISES)
    rules = policy.current()
    with django_assert_num_queries(3):  # messages, symbols, prices
        assert hindsight.judge(rules, timezone.now()) == 0
