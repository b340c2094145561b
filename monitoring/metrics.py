"""What Prometheus reads: the process metrics of django-prometheus, and the state of the cast as the database has it."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from conversations import running, standing
from conversations.running import Running
from monitoring import pulse


class Cast(Collector):
    """Read when asked, so that any process may be asked and the numbers are never stale. No names in labels."""

    def collect(self) -> Iterator[Metric]:
        stands, cast = standing.now(), pulse.cast(timezone.now())
        yield _gauge("kulis_engine_running", "1 while the engine runs.", float(stands["running"]))
        yield _gauge("kulis_bots", "Bots that are not retired.", cast.bots)
        yield _gauge("kulis_bots_able", "Bots that may speak.", cast.able)
        yield _gauge("kulis_chats", "Chats of every kind.", cast.chats)
        yield _gauge("kulis_chats_talking", "Chats in which the cast may talk.", cast.talking)
        yield _gauge(
            "kulis_messages_last_minute", "Bot messages sent in the last 60 s.", stands["messages_last_minute"]
        )
        yield _gauge("kulis_oldest_due_seconds", "Age of the most overdue turn.", stands["oldest_due_seconds"])
        turns = GaugeMetricFamily("kulis_turns", "Turns in each state; over: of a day.", labels=["state"])
        for state, count in stands["turns"].items():
            turns.add_metric([state], count)
        yield turns
        yield from _limits(stands["limits"])
        yield from _processes(running.now())


def _limits(held: dict[str, Any]) -> Iterator[GaugeMetricFamily]:
    yield _gauge("kulis_breakers_open", "Breakers that keep calls back.", len(held["breakers"]))
    yield _gauge("kulis_gates", "Silences that Telegram asked for.", held["gates"])
    yield _gauge("kulis_longest_gate_seconds", "What is left of the longest of them.", held["longest_gate_seconds"])
    taken = sum(one["taken"] for one in held["retries"].values())
    yield _gauge("kulis_retries", "Further tries of the last two minutes, Telegram and providers.", taken)
    out = sum(one["taken"] >= one["allowed"] for one in held["retries"].values())
    yield _gauge("kulis_retry_budgets_out", "Endpoints whose retry budget is used up.", out)
    ended = GaugeMetricFamily("kulis_held_back", "Turns that a limit ended in the last 5 minutes.", labels=["reason"])
    for reason, count in held["held_back_last_5_minutes"].items():
        ended.add_metric([reason], count)
    yield ended


def _processes(found: list[Running]) -> Iterator[Metric]:
    """Workers have no page of their own: what they count, they write in their rows."""
    labels = ["kind", "host", "pid"]
    idle = GaugeMetricFamily("kulis_process_idle_seconds", "Since a process last worked.", labels=labels)
    silent = GaugeMetricFamily("kulis_process_silent_seconds", "Since its last sign of life.", labels=labels)
    memory = GaugeMetricFamily("kulis_process_memory_megabytes", "Resident memory.", labels=labels)
    settled = CounterMetricFamily(
        "kulis_settled_reads", "Settled things of a chat: kept from before, or read anew.", labels=[*labels, "outcome"]
    )
    for one in found:
        who = [one.kind.value, one.host, str(one.pid)]
        idle.add_metric(who, one.idle_seconds)
        silent.add_metric(who, one.silent_seconds)
        memory.add_metric(who, one.memory_mb)
        settled.add_metric([*who, "hit"], one.hits)
        settled.add_metric([*who, "miss"], one.misses)
    yield from (idle, silent, memory, settled)


def exposition() -> bytes:
    registry = CollectorRegistry()
    registry.register(Cast())
    return generate_latest(registry)


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)
