"""I11, I12, I13: Telegram asks for silence, fails, resets connections after it took a message, swallows calls."""

import time

from conversations.engine import spans
from conversations.models import Turn
from tests.chaos import measure, theatre
from tests.chaos.outcome import Outcome, Row
from tests.chaos.theatre import House, Play

SENDERS, THREADS = 3, 8
WRITE = spans.WRITE.total_seconds()
SHARE = 5
"""One call of so many is reset after it was accepted."""


def run(house: House) -> Outcome:
    telegram, span = house.fakes.telegram, house.longest / 5
    with theatre.playing(house, senders=SENDERS) as play:
        play.warm_up()
        _storm(play, span)
        _fails(play, span)
        resets = _resets(play, span)
        doubtful = Turn.objects.filter(uncertain_since__isnull=False).count()
        swallowed = _swallows(play, span)
        counts = play.settle()
    storm = sum(call["status"] == 429 for call in telegram.calls("sendMessage"))
    failed = sum(call["status"] in (500, 502) for call in telegram.calls("sendMessage"))
    early = measure.too_early(telegram)
    slots = measure.open_at_once(telegram, "hang", seconds=WRITE)
    rows = [
        Row("I11", "429 for every call, retry_after 5 to 20", storm, "calls before retry_after", early),
        Row("I12", "500 and 502 for every call", failed, "duplicates", counts.duplicates),
        Row("I12", "accepted, then reset, a fifth of the calls", resets, "duplicates", counts.duplicates),
        Row("I12", "the same", resets, "left unresolved or uncertain", counts.unresolved + counts.lost),
        Row("I13", "calls swallowed", swallowed, "slots held beyond all threads", max(0, slots - SENDERS * THREADS)),
        Row("I13", "all of it", storm + failed + resets + swallowed, "wrong", counts.wrong),
    ]
    numbers = {"storm": storm, "errors": failed, "resets": resets, "swallowed": swallowed, "doubtful": doubtful}
    return Outcome("telegram", rows, {**numbers, "slots": slots, **counts.as_json()})


def _storm(play: Play, span: float) -> None:
    telegram, end = play.house.fakes.telegram, time.monotonic() + span
    while time.monotonic() < end:
        telegram.mend()
        telegram.fault("sendMessage", 429, times=-1, retry_after=play.house.dice.randint(5, 20))
        time.sleep(1)
    telegram.mend()


def _fails(play: Play, span: float) -> None:
    telegram = play.house.fakes.telegram
    telegram.fault("sendMessage", 502, times=-1)
    time.sleep(span / 2)
    telegram.mend()
    telegram.fault("sendMessage", 500, times=-1, recorded=True)
    time.sleep(span / 2)
    telegram.mend()


def _resets(play: Play, span: float) -> int:
    telegram, end, seen = play.house.fakes.telegram, time.monotonic() + span, 0
    calls = len(telegram.calls("sendMessage"))
    while time.monotonic() < end:
        now = len(telegram.calls("sendMessage"))
        if now - calls >= SHARE:
            telegram.fault("sendMessage", "reset", recorded=True)
            seen += 1
            calls = now
        time.sleep(0.1)
    telegram.mend()
    return seen


def _swallows(play: Play, span: float) -> int:
    telegram = play.house.fakes.telegram
    telegram.fault("sendMessage", "hang", times=-1)
    time.sleep(max(span, WRITE + 5))
    telegram.mend()
    return sum(call["fault"] == "hang" for call in telegram.calls("sendMessage"))
