"""Pruning a large store, on servers of its own: see `monitoring.bench.pruning`, which works inside."""

from monitoring.bench import apart, ground
from monitoring.bench.figure import Figure

ROWS = 1_000_000


def figures(rows: int) -> list[Figure]:
    """Raises `ground.Missing`, or `apart.Broken` with the last words."""
    with ground.laid() as place:
        asked = {"rows": rows, "bots": 3, "chats": 1}
        return [Figure(**found) for found in apart.run(place, "pruning", asked)]
