"""Our own processes. Workers, beat and poller have no page of their own: what they have to say stands in their rows.

By kind, not by number: a process that is started anew would leave a series behind each time.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator

from prometheus_client.core import Metric

from conversations import running
from conversations.models import Process
from conversations.running import Running, State
from monitoring.metrics.family import gauge, gauges, table

Sum = Callable[[list[Running]], float]


def _most(field: str) -> Sum:
    return lambda of_kind: max(getattr(one, field) for one in of_kind)


def _all(field: str) -> Sum:
    return lambda of_kind: sum(getattr(one, field) for one in of_kind)


_BY_KIND: dict[str, tuple[str, Sum]] = {
    "kulis_process_idle_seconds": ("The longest since one of them last worked.", _most("idle_seconds")),
    "kulis_process_memory_megabytes": ("Resident memory of the largest.", _most("memory_mb")),
    "kulis_threads": ("Tasks that they can do at once.", _all("threads")),
    "kulis_threads_busy": ("Tasks that they do.", _all("busy")),
    "kulis_pool_connections": ("Connections to PostgreSQL that they hold open.", _all("pool_size")),
    "kulis_pool_used": ("Of these, in use.", _all("pool_used")),
    "kulis_pool_waiting": ("Threads that wait for one.", _all("pool_waiting")),
    "kulis_clock_skew_seconds": ("The furthest that a clock is off the database's.", _most("off")),
}


def read() -> Iterator[Metric]:
    found = running.now()
    states = {(kind.value, state.value): 0.0 for kind in Process.Kind for state in State}
    alive: dict[str, list[Running]] = defaultdict(list)
    for one in found:
        states[one.kind.value, one.state.value] += 1
        if one.lives:
            alive[one.kind.value].append(one)
    yield table("kulis_processes", "Processes in each state.", ("kind", "state"), states.items())
    for name, (text, summed) in _BY_KIND.items():
        yield gauges(name, text, "kind", {kind: summed(of_kind) for kind, of_kind in alive.items()})
    yield gauge("kulis_sockets", "Live pages that are open.", sum(one.sockets for one in found if one.lives))
