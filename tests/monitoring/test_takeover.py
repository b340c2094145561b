"""Speaking through a bot from the page of a chat."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from bots.models import Bot
from conversations import control, takeover
from conversations.engine import deliver
from conversations.models import Chat, Membership, Message, Turn
from monitoring import watch
from monitoring.grants import Role
from tests import staff, stagehands

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> User:
    return staff.equipped("ayse", Role.OPERATOR)


@pytest.fixture
def desk(operator: User) -> Client:
    return staff.browser(operator)


@pytest.fixture
def group() -> Chat:
    control.start(by="tests")
    stagehands.provider("", name="sufle", kind="offline")
    members = stagehands.troupe(2)
    Bot.objects.update(token="v1.k1.YWJj", token_state=Bot.Token.UNTESTED)
    return stagehands.group(members)


@pytest.fixture
def bot(group: Chat) -> Bot:
    return Bot.objects.order_by("username")[0]


def change(browser: Client, chat: Chat, bot: Bot, verb: str, **more: str) -> int:
    return browser.post(reverse("take-over", args=[chat.pk, bot.pk, verb]), headers=more or None).status_code


def test_an_operator_takes_a_bot_over_speaks_and_hands_it_back(desk: Client, group: Chat, bot: Bot) -> None:
    page = desk.get(group.get_absolute_url()).content.decode()
    assert reverse("take-over", args=[group.pk, bot.pk, "take"]) in page
    assert 'id="compose"' not in page
    assert change(desk, group, bot, "take") == 302
    page = desk.get(group.get_absolute_url()).content.decode()
    assert takeover.MARK in page
    speak = reverse("speak-as", args=[group.pk, bot.pk])
    assert f'action="{speak}"' in page
    assert 'id="react"' not in page
    asked = stagehands.message(group, "Ne dersin?")
    answer = desk.post(speak, {"text": "Bekliyorum.", "reply_to": asked.pk}, headers={"HX-Request": "true"})
    assert (answer.status_code, 'id="speaking"' in answer.content.decode()) == (200, True)
    assert change(desk, group, bot, "stay", **{"HX-Request": "true"}) == 200
    assert change(desk, group, bot, "hand-back", **{"HX-Request": "true"}) == 200
    assert Membership.objects.filter(taken_by__isnull=False).count() == 0
    turn = Turn.objects.get()
    assert (turn.trigger, turn.reply_to, turn.state) == ("operator", asked, Turn.State.COMPOSED)
    assert "ayse" in desk.get(turn.get_absolute_url()).content.decode()


def test_what_a_person_wrote_through_a_bot_is_seen_as_such(desk: Client, operator: User) -> None:
    control.start(by="tests")
    room = stagehands.room(stagehands.troupe(1))
    bot = Bot.objects.get()
    takeover.take(room, bot, by=operator)
    takeover.speak(room, bot, "Bekliyorum.", by=operator)
    deliver.one("tests")
    stagehands.message(room, "Ben motorum.", bot=bot)
    assert Message.objects.count() == 2
    page = desk.get(room.get_absolute_url()).content.decode()
    assert page.count('class="tag human"') == 1


def test_a_refusal_comes_in_the_words_of_its_rule(desk: Client, group: Chat, bot: Bot, operator: User) -> None:
    takeover.take(group, bot, by=operator)
    answer = desk.post(reverse("speak-as", args=[group.pk, bot.pk]), {"text": "Garanti kazanç var."})
    assert answer.status_code == 422
    assert "garanti" in answer.content.decode().casefold()
    assert desk.post(reverse("take-over", args=[group.pk, bot.pk, "elsewhere"])).status_code == 404


def test_everybody_sees_who_speaks_and_only_who_may_is_offered_it(group: Chat, bot: Bot, operator: User) -> None:
    takeover.take(group, bot, by=operator)
    analyst = staff.at_the_desk(Role.ANALYST)
    page = analyst.get(group.get_absolute_url()).content.decode()
    assert "ayse" in page
    assert "/as/" not in page
    assert change(analyst, group, bot, "hand-back") == 403
    assert analyst.post(reverse("speak-as", args=[group.pk, bot.pk]), {"text": "x"}).status_code == 403
    assert Membership.objects.get(bot=bot).taken_by == operator


def test_an_open_page_learns_that_the_bot_was_handed_back(group: Chat, bot: Bot, operator: User) -> None:
    takeover.take(group, bot, by=operator)
    told = watch.ChatWatch(operator, chat=group)
    (shown,) = [piece.html for piece in told.state() if piece.kind == "speaking"]
    assert bot.name in shown
    takeover.hand_back(group, bot, by=operator)
    (gone,) = [piece.html for piece in told.state() if piece.kind == "speaking"]
    assert "hidden" in gone
