"""What holds calls back, and what may still be spent."""

from collections import Counter
from collections.abc import Iterator

from django.utils import timezone
from prometheus_client.core import Metric

from conversations import limits, spending
from monitoring.metrics.family import gauge, gauges, table


def read() -> Iterator[Metric]:
    breakers, gates, spent = limits.breakers(), limits.gates(), limits.spent()
    left = max(((gate.until - timezone.now()).total_seconds() for gate in gates[:1]), default=0.0)
    yield gauge("kulis_breakers_open", "Breakers that keep calls back.", len(breakers))
    kinds = Counter(("bot" if one.bot_id else "model", one.state) for one in breakers)
    yield table("kulis_breakers", "The same by what they are of, and their state.", ("of", "state"), kinds.items())
    yield gauge("kulis_gates", "Silences that Telegram asked for.", len(gates))
    yield gauge("kulis_longest_gate_seconds", "What is left of the longest of them.", max(left, 0.0))
    taken = sum(one.retries for one in spent.values())
    yield gauge("kulis_retries", "Further tries of the last two minutes, Telegram and providers.", taken)
    out = sum(one.is_out for one in spent.values())
    yield gauge("kulis_retry_budgets_out", "Endpoints whose retry budget is used up.", out)
    yield gauges("kulis_held_back", "Turns that a limit ended in the last 5 minutes.", "reason", limits.ended())
    yield table("kulis_budget_left_ratio", "Of the tightest budget of its kind.", ("scope", "period"), _left().items())


def _left() -> dict[tuple[str, ...], float]:
    left: dict[tuple[str, ...], float] = {}
    for one in spending.standings():
        key = (one.budget.scope, one.budget.period)
        share = 0.0 if one.is_spent else max(1 - one.share, 0.0)
        left[key] = min(share, left.get(key, 1.0))
    return left
