"""Each mutant is caught: an engine with one promise broken shows duplicates or false sents here."""

import time

from tests.chaos import mutants, theatre, truth
from tests.chaos.crew import SENDER
from tests.chaos.outcome import Outcome, Row
from tests.chaos.parts import stops
from tests.chaos.theatre import House

KILLS = 8
PATIENCE = 60.0
POINT = {"send-inside": "accepted", "mark-first": "written", "timer": "accepted"}
"""Where a sender of this mutant dies."""


def run(house: House) -> Outcome:
    rows, counts = [], {}
    for number, name in enumerate([house.mutant] if house.mutant else mutants.BREAK):
        if number:
            house.again()
        kills, found = one(house, name)
        rows.append(Row(name, "a mutant", kills, "duplicates or false sents seen", seen(found), due=1, or_more=True))
        counts[name] = {"kills": kills, "duplicates": found.duplicates, "false_sent": found.false_sent}
        house.tell(rows[-1].as_line())
    return Outcome("mutants", rows, counts)


def seen(found: truth.Counts) -> int:
    return found.duplicates + found.false_sent


def one(house: House, name: str) -> tuple[int, truth.Counts]:
    """Play with one mutant until the harm that it does shows, or for as long as the part may."""
    if name not in POINT:
        return stops.play(house, house.often(KILLS), mutant=name, factors=(1.6, 2.2))
    telegram, wanted = house.fakes.telegram, house.often(KILLS)
    with theatre.playing(house, mutant=name, groups=4, speakers=3) as play:
        play.warm_up(4)
        telegram.do("strike", point=POINT[name], times=wanted)
        while len(telegram.see("struck")) < wanted and play.goes_on:
            telegram.do("victims", pids=play.crew.pids(SENDER))
            time.sleep(0.1)
        telegram.do("spare")
        end = time.monotonic() + PATIENCE
        while seen(truth.count(telegram)) == 0 and time.monotonic() < end:
            time.sleep(1)
        return len(telegram.see("struck")), play.settle(seconds=30)
