"""Who has claimed something since it was born: harm to those who idle shows nothing."""

import time
from collections.abc import Iterable
from random import Random


class Busy:
    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._seen: set[int] = set()
        self.claims = 0

    def hear(self, pid: int) -> None:
        self._seen.add(pid)
        self.claims += 1

    def one(self, among: Iterable[int], *, seconds: float = 30.0) -> int | None:
        """One of these that works, right after the next claim of anybody; None when nobody claims for so long."""
        pids, before, end = set(among), self.claims, time.monotonic() + seconds
        while self.claims == before or not pids & self._seen:
            if time.monotonic() > end:
                return None
            time.sleep(0.005)
        return self._dice.choice(sorted(pids & self._seen))
