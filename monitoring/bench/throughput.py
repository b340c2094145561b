"""Throughput and cost of the whole path, from a planned turn to the message in the group, beside the floor of one run.

Servers, Telegram and provider are of its own. Telegram's limits hold, in Kulis and on the loopback server. Turns are
opened ahead, so that the choice of the moment is not measured.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import product
from typing import Any

from django.conf import settings

from monitoring.bench import apart, ground

FEWEST_CHATS = 80


@dataclass(frozen=True, slots=True)
class Wish:
    bots: tuple[int, ...] = (4, 50, 200, 1000)
    latencies: tuple[float, ...] = (0.0, 1.5)
    workers: tuple[int, ...] = (1, 2)
    """Pairs of a writer and a sender."""
    seconds: float = 20.0
    chats: int = 480
    threads: int = field(default_factory=lambda: settings.WORKER_THREADS)
    """Of each worker."""


def configurations(wish: Wish) -> Iterator[dict[str, Any]]:
    """One after the other, as they are measured. Raises `ground.Missing`, or `apart.Broken` with the last words."""
    for bots in wish.bots:
        with ground.laid() as place:
            yield from _measured(place, wish, bots)


def _measured(place: ground.Ground, wish: Wish, bots: int) -> Iterator[dict[str, Any]]:
    asked = asdict(wish) | {"bots": bots, "durations": str(place.durations)}
    asked["cases"] = list(product(wish.latencies, wish.workers))
    yield from apart.run(place, "throughput", asked)


def as_lines(found: dict[str, Any]) -> Iterator[str]:
    """One configuration for people."""
    yield found["name"]
    yield (
        f"    {found['messages_per_second']:.1f} messages/s   late p99 {found['p99_seconds']:.2f} s"
        f"   not sent {found['error_rate']:.1%} {found['reasons'] or ''}"
    )
    yield (
        f"    {found['cpu_ms_per_message']:.2f} ms of processor a message = {found['ratio']:.1f} floors"
        f" of {found['floor_cpu_ms']:.2f} ms   {found['statements_per_message']:.1f} statements a message"
    )
    by = "   ".join(f"{name} {ms:.2f}" for name, ms in found["cpu_ms_by_process"].items())
    yield f"    by process, ms: {by}   memory {found['rss_mb']:.0f} MB   connections {found['pool_used']}"
    yield (
        f"    database p99 {found['db_p99_ms']:.1f} ms   {found['bytes_per_turn']:,} bytes a turn"
        f"   lost {found['lost']}, unrecorded {found['unrecorded']}"
    )
    for name, stage in found["stages"].items():
        yield f"    {name:<22} p50 {stage['p50']:>7.2f} s   p95 {stage['p95']:>7.2f} s   p99 {stage['p99']:>7.2f} s"
