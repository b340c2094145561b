"""A fresh headline opens turns in the chats that it fits: as often as the rules say, and with its source."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from conversations import control, spending
from conversations.engine import compose, policy
from conversations.models import Budget, Chat, Headline, Turn
from conversations.news import burst, fit
from tests import stagehands
from tests.fakes.handles import OpenAIFake

pytestmark = pytest.mark.django_db
State = Turn.State


@pytest.fixture
def rooms() -> list[Chat]:
    """Three that talk of gold and one that does not; every headline that fits is taken up."""
    control.start(by="tests")
    control.revise(by="tests", news_probability=1.0, news_per_cast=50, reaction_probability=0.0)
    cast = stagehands.crowd(2)
    found = [stagehands.room(cast, title=f"Oda {number}") for number in range(4)]
    Chat.objects.update(topics=["Altın"])
    Chat.objects.filter(pk=found[3].pk).update(topics=["Futbol"])
    return found


def headline(*, minutes: float = 1, number: int = 1, **more: object) -> Headline:
    told = {"title": "Altın yönünü arıyor", "source": "Ajans", "link": f"https://haber.example/{number}"}
    return Headline.objects.create(published_at=timezone.now() - timedelta(minutes=minutes), **(told | more))


def spread(*headlines: Headline) -> int:
    return burst.spread(headlines, timezone.now())


def test_news_open_a_turn_in_every_chat_that_they_fit(rooms: list[Chat]) -> None:
    told = headline()
    assert spread(told) == 3
    opened = Turn.objects.all()
    assert {(turn.trigger, turn.headline, turn.state) for turn in opened} == {("news", told, State.PLANNED)}
    assert {turn.chat_id for turn in opened} == {room.pk for room in rooms[:3]}


def test_a_headline_comes_to_a_chat_once(rooms: list[Chat]) -> None:
    told = headline()
    assert [spread(told), spread(told)] == [3, 0]
    assert Turn.objects.count() == 3


def test_of_several_headlines_a_chat_takes_up_one(rooms: list[Chat]) -> None:
    assert spread(headline(), headline(number=2)) == 3


@pytest.mark.parametrize("times", [1, 2, 3])
def test_how_many_chats_take_one_headline_up_is_a_rule(rooms: list[Chat], times: int) -> None:
    control.revise(by="tests", news_per_cast=times)
    assert spread(headline()) == times


@pytest.mark.parametrize(("share", "opened"), [(0.0, 0), (1.0, 3)])
def test_how_often_a_headline_is_taken_up_is_a_rule(rooms: list[Chat], share: float, opened: int) -> None:
    control.revise(by="tests", news_probability=share)
    assert spread(headline()) == opened


def test_a_chat_may_have_a_rule_of_its_own(rooms: list[Chat]) -> None:
    control.revise(by="tests", chat=rooms[0], news_probability=0.0)
    assert spread(headline()) == 2


@pytest.mark.parametrize(("fresh", "opened"), [(30, 0), (90, 3), (600, 3)])
def test_how_long_news_are_fresh_is_a_rule(rooms: list[Chat], fresh: int, opened: int) -> None:
    control.revise(by="tests", news_minutes=fresh)
    assert spread(headline(minutes=60)) == opened


def test_older_news_wake_nobody_however_long_they_stay_fresh(rooms: list[Chat]) -> None:
    control.revise(by="tests", news_minutes=1440)
    assert spread(headline(minutes=60 * 10)) == 3
    assert spread(headline(minutes=60 * 25, number=2)) == 0


def test_sample_news_are_for_rehearsal_rooms(rooms: list[Chat]) -> None:
    group = stagehands.group(stagehands.crowd(0))
    Chat.objects.filter(pk=group.pk).update(topics=["Altın"])
    assert spread(headline(demo=True)) == 3
    assert not Turn.objects.filter(chat=group).exists()


def test_a_stopped_cast_takes_nothing_up(rooms: list[Chat]) -> None:
    control.stop(by="tests")
    assert spread(headline()) == 0


@pytest.mark.parametrize(("reserve", "opened"), [(0.3, 0), (0.0, 3)])
def test_what_a_budget_keeps_for_people_no_news_take(rooms: list[Chat], reserve: float, opened: int) -> None:
    for room in rooms:
        control.revise(by="tests", chat=room, budget_reserve=reserve)
    spending.limit(Budget.Scope.CAST, Budget.Period.DAY, by="tests", dollars=Decimal(1))
    Budget.objects.update(spent_cost=Decimal("0.75"), since=spending.today())
    assert spread(headline()) == opened


def test_the_turn_tells_the_news_with_their_source(rooms: list[Chat], openai_server: OpenAIFake) -> None:
    stagehands.provider(openai_server.address)
    control.revise(by="tests", news_per_cast=1)
    told = headline()
    spread(told)
    assert compose.one("tests")
    turn = Turn.objects.get()
    assert (turn.state, turn.headline, turn.headline and turn.headline.link) == (State.COMPOSED, told, told.link)
    assert "Altın yönünü arıyor" in turn.prompt[-1]["content"]
    assert "Kaynak: Ajans" in turn.prompt[-1]["content"]


# --- Room for one more ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("times", "state", "room"),
    [(1, State.SENT, False), (2, State.SENT, True), (1, State.SKIPPED, True), (1, State.COMPOSED, False)],
)
def test_a_headline_has_room_until_the_cast_has_had_its_fill(
    rooms: list[Chat], times: int, state: str, room: bool
) -> None:
    told = headline()
    stagehands.turn_in(state, rooms[0], rooms[0].memberships.all()[0].bot, headline=told)
    control.revise(by="tests", news_per_cast=times)
    assert fit.has_room(told.pk, chat=rooms[1], policy=policy.current(rooms[1])) is room


def test_where_it_was_told_it_has_no_room_again(rooms: list[Chat]) -> None:
    told = headline()
    turn = stagehands.turn_in(State.SENT, rooms[0], rooms[0].memberships.all()[0].bot, headline=told)
    rules = policy.current()
    assert not fit.has_room(told.pk, chat=rooms[0], policy=rules)
    assert fit.has_room(told.pk, chat=rooms[0], policy=rules, besides=turn)
    assert not fit.has_room(told.pk + 1000, chat=rooms[1], policy=rules)
