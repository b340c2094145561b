"""The exchange's days agree with an independent source, and the session is told in words."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest

from conversations.engine import calendar

YEARS = range(2024, 2028)
DIFFERENCES: dict[date, str] = {}
"""Days on which we and the independent source differ on purpose, each with its reason. There is none."""


def at(text: str, zone: str = "Europe/Istanbul") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def independent(category: str) -> set[date]:
    return set(holidays.financial_holidays("XIST", years=YEARS, categories=(category,)))


def weekdays() -> list[date]:
    days = (date(2024, 1, 1) + timedelta(n) for n in range((date(2028, 1, 1) - date(2024, 1, 1)).days))
    return [day for day in days if day.weekday() < 5]


def test_every_weekday_of_four_years_agrees_with_the_independent_source() -> None:
    closed, half = independent("public"), independent("half_day")
    theirs = {day: None if day in closed else time(12, 30) if day in half else time(18) for day in weekdays()}
    assert {day for day in weekdays() if calendar.closes(day) != theirs[day]} == set(DIFFERENCES)


def test_the_file_names_only_weekdays_of_its_four_years() -> None:
    assert calendar.known_years() == set(YEARS)
    assert [day for day in calendar.holidays() if day.weekday() >= 5] == []
    assert calendar.known_until() == date(2027, 12, 31)


def test_only_what_no_list_has_named_yet_is_computed() -> None:
    computed = {day for day, kept in calendar.holidays().items() if kept.source == "computed"}
    assert {day.year for day in computed} == {2027}
    assert len(computed) == 6


@pytest.mark.parametrize(
    ("moment", "kind", "words"),
    [
        ("2026-11-24 09:10", "before", "borsa 10:00'da açılacak"),
        ("2026-11-24 09:40", "before", "açılış seansı, borsa 10:00'da açılıyor"),
        ("2026-11-24 10:00", "open", "borsa açık, kapanışa 8 saat"),
        ("2026-11-24 17:20", "open", "borsa açık, kapanışa 40 dakika"),
        ("2026-11-24 16:40", "open", "borsa açık, kapanışa 1 saat 20 dakika"),
        ("2026-11-24 17:59:59.5", "open", "borsa açık, kapanışa 1 dakika"),
        ("2026-11-24 18:00", "after", "kapanış seansı"),
        ("2026-11-24 18:10", "after", "borsa kapandı"),
        ("2026-11-28 12:00", "weekend", "hafta sonu, borsa kapalı"),
        ("2026-10-29 12:00", "holiday", "Cumhuriyet Bayramı, borsa kapalı"),
        ("2026-05-26 09:00", "before", "borsa 10:00'da açılacak, bugün yarım gün (Kurban Bayramı arifesi)"),
        ("2026-05-26 12:00", "half_day", "borsa açık, kapanışa 30 dakika, bugün yarım gün (Kurban Bayramı arifesi)"),
        ("2026-05-26 12:30", "after", "kapanış seansı, bugün yarım gün (Kurban Bayramı arifesi)"),
        ("2026-05-26 15:00", "after", "borsa kapandı, bugün yarım gün (Kurban Bayramı arifesi)"),
    ],
)
def test_the_session_is_told_in_words(moment: str, kind: str, words: str) -> None:
    session = calendar.session(at(moment))
    assert (session.kind, session.words) == (kind, words)
    assert session.is_open is (kind in ("open", "half_day"))


def test_the_session_is_that_of_istanbul_wherever_the_chat_is() -> None:
    assert calendar.session(at("2026-11-24 07:30", "UTC")).kind == "open"
    assert calendar.session(at("2026-11-27 23:30", "America/New_York")).kind == "weekend"


@pytest.mark.parametrize(
    ("day", "opens", "closes"),
    [
        (date(2026, 11, 24), time(10), time(18)),
        (date(2026, 3, 19), time(10), time(12, 30)),
        (date(2026, 3, 20), None, None),
        (date(2026, 11, 28), None, None),
    ],
)
def test_a_day_opens_and_closes_at_its_hours(day: date, opens: time | None, closes: time | None) -> None:
    assert (calendar.opens(day), calendar.closes(day)) == (opens, closes)
    assert calendar.is_market_day(day) is (opens is not None)


def test_beyond_the_known_years_only_fixed_holidays_are_kept() -> None:
    assert not calendar.is_market_day(date(2029, 10, 29))
    assert calendar.closes(date(2031, 10, 28)) == time(12, 30)
    assert not calendar.is_market_day(date(2030, 7, 15))
    assert calendar.is_market_day(date(2028, 2, 28))  # the Feast of Ramadan: beyond the file nobody can know


def test_every_fixed_holiday_is_known_from_the_file() -> None:
    fixed = {(1, 1), (4, 23), (5, 1), (5, 19), (7, 15), (8, 30), (10, 28), (10, 29)}
    assert {(day.month, day.day) for day, kept in calendar.holidays().items() if kept.source == "law"} == fixed
