"""I19: three beats at once, and beats that are killed again and again: one turn for each slot, none missed."""

import time
from datetime import datetime

from django.db.models import Count

from conversations.models import Chat, Engine, Turn
from tests.chaos import theatre
from tests.chaos.crew import BEAT
from tests.chaos.outcome import Outcome, Row
from tests.chaos.theatre import House

KILLS = 100
TAKEOVER = 15.0


def run(house: House) -> Outcome:
    gap, last = 0.0, None
    with theatre.playing(house, beats=3, own_talk=True, feeding={"most": 0}) as play:
        play.warm_up()
        kills = 0
        while kills < house.often(KILLS) and play.goes_on:
            play.crew.kill(play.crew.one(BEAT))
            kills += 1
            for _ in range(8):
                time.sleep(0.25)
                gap, last = _gap(gap, last)
        slots, doubled, missed = _slots()
        counts = play.settle()
    rows = [
        Row("I19", "three beats, kill -9 of one after the other", kills, "slots opened twice", doubled),
        Row("I19", f"the same, {slots} slots", kills, "slots missed", missed),
        Row("I19", "the same", kills, "longest time without a tick, s", round(gap, 1), due=TAKEOVER),
        Row("I19", "the same", kills, "wrong", counts.wrong),
    ]
    return Outcome("beats", rows, {"kills": kills, "slots": slots, "longest_gap_s": round(gap, 1), **counts.as_json()})


def _gap(longest: float, last: datetime | None) -> tuple[float, datetime | None]:
    now = Engine.objects.get(pk=1).ticked_at
    if last is None or now is None:
        return longest, now
    return max(longest, (now - last).total_seconds()), now


def _slots() -> tuple[int, int, int]:
    """How many slots the chats have counted, which have two turns, and which have none."""
    mine = Turn.objects.filter(plan_key__contains=":slot:")
    turns = dict(mine.values_list("chat").annotate(count=Count("pk")))
    keys = mine.values("plan_key").annotate(count=Count("pk"))
    counted = dict(Chat.objects.values_list("pk", "slot"))
    missed = sum(counted[chat] - turns.get(chat, 0) for chat in counted)
    return sum(counted.values()), sum(row["count"] > 1 for row in keys), missed
