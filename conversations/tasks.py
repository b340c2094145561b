"""Tasks: wake-ups that carry no state. Each drains what is due, or gives up its thread after a while."""

import json
import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from bots import counting, feelings, trail
from conversations import (
    affairs,
    canary,
    chronicle,
    control,
    hindsight,
    inbox,
    leaving,
    permitted,
    presence,
    responses,
    takeover,
    wake,
)
from conversations.engine import aftermath, backlog, gating, policy, reconcile, retention, turns
from conversations.engine import compose as composing
from conversations.engine import deliver as delivering
from conversations.engine import typing as signs
from conversations.llm import ledger
from conversations.market import looking as exchange_floor
from conversations.market import sources
from conversations.models import Turn
from conversations.news import feeds
from conversations.news import looking as newsroom

DRAIN_SECONDS = 20.0
_log = logging.getLogger(__name__)
EACH = 8
"""Turns for which one more thread is woken at a tick. Those that were woken before go on while work is left."""

LEASES = ("never_left", "planned_again", "given_up", "uncertain")
"""What became of turns whose process died or was too slow."""


@shared_task(name="conversations.tick")
def tick() -> None:
    """Every second: open what is due and wake whoever has work waiting."""
    now = timezone.now()
    chronicle.ticked(now)
    if not control.is_running():
        return
    turns.open_due(now)
    backlog.shed()
    soon = now + timedelta(seconds=1)
    composed = Turn.objects.filter(state=Turn.State.COMPOSED)
    planned = Turn.objects.filter(state=Turn.State.PLANNED, due_at__lte=soon)
    _wake(wake.compose, planned, each=EACH, most=presence.idle_writers())
    _wake(wake.deliver, composed.filter(send_after__lte=soon), each=EACH)
    _wake(wake.typing, signs.due(soon), each=4 * signs.AT_ONCE)


@shared_task(name="conversations.recover")
def recover() -> None:
    """Every five seconds: put right what died, and pick up what a lost wake-up meant."""
    found = turns.recover()
    for what in LEASES:
        counting.add("kulis_leases_lost", what, by=found[what])
    counting.add("kulis_doubts", "lease_lost", by=found["uncertain"])
    takeover.lapse()
    gating.drop_outlived()
    ledger.release()
    _drain(inbox.process_one)
    reconcile.decide()
    if responses.recover():
        wake.respond()


@shared_task(name="conversations.compose")
def compose() -> None:
    _drain(lambda: composing.one(_owner()))


@shared_task(name="conversations.deliver")
def deliver() -> None:
    _drain(lambda: delivering.some(_owner(), going_on=lambda: not leaving.asked()))


@shared_task(name="conversations.typing")
def typing() -> None:
    _drain(lambda: signs.some() == signs.AT_ONCE)


@shared_task(name="conversations.respond")
def respond() -> None:
    """What people asked of Kulis itself; it leaves whether or not the cast talks."""
    _drain(responses.one)


@shared_task(name="conversations.inbox")
def read_inbox() -> None:
    _drain(inbox.process_one)


@shared_task(name="conversations.digest")
def digest() -> None:
    """Every two seconds: what the messages that left changed in minds."""
    _drain(aftermath.digest)


@shared_task(name="conversations.news")
def news() -> None:
    """Twice a minute: look at the feeds whose time has come."""
    _drain(newsroom.one)


@shared_task(name="conversations.market")
def market() -> None:
    """Twice a minute: ask the sources of prices whose time has come."""
    _drain(exchange_floor.one)


@shared_task(name="conversations.forget")
def forget() -> None:
    """Every hour: drop old news and prices that nobody took up, and write down which processes are no more."""
    now = timezone.now()
    feeds.prune(now)
    sources.prune(now)
    chronicle.prune(now)
    for kind, host, pid, silent_since in presence.prune():
        chronicle.away(kind, silent_since)
        canary.forget(host, pid)


@shared_task(name="conversations.prune")
def prune() -> None:
    """Every ten minutes: what has been kept for long enough."""
    until = time.monotonic() + DRAIN_SECONDS
    retention.prune(timezone.now(), policy.current(), going_on=lambda: not leaving.asked() and time.monotonic() < until)


@shared_task(name="conversations.chronicle")
def tell_hours() -> None:
    """Every five minutes: what the hours came to, and what is expected of those to come."""
    now, until = timezone.now(), time.monotonic() + DRAIN_SECONDS
    chronicle.fill(now, going_on=lambda: not leaving.asked() and time.monotonic() < until)
    chronicle.plan(now)


@shared_task(name="conversations.minds")
def minds() -> None:
    """Every five minutes: who was ignored, who has fallen silent, and who turned out to be right."""
    rules, now = policy.current(), timezone.now()
    affairs.neglected(rules, now)
    affairs.fallen_silent(rules, now)
    hindsight.judge(rules, now)


@shared_task(name="conversations.calm")
def calm() -> None:
    """Every quarter of an hour: moods go back towards where they started."""
    feelings.calm(policy.current().mood_decay, hour=timezone.localtime().hour)


@shared_task(name="conversations.permitted")
def ask_what_is_permitted() -> None:
    """Every hour: which emoji the groups allow."""
    permitted.refresh()


@shared_task(name="conversations.vouch")
def vouch() -> None:
    """Every hour: say in the log where the audit trail stands. Logs are kept elsewhere, which is what it is for."""
    _log.info("Audit checkpoint %s", json.dumps(trail.checkpoint()))


@shared_task(name="conversations.canary")
def sing() -> None:
    """Sent by a worker to itself. That it came is noted where every task is (`config.celery`)."""


def _drain(step: Callable[[], bool]) -> None:
    """Work until nothing is due, the time is up, or the worker is asked to leave."""
    until = time.monotonic() + DRAIN_SECONDS
    while not leaving.asked() and step() and time.monotonic() < until:
        presence.worked()


def _wake(queue: Callable[[], None], waiting: QuerySet[Turn], *, each: int, most: int | None = None) -> None:
    """As many wake-ups as the turns that wait need when one does `each`, but not more than `most`, or than one worker
    has threads: a wake-up for nobody costs as much as one that is needed."""
    most = settings.WORKER_THREADS if most is None else most
    count = waiting[: most * each].count()
    for _slot in range(-(-count // each)):
        queue()


def _owner() -> str:
    """Who holds a lease: this thread of this process."""
    return f"{presence.owner()}{threading.get_ident()}"
