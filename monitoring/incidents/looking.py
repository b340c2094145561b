"""The look over the house: every threshold is held against what the rows say now.

Beat asks for one every few seconds; where beat or the broker is away, any process that lives does it (`lookout`). One
that comes too soon after another leaves it alone, so it does not matter how often it is asked for.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from conversations.engine import clock
from monitoring.incidents import keeping
from monitoring.incidents.conditions import machines, money, notices, talk, telegram
from monitoring.incidents.kinds import SPECS
from monitoring.incidents.models import Kind, Lookout, Threshold
from monitoring.incidents.signs import Bar, Sign

EVERY = 15.0
"""Seconds between two looks."""
TOO_SOON = timedelta(seconds=10)
LATE = timedelta(seconds=30)
"""After so long without a look whoever notices it does one."""
PATIENCE_MS = 5000
"""For each question to the database."""
_log = logging.getLogger(__name__)

Condition = Callable[[Bar], list[Sign]]
CONDITIONS: Mapping[Kind, Condition] = {
    Kind.BROKER: machines.broker,
    Kind.PROCESS: machines.process,
    Kind.CLOCK: machines.clock,
    Kind.ENGINE_OFF: machines.engine_off,
    Kind.LINE: telegram.line,
    Kind.GATES: telegram.gates,
    Kind.TOKEN: telegram.token,
    Kind.PROVIDER: money.provider,
    Kind.BUDGET_SPENT: money.budget_spent,
    Kind.BUDGET_TIGHT: money.budget_tight,
    Kind.DUPLICATE: talk.duplicate,
    Kind.UNCERTAIN: talk.uncertain,
    Kind.OBSERVER: talk.observer,
    Kind.SILENT: talk.silent,
    Kind.QUIET: talk.quiet,
    Kind.DOMINANCE: talk.dominance,
    Kind.GUARD: talk.guard,
    Kind.BACKUP: machines.backup,
    Kind.AUDIT: machines.audit,
    Kind.SKEW: machines.skew,
    Kind.NOTICES: notices.failing,
    Kind.FAULTS: machines.faults,
}


def look(*, older: timedelta = TOO_SOON) -> bool:
    """Look at everything once, unless somebody did within `older`. Whether it was done."""
    if not _is_due(older):
        return False
    rows = {Kind(row.kind): row for row in Threshold.objects.all()}
    for kind in SPECS:
        if kind in rows:
            _look_at(kind, rows[kind])
    keeping.remind(clock.now())
    return True


def _is_due(older: timedelta) -> bool:
    """Take this look: of two who ask at once one gets it."""
    due = Q(looked_at=None) | Q(looked_at__lt=Now() - older)
    return bool(Lookout.objects.filter(due, pk=1).update(looked_at=Now()))


def _look_at(kind: Kind, threshold: Threshold) -> None:
    """What cannot be asked now leaves its incidents as they are."""
    now, spec = clock.now(), SPECS[kind]
    if not threshold.enabled:
        keeping.settle(threshold, [], now)
        return
    if _was_just_looked_at(threshold, spec.every, now):
        keeping.seen(threshold, now)
        return
    try:
        signs = _signs(kind, threshold, now)
    except DatabaseError as error:
        _log.warning("Whether there is “%s” could not be asked: %s", kind, type(error).__name__)
        return
    Threshold.objects.filter(pk=threshold.pk).update(looked_at=now)
    keeping.settle(threshold, signs, now)


def _was_just_looked_at(threshold: Threshold, every: float, now: datetime) -> bool:
    return bool(every) and threshold.looked_at is not None and (now - threshold.looked_at).total_seconds() < every


def _signs(kind: Kind, threshold: Threshold, now: datetime) -> list[Sign]:
    if keeping.is_explained(SPECS[kind].explained_by):
        return []
    bar = Bar(threshold.limit, threshold.minutes, now)
    if kind == Kind.BROKER:
        return CONDITIONS[kind](bar)  # asks no database, and holds no transaction while the broker is asked
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {PATIENCE_MS}")
        return CONDITIONS[kind](bar)


def late() -> bool:
    """Whether nobody has looked for a while."""
    return not Lookout.objects.filter(pk=1, looked_at__gt=Now() - LATE).exists()
