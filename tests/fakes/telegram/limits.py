"""How fast a bot may speak: 1 message a second and 20 a minute in one group, 30 calls a second altogether."""

import math
import time
from collections import defaultdict, deque

from tests.fakes.telegram.refusal import too_many


class Limits:
    """Telegram forgives a little: two messages in two seconds pass, however close together."""

    def __init__(self, *, on: bool) -> None:
        self.on = on
        self._taken: dict[tuple[str, int], deque[float]] = defaultdict(deque)

    def spend_call(self, token: str) -> None:
        self._spend((token, 0), {30: 1.0})

    def spend_message(self, token: str, chat_id: int) -> None:
        self._spend((token, chat_id), {2: 2.0, 20: 60.0})

    def _spend(self, key: tuple[str, int], rules: dict[int, float]) -> None:
        if not self.on:
            return
        now, taken = time.monotonic(), self._taken[key]
        while taken and taken[0] <= now - max(rules.values()):
            taken.popleft()
        for most, seconds in rules.items():
            if len(taken) >= most and (wait := taken[-most] + seconds - now) > 0:
                raise too_many(math.ceil(wait))
        taken.append(now)
