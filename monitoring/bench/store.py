"""What is measured over a large store, on servers of its own: `monitoring.bench.pruning` and `.pages` work inside."""

from monitoring.bench import apart, ground
from monitoring.bench.figure import Figure

ROWS = 1_000_000


def pruning(rows: int) -> list[Figure]:
    """So many old turns. Raises `ground.Missing`, or `apart.Broken` with the last words."""
    return _measured("pruning", rows, bots=3, chats=1)


def pages(rows: int) -> list[Figure]:
    """So many messages, of 200 bots in 20 chats. Raises as `pruning` does."""
    return _measured("pages", rows, bots=200, chats=20)


def _measured(case: str, rows: int, *, bots: int, chats: int) -> list[Figure]:
    with ground.laid() as place:
        asked = {"rows": rows, "bots": bots, "chats": chats}
        return [Figure(**found) for found in apart.run(place, case, asked)]
