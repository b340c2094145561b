"""Figures read from the ground truth."""

import time
from collections import Counter
from typing import Any

from tests.fakes.handles import TelegramFake


def until_more(telegram: TelegramFake, *, seconds: float) -> float:
    """Seconds until the cast is heard again; `seconds` when it is not."""
    before, started = len(telegram.posted(by_bots=True)), time.monotonic()
    while time.monotonic() - started < seconds:
        if len(telegram.posted(by_bots=True)) > before:
            return time.monotonic() - started
        time.sleep(0.1)
    return seconds


def breaches(telegram: TelegramFake) -> int:
    """Messages that this Telegram refused because they came too fast; its own limits have to be on."""
    return sum(call["status"] == 429 and not call["fault"] for call in telegram.calls("sendMessage"))


def too_early(telegram: TelegramFake) -> int:
    """Calls of a bot in a chat before the moment that Telegram named there."""
    gate: dict[tuple[str, Any], float] = {}
    found = 0
    for call in sorted(telegram.calls("sendMessage"), key=lambda one: one["at"]):
        place = (call["bot"], call["params"].get("chat_id"))
        found += call["at"] < gate.get(place, 0.0)
        if call["status"] == 429 and call.get("retry_after"):
            gate[place] = call["at"] + call["retry_after"]
    return found


def busiest_second(telegram: TelegramFake, start: float, end: float) -> int:
    moments = Counter(int(said["at"]) for said in telegram.posted(by_bots=True) if start <= said["at"] < end)
    return max(moments.values(), default=0)


def open_at_once(telegram: TelegramFake, how: str, *, seconds: float) -> int:
    """The most calls of one fault that were open at one instant, each for so many seconds at most."""
    moments: list[tuple[float, int]] = []
    for call in telegram.calls("sendMessage"):
        if call["fault"] == how:
            moments += [(call["at"], 1), (call["at"] + seconds, -1)]
    most = now = 0
    for _, step in sorted(moments):
        now += step
        most = max(most, now)
    return most
