"""System checks: once in each interval, kept as they change, counted by day, told in any language, pruned."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone, translation

from monitoring.health import checkup, history
from monitoring.models import Checkup, Probe, ProbeDay
from monitoring.probes import Finding, State, phrase
from monitoring.probes.finding import fail, ok, warn

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 12, 1, 9, 0, tzinfo=timezone.get_fixed_timezone(0))
WELL = ok("broker", "fine")
AWAY = fail("broker", "away", "Start it.")


def look(*found: Finding, at: datetime = NOON) -> Checkup:
    with time_machine.travel(at, tick=False):
        made = Checkup.objects.create(slot=int(at.timestamp()) // checkup.EVERY, began_at=at)
        checkup.keep(made, found)
    return made


def later(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def test_of_two_beats_one_looks() -> None:
    first, second = checkup.run(), checkup.run()
    assert first is not None
    assert first.ended_at
    assert first.fail > 0  # nobody works in a test
    assert second is None
    assert {"database", "broker", "worker", "keys"} <= set(Probe.objects.values_list("name", flat=True))


def test_what_stays_goes_on_and_what_changes_begins_anew() -> None:
    for minutes, found in enumerate([WELL, WELL, AWAY, WELL]):
        look(found, at=later(5 * minutes))
    kept = Probe.objects.order_by("began_at").values_list("state", "times", "is_current")
    assert list(kept) == [("ok", 2, False), ("fail", 1, False), ("ok", 1, True)]
    day = ProbeDay.objects.get()
    assert (day.name, day.ok, day.warn, day.fail) == ("broker", 3, 0, 1)


def test_what_is_not_found_any_more_is_over() -> None:
    look(WELL, fail("breaker @nermin_bot", "open", "Wait."))
    look(WELL, at=later(5))
    assert [one.name for one in history.troubles()] == []
    assert Probe.objects.get(kind="breaker").is_current is False


def test_a_name_that_is_found_twice_counts_as_the_worse() -> None:
    made = look(warn("gate @a", "one chat", "Wait."), fail("gate @a", "everywhere", "Wait."), ok("gate @a", "x"))
    assert (made.ok, made.warn, made.fail) == (0, 0, 1)
    assert Probe.objects.get().state == "fail"


def test_what_was_said_is_told_in_the_language_of_who_reads() -> None:
    def said() -> tuple[str, str]:
        return history.troubles()[0].text, history.troubles()[0].remedy

    with translation.override("tr"):
        _ = phrase.gettext
        inner = _("every chat")
        text = _("Telegram asked it to be silent in %(where)s until %(when)s.") % {"where": inner, "when": "12:00"}
        look(warn("gate @a", text, _("Set DEMO=0.")))
        assert said() == (text, str(_("Set DEMO=0.")))
    with translation.override("en"):
        assert said() == ("Telegram asked it to be silent in every chat until 12:00.", "Set DEMO=0.")


def test_what_was_put_together_is_told_as_it_was() -> None:
    assert phrase.told(phrase.stored("away: " + phrase.gettext("Set DEMO=0."))).startswith("away: ")


@pytest.mark.parametrize(
    ("today", "before", "percent", "trend"),
    [
        ("ok ok fail fail", "ok ok ok ok", 50, -1),
        ("ok ok ok ok", "ok fail ok ok", 100, 1),
        ("ok fail", "ok fail ok fail", 50, 0),
        ("ok", "", 100, None),
        ("", "ok", None, None),
    ],
)
def test_a_day_has_a_share_of_good_checks_and_a_trend(
    today: str, before: str, percent: float | None, trend: int | None
) -> None:
    for back, states in ((0, today), (2, before)):
        for number, state in enumerate(states.split()):
            look(WELL if state == "ok" else AWAY, at=later(5 * number) - timedelta(days=back))
    day = history.days(later(60))[0]
    assert (day.percent, day.trend) == (percent, trend)
    if "fail" in today:
        assert (day.worst, day.times, day.advice) == ("broker", today.split().count("fail"), "Start it.")


def test_each_kind_has_its_days_and_its_share() -> None:
    look(ok("token @a", "x"), fail("token @b", "x", "Renew."), at=NOON - timedelta(days=3))
    look(ok("token @a", "x"), ok("token @b", "x"), WELL)
    tokens = next(one for one in history.kinds(NOON) if one.name == "token")
    assert (tokens.percent, tokens.state, tokens.count) == (75.0, "ok", 2)
    assert [cell.state for cell in tokens.cells] == ["none"] * 10 + ["fail", "none", "none", "ok"]
    each = {one.name: one.percent for one in history.of_kind("token", NOON)}
    assert each == {"token @a": 100.0, "token @b": 50.0}
    assert [one.state for one in history.episodes("token")] == ["ok", "fail", "ok"]


def test_what_is_old_goes_and_what_still_stands_stays() -> None:
    for back, found in ((100, AWAY), (99, WELL)):
        look(found, at=NOON - timedelta(days=back))
    before = NOON - timedelta(days=checkup.KEPT_DAYS)
    assert checkup.waiting(before) == 5
    assert sum(iter(lambda: checkup.drop(before), 0)) == 5
    assert list(Probe.objects.values_list("state", "is_current")) == [("ok", True)]
    assert (Checkup.objects.count(), ProbeDay.objects.count()) == (0, 0)


def test_a_check_that_nobody_makes_is_noticed() -> None:
    assert history.is_late(None, NOON)
    made = look(WELL)
    assert not history.is_late(made, later(14))
    assert history.is_late(made, later(16))
    assert State(Probe.objects.get().state) is State.OK
