"""The page of one chat: who plays there, when, about what, by which rules; and what it refuses."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bots.models import AuditEntry, Bot
from conversations import control, foresight
from conversations.engine import course, pace, policy, scene, turns
from conversations.models import Chat, Feed, Headline, Membership, Rules, Turn
from conversations.news import burst
from monitoring.grants import Role
from tests import desk, staff, stagehands
from tests.conversations.engine import paper

pytestmark = pytest.mark.django_db
NIGHT = (time(23), time(7))


@pytest.fixture
def browser() -> Client:
    return staff.at_the_desk()


@pytest.fixture
def group() -> Chat:
    control.start(by="tests")
    return stagehands.group(stagehands.troupe(3))


def page(chat: Chat) -> str:
    return desk.address(Chat, "change", chat.pk)


def hush(chat: Chat) -> None:
    """Quiet hours around this very moment."""
    now = timezone.now().astimezone(chat.zone)
    starts, ends = ((now + timedelta(hours=by)).time().replace(microsecond=0) for by in (-1, 1))
    control.adjust(chat, by="tests", quiet_starts=starts, quiet_ends=ends)


# --- Quiet hours -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("clock", "until"),
    [("22:59", None), ("23:00", "07:00 +1"), ("23:59", "07:00 +1"), ("06:59", "07:00 +0"), ("07:00", None)],
)
def test_quiet_hours_may_cross_midnight(clock: str, until: str | None) -> None:
    local = datetime.combine(paper.NOW.date(), time.fromisoformat(clock), paper.NOW.tzinfo)
    found = pace.quiet_until(NIGHT, local)
    assert (f"{found:%H:%M} +{(found.date() - local.date()).days}" if found else None) == until


def test_in_quiet_hours_no_turn_opens_and_the_chat_wakes_when_they_end(group: Chat) -> None:
    hush(group)
    assert turns.open_due(timezone.now()) == 0
    group.refresh_from_db()
    assert group.next_due is not None
    assert group.next_due.astimezone(group.zone).time().replace(microsecond=0) == group.quiet_ends
    headline = Headline.objects.create(title="Altın", link="https://haber.example/1", published_at=timezone.now())
    assert not turns.open_news(group, headline, timezone.now())


def test_what_was_ready_before_them_is_not_said_in_quiet_hours(group: Chat) -> None:
    setting = course.Setting(observes_hours=False, quiet=NIGHT)
    night = datetime.combine(paper.NOW.date(), time(23, 30), paper.NOW.tzinfo)
    assert course.passed(course.Course(), setting, paper.policy(), night) == "quiet_hours"
    assert course.passed(course.Course(), setting, paper.policy(), night - timedelta(hours=2)) == ""


def test_who_is_asked_answers_in_quiet_hours(group: Chat) -> None:
    hush(group)
    asked = stagehands.message(group, "Nermin, ne dersin?")
    assert turns.open_answers(asked, [(Turn.Trigger.MENTION, Bot.objects.all()[0])], rules=policy.current(group)) == 1


# --- Feeds -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("chosen", "heard"), [([], 2), (["Ajans 1"], 1)])
def test_news_come_from_the_feeds_that_a_chat_has_chosen(group: Chat, chosen: list[str], heard: int) -> None:
    for number in (1, 2):
        feed = Feed.objects.create(name=f"Ajans {number}", url=f"https://haber.example/{number}.xml")
        Headline.objects.create(
            title=f"Altın {number}", link=f"https://haber.example/{number}", published_at=timezone.now(), feed=feed
        )
    control.adjust(group, by="tests", feeds=Feed.objects.filter(name__in=chosen))
    control.revise(by="tests", news_probability=1.0)
    assert len(scene.load(stagehands.turn(group)).news) == heard
    other = Headline.objects.get(title="Altın 2")
    assert burst.spread([other], timezone.now()) == (0 if chosen else 1)


# --- The roster ------------------------------------------------------------------------------------------------------
def test_no_more_bots_are_taken_into_a_group_than_fit(group: Chat) -> None:
    control.revise(by="tests", group_most=4)
    first, second = stagehands.crowd(2)
    control.set_members(group, [first], by="tests")
    with pytest.raises(ValidationError, match="4"):
        control.set_members(group, [second], by="tests")
    control.revise(by="tests", group_most=2)
    control.set_members(group, [first], by="tests")
    assert group.members.count() == 4
    control.set_members(stagehands.room([]), [first, second], by="tests")


def test_the_page_tells_how_many_fit_and_refuses_more_in_words(browser: Client, group: Chat) -> None:
    control.revise(by="tests", chat=group, group_most=3)
    extra = stagehands.crowd(1)[0]
    answer = desk.send(browser, page(group), more_bots=extra.pk)
    assert answer.status_code == 200
    assert answer.context["adminform"].form.non_field_errors()
    assert group.members.count() == 3


def test_weights_change_the_usual_shares(browser: Client, group: Chat) -> None:
    before = dict(browser.get(page(group)).context["shares"])
    row = {f"memberships-{n}-weight": "0" for n in range(3)} | {"memberships-0-weight": "5"}
    assert desk.send(browser, page(group), **row).status_code == 302
    after = dict(browser.get(page(group)).context["shares"])
    assert sum(before.values()) == pytest.approx(100)
    assert sorted(after.values()) == pytest.approx([0, 0, 100])


# --- Saving ----------------------------------------------------------------------------------------------------------
def test_hours_topics_and_feeds_are_saved_together_and_told(browser: Client, group: Chat) -> None:
    feed = Feed.objects.create(name="Ajans", url="https://haber.example/a.xml")
    fields = {"quiet_starts": "23:00", "quiet_ends": "07:00", "topics": "Altın\nDolar", "feeds": [feed.pk]}
    assert desk.send(browser, page(group), **fields).status_code == 302
    group.refresh_from_db()
    assert (group.quiet, group.topics, list(group.feeds.all())) == (NIGHT, ["Altın", "Dolar"], [feed])
    entry = AuditEntry.objects.filter(action="chat.adjust").latest("id")
    assert (entry.before["feeds"], entry.after["feeds"], entry.after["quiet_starts"]) == ("", "Ajans", "23:00:00")


@pytest.mark.parametrize("fields", [{"quiet_starts": "23:00"}, {"quiet_starts": "23:00", "quiet_ends": "23:00"}])
def test_half_a_range_is_no_quiet_hours(browser: Client, group: Chat, fields: dict[str, str]) -> None:
    answer = desk.send(browser, page(group), **fields)
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors
    group.refresh_from_db()
    assert group.quiet is None


@pytest.mark.parametrize("what", ["mode", "title", "weight", "feeds"])
def test_who_was_slower_is_told_whatever_the_other_changed(browser: Client, group: Chat, what: str) -> None:
    slow = desk.form(browser, page(group)) | {"title": "Benim adım"}
    changes: dict[str, Any] = {
        "mode": lambda: control.set_mode(group, Chat.Mode.PAUSED, by="tests"),
        "title": lambda: control.adjust(group, by="tests", title="Onun adı"),
        "weight": lambda: Membership.objects.filter(chat=group).update(weight=2),
        "feeds": lambda: group.feeds.set(Feed.objects.all()[:1]),
    }
    changes[what]()
    answer = browser.post(page(group), slow)
    assert answer.status_code == 200
    assert answer.context["errors"]
    assert 'value="Benim adım"' in answer.content.decode()
    group.refresh_from_db()
    assert group.title != "Benim adım"


# --- Beside the form -------------------------------------------------------------------------------------------------
def test_the_page_shows_the_day_the_disclosure_and_what_is_its_own(browser: Client, group: Chat) -> None:
    control.revise(by="tests", chat=group, base_delay=12.0)
    shown = browser.get(page(group)).content.decode()
    assert shown.count('class="after" x=') == 24
    assert "simülasyon" in shown
    inherit = reverse("admin:conversations_rules_inherit", args=[group.pk, "base_delay"])
    assert inherit in shown
    browser.post(inherit)
    assert Rules.objects.latest("id").base_delay is None
    assert policy.current(group).base_delay == policy.current().base_delay
    browser.post(inherit)
    assert Rules.objects.filter(chat=group).count() == 2


def test_who_only_watches_sees_the_page_and_gives_nothing_back(group: Chat) -> None:
    control.revise(by="tests", chat=group, base_delay=12.0)
    analyst = staff.at_the_desk(Role.ANALYST)
    inherit = reverse("admin:conversations_rules_inherit", args=[group.pk, "base_delay"])
    assert inherit not in analyst.get(page(group)).content.decode()
    assert analyst.post(inherit).status_code == 403


def test_a_room_is_not_asked_about_telegram(browser: Client) -> None:
    room = stagehands.room(stagehands.troupe(1))
    fields = browser.get(page(room)).context["adminform"].form.fields
    assert not {"listener", "advice_note"} & set(fields)


def test_a_group_goes_into_rehearsal_with_all_that_makes_it(browser: Client, group: Chat) -> None:
    Membership.objects.filter(bot=Bot.objects.all()[0]).update(weight=3)
    control.revise(by="tests", chat=group, reply_probability=0.9)
    desk.act(browser, Chat, "rehearse", group)
    room = Chat.objects.get(kind=Chat.Kind.REHEARSAL)
    group.refresh_from_db()
    assert (group.mode, room.mode, room.topics) == (Chat.Mode.PAUSED, Chat.Mode.LIVE, group.topics)
    assert sorted(room.memberships.values_list("weight", flat=True)) == [1, 1, 3]
    assert policy.current(room).reply_probability == 0.9


# --- What is expected ------------------------------------------------------------------------------------------------
def test_quiet_hours_are_seen_in_what_is_expected(group: Chat) -> None:
    Bot.objects.update(hourly_cap=60)
    control.adjust(group, by="tests", quiet_starts=NIGHT[0], quiet_ends=NIGHT[1])
    hours = foresight.of(Chat.objects.get(pk=group.pk), timezone.localtime()).before.outlook.hours
    silent = {hour.at for hour in hours if not hour.messages}
    assert silent == {23, 0, 1, 2, 3, 4, 5, 6}
