"""Bots and personas at the desk: every change goes through the roster, tokens are only ever written."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bots import roster, vault
from bots.models import AuditEntry, Bot, Persona
from monitoring.grants import Role
from tests import desk, staff, stagehands

pytestmark = pytest.mark.django_db
TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz012345"
OTHER = "987654321:AAF-abcdefghijklmnopqrstuvwxyz012345"


@pytest.fixture
def bot() -> Bot:
    return stagehands.bots(1)[0]


@pytest.fixture
def browser() -> Client:
    return staff.at_the_desk()


def test_a_bot_is_taken_into_the_cast_with_its_persona(browser: Client) -> None:
    answer = desk.send(
        browser,
        desk.address(Bot, "add"),
        username="yeni_sahne_bot",
        name="Yeni",
        watchlist="THYAO\n\n  GARAN ",
        new_token=TOKEN,
    )
    bot = Bot.objects.get(username="yeni_sahne_bot")
    assert answer.headers["Location"] == reverse("studio", args=[bot.pk])
    assert (bot.persona.name, bot.persona.watchlist) == ("Yeni", ["THYAO", "GARAN"])
    assert str(bot.persona.author) == "zeynep"
    assert vault.open(bot.token, place=bot.place("token")) == TOKEN
    assert AuditEntry.objects.filter(action="bot.enrol", actor_name="zeynep").exists()


def test_settings_go_through_the_roster(browser: Client, bot: Bot) -> None:
    desk.send(browser, desk.address(Bot, "change", bot.pk), talkativeness="0.9", pace="2.0")
    bot.refresh_from_db()
    assert (bot.talkativeness, bot.pace) == (0.9, 2.0)
    entry = AuditEntry.objects.get(action="bot.adjust")
    assert entry.after == {"talkativeness": 0.9, "pace": 2.0}


def test_an_empty_token_field_keeps_the_token(browser: Client, bot: Bot) -> None:
    roster.set_token(bot, TOKEN, by="tests")
    sealed = bot.token
    desk.send(browser, desk.address(Bot, "change", bot.pk), pace="2.0")
    bot.refresh_from_db()
    assert bot.token == sealed


def test_a_token_is_replaced_and_never_written_into_the_trail(browser: Client, bot: Bot) -> None:
    roster.set_token(bot, TOKEN, by="tests")
    desk.send(browser, desk.address(Bot, "change", bot.pk), new_token=OTHER)
    bot.refresh_from_db()
    assert vault.open(bot.token, place=bot.place("token")) == OTHER
    assert not [entry for entry in AuditEntry.objects.all() if "AAF-" in f"{entry.before}{entry.after}{entry.reason}"]


def test_nonsense_for_a_token_is_an_error_of_its_field_that_does_not_repeat_it(browser: Client, bot: Bot) -> None:
    answer = desk.send(browser, desk.address(Bot, "change", bot.pk), new_token="bu-bir-token-degil", pace="2.0")
    assert answer.context["adminform"].form.errors["new_token"]
    assert "bu-bir-token-degil" not in answer.content.decode()
    bot.refresh_from_db()
    assert bot.pace == 1.0


def test_an_operator_has_no_field_for_tokens_and_what_is_sent_is_not_read(bot: Bot) -> None:
    operator = staff.at_the_desk(Role.OPERATOR)
    assert "new_token" not in operator.get(desk.address(Bot, "change", bot.pk)).content.decode()
    desk.send(operator, desk.address(Bot, "change", bot.pk), new_token=TOKEN, pace="3.0")
    bot.refresh_from_db()
    assert (bot.token, bot.pace) == ("", 3.0)


def test_two_people_at_one_bot_do_not_overwrite_each_other(browser: Client, bot: Bot) -> None:
    typed = desk.form(browser, desk.address(Bot, "change", bot.pk))
    roster.adjust(bot, by="tests", pace=3.0)
    answer = browser.post(desk.address(Bot, "change", bot.pk), {**typed, "talkativeness": "0.9"})
    assert answer.context["adminform"].form.non_field_errors()
    bot.refresh_from_db()
    assert (bot.pace, bot.talkativeness) == (3.0, 0.5)


def test_a_username_that_exists_is_an_error_in_words(browser: Client, bot: Bot) -> None:
    answer = desk.send(browser, desk.address(Bot, "add"), username=bot.username.upper(), name="Kopya")
    assert answer.status_code == 200
    assert "Kopya" in answer.content.decode()
    assert Bot.objects.count() == 1


def test_a_persona_is_read_here_and_written_in_the_studio(browser: Client, bot: Bot) -> None:
    for address in (desk.address(Persona, "change", bot.persona.pk), desk.address(Bot, "change", bot.pk)):
        assert reverse("studio", args=[bot.pk]) in browser.get(address).content.decode()
    assert browser.post(desk.address(Persona, "change", bot.persona.pk), {"tone": "yeniden"}).status_code == 403


def test_the_list_of_personas_shows_those_in_use_first(browser: Client, bot: Bot) -> None:
    roster.revise(bot, by="tests", tone="neşeli")
    listed = browser.get(desk.address(Persona, "changelist")).context["cl"].result_count
    everything = browser.get(desk.address(Persona, "changelist"), {"versions": "all"}).context["cl"].result_count
    assert (listed, everything) == (1, 2)


@pytest.mark.parametrize(
    ("action", "left"),
    [("pause_an_hour", "bot.pause"), ("disable", "bot.adjust"), ("retire", "bot.retire")],
)
def test_what_silences_asks_first_and_is_audited_with_its_reason(
    browser: Client, bot: Bot, action: str, left: str
) -> None:
    chosen = {"action": action, "_selected_action": bot.pk, "back": desk.address(Bot, "change", bot.pk)}
    asked = browser.post(desk.address(Bot, "changelist"), chosen)
    assert str(bot) in asked.content.decode()
    assert not AuditEntry.objects.filter(action=left).exists()
    done = browser.post(
        desk.address(Bot, "changelist"), {**chosen, "confirmed": "yes", "reason": "Bayram.", "named": str(bot)}
    )
    assert done.headers["Location"] == desk.address(Bot, "change", bot.pk)
    assert AuditEntry.objects.get(action=left).actor_name == "zeynep"
    assert not Bot.objects.able(timezone.now()).filter(pk=bot.pk).exists()


def test_testing_a_token_says_what_telegram_says(browser: Client, bot: Bot) -> None:
    answer = browser.post(
        desk.address(Bot, "changelist"), {"action": "test_token", "_selected_action": bot.pk}, follow=True
    )
    assert str(bot) in answer.content.decode()


def test_an_analyst_can_look_and_change_nothing(bot: Bot) -> None:
    analyst = staff.at_the_desk(Role.ANALYST)
    assert analyst.get(desk.address(Bot, "change", bot.pk)).status_code == 200
    assert analyst.post(desk.address(Bot, "change", bot.pk), {"pace": "9"}).status_code == 403
    chosen = {"action": "disable", "_selected_action": bot.pk, "confirmed": "yes"}
    analyst.post(desk.address(Bot, "changelist"), chosen)
    bot.refresh_from_db()
    assert (bot.enabled, bot.pace) == (True, 1.0)
