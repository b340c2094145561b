"""Lists as files: what the list shows, for who may take it, and nothing that a table program would run."""

import csv
import io

import pytest
from django.test import Client

from bots.models import AuditEntry, Bot
from monitoring import export, second_factor
from monitoring.grants import Role
from tests import staff, stagehands

MESSAGES = "/export/conversations/message/"


def taken(browser: Client, address: str, code: str, **more: str) -> list[list[str]]:
    answer = browser.post(address, {"code": code, **more})
    assert answer.status_code == 200, answer.content.decode()[-2000:]
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("before", ["", " ", "\u00a0", "\ufeff"])
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_begins_as_a_formula(sign: str, before: str) -> None:
    assert export.safe(f"{before}{sign}1+1") == f"'{before}{sign}1+1"


@pytest.mark.parametrize("cell", ["", "söz", "1+1", "a=b", "e-posta", "'=1", " söz"])
def test_a_text_that_nothing_runs_stays_as_it_is(cell: str) -> None:
    assert export.safe(cell) == cell


def test_numbers_stay_numbers() -> None:
    assert [export.safe(cell) for cell in (-5, 2.5, "-5", "5")] == ["-5", "2.5", "'-5", "5"]


def test_what_is_written_is_read_back_line_for_line() -> None:
    lines = [["a", 'b "c", d'], ["e\nf", "=1+1"]]
    assert list(csv.reader(io.StringIO(export.text(iter(lines)).removeprefix("\ufeff")))) == [
        ["a", 'b "c", d'],
        ["e\nf", "'=1+1"],
    ]


@pytest.mark.django_db
def test_the_file_holds_what_the_list_shows_and_leaves_a_trace() -> None:
    user = staff.account("zeynep", Role.OPERATOR)
    code = staff.code(second_factor.issue(user, by="tests").device)
    browser = staff.browser(user)
    room = stagehands.room([])
    stagehands.message(room, "=HYPERLINK(1)")
    stagehands.message(stagehands.room([], title="Öteki"), "başka oda")
    page = browser.get(f"{MESSAGES}?chat__id__exact={room.pk}").content.decode()
    assert "=HYPERLINK(1)" in page
    assert "başka oda" not in page
    heads, *rows = taken(browser, f"{MESSAGES}?chat__id__exact={room.pk}", code, reason="Rapor.")
    assert len(heads) == 5
    assert [row[2] for row in rows] == ["'=HYPERLINK(1)"]
    entry = AuditEntry.objects.get(action="export.csv")
    assert (entry.actor, entry.reason, entry.after["rows"]) == (user, "Rapor.", 1)


@pytest.mark.django_db
def test_without_a_fresh_code_nothing_leaves() -> None:
    stagehands.message(stagehands.room([]), "söz")
    browser = staff.at_the_desk()
    answer = browser.post(MESSAGES, {"code": "000000", "reason": "Rapor."})
    assert answer.status_code == 422
    assert 'value="Rapor."' in answer.content.decode()
    assert not AuditEntry.objects.filter(action="export.csv").exists()


@pytest.mark.django_db
def test_who_only_watches_takes_nothing_and_the_trail_is_its_readers_alone() -> None:
    trail = "/export/bots/auditentry/"
    allowed = {
        role: [browser.get(address).status_code for address in (MESSAGES, trail, "/export/auth/user/")]
        for role in Role
        for browser in [staff.at_the_desk(role, f"biri_{role}")]
    }
    assert allowed == {
        Role.ADMIN: [200, 200, 403],
        Role.OPERATOR: [200, 403, 403],
        Role.ANALYST: [403, 403, 403],
        Role.AUDITOR: [403, 200, 403],
    }
    assert Client().get(MESSAGES).status_code == 302


@pytest.mark.django_db
def test_an_odd_filter_or_an_unknown_list_is_not_there() -> None:
    browser = staff.at_the_desk()
    for title in ("Biri", "Öteki"):
        stagehands.room([], title=title)
    assert browser.get(f"{MESSAGES}?chat__id__exact=x").status_code == 404
    assert browser.get("/export/bots/nothing/").status_code == 404


@pytest.mark.django_db
def test_each_list_that_may_be_taken_can_be() -> None:
    stagehands.room(stagehands.troupe(1))
    browser = staff.at_the_desk()
    for model in export.LISTS:
        address = f"/export/{model._meta.app_label}/{model._meta.model_name}/"
        assert browser.get(address).status_code == 200, address
    assert "/export/bots/bot/?standing=able" in browser.get("/admin/bots/bot/?standing=able").content.decode()


# --- Views, and actions on several -----------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_view_of_a_list_is_its_address() -> None:
    stagehands.troupe(2)
    browser = staff.at_the_desk()
    page = browser.get("/admin/bots/bot/?standing=paused").content.decode()
    assert 'href="?standing=paused" aria-current="page"' in page
    assert 'href="?standing=able" aria-current' not in page


@pytest.mark.django_db
def test_an_action_on_several_names_each_row_before_and_after() -> None:
    bots = stagehands.troupe(3)
    browser = staff.at_the_desk()
    chosen = {"action": "test_token", "_selected_action": [bot.pk for bot in bots]}
    question = browser.post("/admin/bots/bot/", chosen).content.decode()
    assert all(f"<li>{bot}</li>" in question for bot in bots)
    told = browser.post("/admin/bots/bot/", {**chosen, "action": "disable", "confirmed": "yes"}).content.decode()
    assert told.count('class="is-done"') == 3
    refused = browser.post("/admin/bots/bot/", {**chosen, "confirmed": "yes"}).content.decode()
    assert refused.count('class="is-refused"') == 3
    assert not Bot.objects.filter(enabled=True).exists()
