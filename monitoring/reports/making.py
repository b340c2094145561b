"""Writer: a report is made once for each day and week that is over, however often it is asked for."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from conversations import events
from conversations.engine import clock
from conversations.models import Chat, Event, LLMCall, Message, Reaction, Turn
from conversations.realism import rows, scorecard
from conversations.realism.scorecard import Verdict
from monitoring.incidents import telling
from monitoring.incidents.models import Incident, Severity
from monitoring.reports.models import Line, Report

Period = Report.Period
SETTLED = timedelta(minutes=10)
"""After midnight, until what was said before it has come in."""
CAUGHT_UP = {Period.DAY: 7, Period.WEEK: 4}
"""So many periods back are made up for, where nobody was there to count them in time."""
LEAST_SAID, MOST_SCORED = 50, 20_000
"""Messages of a chat below which realism says nothing, and above which it is not measured."""
NEWEST_FAILED = 20_000


@dataclass(frozen=True, slots=True)
class Span:
    since: datetime
    until: datetime


def make_due(now: datetime | None = None) -> list[Report]:
    """Make what is due and not there yet, the oldest first. What was made is told to its subscribers."""
    now = now or clock.now()
    made = [make(period, starts) for period, starts in _due(now)]
    return [report for report in made if report is not None]


def _due(now: datetime) -> list[tuple[Report.Period, date]]:
    today = timezone.localdate(now - SETTLED)
    monday = today - timedelta(days=today.weekday())
    wanted = [(Period.DAY, today - timedelta(days=n)) for n in range(CAUGHT_UP[Period.DAY], 0, -1)]
    wanted += [(Period.WEEK, monday - timedelta(weeks=n)) for n in range(CAUGHT_UP[Period.WEEK], 0, -1)]
    there = set(Report.objects.filter(starts__gte=min(day for _p, day in wanted)).values_list("period", "starts"))
    newest = {Period.DAY: today - timedelta(days=1), Period.WEEK: monday - timedelta(weeks=1)}
    begun = _begun()
    return [
        (period, day) for period, day in wanted
        if (period, day) not in there and (day == newest[period] or (begun and _span(period, day).until > begun))
    ]  # fmt: skip


def _begun() -> datetime | None:
    """Since when there is anything to count."""
    return Message.objects.order_by("said_at").values_list("said_at", flat=True).first()


@transaction.atomic
def make(period: Report.Period, starts: date) -> Report | None:
    """Count one period. None when somebody else has it already, or does it now."""
    new = Report.objects.bulk_create([Report(period=period, starts=starts)], ignore_conflicts=True)
    report = Report.objects.select_for_update().get(period=period, starts=starts)
    if not new or report.lines.exists():
        return None
    Line.objects.bulk_create(_lines(report, _span(period, starts)))
    telling.publish(report, clock.now())
    events.publish(Event.Kind.ENGINE)
    return report


def span(report: Report) -> Span:
    return _span(Period(report.period), report.starts)


def _span(period: Report.Period, starts: date) -> Span:
    """From midnight to midnight in Istanbul."""
    zone = timezone.get_default_timezone()
    until = starts + timedelta(days=1 if period == Period.DAY else 7)
    return Span(datetime.combine(starts, time(), zone), datetime.combine(until, time(), zone))


@dataclass
class _Counted:
    values: defaultdict[int | None, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))

    def take(self, found: Iterable[Any]) -> None:
        """Rows with a `chat` and numbers; what is none counts as nothing."""
        for row in found:
            self.values[row["chat"]] |= {name: value or 0 for name, value in row.items() if name in COUNTED}


def _lines(report: Report, span: Span) -> list[Line]:
    counted = _Counted()
    for found in (_said(span), _reacted(span), _spent(span), _failed(span), _happened(span)):
        counted.take(found)
    away = counted.values.pop(None, {})  # of no chat: it belongs to the whole alone
    titles = Chat.objects.in_bulk(list(counted.values))
    lines = [Line(report=report, chat_id=chat, **row) for chat, row in sorted(counted.values.items()) if chat in titles]
    for line in lines:
        _score(line, titles[line.chat_id or 0], span)
    return [_whole(report, lines, away, span), *lines]


def _whole(report: Report, lines: list[Line], away: dict[str, Any], span: Span) -> Line:
    """All chats together. A person who wrote in two of them is one."""
    whole = Line(report=report, chat=None)
    for name in SUMMED:
        setattr(whole, name, sum(getattr(line, name) for line in lines) + away.get(name, 0))
    written = Message.objects.filter(said_at__gte=span.since, said_at__lt=span.until)
    whole.people = written.aggregate(people=Count("participant", distinct=True))["people"]
    scored = [line for line in lines if line.in_band is not None]
    if scored:
        whole.in_band = sum(line.in_band or 0 for line in scored)
        whole.out_of_band = sum(line.out_of_band or 0 for line in scored)
    return whole


SUMMED = (
    "bots", "humans", "replies", "reactions", "failed", "calls", "tokens", "cost", "urgent", "warnings", "notes",
)  # fmt: skip


COUNTED = frozenset({*SUMMED, "people"})


def _said(span: Span) -> Iterable[Any]:
    written = Message.objects.filter(said_at__gte=span.since, said_at__lt=span.until).order_by()
    by_people = Q(participant__isnull=False)
    found = written.values("chat").annotate(
        bots=Count("bot"),
        humans=Count("participant"),
        people=Count("participant", distinct=True),
        answers=Count("pk", filter=by_people & Q(reply_to__bot__isnull=False)),
    )
    return [{**row, "replies": row["answers"]} for row in found]


def _reacted(span: Span) -> Iterable[Any]:
    hung = Reaction.objects.filter(
        reacted_at__gte=span.since, reacted_at__lt=span.until, participant__isnull=False, message__bot__isnull=False
    )
    return hung.order_by().values(chat=F("message__chat")).annotate(reactions=Count("pk"))


def _spent(span: Span) -> Iterable[Any]:
    calls = LLMCall.objects.filter(started_at__gte=span.since, started_at__lt=span.until).order_by()
    return calls.values("chat").annotate(
        calls=Count("pk"), tokens=Sum(F("prompt_tokens") + F("completion_tokens")), cost=Sum("cost")
    )


def _failed(span: Span) -> Iterable[Any]:
    newest = Turn.objects.filter(state=Turn.State.FAILED).order_by("-pk").values("pk")[:NEWEST_FAILED]
    failed = Turn.objects.filter(pk__in=newest, ended_at__gte=span.since, ended_at__lt=span.until)
    return failed.order_by().values("chat").annotate(failed=Count("pk"))


def _happened(span: Span) -> Iterable[Any]:
    began = Incident.objects.filter(opened_at__gte=span.since, opened_at__lt=span.until).order_by()
    return began.values("chat").annotate(
        urgent=Count("pk", filter=Q(severity=Severity.URGENT)),
        warnings=Count("pk", filter=Q(severity=Severity.WARNING)),
        notes=Count("pk", filter=Q(severity=Severity.NOTE)),
    )


def _score(line: Line, chat: Chat, span: Span) -> None:
    """How many rows of realism lie in their band, where enough was said to tell."""
    if not LEAST_SAID <= line.bots + line.humans <= MOST_SCORED:
        return
    said, context = rows.read([chat], span.since, span.until)
    card = scorecard.card(said, context)
    line.in_band, line.out_of_band = card.count(Verdict.IN), card.count(Verdict.OUT)
