"""Every page, empty and full, in both languages: it answers, it is sealed, and its texts cannot act."""

import html
import re

import pytest
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse
from pytest_django import DjangoAssertNumQueries

from conversations import control
from conversations.models import Chat, Turn
from monitoring.models import Incident, Report
from tests import full_house, guests, staff, stagehands

pytestmark = pytest.mark.django_db

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "{{ 7*7 }}{% now 'Y' %}",
    "</textarea><svg onload=alert(1)>",
    'https://evil.example/"onmouseover=alert(1)',
    "&lt;script&gt;",
    "@ali\u202egnol <u>",
]


@pytest.fixture
def desk() -> Client:
    return staff.at_the_desk()


def addresses() -> list[str]:
    room, group = Chat.objects.filter(kind="rehearsal").first(), Chat.objects.filter(kind="telegram").first()
    found = ["/", "/chats/", "/approvals/", "/turns/", "/engine/start/", "/door/", "/incidents/", "/reports/"]
    found += [chat.get_absolute_url() for chat in (room, group) if chat]
    found += [turn.get_absolute_url() for turn in Turn.objects.all()[:3]]
    found += [incident.get_absolute_url() for incident in Incident.objects.all()]
    found += [report.get_absolute_url() for report in Report.objects.all()]
    return found


@pytest.mark.parametrize("language", ["tr", "en"])
@pytest.mark.parametrize("full", [False, True], ids=["empty", "full"])
def test_every_page_answers(desk: Client, full: bool, language: str) -> None:
    if full:
        full_house.furnish()
        control.start(by="tests")
    desk.cookies["kulis-language"] = language
    for address in addresses():
        answer = desk.get(address, follow=True)
        assert answer.status_code == 200, address
        assert f'<html lang="{language}"' in answer.content.decode()


def test_turkish_is_the_language_until_another_is_chosen(desk: Client) -> None:
    assert '<html lang="tr"' in desk.get("/", headers={"Accept-Language": "en-US,en"}).content.decode()
    desk.post(reverse("set_language"), {"language": "en", "next": "/"})
    assert '<html lang="en"' in desk.get("/").content.decode()


@pytest.mark.parametrize("address", ["/", "/chats/", "/door/", "/nowhere/", "/livez", "/readyz", "/api/v1/status/"])
def test_every_answer_carries_the_seals(desk: Client, address: str) -> None:
    headers = desk.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    for part in ("default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert part in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "noindex" in headers["X-Robots-Tag"]


def test_no_page_carries_script_or_style_of_its_own(desk: Client) -> None:
    full_house.furnish()
    for address in addresses():
        page = desk.get(address, follow=True).content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)", page), address
        assert not re.search(r"<[^>]+\s(?:style|on\w+)=", page), address
        assert "<style" not in page


def test_nothing_that_watchers_see_is_kept_by_a_cache(desk: Client) -> None:
    assert "no-store" in desk.get("/").headers["Cache-Control"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_from_outside_stays_text(desk: Client, payload: str) -> None:
    members = stagehands.bots(1)
    room = stagehands.room(members, title=payload[:128])
    quoted = stagehands.message(room, payload)
    said = stagehands.message(room, payload, bot=members[0], reply_to=quoted)
    turn = stagehands.turn(room, cause=quoted, draft=payload, topic=payload[:64], detail=payload)
    Turn.objects.filter(pk=turn.pk).update(
        message=said, text=payload, state="skipped", reason="expired", prompt=[{"role": "user", "content": payload}],
        verdicts=[{"stage": "guard", "rule": "link", "passed": False, "detail": payload}],
        candidates=[{"bot": 0, "username": payload, "score": 1.0, "parts": {payload: 1}, "blocked": payload}],
    )  # fmt: skip
    for address in ("/", "/chats/", room.get_absolute_url(), turn.get_absolute_url()):
        page = desk.get(address).content.decode()
        for forbidden in ("<script>alert", "<img src=x", "<svg onload", "<u>", '"onmouseover', 'href="javascript'):
            assert forbidden not in page, address
    shown = desk.get(room.get_absolute_url()).content.decode()
    assert payload.split(maxsplit=1)[0][:8] in html.unescape(re.sub(r"<[^>]+>", "", shown))


def test_a_group_and_a_room_each_have_one_address(desk: Client) -> None:
    room, group = stagehands.room([]), stagehands.group([])
    assert desk.get(f"/chats/{room.pk}/").headers["Location"] == f"/rehearsal/{room.pk}/"
    assert desk.get(f"/rehearsal/{group.pk}/").headers["Location"] == f"/chats/{group.pk}/"


def test_the_first_room_is_found_and_without_one_the_list_explains(desk: Client) -> None:
    answer = desk.get("/rehearsal/", follow=True)
    assert "manage.py chat add" in html.unescape(answer.content.decode())
    room = stagehands.room([])
    assert desk.get("/rehearsal/").headers["Location"] == room.get_absolute_url()


def test_earlier_messages_come_as_a_piece(desk: Client) -> None:
    room = stagehands.room()
    for number in range(45):
        stagehands.message(room, f"söz {number}")
    page = desk.get(room.get_absolute_url()).content.decode()
    (more,) = re.findall(r'data-older="([^"]+)"', page)
    piece = desk.get(more).content.decode()
    assert len(re.findall(r'<li id="m-', page + piece)) == 45
    assert "data-older" not in piece


def test_a_page_further_back_says_so_and_is_not_live(desk: Client) -> None:
    room = stagehands.room()
    first = stagehands.message(room, "ilk söz")
    for number in range(60):
        stagehands.message(room, f"söz {number}")
    page = desk.get(f"{room.get_absolute_url()}?at={first.pk}").content.decode()
    assert "ilk söz" in page
    assert 'data-live="/ws/engine/"' in page


@pytest.mark.parametrize("at", ["x", "-1", "99999999999999999999", "1e9", ""])
def test_an_odd_position_shows_the_newest(desk: Client, at: str) -> None:
    room = stagehands.room()
    stagehands.message(room, "söz")
    assert "söz" in desk.get(room.get_absolute_url(), {"at": at}).content.decode()


def test_a_message_of_another_chat_is_no_position_here(desk: Client) -> None:
    here, there = stagehands.room([]), stagehands.room([], title="Öteki")
    foreign = stagehands.message(there, "öteki söz")
    assert (
        "öteki söz"
        not in desk.get(here.get_absolute_url(), {"at": foreign.pk}).content.decode().split('id="thread"')[1]
    )
    assert desk.get(reverse("older", args=[here.pk, foreign.pk])).status_code == 404


@pytest.mark.parametrize("asked", ["/nowhere/", "/chats/424242/", "/turns/424242/", "/rehearsal/424242/"])
def test_what_is_not_there_is_said_kindly(desk: Client, asked: str) -> None:
    answer = desk.get(asked)
    assert answer.status_code == 404
    assert reverse("dashboard") in answer.content.decode()


def test_a_fault_of_ours_shows_a_reference_and_no_trace() -> None:
    callback = get_resolver().resolve_error_handler(500)
    answer = callback(RequestFactory().get("/turns/1/"))
    page = answer.content.decode()
    assert answer.status_code == 500
    assert re.search(r"<code>[0-9a-f]{8}</code>", page)
    assert "Traceback" not in page


def test_a_form_without_its_seal_is_refused_kindly() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff.equipped(), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/engine/stop/")
    assert answer.status_code == 403
    assert "csrf" not in answer.content.decode().lower().replace("csrfmiddlewaretoken", "").replace("x-csrftoken", "")


def test_the_offline_voice_says_so(desk: Client) -> None:
    room = stagehands.room()
    stagehands.provider("", name="sufle", kind="offline")
    assert 'class="offline-voice"' in desk.get(room.get_absolute_url()).content.decode()
    stagehands.provider("http://127.0.0.1:1/v1")
    assert 'class="offline-voice"' not in desk.get(room.get_absolute_url()).content.decode()


def test_a_room_costs_the_same_however_much_was_said(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    room = stagehands.room()
    stagehands.message(room, "söz", bot=room.members.all()[0])
    with django_assert_max_num_queries(32) as few:
        desk.get(room.get_absolute_url())
    for number in range(60):
        stagehands.message(room, f"söz {number}", bot=room.members.all()[number % 3])
    with django_assert_max_num_queries(len(few.captured_queries)):
        desk.get(room.get_absolute_url())


def test_a_guest_is_not_shown_the_admin(settings: object) -> None:
    guests.demo(settings)  # type: ignore[arg-type]  # the fixture of pytest-django
    assert 'href="/admin/"' not in guests.browser().get("/").content.decode()


LONG = "9" * 5000


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("/chats/{pk}/?at=" + LONG, None),
        ("/rehearsal/{pk}/say/", {"text": "Merhaba", "reply_to": LONG}),
        ("/rehearsal/{pk}/react/", {"on": LONG, "emoji": "👍"}),
        ("/account/sessions/end/", {"visit": "\0"}),
        ("/admin/bots/auditentry/?reason__exact=%00", None),
        ("/admin/conversations/message/?said_at__year=99999999999", None),
    ],
)
def test_nonsense_from_outside_is_no_fault(desk: Client, address: str, sent: dict[str, str] | None) -> None:
    place = address.format(pk=stagehands.room([]).pk)
    answer = desk.get(place, follow=True) if sent is None else desk.post(place, sent)
    assert answer.status_code < 500
