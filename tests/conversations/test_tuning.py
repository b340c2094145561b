"""The page of the rules: what it shows, what a change would do, who may save it, and the way back."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _
from pytest_django import DjangoAssertNumQueries

from bots.models import AuditEntry, Bot
from conversations import control
from conversations.admin.tuning import layout, page
from conversations.engine import policy
from conversations.models import Chat, Rules
from conversations.models.rules import CAST_WIDE, FIELDS
from monitoring.grants import Role
from tests import staff, stagehands

pytestmark = pytest.mark.django_db
RULES = "/admin/conversations/rules/"


@pytest.fixture
def browser() -> Client:
    return staff.at_the_desk()


@pytest.fixture
def room() -> Chat:
    """With bots that have much to say: what limits it is its pace."""
    members = stagehands.troupe(3)
    Bot.objects.update(hourly_cap=60)
    return stagehands.room(members)


def at(chat: Chat | None = None) -> str:
    return f"{RULES}?chat={chat.pk}" if chat else RULES


def typed(chat: Chat | None = None, **changes: Any) -> dict[str, Any]:
    """What the browser sends back when this was typed; None unticks."""
    form = page.form(chat)
    fields = {bound.name: bound.value() for bound in form}
    fields = {name: f"{value:%H:%M}" if hasattr(value, "hour") else value for name, value in fields.items()}
    sent = {**fields, "note": "Denemek için.", **changes}
    return {name: value for name, value in sent.items() if value is not None and value is not False}


def said(percent: str) -> str:
    return _("%(number)s%%") % {"number": percent}


def errors(answer: Any) -> Mapping[str, Any]:
    assert answer.status_code == 422
    return answer.context["form"].errors  # type: ignore[no-any-return]  # a form's errors


def test_every_rule_stands_on_the_page_once_and_no_other() -> None:
    assert sorted(dial.name for group in layout.GROUPS for dial in group.dials) == sorted(FIELDS)


def test_a_change_is_saved_with_its_reason_and_nothing_else_moves(browser: Client) -> None:
    before = Rules.objects.get()
    answer = browser.post(RULES, typed(scale="1.5", reply_probability="35", hourly_activity_3="10"))
    assert answer.status_code == 302
    rules = Rules.objects.latest("id")
    moved = {name for name in FIELDS if getattr(rules, name) != getattr(before, name)}
    assert moved == {"scale", "reply_probability", "hourly_activity"}
    assert (rules.scale, rules.reply_probability, (rules.hourly_activity or [])[3]) == (1.5, 0.35, 0.1)
    assert (rules.note, rules.author_name) == ("Denemek için.", "zeynep")
    assert set(AuditEntry.objects.latest("id").after) == moved


@pytest.mark.parametrize(
    ("typo", "field"),
    [
        ({"scale": "11"}, "scale"),
        ({"scale": "çok"}, "scale"),
        ({"reply_probability": "101"}, "reply_probability"),
        ({"hourly_activity_5": "-1"}, "hourly_activity_5"),
        ({"prime_morning_starts": "25:00"}, "prime_morning_starts"),
        ({"own_gap": ""}, "own_gap"),
        ({"note": ""}, "note"),
        ({"prime_morning_starts": "13:00"}, "__all__"),
        ({}, "__all__"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_place_and_nothing_is_saved(typo: dict[str, str], field: str) -> None:
    changes: dict[str, Any] = {"scale": "2"} | typo if typo else {}
    given = page.form(None, typed(**changes))
    assert page.save(given, by="tests") is None
    assert field in given.errors
    assert Rules.objects.count() == 1


def test_who_was_slower_is_told_and_loses_nothing_that_was_typed(browser: Client) -> None:
    slow = typed(scale="3")
    control.revise(by="tests", scale=2.0)
    answer = browser.post(RULES, slow)
    assert "__all__" in errors(answer)
    assert 'value="3"' in answer.content.decode()
    assert policy.current().scale == 2.0


def test_a_chat_sets_what_it_wants_and_gives_it_back(browser: Client, room: Chat) -> None:
    assert browser.post(at(room), typed(room, own_base_delay="on", base_delay="12")).status_code == 302
    own = Rules.objects.latest("id")
    assert {name for name in FIELDS if getattr(own, name) is not None} == {"base_delay"}
    page_of_room = browser.get(at(room)).content.decode()
    assert 'id="id_own_base_delay" checked' in page_of_room
    browser.post(at(room), typed(room, own_base_delay=None, base_delay="çöp"))
    assert policy.current(room).base_delay == policy.current().base_delay
    control.revise(by="tests", base_delay=50.0)
    assert policy.current(room).base_delay == 50.0


def test_a_chat_is_not_shown_what_it_has_no_say_in(browser: Client, room: Chat) -> None:
    form = browser.get(at(room)).context["form"]
    assert not {*form.fields} & CAST_WIDE
    browser.post(at(room), typed(room, own_scale="on", scale="2", own_mood_decay="on", mood_decay="90"))
    assert Rules.objects.latest("id").mood_decay is None


def test_what_a_change_would_do_is_seen_before_it_holds(browser: Client, room: Chat) -> None:
    answer = browser.post(f"{RULES}ahead/", typed(base_delay="15", chain_rest_minutes="0", note=""))
    effect = answer.context["effect"]
    assert effect.after.outlook.a_day > 2 * effect.before.outlook.a_day
    assert answer.content.decode().count('class="before"') == 24
    assert Rules.objects.count() == 1
    wrong = browser.post(f"{RULES}ahead/", typed(base_delay="-5"))
    assert wrong.context["wrong"]
    assert wrong.context["effect"].before == wrong.context["effect"].after


def test_one_click_returns_to_an_earlier_state_and_another_takes_that_back(browser: Client) -> None:
    first = Rules.objects.get()
    browser.post(RULES, typed(scale="2", own_gap="30"))
    second = Rules.objects.latest("id")
    assert f"#{first.pk}" in browser.get(RULES).content.decode()
    for earlier in (first, second):
        browser.post(reverse("admin:conversations_rules_return", args=[earlier.pk]))
        now = Rules.objects.latest("id")
        assert [getattr(now, name) for name in FIELDS] == [getattr(earlier, name) for name in FIELDS]
    browser.post(reverse("admin:conversations_rules_return", args=[second.pk]))
    assert Rules.objects.count() == 4


def test_the_history_tells_what_each_revision_changed(browser: Client) -> None:
    control.revise(by="tests", note="Daha sakin.", reply_probability=0.3, typing_shown=False)
    told = {change.label: (change.before, change.after) for change in page.history(None)[0].changes}
    assert sorted(told.values()) == sorted([(said("60"), said("30")), (_("yes"), _("no"))])
    listed = browser.get(f"{RULES}past/").content.decode()
    assert "Daha sakin." in listed


def test_an_operator_rules_chats_and_reads_the_rest(room: Chat) -> None:
    browser = staff.at_the_desk(Role.OPERATOR)
    assert browser.post(at(room), typed(room, own_scale="on", scale="2")).status_code == 302
    assert browser.post(RULES, typed(scale="2")).status_code == 403
    assert browser.post(reverse("admin:conversations_rules_return", args=[1])).status_code in {403, 404}
    assert 'type="submit" class="button default"' not in browser.get(RULES).content.decode()


@pytest.mark.parametrize(("role", "seen"), [(Role.ANALYST, 200), (Role.AUDITOR, 403)])
def test_who_only_watches_changes_nothing(room: Chat, role: Role, seen: int) -> None:
    browser = staff.at_the_desk(role)
    answer = browser.get(RULES)
    assert answer.status_code == seen
    assert "$" not in answer.content.decode()
    for address in (RULES, at(room), reverse("admin:conversations_rules_return", args=[Rules.objects.get().pk])):
        assert browser.post(address, {"scale": "2"}).status_code in {403, 404}
    assert Rules.objects.count() == 1


@pytest.mark.parametrize("chat", ["x", "0", "424242", "99999999999999999999", "-1"])
def test_rules_of_a_chat_that_is_not_there_are_not_found(browser: Client, chat: str) -> None:
    assert browser.get(RULES, {"chat": chat}).status_code == 404


def test_the_page_costs_the_same_however_many_chats_there_are(
    browser: Client, room: Chat, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(30) as few:
        browser.get(RULES)
    for number in range(4):
        control.revise(by="tests", chat=stagehands.room(list(room.members.all()), title=f"Oda {number}"), scale=2.0)
    with django_assert_max_num_queries(len(few.captured_queries)):
        browser.get(RULES)
