"""A person's own words in a rehearsal room, and the switch, as forms."""

import pytest
from django.test import Client
from django.urls import reverse

from conversations import control, rehearsal
from conversations.models import Chat, Engine, Message, Turn
from monitoring.grants import Role
from tests import staff, stagehands

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk() -> Client:
    return staff.at_the_desk()


@pytest.fixture
def room() -> Chat:
    control.start(by="tests")
    return stagehands.room()


def say(client: Client, room: Chat, text: str, *, headers: dict[str, str] | None = None, **more: object) -> object:
    return client.post(reverse("say", args=[room.pk]), {"text": text, **more}, headers=headers or {})


def test_a_line_is_said_and_the_page_shown_again(desk: Client, room: Chat) -> None:
    answer = desk.post(reverse("say", args=[room.pk]), {"text": "Merhaba"}, follow=True)
    assert "Merhaba" in answer.content.decode()
    assert answer.redirect_chain == [(room.get_absolute_url(), 302)]


def test_a_script_gets_the_line_alone(desk: Client, room: Chat) -> None:
    answer = desk.post(reverse("say", args=[room.pk]), {"text": "Merhaba"}, headers=HTMX)
    message = Message.objects.get()
    assert answer.content.decode().strip().startswith(f'<li id="m-{message.pk}"')
    assert message.participant is not None


def test_naming_a_bot_opens_its_answer(desk: Client, room: Chat) -> None:
    bot = room.members.all()[0]
    say(desk, room, f"@{bot.username} sence?")
    turn = Turn.objects.get()
    assert (turn.trigger, turn.bot) == (Turn.Trigger.MENTION, bot)


def test_a_reply_quotes_what_it_answers(desk: Client, room: Chat) -> None:
    said = stagehands.message(room, "Bekliyorum.", bot=room.members.all()[0])
    say(desk, room, "Neden?", reply_to=said.pk)
    assert Message.objects.get(text="Neden?").reply_to == said


@pytest.mark.parametrize("reply_to", ["x", "424242", "-1", ""])
def test_a_reply_to_nothing_is_a_plain_line(desk: Client, room: Chat, reply_to: str) -> None:
    say(desk, room, "Merhaba", reply_to=reply_to)
    assert Message.objects.get().reply_to is None


@pytest.mark.parametrize("text", ["", "   ", "x" * (rehearsal.LONGEST + 1)])
def test_a_refused_line_keeps_its_text(desk: Client, room: Chat, text: str) -> None:
    answer = desk.post(reverse("say", args=[room.pk]), {"text": text})
    assert answer.status_code == 422
    assert f">{text}</textarea>" in answer.content.decode()
    assert not Message.objects.exists()


def test_a_refused_line_is_one_sentence_for_a_script(desk: Client, room: Chat) -> None:
    answer = desk.post(reverse("say", args=[room.pk]), {"text": " "}, headers=HTMX)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "<" not in answer.content.decode()


def test_nobody_writes_into_a_group_from_here(desk: Client) -> None:
    group = stagehands.group([])
    assert desk.post(reverse("say", args=[group.pk]), {"text": "Merhaba"}).status_code == 404
    assert 'id="compose"' not in desk.get(group.get_absolute_url()).content.decode()


def test_an_analyst_watches_and_does_not_write(room: Chat) -> None:
    client = staff.at_the_desk(Role.ANALYST, "ali")
    assert client.post(reverse("say", args=[room.pk]), {"text": "Merhaba"}).status_code == 403


def test_a_line_is_sent_not_fetched(desk: Client, room: Chat) -> None:
    assert desk.get(reverse("say", args=[room.pk])).status_code == 405


def test_stop_is_one_click_and_leads_back(desk: Client, room: Chat) -> None:
    answer = desk.post(reverse("engine-stop"), {"next": room.get_absolute_url()})
    assert answer.headers["Location"] == room.get_absolute_url()
    assert not Engine.objects.get().running


def test_starting_asks_first(desk: Client) -> None:
    assert desk.get(reverse("engine-start")).status_code == 200
    assert not Engine.objects.get().running
    desk.post(reverse("engine-start"))
    assert Engine.objects.get().running


def test_the_switch_answers_a_script_with_its_new_state(desk: Client, room: Chat) -> None:
    page = desk.post(reverse("engine-stop"), headers=HTMX).content.decode()
    assert 'id="engine-switch"' in page
    assert 'id="engine-banner"' in page
    assert "zeynep" in page


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_way_back_never_leads_elsewhere(desk: Client, elsewhere: str) -> None:
    answer = desk.post(reverse("engine-stop"), {"next": elsewhere})
    assert answer.headers["Location"] == "/"
