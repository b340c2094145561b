"""A person's own words in a rehearsal room, and the switch, as forms."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conversations import control, rehearsal
from conversations.models import Chat, Engine, Message, Reaction, Turn
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


# --- Emoji on a message ----------------------------------------------------------------------------------------------
@pytest.fixture
def said(room: Chat) -> Message:
    return stagehands.message(room, "Bekliyorum.", bot=room.members.all()[0])


def react(client: Client, said: Message, on: str, **headers: str) -> Any:
    return client.post(reverse("react", args=[said.chat_id]), {"on": on}, headers=headers)


def test_an_emoji_is_put_on_a_message_and_the_page_shown_again(desk: Client, room: Chat, said: Message) -> None:
    answer = react(desk, said, f"{said.pk}:👍")
    assert answer.headers["Location"] == room.get_absolute_url()
    assert str(Reaction.objects.get().participant) == "zeynep"
    assert 'class="hung"' in desk.get(room.get_absolute_url()).content.decode()


def test_a_script_gets_the_message_with_its_emoji_alone(desk: Client, said: Message) -> None:
    page = react(desk, said, f"{said.pk}:👍", **HTMX).content.decode()
    assert page.strip().startswith(f'<li id="m-{said.pk}"')
    assert 'class="hung"' in page


@pytest.mark.parametrize(("on", "status"), [("{}:🦖", 422), ("{}", 422), ("424242:👍", 404), ("👍", 404), ("", 404)])
def test_nonsense_puts_no_emoji_anywhere(desk: Client, said: Message, on: str, status: int) -> None:
    assert react(desk, said, on.format(said.pk)).status_code == status
    assert not Reaction.objects.exists()


def test_a_message_of_another_room_is_not_found(desk: Client, room: Chat, said: Message) -> None:
    other = stagehands.message(stagehands.room([], title="Öteki"), "Selam")
    assert react(desk, said, f"{other.pk}:👍").status_code == 404


def test_an_analyst_puts_no_emoji_on_anything(said: Message) -> None:
    assert react(staff.at_the_desk(Role.ANALYST, "ali"), said, f"{said.pk}:👍").status_code == 403


# --- The switch ------------------------------------------------------------------------------------------------------
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
