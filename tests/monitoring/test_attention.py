"""Turns that need a person: the list of them, what can be done, and the doors to do it."""

import html
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bots.models import AuditEntry, Bot
from conversations import control
from conversations.models import Chat, SendAttempt, Turn
from monitoring import attention, reasons, remedies, second_factor
from monitoring.grants import Role
from tests import desk, staff, stagehands

pytestmark = pytest.mark.django_db
State = Turn.State


@pytest.fixture
def group() -> Chat:
    control.start(by="tests")
    return stagehands.group(stagehands.crowd(2))


def doubtful(chat: Chat, state: str = State.UNRESOLVED, **changes: Any) -> Turn:
    now = timezone.now()
    turn = stagehands.turn_in(state, chat, Bot.objects.order_by("pk")[0], **({"ended_at": now} | changes))
    stagehands.tried(turn, ago=300)
    return turn


def page(browser: Client, turn: Turn) -> str:
    return browser.get(turn.get_absolute_url()).content.decode()


# --- The list --------------------------------------------------------------------------------------------------------
def test_what_waits_for_a_person_is_listed_with_what_to_do(group: Chat) -> None:
    bot = Bot.objects.order_by("pk")[0]
    held = stagehands.turn_in(State.HELD, group, bot)
    lost = doubtful(group)
    failed = stagehands.turn_in(State.FAILED, group, bot, reason="token_revoked", ended_at=timezone.now())
    copied = stagehands.turn_in(State.SENT, group, bot, copies=1, chat_seq=2)
    found = attention.of(timezone.now())
    assert (found.held, found.doubtful, found.failed, found.copied) == ([held], [lost], [failed], [copied])
    browser = staff.at_the_desk()
    shown = browser.get("/turns/").content.decode()
    for turn in (held, lost, failed, copied):
        assert turn.get_absolute_url() in shown
    assert str(remedies.REASONS["token_revoked"]) in html.unescape(shown)
    assert "/turns/" in browser.get("/").content.decode()


def test_what_is_settled_or_long_past_is_not_listed(group: Chat) -> None:
    old = timezone.now() - timedelta(days=8)
    doubtful(group, ended_at=old)
    again = doubtful(group, chat_seq=2)
    stagehands.turn_in(State.COMPOSED, group, again.bot, retry_of=again)
    bot = Bot.objects.order_by("pk")[0]
    stagehands.turn_in(State.FAILED, group, bot, ended_at=timezone.now(), intent="reaction")
    assert attention.of(timezone.now()).empty
    assert not attention.waiting(timezone.now()).exists()


def test_an_empty_list_says_so() -> None:
    assert staff.at_the_desk().get("/turns/").status_code == 200


# --- Words -----------------------------------------------------------------------------------------------------------
def test_every_remedy_is_for_a_reason_that_there_is() -> None:
    assert set(remedies.REASONS) <= set(reasons.ENDED)


@pytest.mark.parametrize("state", State.values)
def test_every_state_says_what_to_do(group: Chat, state: str) -> None:
    turn = stagehands.turn_in(state, group, Bot.objects.order_by("pk")[0])
    assert (str(remedies.of(turn)) == "") == (state == State.SENT)
    assert str(remedies.of(turn)) in page(staff.at_the_desk(), turn).replace("&#x27;", "'").replace(
        "<code>", "`"
    ).replace("</code>", "`")


# --- The page --------------------------------------------------------------------------------------------------------
def test_a_doubtful_turn_offers_two_choices_and_an_analyst_none(group: Chat) -> None:
    turn = doubtful(group)
    for role, offered in ((Role.ADMIN, True), (Role.OPERATOR, True), (Role.ANALYST, False)):
        shown = page(staff.at_the_desk(role, name=role.value), turn)
        assert (f"/turns/{turn.pk}/delivered/" in shown) is offered
        assert (f"/turns/{turn.pk}/again/" in shown) is offered


def test_a_person_says_on_the_page_that_it_arrived(group: Chat) -> None:
    turn = doubtful(group)
    answer = staff.at_the_desk().post(f"/turns/{turn.pk}/delivered/", {"reason": "gördüm", "number": "42"})
    assert answer.headers["Location"] == turn.get_absolute_url()
    turn.refresh_from_db()
    assert (turn.state, turn.sent_id) == (State.SENT, 42)


@pytest.mark.parametrize("typed", [{}, {"reason": " "}, {"reason": "gördüm", "number": "on"}])
def test_what_is_refused_comes_back_as_it_was_typed(group: Chat, typed: dict[str, str]) -> None:
    turn = doubtful(group)
    answer = staff.at_the_desk().post(f"/turns/{turn.pk}/delivered/", typed)
    assert answer.status_code == 422
    assert f'value="{typed.get("number", "")}"' in answer.content.decode()
    turn.refresh_from_db()
    assert turn.state == State.UNRESOLVED


def test_sending_again_takes_a_fresh_code(group: Chat) -> None:
    turn = doubtful(group)
    user = staff.equipped()
    browser, device = staff.browser(user), second_factor.app(user)
    assert device is not None
    assert browser.post(f"/turns/{turn.pk}/again/", {"reason": "yok", "code": "000000"}).status_code == 422
    assert not turn.retries.exists()
    device.throttle_reset()
    code = staff.code(device)
    answer = browser.post(f"/turns/{turn.pk}/again/", {"reason": "yok", "code": code})
    made = turn.retries.get()
    assert answer.headers["Location"] == made.get_absolute_url()
    assert AuditEntry.objects.get(action="turn.send_again").actor == user
    assert made.get_absolute_url() in page(browser, turn)
    assert turn.get_absolute_url() in page(browser, made)


def test_a_code_that_was_used_opens_nothing(group: Chat) -> None:
    turn, user = doubtful(group), staff.equipped()
    device = second_factor.app(user)
    assert device is not None
    code = staff.code(device)
    second_factor.verify(user, code)
    browser = staff.browser(user)
    assert browser.post(f"/turns/{turn.pk}/again/", {"reason": "yok", "code": code}).status_code == 422
    assert not turn.retries.exists()


def test_a_held_turn_is_approved_reworded_or_rejected_on_its_page(group: Chat) -> None:
    bot, browser = Bot.objects.order_by("pk")[0], staff.at_the_desk()
    ends = {
        ("reword", "Sakinim."): (State.COMPOSED, "Sakinim."),
        ("reword", "Daha da sakinim bugün."): (State.COMPOSED, "Daha da sakinim bugün."),
        ("reject", "Sakinim."): (State.SKIPPED, "Sakinim."),
    }
    for (verb, text), end in ends.items():
        turn = stagehands.turn_in(State.HELD, group, bot)
        assert f"/turns/{turn.pk}/reword/" in page(browser, turn)
        browser.post(f"/turns/{turn.pk}/{verb}/", {"text": text, "reason": "böyle"})
        turn.refresh_from_db()
        assert (turn.state, turn.text) == end
        turn.delete()


def test_an_analyst_and_an_unknown_verb_are_turned_away(group: Chat) -> None:
    turn = doubtful(group)
    assert staff.at_the_desk(Role.ANALYST, name="a").post(f"/turns/{turn.pk}/delivered/").status_code == 403
    browser = staff.at_the_desk()
    assert browser.post(f"/turns/{turn.pk}/explode/").status_code == 404
    assert browser.post("/turns/9999/delivered/").status_code == 404
    assert browser.get(f"/turns/{turn.pk}/delivered/").status_code == 405


def test_tries_and_copies_are_shown(group: Chat) -> None:
    turn = stagehands.turn_in(State.SENT, group, Bot.objects.order_by("pk")[0], copies=1)
    stagehands.tried(turn, gen=2, outcome=SendAttempt.Outcome.SENT, sent_id=49)
    shown = page(staff.at_the_desk(), turn)
    assert "is-bad" in shown
    assert "49" in shown


# --- API and admin ---------------------------------------------------------------------------------------------------
def test_programs_decide_through_the_same_verbs(group: Chat) -> None:
    user = staff.equipped()
    browser, device = staff.browser(user), second_factor.app(user)
    assert device is not None
    turn, other = doubtful(group), doubtful(group, text="Öteki.", chat_seq=2)
    asked: dict[str, Any] = {"content_type": "application/json"}
    assert browser.post(f"/api/v1/turns/{turn.pk}/delivered/", {"number": 4}, **asked).status_code == 400
    done = browser.post(f"/api/v1/turns/{turn.pk}/delivered/", {"reason": "gördüm", "number": 4}, **asked).json()
    assert (done["state"], done["attempts"][0]["outcome"]) == ("sent", "sent")
    assert browser.post(f"/api/v1/turns/{other.pk}/again/", {"reason": "yok", "code": "1"}, **asked).status_code == 400
    device.refresh_from_db()
    device.throttle_reset()
    made = browser.post(
        f"/api/v1/turns/{other.pk}/again/", {"reason": "yok", "code": staff.code(device)}, **asked
    ).json()
    assert (made["retry_of"], made["state"]) == (other.pk, "composed")
    held = stagehands.turn_in(State.HELD, group, turn.bot, text="Bekleyen.")
    said = browser.post(f"/api/v1/turns/{held.pk}/reword/", {"text": "Başka söz."}, **asked).json()
    assert said["text"] == "Başka söz."


def test_programs_approve_reject_and_try_again(group: Chat) -> None:
    browser, bot = staff.at_the_desk(), Bot.objects.order_by("pk")[0]

    def decide(turn: Turn, verb: str) -> Any:
        asked = {"reason": "böyle"}
        return browser.post(f"/api/v1/turns/{turn.pk}/{verb}/", asked, content_type="application/json")

    held = stagehands.turn_in(State.HELD, group, bot)
    failed = stagehands.turn(group, state=State.FAILED, reason="crashed", ended_at=timezone.now())
    assert decide(held, "approve").json()["state"] == "composed"
    assert decide(held, "approve").status_code == 409
    assert decide(held, "reject").json()["detail"] == "böyle"
    assert decide(failed, "retry").json()["retry_of"] == failed.pk
    assert decide(failed, "retry").status_code == 409


def test_an_analyst_decides_nothing_by_program(group: Chat) -> None:
    turn = doubtful(group)
    browser = staff.at_the_desk(Role.ANALYST)
    for verb in ("delivered", "again", "reword", "approve", "reject", "retry"):
        assert browser.post(f"/api/v1/turns/{turn.pk}/{verb}/", {"reason": "x"}).status_code == 403


def test_the_admin_takes_a_persons_word_and_leads_to_the_page_for_the_rest(group: Chat) -> None:
    browser, turn = staff.at_the_desk(), doubtful(group)
    desk.act(browser, Turn, "delivered", turn)
    turn.refresh_from_db()
    assert turn.state == State.UNRESOLVED
    answer = browser.post(desk.address(Turn, "changelist"), {"action": "again", "_selected_action": turn.pk})
    assert answer.headers["Location"] == turn.get_absolute_url()
    desk.act(browser, Turn, "delivered", turn, reason="gördüm")
    turn.refresh_from_db()
    assert (turn.state, turn.reason) == (State.SENT, "confirmed")
