"""Counters and histograms, from the rows that `bots.counting` and `monitoring.counted` let grow."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric

from bots import counting
from bots.models import Tally
from conversations import labour
from monitoring import counted, promises

Values = dict[tuple[str, ...], float]


@dataclass(frozen=True, slots=True)
class Kept:
    name: str
    text: str
    labels: tuple[str, ...] = ()
    bounds: Sequence[float] = ()
    """Of a histogram."""
    from_nothing: Sequence[str] = ()
    """Values of the one label that are told before anything was counted: a rule sees the first time, too."""


_PROMISES = tuple(promises.OBJECTIVES)
KEPT = (
    Kept("kulis_turns_ended", "Turns that ended, by state and reason.", ("state", "reason")),
    Kept("kulis_claims", "Claims of turns that ended."),
    Kept("kulis_fenced", "Moves of turns that came too late and changed nothing."),
    Kept("kulis_leases_lost", "Turns whose process died or was too slow, by what became of them.", ("outcome",)),
    Kept("kulis_doubts", "Turns of which nobody knew whether they had arrived, by cause.", ("cause",)),
    Kept("kulis_doubts_settled", "What became of them.", ("outcome",)),
    Kept(
        "kulis_duplicates",
        "Further copies of a message that were seen in a chat.",
        ("cause",),
        from_nothing=("unasked", "by_hand"),
    ),
    Kept("kulis_delivery_seconds", "From the moment to send until sent.", ("purpose",), counted.DELIVERY_BOUNDS),
    Kept("kulis_answer_seconds", "From a person's words until the answer.", ("purpose",), counted.DELIVERY_BOUNDS),
    Kept("kulis_promises", "What a promise was about to be kept for.", ("promise",), from_nothing=_PROMISES),
    Kept("kulis_promises_missed", "Of these, where it was not kept.", ("promise",), from_nothing=_PROMISES),
    Kept("kulis_telegram_calls", "Calls to Telegram, by how they ended.", ("method", "outcome")),
    Kept("kulis_model_calls", "Calls to models, by how they ended.", ("provider", "outcome")),
    Kept("kulis_model_seconds", "How long they took.", ("provider",), counted.CALL_BOUNDS),
    Kept("kulis_model_tokens", "Tokens that they took.", ("provider", "kind")),
    Kept("kulis_model_dollars", "What they cost.", ("provider",)),
    Kept("kulis_settled_reads", "Settled things of a chat: kept from before, or read anew.", ("outcome",)),
    Kept("kulis_task_seconds", "How long a task took.", ("task",), labour.BOUNDS),
    Kept("kulis_task_failures", "Tasks that broke.", ("task",)),
    Kept("kulis_socket_resyncs", "Live pages that had missed too much and were loaded anew."),
)


def read() -> Iterator[Metric]:
    """One query, whatever happened: there are a few hundred rows."""
    rows: dict[str, Values] = defaultdict(dict)
    for metric, labels, value in Tally.objects.values_list("metric", "labels", "value"):
        rows[metric][tuple(labels)] = value
    for one in KEPT:
        yield _histogram(one, rows) if one.bounds else _counter(one, rows[one.name])


def _counter(one: Kept, values: Values) -> CounterMetricFamily:
    family = CounterMetricFamily(one.name, one.text, labels=one.labels)
    begun: Values = {(label,): 0.0 for label in one.from_nothing} if one.labels else {(): 0.0}
    for labels, value in {**begun, **values}.items():
        family.add_metric(labels, value)
    return family


def _histogram(one: Kept, rows: dict[str, Values]) -> HistogramMetricFamily:
    family = HistogramMetricFamily(one.name, one.text, labels=one.labels)
    names = [*(f"{bound:g}" for bound in one.bounds), counting.ENDLESS]
    values = rows[one.name]
    for labels in sorted({labels[:-1] for labels in values}):
        counts = accumulate(values.get((*labels, name), 0.0) for name in names)
        total = rows[f"{one.name}_sum"].get(labels, 0.0)
        family.add_metric(labels, list(zip(names, counts, strict=True)), total)
    return family
