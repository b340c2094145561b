"""What it takes to prune a large store, and how long anybody waits for it meanwhile.

On servers of its own. Old turns with their evidence are put there; while they are thinned and dropped, others go on as
an engine does: a tick, a turn that opens, moves and ends. How long each such step takes is measured, and so is how long
PostgreSQL kept anybody waiting for a lock.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from conversations.engine import policy, retention, turns
from conversations.models import Chat, Engine, Turn
from monitoring.bench.figure import Figure

EVERY = 0.02
"""Seconds between two steps of those who go on."""
SAMPLED = 0.01


def figures(rows: int) -> list[Figure]:
    """Thin and drop `rows` turns. What is in the way of the measurement is not there: the place is its own."""
    put(rows)
    began = time.monotonic()
    with _Meanwhile(_step) as steps, _Meanwhile(_longest_wait, every=SAMPLED) as waits:
        pruned = retention.prune(timezone.now(), policy.current())
    seconds = time.monotonic() - began
    done = pruned.evidence + pruned.turns
    return [
        Figure("pruning: turns thinned and dropped", done, "", f"{2 * rows:,}", f"{done / seconds:,.0f} a second"),
        Figure("pruning: time", round(seconds, 1), "s"),
        Figure("pruning: longest wait for a lock", round(max(waits.found), 3), "s", "below 1"),
        Figure("pruning: a step of the engine meanwhile, p99", round(_p99(steps.found), 3), "s"),
        Figure("pruning: a step of the engine meanwhile, slowest", round(max(steps.found), 3), "s", "below 1"),
        Figure("pruning: left behind", Turn.objects.filter(plan_key__startswith="bench-").count(), "turns", "0"),
    ]


def put(rows: int) -> None:
    """So many turns of 200 days ago with what a turn keeps: prompt, candidates, vector, an attempt each."""
    chat = Chat.objects.order_by("pk")[0]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TURNS, {"rows": rows, "chat": chat.pk, "bot": chat.members.order_by("pk")[0].pk})
        cursor.execute(_ATTEMPTS)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE conversations_turn, conversations_sendattempt")


_TURNS = """
INSERT INTO conversations_turn (
    uuid, chat_id, bot_id, trigger, plan_key, priority, state, reason, detail, gen, tries, sends, lease_owner,
    restore_epoch, due_at, expires_at, intent, quoting, mention, topic, length, seed, phrase, anecdote, memories,
    candidates, prompt, verdicts, quotes, draft, text, text_sha256, embedding, model, prompt_tokens, completion_tokens,
    cached_tokens, cost, copies, created_at, ended_at, digested
)
SELECT gen_random_uuid(), %(chat)s, %(bot)s, 'schedule', 'bench-' || number, 50, 'skipped', 'expired', '', 1, 1, 1, '',
    0, old, old + interval '1 minute', 'opinion', true, '', 'BIST', 'short', number, '', '', '{}',
    jsonb_build_array(repeat('aday ', 100)), jsonb_build_array(repeat('istem ' || number || ' ', 300)), '[]', '[]',
    repeat('taslak ', 10), repeat('metin ', 10), md5(number::text), array_fill(0.04, ARRAY[512])::vector, 'bench', 900,
    40, 0, 0, 0, old, old, true
FROM generate_series(1, %(rows)s) number, (SELECT clock_timestamp() - interval '200 days' AS old) moment
"""
_ATTEMPTS = """
INSERT INTO conversations_sendattempt (turn_id, gen, outcome, reason, detail, started_at, ended_at)
SELECT id, 1, 'not_sent', 'timeout', '', created_at, created_at FROM conversations_turn WHERE plan_key LIKE 'bench-%%'
"""


def _step() -> float:
    """What the engine does all the time, in seconds: a tick, and a turn that opens, moves and ends."""
    began, chat = time.monotonic(), Chat.objects.order_by("pk")[0]
    Engine.objects.filter(pk=1).update(ticked_at=timezone.now())
    turn = turns.unplanned(chat, seed=time.monotonic_ns(), now=timezone.now())
    turn.save()
    turns.end(turn, Turn.State.SKIPPED, "expired", came=[Turn.State.PLANNED])
    return time.monotonic() - began


def _longest_wait() -> float:
    """Seconds for which somebody waits for a lock at this moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp() - min(waitstart)) FROM pg_locks WHERE NOT granted")
        return float(cursor.fetchone()[0] or 0.0)


@dataclass
class _Meanwhile:
    """Does something again and again in a thread of its own, and keeps what it returned."""

    work: Callable[[], float]
    every: float = EVERY
    found: list[float] = field(default_factory=list)

    def __enter__(self) -> "_Meanwhile":
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_trouble: Any) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while True:
                self.found.append(self.work())
                if self._over.wait(self.every):
                    return
        finally:
            connection.close()


def _p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]
