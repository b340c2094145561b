"""I14: the provider is down, answers garbage, drips one byte a second, never answers; the cast opens its own turns."""

import time

from django.db.models import Count

from conversations.engine import course
from conversations.models import Turn
from tests.chaos import theatre
from tests.chaos.outcome import Outcome, Row
from tests.chaos.theatre import House

HARM = ("500", "garbage", "drip", "hollow", "hang", "reset")
BOUND = course.BACKLOG + course.ANSWERS


def run(house: House) -> Outcome:
    provider, span = house.fakes.provider, house.longest / (len(HARM) + 1)
    deepest = 0
    with theatre.playing(house, own_talk=True, feeding={"most": 0}) as play:
        play.warm_up()
        for how in HARM:
            provider.mend()
            provider.fault("chat/completions", how, times=-1, pause=1.0)
            end = time.monotonic() + span
            while time.monotonic() < end:
                deepest = max(deepest, _deepest())
                time.sleep(0.5)
        provider.mend()
        spoilt = sum(bool(request["fault"]) for request in provider.requests())
        counts = play.settle()
    empty = sum(not said["text"].strip() for said in house.fakes.telegram.posted(by_bots=True))
    garbage = sum("no JSON" in said["text"] for said in house.fakes.telegram.posted(by_bots=True))
    rows = [
        Row("I14", ", ".join(HARM), spoilt, "messages without words of their own", empty + garbage),
        Row("I14", "the same", spoilt, "turns under way in one chat", deepest, due=BOUND),
        Row("I14", "the same", spoilt, "wrong", counts.wrong),
    ]
    return Outcome("llm", rows, {"spoilt": spoilt, "deepest": deepest, **counts.as_json()})


def _deepest() -> int:
    under_way = Turn.objects.filter(state__in=Turn.UNSENT).values("chat").annotate(count=Count("pk"))
    return max((row["count"] for row in under_way), default=0)
