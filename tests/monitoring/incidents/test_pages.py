"""The pages of incidents: who sees which, what they do, and the badge that is kept live."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from bots.models import AuditEntry
from conversations import remits
from conversations.models import Engine
from monitoring.boards.overview import Overview
from monitoring.grants import Role
from monitoring.incidents import reading, sight
from monitoring.incidents.models import Channel, Delivery, Incident, Kind, Threshold
from monitoring.watch import EngineWatch, OverviewWatch
from tests import desk, staff, stagehands
from tests.monitoring.incidents.seeing import began

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    return staff.at_the_desk()


def test_the_list_filters_and_teaches_when_it_is_empty(browser: Client) -> None:
    assert reverse("help-chapter", args=["incidents"]) in browser.get("/incidents/").content.decode()
    began(Kind.BROKER)
    over = began(Kind.GUARD, percent=50, count=20, code="guard:promise", reason="")
    Incident.objects.filter(pk=over.pk).update(closed_at=timezone.now())

    def shown(query: str) -> set[int]:
        return {line.incident.pk for line in browser.get(f"/incidents/{query}").context["listed"].lines}

    first = Incident.objects.get(kind=Kind.BROKER).pk
    assert shown("") == {first}
    assert shown("?state=over") == shown("?state=all&kind=guard") == {over.pk}
    assert shown("?state=all&severity=3") == {first}
    assert shown(f"?state=all&before={over.pk}") == {first}
    assert shown("?state=nonsense&severity=x&kind=y&before=" + "9" * 50) == {first}


def test_a_long_list_has_pages_and_costs_the_same(
    browser: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    now = timezone.now()
    with django_assert_max_num_queries(30) as few:
        browser.get("/incidents/")
    Incident.objects.bulk_create(
        Incident(kind=Kind.PROCESS, subject=f"process:{n}", severity=2, opened_at=now, seen_at=now,
                 facts={"name": "x", "seconds": 1}) for n in range(60)
    )  # fmt: skip
    with django_assert_max_num_queries(len(few.captured_queries)):
        page = browser.get("/incidents/")
    assert len(page.context["listed"].lines) == reading.MOST
    assert f"before={page.context['listed'].before}" in page.content.decode()


def test_one_incident_tells_its_story_and_takes_decisions(browser: Client) -> None:
    room = stagehands.room([], title="<b>Oda</b>")
    incident = began(Kind.GATES, f"chat:{room.pk}", count=9, minutes=2)
    address = incident.get_absolute_url()
    browser.post(f"{address}acknowledge/")
    browser.post(f"{address}silence/", {"span": "8", "reason": "bakım var"})
    answer = browser.post(f"{address}remedy/slow_chat/", {"seen": "1"}, follow=True)
    page = answer.content.decode()
    assert "bakım var" in page
    assert "<b>Oda</b>" not in page
    incident.refresh_from_db()
    assert incident.acknowledged_at
    assert incident.silenced_until
    assert browser.post(f"{address}remedy/slow_chat/", {"seen": "1"}).status_code == 422, "it is 2 now"
    assert browser.post(f"{address}silence/", {"span": "99"}).status_code == 422
    assert browser.post(f"{address}dance/").status_code == browser.post(f"{address}remedy/dance/").status_code == 404
    browser.post(f"{address}reopen/")
    assert sight.waiting(staff.account("ayse")).count() == 1


def test_the_engine_starts_from_here_only_after_a_fresh_code() -> None:
    incident = began(Kind.ENGINE_OFF, minutes=60, name="x", chats=1)
    stale = staff.browser(staff.equipped("zeynep"), fresh=False)
    address = f"{incident.get_absolute_url()}remedy/start_engine/"
    assert stale.post(address).status_code == 422
    assert not Engine.objects.get().running


def test_each_sees_what_concerns_them() -> None:
    (bot, other), room, elsewhere = stagehands.troupe(2), stagehands.room([]), stagehands.room([], title="Öteki")
    room.members.add(bot)
    limited = staff.equipped("sinirli", Role.OPERATOR)
    remits.limit(limited, [room], by="tests")
    mine = {began(Kind.BROKER).pk, began(Kind.QUIET, f"chat:{room.pk}", minutes=60, count=3, code="", reason="").pk}
    mine |= {began(Kind.TOKEN, f"bot:{bot.pk}", count=1).pk}
    theirs = [began(Kind.QUIET, f"chat:{elsewhere.pk}", minutes=60, count=3, code="", reason="")]
    theirs += [began(Kind.LINE, f"bot:{other.pk}", count=1, failed=5, tries=5)]
    theirs += [began(Kind.BUDGET_SPENT, f"chat:{room.pk}", name="b", percent=100)]
    assert {one.pk for one in sight.of(limited)} == mine
    browser = staff.browser(limited)
    for one in theirs:
        assert browser.get(one.get_absolute_url()).status_code == 404
        assert browser.post(f"{one.get_absolute_url()}acknowledge/").status_code == 404
    analyst = staff.equipped("deniz", Role.ANALYST)
    assert not sight.of(analyst).filter(kind=Kind.BUDGET_SPENT).exists()
    seen = Incident.objects.get(kind=Kind.BROKER).get_absolute_url()
    watching = staff.browser(analyst)
    assert watching.get(seen).status_code == 200
    assert watching.post(f"{seen}acknowledge/").status_code == 403


def test_the_badge_and_the_block_are_kept_live() -> None:
    ayse = staff.account("ayse")
    bar, overview = EngineWatch(ayse), OverviewWatch(ayse, open=lambda who: Overview(who, {}))
    list(bar.state()), list(overview.state())
    began(Kind.BROKER)
    assert [piece.kind for piece in bar.state()] == ["alarm"]
    assert {"alarm", "incidents"} <= {piece.kind for piece in overview.state()}
    assert reading.tally(ayse) == reading.Tally(1, 3)


# --- The desks -------------------------------------------------------------------------------------------------------
def test_thresholds_write_their_numbers_as_the_reader_does(browser: Client) -> None:
    page = browser.get(desk.address(Threshold, "changelist")).content.decode()
    assert "dakika: 1,5" in page
    assert "dakika: 1.5" not in page


def test_a_threshold_is_edited_within_its_range(browser: Client) -> None:
    row = Threshold.objects.get(kind=Kind.GATES)
    address = desk.address(Threshold, "change", row.pk)
    refused = desk.send(browser, address, limit="0")
    assert refused.status_code == 200
    assert "1000" in refused.content.decode()
    desk.send(browser, address, limit="12", severity="3")
    row.refresh_from_db()
    assert (row.limit, row.severity) == (12, 3)
    assert AuditEntry.objects.filter(action="threshold.change").exists()


def test_an_operator_sets_thresholds_but_not_one_who_is_limited() -> None:
    address = desk.address(Threshold, "change", Threshold.objects.get(kind=Kind.GATES).pk)
    user = staff.equipped("kadir", Role.OPERATOR)
    desk.send(staff.browser(user), address, limit="12")
    assert Threshold.objects.get(kind=Kind.GATES).limit == 12
    remits.limit(user, [stagehands.room([])], by="tests")
    assert staff.browser(user).post(address, {"limit": "20"}).status_code == 403


def test_a_channel_is_made_tried_and_never_shows_its_address(browser: Client, settings: Settings) -> None:
    settings.OUTBOUND_ALLOW = ["kanca.example"]
    add = desk.address(Channel, "add")
    usual = {"name": "takım", "kind": "webhook", "language": "tr", "least": "2", "enabled": "on"}
    assert "new_address" in browser.post(add, usual).context["adminform"].form.errors
    assert browser.post(add, usual | {"new_address": "http://10.0.0.1/x"}).status_code == 200
    assert not Channel.objects.exists()
    shown = browser.post(add, usual | {"new_address": "https://kanca.example/gizli-yol"}).content.decode()
    assert "whsec_" in shown
    channel = Channel.objects.get()
    assert channel.address_hint == "kanca.example"
    page = browser.get(desk.address(Channel, "change", channel.pk)).content.decode()
    assert "gizli-yol" not in page
    assert channel.address not in page
    kadir = staff.at_the_desk(Role.OPERATOR, "kadir")
    assert kadir.get(desk.address(Channel, "changelist")).status_code == 403


def test_the_button_test_tells_what_came_of_it(browser: Client) -> None:
    channel = Channel.objects.create(name="nöbet", kind="email", email="a@example.com")
    assert "EMAIL_URL" in desk.act(browser, Channel, "test", channel).content.decode()
    assert Delivery.objects.get().state == "failed"
