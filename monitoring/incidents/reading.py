"""Reader: incidents as pages show them: the list with its filters, one with its history, the few on the overview."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from bots.models import AuditEntry
from monitoring import access
from monitoring.incidents import remedies, sight, words
from monitoring.incidents.models import Delivery, Incident, Kind, Severity

MOST, ON_OVERVIEW, REMEMBERED = 50, 4, 100
STATES = ("open", "silenced", "over", "all")
_ROWS = ("chat", "bot", "provider", "acknowledged_by")


@dataclass(frozen=True, slots=True)
class Filter:
    """What is wished for, as it stands in the address; nonsense counts as not asked."""

    state: str = "open"
    severity: int = 0
    kind: str = ""
    before: int = 0

    @classmethod
    def read(cls, get: Callable[[str, str], str | None]) -> "Filter":
        state, kind = get("state", "") or "", get("kind", "") or ""
        return cls(
            state if state in STATES else "open",
            _number(get("severity", "") or "", Severity.URGENT),
            kind if kind in Kind.values else "",
            _number(get("before", "") or "", 2**62),
        )

    def address(self, **changes: str | int) -> str:
        asked = {"state": self.state, "severity": self.severity, "kind": self.kind} | changes
        usual = {"state": "open", "severity": 0, "kind": ""}
        return "?" + urlencode({name: value for name, value in asked.items() if value != usual.get(name)})


def _number(text: str, most: int) -> int:
    value = int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else 0
    return value if value <= most else 0


@dataclass(frozen=True, slots=True)
class Line:
    incident: Incident
    what: str


@dataclass(frozen=True, slots=True)
class Listed:
    lines: Sequence[Line]
    before: int
    """Where the next page begins; 0 when there is none."""


def listed(asked: Filter, viewer: User) -> Listed:
    """By number, the newest first."""
    rows = _in_state(sight.of(viewer), asked.state)
    if asked.severity:
        rows = rows.filter(severity__gte=asked.severity)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.before:
        rows = rows.filter(pk__lt=asked.before)
    found = list(rows.select_related(*_ROWS).order_by("-pk")[: MOST + 1])
    return Listed(_lines(found[:MOST]), found[MOST - 1].pk if len(found) > MOST else 0)


def _in_state(rows: "QuerySet[Incident]", state: str) -> "QuerySet[Incident]":
    wanted = {
        "open": Q(closed_at=None, silenced_until=None),
        "silenced": Q(closed_at=None, silenced_until__isnull=False),
        "over": Q(closed_at__isnull=False),
    }
    return rows.filter(wanted.get(state, Q()))


def _lines(rows: Sequence[Incident]) -> list[Line]:
    return [Line(row, words.what(row)) for row in rows]


# --- The overview and the bar ----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Block:
    lines: Sequence[Line]
    more: int


def block(viewer: User) -> Block:
    """What is open and not silenced, the worst first. One query."""
    rows = sight.of(viewer).filter(closed_at=None, silenced_until=None).select_related(*_ROWS)
    found = list(rows.order_by("-severity", "-opened_at", "-pk")[:MOST])
    return Block(_lines(found[:ON_OVERVIEW]), max(len(found) - ON_OVERVIEW, 0))


@dataclass(frozen=True, slots=True)
class Tally:
    count: int
    worst: int
    """A severity; 0 when nothing waits."""


def tally(viewer: User) -> Tally:
    """How many wait for somebody, and how bad the worst is. One query."""
    found = list(sight.waiting(viewer).order_by("-severity").values_list("severity", flat=True)[:100])
    return Tally(len(found), found[0] if found else 0)


# --- One incident ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Page:
    incident: Incident
    what: str
    told: words.Told
    history: Sequence[AuditEntry]
    deliveries: Sequence[Delivery]
    """Only for those who look after the channels."""
    offers: Sequence[remedies.Offer]
    may_act: bool


def one(pk: int, viewer: User) -> Page:
    """Raises Incident.DoesNotExist, also for what this person may not see."""
    incident = sight.of(viewer).select_related(*_ROWS).get(pk=pk)
    history = AuditEntry.objects.filter(subject_kind="monitoring.incident", subject_id=str(pk)).order_by("-pk")
    told = access.may(viewer, "monitoring.view_delivery")
    sent = incident.deliveries.select_related("channel").order_by("-pk")[:REMEMBERED] if told else []
    return Page(
        incident,
        words.what(incident),
        words.of(incident),
        list(history[:REMEMBERED]),
        list(sent),
        remedies.offered(incident, viewer),
        may_act=access.may(viewer, access.ACT) and incident.is_open,
    )
