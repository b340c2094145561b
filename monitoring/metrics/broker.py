"""Redis or Valkey: does it answer, does it throw away, and how much waits in our queues?"""

from collections.abc import Iterator

import redis
from django.conf import settings
from prometheus_client.core import CounterMetricFamily, Metric

from conversations import running
from monitoring.metrics.family import gauge, gauges

PATIENCE = 0.5
"""Seconds: a scrape must not wait for a broker that hangs."""


def read() -> Iterator[Metric]:
    line = redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
    try:
        yield from _told(line)
    except redis.RedisError:
        yield gauge("kulis_broker_up", _UP, 0)
    finally:
        line.close()


def _told(line: "redis.Redis") -> Iterator[Metric]:
    queues = sorted(running.QUEUES)
    with line.pipeline(transaction=False) as asked:
        asked.info()
        for queue in queues:
            asked.llen(queue)
        told, *lengths = asked.execute()
    yield gauge("kulis_broker_up", _UP, 1)
    yield gauge("kulis_broker_clients", "Connections to it.", told["connected_clients"])
    yield gauge("kulis_broker_bytes", "What it holds in memory.", told["used_memory"])
    yield CounterMetricFamily("kulis_broker_evicted", "Keys that it threw away.", value=told["evicted_keys"])
    yield CounterMetricFamily(
        "kulis_broker_refused", "Connections that it turned away.", value=told["rejected_connections"]
    )
    waiting = dict(zip(queues, map(float, lengths), strict=True))
    yield gauges("kulis_queue_length", "Wake-ups that wait in a queue.", "queue", waiting)


_UP = "1 while the broker answers."
