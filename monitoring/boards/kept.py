"""What is drawn once for everybody who looks at the same: a hundred open pages of one board cost as much as one.

Kept in this process and for seconds alone; who may see what is part of the key.
"""

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")
MOST = 200
"""Drawings that are kept; beyond that the oldest go."""


@dataclass(slots=True)
class _Drawing:
    lock: threading.Lock = field(default_factory=threading.Lock)
    made_at: float = float("-inf")
    value: Any = None


_drawings: dict[Hashable, _Drawing] = {}
_door = threading.Lock()


def fresh(key: Hashable, seconds: float, make: Callable[[], T]) -> T:
    """What `make` returns, or what it returned for this key less than so many seconds ago. Whoever comes meanwhile
    waits for the first and takes the same."""
    drawing = _place(key)
    with drawing.lock:
        if time.monotonic() - drawing.made_at >= seconds:
            drawing.value = make()
            drawing.made_at = time.monotonic()
        value: T = drawing.value
        return value


def _place(key: Hashable) -> _Drawing:
    with _door:
        while len(_drawings) >= MOST and key not in _drawings:
            del _drawings[next(iter(_drawings))]
        return _drawings.setdefault(key, _Drawing())
