"""Reader: a report as one person may see it: of one's own chats, and the cost by its right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from bots import audit
from conversations import remits
from monitoring import access, export
from monitoring.incidents import sight
from monitoring.incidents.models import Incident
from monitoring.reports import making
from monitoring.reports.models import Line, Report

MOST_INCIDENTS = 50


@dataclass(frozen=True, slots=True)
class Page:
    report: Report
    whole: Line
    """Of all that this person sees."""
    chats: Sequence[Line]
    before: Line | None
    """The whole of the period before, to compare with."""
    sees_cost: bool
    is_limited: bool
    incidents: Sequence[Incident]

    @property
    def has_before(self) -> bool:
        """Whether there is something to compare with."""
        return self.before is not None and bool(self.before.bots or self.before.humans)

    @property
    def engagement(self) -> int:
        """What people did with what bots said."""
        return self.whole.replies + self.whole.reactions

    @property
    def realism(self) -> int | None:
        return share(self.whole)


def share(line: Line) -> int | None:
    """Percent of the rows of realism that lie in their band; None where too little was said."""
    if line.in_band is None or line.out_of_band is None or not (told := line.in_band + line.out_of_band):
        return None
    return round(100 * line.in_band / told)


def of(report: Report, viewer: User | None) -> Page:
    """`viewer` None: the house itself."""
    mine = remits.ids(viewer)
    whole, chats = _seen(report, mine)
    earlier = Report.objects.filter(period=report.period, starts=report.starts - _length(report)).first()
    return Page(
        report,
        whole,
        chats,
        _seen(earlier, mine)[0] if earlier else None,
        sees_cost=viewer is None or access.may(viewer, access.COST),
        is_limited=mine is not None,
        incidents=_incidents(report, viewer),
    )


def _length(report: Report) -> timedelta:
    return timedelta(days=7 if report.is_week else 1)


def _seen(report: Report, mine: list[int] | None) -> tuple[Line, list[Line]]:
    lines = list(report.lines.select_related("chat"))
    whole = next((line for line in lines if line.chat_id is None), Line(report=report))
    chats = sorted((line for line in lines if line.chat_id), key=lambda line: (-line.bots - line.humans, line.pk))
    if mine is None:
        return whole, chats
    chats = [line for line in chats if line.chat_id in mine]
    return _summed(report, chats), chats


def _summed(report: Report, chats: list[Line]) -> Line:
    """Who wrote in two of the chats counts twice here: only the whole house is counted by persons."""
    whole = Line(report=report)
    for name in (*making.SUMMED, "people"):
        setattr(whole, name, sum(getattr(line, name) for line in chats))
    scored = [line for line in chats if line.in_band is not None]
    if scored:
        whole.in_band = sum(line.in_band or 0 for line in scored)
        whole.out_of_band = sum(line.out_of_band or 0 for line in scored)
    return whole


def _incidents(report: Report, viewer: User | None) -> list[Incident]:
    span = making.span(report)
    rows = sight.of(viewer) if viewer else Incident.objects.all()
    began = rows.filter(opened_at__gte=span.since, opened_at__lt=span.until).select_related("chat", "bot")
    return list(began.order_by("-severity", "opened_at")[:MOST_INCIDENTS])


# --- As a table ------------------------------------------------------------------------------------------------------
def columns(*, sees_cost: bool) -> dict[str, str]:
    """Fields of a line that are shown, and what they are called."""
    names = ["bots", "humans", "people", "replies", "reactions", "failed", "calls"]
    names += ["tokens", "cost"] if sees_cost else []
    names += ["urgent", "warnings", "notes", "in_band", "out_of_band"]
    return {name: str(Line._meta.get_field(name).verbose_name) for name in names}  # type: ignore[union-attr]  # no relation


def csv(page: Page) -> str:
    """RFC 4180, safe for spreadsheets: the whole first, then each chat."""
    shown = columns(sees_cost=page.sees_cost)
    lines: list[list[Any]] = [[_("chat"), *shown.values()]]
    lines.append([_("all of them"), *(_cell(page.whole, name) for name in shown)])
    lines += [[str(line.chat), *(_cell(line, name) for name in shown)] for line in page.chats]
    return export.text(iter(lines))


def _cell(line: Line, name: str) -> Any:
    value = getattr(line, name)
    return "" if value is None else value


def file_name(report: Report) -> str:
    return f"kulis-{report.period}-{report.starts.isoformat()}.csv"


def taken(report: Report, *, by: audit.Actor) -> None:
    """The entry in the audit trail: who took a report with them."""
    audit.record("report.csv", by=by, subject=report)
