"""Reader: how the house fares: now, day by day, and each kind of probe on its own."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from monitoring.health.checkup import EVERY
from monitoring.help import doctor_lines
from monitoring.models import Checkup, Probe, ProbeDay
from monitoring.probes import phrase

DAYS, LONG_DAYS, WEEK = 14, 30, 7
NOTABLE = 0.01
"""A change of the share of good checks that is worth an arrow."""
MOST = 100
EPISODES = 50


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is not well, or was not."""

    name: str
    kind: str
    state: str
    text: str
    remedy: str
    since: datetime
    seen: datetime
    times: int

    @property
    def help(self) -> str:
        return doctor_lines.address(self.name)


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    checks: int
    good: int
    trend: int | None
    """1 better than the week before it, -1 worse, 0 the same; None without one of both."""
    worst: str = ""
    """Name of the probe that failed most."""
    times: int = 0
    advice: str = ""

    @property
    def share(self) -> float | None:
        return self.good / self.checks if self.checks else None

    @property
    def percent(self) -> float | None:
        return None if self.share is None else round(100 * self.share, 1)


@dataclass(frozen=True, slots=True)
class Cell:
    on: date
    state: str
    """ok, warn, fail, or none where nothing was looked at."""
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of probe, or one probe of a kind."""

    name: str
    about: str
    state: str
    cells: tuple[Cell, ...]
    percent: float | None
    """Of the days shown: looks without a fault."""
    count: int = 1


def newest() -> Checkup | None:
    return Checkup.objects.exclude(ended_at=None).first()


def is_late(checkup: Checkup | None, now: datetime) -> bool:
    return checkup is None or checkup.ended_at is None or now - checkup.ended_at > timedelta(seconds=3 * EVERY)


def troubles() -> list[Trouble]:
    """What is not well now, the worst first, then the newest."""
    rows = Probe.objects.filter(is_current=True).exclude(state=Probe.State.OK)
    return [_trouble(row) for row in rows.order_by("state", "-began_at")[:MOST]]


def _trouble(row: Probe) -> Trouble:
    text, remedy = (phrase.told(row.said.get(part, {})) for part in ("text", "remedy"))
    return Trouble(row.name, row.kind, row.state, text, remedy, row.began_at, row.seen_at, row.times)


def days(now: datetime, count: int = DAYS) -> list[Day]:
    """The last days, today first."""
    today = timezone.localdate(now)
    first = today - timedelta(days=count + WEEK - 1)
    checks = _checks(first)
    worst = _worst(today - timedelta(days=count - 1))
    advice = _advice({row.name for row in worst.values()})
    return [_day(today - timedelta(days=back), checks, worst, advice) for back in range(count)]


def _checks(first: date) -> dict[date, tuple[int, int]]:
    """How many checks there were each day, and in how many of them nothing failed."""
    begin = timezone.make_aware(datetime.combine(first, datetime.min.time()))
    rows = (
        Checkup.objects.filter(slot__gte=int(begin.timestamp()) // EVERY, ended_at__isnull=False)
        .order_by()
        .values_list(TruncDate("began_at"))
        .annotate(checks=Count("pk"), good=Count("pk", filter=Q(fail=0)))
    )
    return {day: (checks, good) for day, checks, good in rows}


def _worst(first: date) -> dict[date, ProbeDay]:
    rows = ProbeDay.objects.filter(day__gte=first, fail__gt=0).order_by("day", "-fail", "name").distinct("day")
    return {row.day: row for row in rows}


def _advice(names: Iterable[str]) -> dict[str, str]:
    """What the newest failure of each says should be done."""
    failed = Probe.objects.filter(name__in=list(names), state=Probe.State.FAIL)
    rows = failed.order_by("name", "-began_at").distinct("name")
    return {row.name: phrase.told(row.said.get("remedy", {})) for row in rows}


def _day(on: date, checks: dict[date, tuple[int, int]], worst: dict[date, ProbeDay], advice: dict[str, str]) -> Day:
    held, good = checks.get(on, (0, 0))
    before = [checks[day] for back in range(1, WEEK + 1) if (day := on - timedelta(days=back)) in checks]
    usual = sum(good for _all, good in before) / max(sum(held for held, _good in before), 1)
    change = good / held - usual if held and before else None
    trend = None if change is None else 0 if abs(change) < NOTABLE else 1 if change > 0 else -1
    if on not in worst:
        return Day(on, held, good, trend)
    row = worst[on]
    return Day(on, held, good, trend, row.name, row.fail, advice.get(row.name, ""))


def kinds(now: datetime) -> list[Kind]:
    """Every kind of probe that was ever looked at in the days shown, what is not well first."""
    found = Probe.objects.filter(is_current=True).order_by().values_list("kind", "state").annotate(count=Count("pk"))
    standing: dict[str, dict[str, int]] = defaultdict(dict)
    for kind, state, count in found:
        standing[kind][state] = count
    strips = _strips("kind", ProbeDay.objects.all(), now, DAYS)
    listed = [_kind(name, standing.get(name, {}), strips.get(name, {}), now, DAYS) for name in {*standing, *strips}]
    return sorted(listed, key=lambda one: (-_rank(one.state), one.name))


def of_kind(kind: str, now: datetime) -> list[Kind]:
    """Each probe of a kind that is looked at now, what is not well first."""
    found = dict(
        Probe.objects.filter(is_current=True, kind=kind).order_by("-state", "name").values_list("name", "state")
    )
    shown = sorted(found, key=lambda name: (-_rank(found[name]), name))[:MOST]
    strips = _strips("name", ProbeDay.objects.filter(name__in=shown), now, LONG_DAYS)
    return [_kind(name, {found[name]: 1}, strips.get(name, {}), now, LONG_DAYS) for name in shown]


def episodes(kind: str) -> list[Trouble]:
    """From when to when something of a kind was in which state, the newest first."""
    return [_trouble(row) for row in Probe.objects.filter(kind=kind)[:EPISODES]]


def _strips(field: str, rows: Any, now: datetime, count: int) -> dict[str, dict[date, tuple[int, int, int]]]:
    first = timezone.localdate(now) - timedelta(days=count - 1)
    grouped = (
        rows.filter(day__gte=first)
        .order_by()
        .values_list(F(field), F("day"))
        .annotate(all_ok=Sum("ok"), all_warn=Sum("warn"), all_fail=Sum("fail"))
    )
    strips: dict[str, dict[date, tuple[int, int, int]]] = defaultdict(dict)
    for name, day, ok, warn, fail in grouped:
        strips[name][day] = (ok, warn, fail)
    return strips


def _kind(
    name: str, standing: dict[str, int], strip: dict[date, tuple[int, int, int]], now: datetime, count: int
) -> Kind:
    line = doctor_lines.LINES.get(name)
    looks, failed = sum(map(sum, strip.values())), sum(fail for _ok, _warn, fail in strip.values())
    return Kind(
        name=name,
        about=str(line.looks_at) if line else "",
        state=max(standing, key=_rank, default="none"),
        cells=_cells(strip, timezone.localdate(now), count),
        percent=round(100 * (looks - failed) / looks, 1) if looks else None,
        count=sum(standing.values()),
    )


def _cells(strip: dict[date, tuple[int, int, int]], today: date, count: int) -> tuple[Cell, ...]:
    step = 100 / count
    days = [today - timedelta(days=back) for back in reversed(range(count))]
    return tuple(
        Cell(day, _worst_of(strip.get(day, ())), round(place * step, 2), round(step * 0.8, 2))
        for place, day in enumerate(days)
    )


def _worst_of(counts: Sequence[int]) -> str:
    if not counts:
        return "none"
    ok, warn, fail = counts
    del ok
    return "fail" if fail else "warn" if warn else "ok"


def _rank(state: str) -> int:
    return ("none", "ok", "warn", "fail").index(state)
