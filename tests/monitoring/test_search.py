"""One field for everything: found however it is typed, and never more than a role sees."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from conversations import spoken
from conversations.models import Participant
from monitoring.grants import Role
from tests import guests, staff, stagehands

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    return staff.at_the_desk()


def found(browser: Client, typed: str) -> str:
    answer = browser.get("/search/", {"q": typed})
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode().split("<main")[1])


@pytest.mark.parametrize("typed", ["ışık", "ISIK", "isik", "IŞIK", "Işık"])
def test_names_and_words_are_found_with_and_without_turkish_letters(desk: Client, typed: str) -> None:
    room = stagehands.room([], title="Işık odası")
    message = stagehands.message(room, "Tünelin ucunda ışık var.")
    page = found(desk, typed)
    assert f'href="{room.get_absolute_url()}"' in page
    assert f"#m-{message.pk}" in page


def test_every_word_must_be_there_and_a_long_message_shows_the_place(desk: Client) -> None:
    room = stagehands.room([])
    far = "Bugün piyasalar sakin. " * 20
    both = stagehands.message(room, f"{far}Temettü bekleyen sabreder.")
    one = stagehands.message(room, "Temettü günü.")
    page = found(desk, "temettu sabreder")
    assert f"#m-{both.pk}" in page
    assert "Temettü bekleyen" in page
    assert f"#m-{one.pk}" not in page


def test_a_rare_word_is_found_behind_many_newer_messages(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    room = stagehands.room([])
    old = stagehands.message(room, "Kehribar renkli bir akşam.")
    for number in range(5):
        stagehands.message(room, f"Kuru söz {number}.")
    monkeypatch.setattr(spoken, "NEWEST", 3)
    assert f"#m-{old.pk}" in found(desk, "kehribar")
    assert "#m-" in found(desk, "kuru")


def test_a_number_finds_a_turn_and_a_message(desk: Client) -> None:
    room = stagehands.room([])
    message, turn = stagehands.message(room, "söz"), stagehands.turn(room)
    assert turn.get_absolute_url() in found(desk, f"#{turn.pk}")
    assert f"#m-{message.pk}" in found(desk, str(message.message_id))
    assert found(desk, "9" * 19)


def test_a_rule_a_page_and_a_guide_are_found_by_what_they_are_called(desk: Client) -> None:
    desk.cookies["kulis-language"] = "en"
    assert "#id_scale" in found(desk, "scale")
    assert f'href="{reverse("approvals")}"' in found(desk, "approv")
    assert f"{reverse('help-chapter', args=['money'])}#budgets" in found(desk, "budgets")
    assert "#ended-crashed" in found(desk, "crashed")
    assert "#line-poller" in found(desk, "poller")


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (Role.ADMIN, {"bot", "persona", "room", "message", "person", "staff"}),
        (Role.OPERATOR, {"bot", "persona", "room", "message", "person"}),
        (Role.ANALYST, {"bot", "persona", "room", "message"}),
        (Role.AUDITOR, set()),
    ],
)
def test_nobody_finds_what_their_role_does_not_see(role: Role, sees: set[str]) -> None:
    (bot,) = stagehands.troupe(1)
    bot.persona.name = "Kehribar Hanım"
    bot.persona.save()
    room = stagehands.room([bot], title="Kehribar odası")
    message = stagehands.message(room, "Kehribar güzel taştır.")
    person = Participant.objects.create(telegram_id=77, name="Kehribar Bey")
    seated = staff.account("kehribar", Role.ANALYST)
    page = found(staff.at_the_desk(role, "arayan"), "kehribar")
    marks = {
        "bot": reverse("admin:bots_bot_change", args=[bot.pk]),
        "persona": reverse("admin:bots_persona_change", args=[bot.persona_id]),
        "room": f'"{room.get_absolute_url()}"',
        "message": f"#m-{message.pk}",
        "person": reverse("admin:conversations_participant_change", args=[person.pk]),
        "staff": reverse("admin:auth_user_change", args=[seated.pk]),
    }
    assert {name for name, mark in marks.items() if mark in page} == sees


def test_the_guest_of_a_demo_finds_the_talk_and_no_desk(settings: object) -> None:
    guests.demo(settings)  # type: ignore[arg-type]  # the fixture of pytest-django
    room = stagehands.room(stagehands.troupe(1), title="Kehribar odası")
    page = found(guests.browser(), "kehribar")
    assert room.get_absolute_url() in page
    assert "/admin/" not in page


def test_strangers_are_shown_the_door_and_odd_questions_do_no_harm(desk: Client) -> None:
    assert Client().get("/search/", {"q": "kehribar"}).status_code == 302
    stagehands.message(stagehands.room([]), "söz")
    for typed in ("", "%", "_", "\\", "((((", "[a", "a" * 500, "\0x", "' OR 1=1 --", "<b>kalın</b>", "..."):
        assert "<b>kalın" not in found(desk, typed)


def test_the_palette_gets_pieces_and_the_page_works_without_it(desk: Client) -> None:
    piece = desk.get("/search/", {"q": "a"}, headers={"HX-Request": "true"}).content.decode()
    assert piece.lstrip().startswith('<div id="palette-found"')
    assert 'name="q"' in found(desk, "")
    assert 'aria-keyshortcuts="Control+K Meta+K"' in desk.get("/admin/").content.decode()
