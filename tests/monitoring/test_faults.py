"""Errors: grouped, masked, counted; kept beside the work, whatever happens to the database."""

import json
import logging
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from bots import traces
from bots.models import AuditEntry
from conversations import remits
from conversations.models import Process
from monitoring.faults import browser, keeper, reading, rows
from monitoring.faults.reading import Seen
from monitoring.grants import Role
from monitoring.models import Fault, FaultCount
from monitoring.views import faults as view
from tests import staff, stagehands

pytestmark = pytest.mark.django_db
TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz0123456"


@pytest.fixture(autouse=True)
def unthrottled() -> None:
    view.throttle.forget()


def fail(words: str) -> None:
    raise ValueError(words)


def record(words: str = "bozuk", *, name: str = "kulis", message: str = "It failed.") -> logging.LogRecord:
    try:
        fail(words)
    except ValueError:
        error = sys.exc_info()
    return logging.LogRecord(name, logging.ERROR, __file__, 1, message, None, error)


def seen(words: str = "bozuk", **more: Any) -> Seen:
    found = reading.of(record(words, **more), "worker")
    assert found is not None
    return found


def a_fault(words: str = "bozuk", *, where: str = "web", days: float = 0) -> Fault:
    at = timezone.now() - timedelta(days=days)
    rows.keep(Seen(reading.fingerprint(where, words), where, "ValueError", words, "GET /chats/", words, at))
    return Fault.objects.get(text=words)


# --- Reading ---------------------------------------------------------------------------------------------------------
def test_the_same_fault_with_other_words_is_one_group_and_another_place_is_another() -> None:
    assert seen("bir").fingerprint == seen("iki").fingerprint
    other = reading.of(logging.LogRecord("kulis", logging.ERROR, "", 1, "Turn %s is lost", (1,), None), "worker")
    again = reading.of(logging.LogRecord("kulis", logging.ERROR, "", 1, "Turn %s is lost", (2,), None), "worker")
    assert other is not None and again is not None  # noqa: PT018
    assert other.fingerprint == again.fingerprint != seen().fingerprint


def test_no_secret_and_no_row_of_the_database_is_kept() -> None:
    found = seen(f"{TOKEN}\nDETAIL:  Failing row contains (1, gizli söz).")
    for text in (found.text, found.sample, found.place):
        assert "AAF-" not in text
        assert "gizli" not in text
    assert "ValueError" in found.sample


def test_a_token_in_an_address_is_masked_and_so_is_a_row_of_many_lines() -> None:
    for secret in (
        f"https://api.telegram.org/bot{TOKEN}/getMe", "kulis_AAF-abcdefghijklmnop", "whsec_AAF+abcdefghijklm/x=",
        "https://hooks.slack.com/services/T0/B0/AAF-x", "https://discord.com/api/webhooks/1/AAF-x",
    ):  # fmt: skip
        assert "AAF" not in seen(f"Failed: {secret}").sample
    try:
        try:
            fail("new row\nDETAIL:  Failing row contains (1, selam,\ngizli söz,\n\n0532 gizli).")
        except ValueError as cause:
            raise KeyError("son") from cause
    except KeyError:
        found = reading.of(logging.LogRecord("kulis", logging.ERROR, "", 1, "x", None, sys.exc_info()), "web")
    assert found is not None
    assert "gizli" not in found.sample.replace('fail("new row', "").split("DETAIL")[-1]
    assert "KeyError: 'son'" in found.sample


def test_a_fault_knows_its_trace_and_its_task() -> None:
    with traces.follow(None, task="conversations.deliver"):
        found = seen()
        assert found.trace == traces.current()
    assert found.place.startswith("conversations.deliver · ")


def test_who_knocks_under_a_wrong_name_is_no_fault_of_ours() -> None:
    assert reading.of(record(name="django.security.DisallowedHost"), "web") is None


# --- Keeping ---------------------------------------------------------------------------------------------------------
def test_faults_are_grouped_and_counted_by_when_they_came() -> None:
    for _ in range(3):
        rows.keep(seen("bir"))
    rows.keep(seen("iki").and_again(seen("üç")))
    fault = Fault.objects.get()
    assert (fault.count, fault.text, fault.where) == (5, "üç", "worker")
    assert rows.count(timezone.now() - timedelta(minutes=5)) == 5
    assert rows.count(timezone.now() - timedelta(minutes=5), where=["web"]) == 0
    FaultCount.objects.update(at=timezone.now() - timedelta(hours=2))
    assert rows.count(timezone.now() - timedelta(hours=1)) == 0


def test_what_was_solved_and_comes_again_is_open_and_says_so() -> None:
    user, fault = staff.equipped(), a_fault()
    assert rows.solve(fault, by=user)
    assert not rows.solve(fault, by=user)
    assert rows.count(timezone.now() - timedelta(hours=1)) == 0
    again = a_fault()
    assert (again.solved_at, again.came_back, again.count) == (None, True, 2)
    assert AuditEntry.objects.filter(action="fault.solve", subject_id=str(fault.pk)).count() == 1


def test_nobody_can_fill_the_table() -> None:
    now, most = timezone.now(), rows.MOST[Fault.Where.SCRIPT]
    Fault.objects.bulk_create(
        Fault(fingerprint=f"f{n}", where="script", kind="Error", count=1, first_at=now, last_at=now)
        for n in range(most)
    )
    for number in range(3):
        rows.keep(Seen(f"new{number}", "script", "Error", str(number), "", "", now))
    rows.keep(Seen("f1", "script", "Error", "", "", "", now))
    assert Fault.objects.count() == most + 1
    assert Fault.objects.get(fingerprint="f1").count == 2
    assert Fault.objects.latest("pk").count == 3


def test_the_work_waits_for_no_database_and_nothing_is_lost_while_it_is_away() -> None:
    outage = [True]

    def keep(one: Seen) -> None:
        if outage:
            raise OperationalError("the connection is gone")
        rows.keep(one)

    kept = by_hand(keep)
    for word in ("bir", "iki"):
        kept.handle(record(word))
    assert not kept.write()
    kept.handle(record("üç"))
    outage.clear()
    for _time in range(2):
        assert kept.write()
        assert Fault.objects.get().count == 3


def by_hand(keep: Callable[[Seen], None]) -> keeper.Keeper:
    """A keeper without its thread: the test says when it writes."""
    kept = keeper.Keeper("worker", keep)
    kept._thread = threading.current_thread()
    return kept


def test_what_does_not_fit_into_memory_is_counted() -> None:
    written: list[Seen] = []
    kept = by_hand(written.append)
    for number in range(keeper.MOST + 7):
        kept.take(Seen(f"f{number}", "worker", "Error", "", "", "", timezone.now()))
    assert kept.write()
    assert len(written) == keeper.MOST + 1
    assert (written[-1].kind, written[-1].count) == ("Lost", 7)


def test_a_keeper_hears_the_log_and_not_itself_and_leaves_with_its_process() -> None:
    written: list[Seen] = []
    own = logging.getLogger("kulis.tests")

    def keep(one: Seen) -> None:
        own.error("the keeper's own trouble")
        written.append(one)

    keeper.begin("beat", keep)
    keeper.begin("web", keep)  # one a process
    over = keeper.accompany(Process.Kind.BEAT)
    own.error("Bozuk.")
    own.warning("Yalnızca uyarı.")
    over()
    own.error("Artık kimse dinlemiyor.")
    assert [(one.where, one.text) for one in written] == [("beat", "Bozuk.")]


def test_old_errors_go_with_everything_that_had_its_time() -> None:
    a_fault("eski", days=31)
    a_fault("yeni", days=29)
    call_command("prune", stdout=StringIO())
    assert [fault.text for fault in Fault.objects.all()] == ["yeni"]
    assert FaultCount.objects.count() == 1


# --- What browsers report --------------------------------------------------------------------------------------------
SCRIPT = {
    "message": "Uncaught TypeError: x is undefined", "source": "https://kulis.example/static/kulis/live.js?v=gizli",
    "line": 12, "stack": "TypeError\n at https://kulis.example/static/kulis/live.js?v=gizli:12:1", "page": "/chats/17/",
}  # fmt: skip
CSP = {"csp-report": {
    "document-uri": "https://kulis.example/enter/k4narya-k4narya-k4narya-k4narya?next=gizli",
    "effective-directive": "img-src", "blocked-uri": "https://evil.example/gizli.png?u=gizli",
    "source-file": "https://kulis.example/static/kulis/room.js", "line-number": 3,
}}  # fmt: skip


def send(kind: str, report: Any, client: Client | None = None, **more: Any) -> int:
    kinds = {"script": "application/json", "csp": "application/csp-report"}
    body = report if isinstance(report, str) else json.dumps(report)
    return (
        (client or Client())
        .post(f"/from-browsers/{kind}/", body, content_type=kinds.get(kind, "text/plain"), **more)
        .status_code
    )


def test_a_stranger_s_browser_may_report_and_no_query_or_number_stays() -> None:
    assert send("script", SCRIPT, Client(enforce_csrf_checks=True)) == 204
    assert send("script", {**SCRIPT, "page": "/chats/18/"}) == 204
    assert send("csp", CSP) == 204
    script, csp = Fault.objects.order_by("-where")
    assert (script.count, script.kind, script.place) == (2, "TypeError", "/chats/#/ · /static/kulis/live.js:12")
    assert (csp.kind, csp.text, csp.place) == ("img-src", "https://evil.example", "/enter/* · /static/kulis/room.js")
    assert not [word for fault in (script, csp) for word in ("gizli", "k4narya") if word in str(vars(fault))]


@pytest.mark.parametrize(
    ("kind", "report", "more", "status"),
    [
        ("script", "no json", {}, 400),
        ("script", "[" * 5000, {}, 400),
        ("script", "x" * 9000, {}, 413),
        ("script", {"message": 5}, {}, 204),
        ("script", {**SCRIPT, "source": "chrome-extension://abc/x.js"}, {}, 204),
        ("script", {"message": "x", "source": "http://[", "line": -1, "page": "http://["}, {}, 204),
        ("csp", [], {}, 204),
        ("csp", {"csp-report": {"blocked-uri": "inline"}}, {}, 204),
        ("script", SCRIPT, {"headers": {"Sec-Fetch-Site": "cross-site"}}, 403),
        ("other", SCRIPT, {}, 404),
    ],
)
def test_what_is_no_report_leaves_nothing(kind: str, report: Any, more: dict[str, Any], status: int) -> None:
    assert send(kind, report, **more) == status
    assert Fault.objects.count() <= ("[" in str(report) and "line" in str(report))


def test_a_report_in_another_form_is_refused() -> None:
    assert Client().post("/from-browsers/script/", {"message": "x"}).status_code == 415
    assert Client().get("/from-browsers/script/").status_code == 405


def test_a_flood_of_reports_is_refused_and_others_are_still_heard() -> None:
    assert sum(view.throttle.takes("127.0.0.1") for _ in range(browser.EACH + 5)) == browser.EACH
    assert send("csp", CSP) == 429
    assert send("csp", CSP, REMOTE_ADDR="10.0.0.9") == 204
    assert sum(view.throttle.takes(f"10.0.1.{n}") for n in range(browser.ALL)) == browser.ALL - browser.EACH - 1


# --- The page --------------------------------------------------------------------------------------------------------
def test_the_page_shows_what_happened_and_costs_the_same_however_much_it_is(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    desk = staff.at_the_desk()
    assert "errors" in desk.get("/errors/").request["PATH_INFO"]
    for number in range(12):
        a_fault(f"<b>bozuk-{number}</b>", where="web" if number % 2 else "csp")
    with django_assert_max_num_queries(25):
        page = desk.get("/errors/").content.decode()
    assert "&lt;b&gt;bozuk-3&lt;/b&gt;" in page
    assert "<b>bozuk" not in page
    only = desk.get("/errors/?where=csp").content.decode()
    assert "bozuk-2" in only
    assert "bozuk-3" not in only
    assert desk.get("/errors/?where=nowhere&solved=1").status_code == 200


def test_an_operator_marks_an_error_as_solved_and_takes_it_back() -> None:
    desk, fault = staff.at_the_desk(), a_fault()
    assert desk.post(f"/errors/{fault.pk}/solve/").status_code == 302
    assert fault.text not in desk.get("/errors/").content.decode()
    assert fault.text in desk.get("/errors/?solved=1").content.decode()
    assert desk.post(f"/errors/{fault.pk}/reopen/").status_code == 302
    assert Fault.objects.get().solved_at is None
    assert desk.post(f"/errors/{fault.pk}/burn/").status_code == 404
    assert AuditEntry.objects.filter(action__startswith="fault.").count() == 2


def test_who_is_limited_to_some_chats_sees_no_errors_of_the_house() -> None:
    user = staff.equipped("omer", Role.OPERATOR)
    desk = staff.browser(user)
    remits.limit(user, [stagehands.room(stagehands.troupe(1))], by="tests")
    assert desk.get("/errors/").status_code == 403
    assert "/errors/" not in desk.get("/").content.decode()


def test_no_report_that_fits_keeps_a_process_busy() -> None:
    began = time.thread_time()
    assert browser.script({"message": "a" * (browser.LARGEST - 100)}, timezone.now())
    assert time.thread_time() - began < 0.1
