"""Every kind of trouble: its threshold with sensible ranges, what explains it, and which remedies it offers.

Its sentences stand in `incidents.words`, the reader that finds it in `incidents.conditions`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from monitoring.incidents.models import Kind, Severity
from monitoring.reasons import Words


@dataclass(frozen=True, slots=True)
class Range:
    label: Words
    default: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Spec:
    severity: Severity
    limit: Range | None = None
    minutes: Range | None = None
    explained_by: frozenset[Kind] = frozenset()
    """While one of these is open, this one is its consequence and not told of."""
    remedies: tuple[str, ...] = ()
    every: float = 0.0
    """Seconds between two looks, where one costs more than a moment."""
    is_money: bool = False
    """Only for those who may see what the cast costs."""


_MESSAGES, _SHARE, _SECONDS = _("messages"), _("percent"), _("seconds")
_OF, _FOR = _("minutes that are looked back on"), _("minutes that it has lasted")
_STANDSTILL = frozenset({Kind.BROKER, Kind.PROCESS, Kind.CLOCK})

SPECS: Mapping[Kind, Spec] = {
    Kind.BROKER: Spec(Severity.URGENT),
    Kind.PROCESS: Spec(
        Severity.WARNING, Range(_("seconds without a sign of life"), 30, 20, 600), explained_by=frozenset({Kind.BROKER})
    ),
    Kind.CLOCK: Spec(
        Severity.URGENT, Range(_("seconds without a tick"), 30, 10, 600),
        explained_by=frozenset({Kind.BROKER, Kind.PROCESS}),
    ),
    Kind.ENGINE_OFF: Spec(Severity.WARNING, minutes=Range(_FOR, 60, 5, 10_080), remedies=("start_engine",)),
    Kind.LINE: Spec(
        Severity.URGENT, Range(_("failed tries, percent"), 50, 5, 100), Range(_OF, 2, 1, 60),
        remedies=("try_line", "pause_bot"),
    ),
    Kind.GATES: Spec(
        Severity.WARNING, Range(_("refusals of one chat"), 5, 1, 1000), Range(_OF, 2, 1, 60),
        remedies=("slow_chat", "slow_cast"),
    ),
    Kind.TOKEN: Spec(Severity.URGENT, remedies=("test_token",)),
    Kind.PROVIDER: Spec(
        Severity.URGENT, Range(_("failed calls, percent"), 50, 5, 100), Range(_OF, 2, 1, 60),
        remedies=("test_provider", "try_provider"),
    ),
    Kind.BUDGET_SPENT: Spec(Severity.URGENT, Range(_SHARE, 100, 90, 100), is_money=True),
    Kind.BUDGET_TIGHT: Spec(
        Severity.WARNING, Range(_SHARE, 80, 10, 99), is_money=True
    ),
    Kind.DUPLICATE: Spec(Severity.URGENT, Range(_MESSAGES, 1, 1, 100), Range(_OF, 60, 5, 1440)),
    Kind.UNCERTAIN: Spec(
        Severity.WARNING, Range(_MESSAGES, 5, 1, 1000), Range(_OF, 30, 5, 1440),
        explained_by=frozenset({Kind.LINE, Kind.PROCESS}),
    ),
    Kind.OBSERVER: Spec(
        Severity.WARNING, minutes=Range(_("unseen for so many minutes"), 1.5, 1, 60),
        explained_by=_STANDSTILL | {Kind.LINE},
    ),
    Kind.SILENT: Spec(
        Severity.URGENT, Range(_("turns that are due"), 1, 1, 1000),
        Range(_("and nothing leaves for minutes"), 1.5, 1, 60),
        explained_by=_STANDSTILL | {Kind.LINE, Kind.GATES, Kind.PROVIDER, Kind.BUDGET_SPENT, Kind.TOKEN},
    ),
    Kind.QUIET: Spec(
        Severity.WARNING, Range(_("turns that came to nothing"), 3, 1, 100),
        Range(_("minutes without a word"), 60, 5, 1440),
        explained_by=_STANDSTILL
        | {Kind.LINE, Kind.GATES, Kind.PROVIDER, Kind.BUDGET_SPENT, Kind.SILENT, Kind.GUARD},
    ),
    Kind.DOMINANCE: Spec(
        Severity.NOTE, Range(_("percent of what bots say"), 60, 20, 100), Range(_OF, 60, 10, 1440),
        remedies=("pause_bot",),
    ),
    Kind.GUARD: Spec(
        Severity.WARNING, Range(_("percent of what was worded"), 40, 5, 100), Range(_OF, 30, 5, 1440),
    ),
    Kind.BACKUP: Spec(Severity.WARNING, Range(_("days"), 7, 1, 90), every=300),
    Kind.AUDIT: Spec(Severity.URGENT, every=300),
    Kind.SKEW: Spec(Severity.WARNING, Range(_SECONDS, 1, 0.2, 60), every=60),
    Kind.NOTICES: Spec(Severity.WARNING, Range(_("notices"), 1, 1, 100), Range(_OF, 60, 5, 1440)),
    Kind.FAULTS: Spec(
        Severity.WARNING, Range(_("errors"), 20, 1, 10_000), Range(_OF, 15, 5, 1440),
        explained_by=frozenset({Kind.BROKER}),
    ),
}  # fmt: skip
"""In the order in which they are looked at: causes before consequences."""

DOMINANCE_LEAST, PROVIDER_LEAST, GUARD_LEAST, LINE_LEAST = 20, 5, 10, 5
"""Of fewer messages, calls, worded turns or tries a share says nothing."""
