"""Whether the numbers of the environment fit together: processes, threads, connections."""

from dataclasses import dataclass

from django.conf import settings

from conversations.models import Process

SPARE = 10
"""Connections that people and backups need."""
BESIDES_TASKS = 2
"""Connections of a worker beside those of its tasks: its sign of life, and its leaving."""


@dataclass(frozen=True, slots=True)
class Connections:
    processes: int
    size: int
    has: int

    @property
    def wanted(self) -> int:
        return self.processes * self.size

    @property
    def fits(self) -> bool:
        return self.wanted < self.has - SPARE


def connections(has: int) -> Connections:
    """What all processes may want of the `has` connections of the server: as many as are named, or as live."""
    return Connections(max(settings.PROCESSES, Process.objects.alive().count()), settings.POOL_SIZE, has)


def pool_fits(threads: int) -> bool:
    """Whether the threads of a worker find connections. Most of them wait for networks, and hold none meanwhile."""
    return needed(threads) <= settings.POOL_SIZE


def needed(threads: int) -> int:
    return -(-threads // 2) + BESIDES_TASKS
