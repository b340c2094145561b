"""All of it, read when it is asked for. A server that is away takes its own numbers with it and no others."""

from collections.abc import Callable, Iterator

from django.db import DatabaseError
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from monitoring import loop
from monitoring.metrics import broker, cast, database, house, limits, processes, tallies
from monitoring.metrics.family import gauge

_ROWS: tuple[Callable[[], Iterator[Metric]], ...] = (
    cast.read, limits.read, processes.read, house.read, database.read, tallies.read,
)  # fmt: skip


class House(Collector):
    def collect(self) -> Iterator[Metric]:
        yield gauge("kulis_loop_lag_seconds", "The longest that this page's event loop was late.", loop.lag())
        yield from broker.read()
        try:
            yield from [metric for part in _ROWS for metric in part()]
        except DatabaseError:
            yield gauge("kulis_database_up", database.UP, 0)


def exposition() -> bytes:
    registry = CollectorRegistry()
    registry.register(House())
    return generate_latest(registry)


def families() -> dict[str, Metric]:
    """By the name that rules use: a counter ends in _total, a histogram in _bucket, _sum and _count."""
    return {metric.name: metric for metric in House().collect()}
