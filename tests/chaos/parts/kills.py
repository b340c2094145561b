"""I1, I2, I3, I5, I6: random senders and writers die by `kill -9` while they work."""

from tests.chaos import theatre
from tests.chaos.outcome import Outcome, Row
from tests.chaos.theatre import House

KILLS = 250
WRITERS = 0.1


def run(house: House, *, groups: int = 12) -> Outcome:
    kills = 0
    with theatre.playing(house, groups=groups) as play:
        play.warm_up()
        while kills < house.often(KILLS) and play.goes_on:
            kills += play.kill_one(writers=WRITERS)
        counts = play.settle()
    rows = [
        Row("I1", "kill -9 of random workers", kills, "duplicates", counts.duplicates),
        Row("I2", "the same", kills, "lost or stuck", counts.lost),
        Row("I3", "the same", kills, "false sent", counts.false_sent + counts.unsaid),
        Row("I5", "the same", kills, "inversions", counts.inversions),
        Row("I6", f"the same, {counts.turns} turns", kills, "two sending in one chat", counts.two_at_once),
    ]
    return Outcome("kills", rows, {"kills": kills, **counts.as_json()})
