"""Reports: made once, equal to what SQL counts, read by each within one's rights, sent to whoever asked."""

import csv
import io
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from conversations import remits
from conversations.models import Chat, LLMCall, Message, Reaction
from monitoring.grants import Role
from monitoring.incidents import outbox
from monitoring.incidents.models import Channel, Delivery, Kind, Lookout
from monitoring.reports import making, reading
from monitoring.reports.models import Line, Report
from tests import staff, stagehands
from tests.monitoring.incidents.seeing import began

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 3)
"""A Tuesday."""


def at(hour: int, minute: int = 0, *, day: date = DAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def talk() -> tuple[Chat, Chat]:
    """Two chats on one day, with what lies just outside it."""
    nermin, tolga = stagehands.troupe(2)
    one, two = stagehands.room([nermin, tolga], title="Bir"), stagehands.room([nermin], title="İki")
    deniz, ece = stagehands.person("Deniz", 501), stagehands.person("Ece", 502)
    for chat, bot, person, moment in (
        (one, nermin, None, at(0)), (one, None, deniz, at(10)), (one, None, ece, at(11)), (one, tolga, None, at(12)),
        (two, None, deniz, at(23, 59)), (two, nermin, None, at(13)),
        (one, nermin, None, at(23, 59) - timedelta(days=1)), (two, None, ece, at(0) + timedelta(days=1)),
    ):  # fmt: skip
        stagehands.message(chat, "söz", bot=bot, at=moment, **({"participant": person} if person else {}))
    said = Message.objects.filter(chat=one, bot=tolga).get()
    stagehands.message(one, "katılıyorum", at=at(12, 5), reply_to=said)
    Reaction.objects.create(message=said, participant=ece, emoji="👍", reacted_at=at(12, 6))
    Reaction.objects.create(message=said, bot=nermin, emoji="👍", reacted_at=at(12, 6))
    voice = stagehands.provider("https://model.example/v1")
    for where, cost, moment in ((one, "0.25", at(9)), (None, "0.5", at(9)), (two, "7", at(9) - timedelta(days=1))):
        LLMCall.objects.create(
            provider=voice, model="m", outcome="ok", chat=where, cost=Decimal(cost), prompt_tokens=90,
            completion_tokens=10, started_at=moment,
        )  # fmt: skip
    stagehands.turn_in("failed", one, nermin, ended_at=at(15))
    return one, two


def line(report: Report, chat: Chat | None) -> Line:
    return report.lines.get(chat=chat)


def made(period: str = "day", starts: date = DAY) -> Report:
    report = making.make(Report.Period(period), starts)
    assert report
    return report


def test_the_numbers_are_those_of_sql(talk: tuple[Chat, Chat]) -> None:
    incident = began(Kind.QUIET, f"chat:{talk[0].pk}", minutes=60, count=3, code="", reason="")
    type(incident).objects.update(opened_at=at(14))
    report = made()
    for chat in (*talk, None):
        found = line(report, chat)
        with connection.cursor() as cursor:
            cursor.execute(
                _TRUTH, {"chat": chat.pk if chat else None, "since": at(0), "until": at(0) + timedelta(days=1)}
            )
            truth = dict(zip([column.name for column in cursor.description], cursor.fetchone(), strict=True))
        assert {name: getattr(found, name) for name in truth} == truth, chat
    whole = line(report, None)
    assert (whole.bots, whole.humans, whole.people, whole.replies, whole.reactions) == (3, 4, 2, 1, 1)
    assert (whole.cost, whole.tokens, whole.failed, whole.warnings) == (Decimal("0.75"), 200, 1, 1)


_TRUTH = """
WITH said AS (
    SELECT m.*, r.bot_id AS to_bot FROM conversations_message m
    LEFT JOIN conversations_message r ON r.id = m.reply_to_id
    WHERE m.said_at >= %(since)s AND m.said_at < %(until)s AND (%(chat)s::bigint IS NULL OR m.chat_id = %(chat)s)
), called AS (
    SELECT * FROM conversations_llmcall
    WHERE started_at >= %(since)s AND started_at < %(until)s AND (%(chat)s::bigint IS NULL OR chat_id = %(chat)s)
)
SELECT (SELECT count(*) FROM said WHERE bot_id IS NOT NULL) AS bots,
    (SELECT count(*) FROM said WHERE participant_id IS NOT NULL) AS humans,
    (SELECT count(DISTINCT participant_id) FROM said) AS people,
    (SELECT count(*) FROM said WHERE participant_id IS NOT NULL AND to_bot IS NOT NULL) AS replies,
    (SELECT count(*) FROM conversations_reaction r JOIN conversations_message m ON m.id = r.message_id
     WHERE r.reacted_at >= %(since)s AND r.reacted_at < %(until)s AND r.participant_id IS NOT NULL
       AND m.bot_id IS NOT NULL AND (%(chat)s::bigint IS NULL OR m.chat_id = %(chat)s)) AS reactions,
    (SELECT count(*) FROM called) AS calls, (SELECT coalesce(sum(cost), 0) FROM called) AS cost
"""


def test_a_week_holds_its_days(talk: tuple[Chat, Chat]) -> None:
    week = line(made("week", DAY - timedelta(days=1)), None)
    assert (week.bots, week.humans) == (4, 5)


def test_each_period_is_made_once_when_it_is_over(talk: tuple[Chat, Chat]) -> None:
    early = making.make_due(at(0, 5, day=DAY + timedelta(days=1)))
    assert [report.starts for report in early if report.period == "day"] == [DAY - timedelta(days=1)]
    due = making.make_due(at(0, 11, day=DAY + timedelta(days=1)))
    assert [report.starts for report in due] == [DAY]
    assert making.make_due(at(9, day=DAY + timedelta(days=1))) == []
    assert making.make(Report.Period.DAY, DAY) is None
    late = making.make_due(at(9, day=DAY + timedelta(days=4)))
    assert [(report.period, report.starts.day) for report in late] == [("day", 4), ("day", 5), ("day", 6)]


def test_a_house_in_which_nothing_was_said_has_reports_too() -> None:
    assert {report.period for report in making.make_due(at(9))} == {"day", "week"}
    assert line(Report.objects.filter(period="day").get(), None).bots == 0


# --- Readers ---------------------------------------------------------------------------------------------------------
def test_each_reads_what_one_may_see(talk: tuple[Chat, Chat]) -> None:
    report, limited = made(), staff.account("kadir", Role.OPERATOR)
    remits.limit(limited, [talk[1]], by="tests")
    page = reading.of(report, limited)
    assert [line.chat for line in page.chats] == [talk[1]]
    assert (page.whole.humans, page.sees_cost, page.is_limited) == (1, False, True)
    assert not reading.of(report, staff.account("deniz", Role.ANALYST)).sees_cost
    assert reading.of(report, None).whole.humans == 4


def test_the_page_and_the_table_say_the_same(talk: tuple[Chat, Chat]) -> None:
    Chat.objects.filter(pk=talk[0].pk).update(title="=1+1")
    report, browser = made(), staff.at_the_desk()
    page = browser.get(report.get_absolute_url()).content.decode()
    assert "$0,75" in page
    answer = browser.get(f"{report.get_absolute_url()}csv/")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1][1:4] == ["3", "4", "2"]
    assert {row[0] for row in rows[2:]} == {"'=1+1", "İki"}
    assert browser.get("/reports/424242/").status_code == 404


def test_an_analyst_has_no_cost_in_the_table(talk: tuple[Chat, Chat]) -> None:
    report = made()
    browser = staff.at_the_desk(Role.ANALYST, "deniz")
    browser.cookies["kulis-language"] = "en"
    assert "cost" not in browser.get(f"{report.get_absolute_url()}csv/").content.decode()
    assert "$" not in browser.get(report.get_absolute_url()).content.decode()


# --- By e-mail -------------------------------------------------------------------------------------------------------
def wish(browser: Client, **changes: Any) -> Any:
    usual = {"email": "ayse@example.com", "language": "en", "daily": "on", "least": ""}
    return browser.post("/reports/subscribe/", usual | changes)


def test_each_figure_is_one_number(talk: tuple[Chat, Chat]) -> None:
    """Two in one, as "5, 2", are read as a fraction in Turkish."""
    report = making.make(Report.Period.DAY, DAY)
    assert report is not None
    page = staff.at_the_desk().get(report.get_absolute_url()).content.decode()
    told = re.findall(r'<p class="big">([^<]*)</p>', page)
    assert len(told) >= 7
    assert [value for value in told if ", " in value] == []


def test_who_asks_for_it_gets_it_once_in_their_language(talk: tuple[Chat, Chat], settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example"
    browser = staff.at_the_desk()
    assert browser.get("/reports/").context["form"]
    wish(browser)
    wish(browser, language="tr")
    report = made()
    made("week", DAY - timedelta(days=1))
    assert Delivery.objects.count() == 1, "only the daily one was asked for"
    Lookout.objects.update(carried_at=None)
    outbox.carry()
    (sent,) = mail.outbox
    assert sent.to == ["ayse@example.com"]
    assert "Bir" in sent.body
    assert "Bir" in sent.alternatives[0].content  # type: ignore[attr-defined]  # of EmailMultiAlternatives
    assert sent.attachments[0].filename == f"kulis-day-{DAY}.csv"
    assert str(report.pk) in sent.body


def test_a_wrong_address_is_told_and_nothing_is_kept() -> None:
    answer = wish(staff.at_the_desk(), email="yok")
    assert answer.status_code == 422
    assert not Channel.objects.exists()


def test_who_may_not_watch_any_more_is_sent_nothing(talk: tuple[Chat, Chat]) -> None:
    wish(staff.at_the_desk(Role.ANALYST, "deniz"))
    person = Channel.objects.get().person
    assert person
    person.is_active = False
    person.save()
    made()
    assert not Delivery.objects.exists()
