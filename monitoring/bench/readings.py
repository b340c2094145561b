"""What is read off the database and the processes while a load runs."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection

from conversations.models import Turn

_OURS = "(SELECT oid FROM pg_roles WHERE rolname = 'kulis')"
_CONTROL = re.compile(
    r"^\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET|SHOW|DISCARD|DEALLOCATE|START)\b", re.IGNORECASE
)
_DURATION = re.compile(r"^kulis LOG:  duration: ([0-9.]+) ms")
TABLES = (
    "conversations_turn", "conversations_message", "conversations_sendattempt", "conversations_llmcall",
    "conversations_event",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statements:
    """Of the application's role, since they were last forgotten."""

    work: int
    control: int
    """BEGIN, COMMIT and the like."""
    dearest: tuple[tuple[str, int, float], ...]
    """The statements that took longest: text, calls, milliseconds altogether."""
    commonest: tuple[tuple[str, int, float], ...]


def forget_statements() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        cursor.execute("SELECT pg_stat_statements_reset()")


def statements() -> Statements:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT query, calls, total_exec_time FROM pg_stat_statements WHERE userid = {_OURS}"  # noqa: S608
            " AND query NOT LIKE 'SELECT 1 FROM ONLY%' ORDER BY total_exec_time DESC"  # foreign keys
        )
        rows: list[tuple[str, int, float]] = cursor.fetchall()
    control = sum(calls for query, calls, _ in rows if _CONTROL.match(query))
    told = [(" ".join(query.split())[:90], calls, round(ms)) for query, calls, ms in rows]
    commonest = sorted(told, key=lambda row: -row[1])
    return Statements(sum(calls for _, calls, _ in rows) - control, control, tuple(told[:8]), tuple(commonest[:16]))


def database_p99(log: Path, start: int) -> float:
    """Milliseconds: 99 of 100 statements of the application, of those that the server wrote down since `start`."""
    with log.open(encoding="utf-8", errors="replace") as lines:
        lines.seek(start)
        found = sorted(float(match[1]) for line in lines if (match := _DURATION.match(line)))
    return found[int(len(found) * 0.99)] if found else 0.0


def size() -> int:
    """Bytes of all that a turn leaves behind, with indexes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest(%s::text[]) name", [list(TABLES)]
        )
        return int(cursor.fetchone()[0])


_STAGES = {
    "waited to be written": "composing_at - due_at",
    "written": "composed_at - composing_at",
    "of it the model": "make_interval(secs => model_ms / 1000.0)",
    "chosen wait": "send_after - composed_at",
    "late": "sent_at - send_after",
}


@dataclass(frozen=True, slots=True)
class Tally:
    sent: int
    ended: int
    trouble: int
    """Skipped or failed."""
    reasons: dict[str, int]
    generation: float
    stages: dict[str, dict[str, float]]
    """Seconds: p50, p95, p99 of each stage of the turns that were sent."""


def tally(since: datetime, until: datetime) -> Tally:
    ended = Turn.objects.filter(ended_at__gte=since, ended_at__lt=until)
    reasons = Counter(ended.exclude(state=Turn.State.SENT).values_list("reason", flat=True))
    sent = ended.filter(state=Turn.State.SENT).count()
    stages = {name: _percentiles(span, since, until) for name, span in _STAGES.items()}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(avg(latency_ms), 0) / 1000.0 FROM conversations_llmcall"
            " WHERE started_at >= %s AND started_at < %s",
            [since, until],
        )
        generation = float(cursor.fetchone()[0])
    trouble = reasons.total()
    return Tally(sent, sent + trouble, trouble, dict(reasons), generation, stages)


def _percentiles(span: str, since: datetime, until: datetime) -> dict[str, float]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM {span}))"  # noqa: S608
            " FROM conversations_turn WHERE state = 'sent' AND ended_at >= %s AND ended_at < %s",
            [since, until],
        )
        found = cursor.fetchone()[0] or [0.0, 0.0, 0.0]
    return {name: round(float(value or 0.0), 3) for name, value in zip(("p50", "p95", "p99"), found, strict=True)}


def connections() -> int:
    """How many connections the application holds open now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE usename = 'kulis'")
        return int(cursor.fetchone()[0])
