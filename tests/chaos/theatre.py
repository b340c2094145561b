"""A part in play: stage, processes, feeder, the dead's clock and the observer, put together and taken apart."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from django.db import connection

from conversations.models import Turn
from tests.chaos import stage as stages
from tests.chaos import truth, watching
from tests.chaos.busy import Busy
from tests.chaos.clockwork import Clockwork
from tests.chaos.crew import BEAT, SENDER, WRITER, Crew, Nursery
from tests.chaos.feeding import Feeder, script
from tests.chaos.ground import Fakes, Servers
from tests.chaos.observing import Observing
from tests.chaos.stage import Stage


@dataclass(slots=True)
class House:
    """What a part is given: the fakes, servers of its own where it has some, and how much of it is wished for."""

    fakes: Fakes
    servers: Servers | None = None
    times: int | None = None
    """How often harm is done; None: as often as the part does on its own."""
    longest: float = 480.0
    """Seconds in which a part does harm, at most."""
    dice: Random = field(default_factory=lambda: Random(7))
    mutant: str = ""
    """Which one is wished for, where there are several."""

    @staticmethod
    def tell(what: str) -> None:
        """For whoever waits; the figures come at the end."""
        print(what, file=sys.stderr, flush=True)

    def again(self) -> None:
        """Everything as it was before: an empty database, a Telegram and a provider that know nobody."""
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]  # a database that is copied must have no visitors
        if self.servers:
            self.servers.again()
        self.fakes.telegram.reset()
        self.fakes.provider.reset()

    def often(self, usual: int) -> int:
        return usual if self.times is None else self.times


@dataclass(slots=True)
class Play:
    house: House
    stage: Stage
    crew: Crew
    feeder: Feeder
    clockwork: Clockwork
    observing: Observing
    busy: Busy
    started: float = field(default_factory=time.monotonic)

    @property
    def goes_on(self) -> bool:
        return time.monotonic() - self.started < self.house.longest

    def kill_one(self, *, writers: float = 0.0) -> int:
        """One who is at work dies at a random moment, with this chance a writer. How many died: 1, or nobody worked."""
        dice = self.house.dice
        if dice.random() < writers:
            self.crew.kill(self.crew.one(WRITER))
            return 1
        pid = self.busy.one(self.crew.pids(SENDER))
        if pid is None:
            return 0
        time.sleep(dice.uniform(0, 0.3))
        self.crew.kill(pid)
        return 1

    def warm_up(self, messages: int = 10, *, seconds: float = 120.0) -> None:
        """Until the cast really talks."""
        end = time.monotonic() + seconds
        while Turn.objects.filter(state=Turn.State.SENT).count() < messages and time.monotonic() < end:
            time.sleep(0.2)
        self.started = time.monotonic()

    def settle(self, *, seconds: float = 120.0) -> truth.Counts:
        """Nothing new is opened; everything under way gets its time to end. Then what came of it all."""
        self.feeder.stop()
        end = time.monotonic() + seconds
        while True:
            stages.rest(self.stage.chats)
            if time.monotonic() > end or not Turn.objects.open().exists():
                break
            time.sleep(0.3)
        return truth.count(self.house.fakes.telegram)


def nursery(house: House, *, mutant: str = "", **more: str) -> Nursery:
    """Where processes for this house come from; `more` are variables of their environment."""
    log = Path(os.environ.get("CHAOS_LOG", os.devnull))
    places = {
        "DATABASE_URL": watching.address(), "TELEGRAM_API_BASE": house.fakes.telegram.address,
        "TELEGRAM_MODE": "polling", "POOL_SIZE": "10",
    }  # fmt: skip
    return Nursery(mutant=mutant, log=log, **places, **more)


@contextmanager
def playing(
    house: House,
    *,
    groups: int = 12,
    speakers: int = stages.SPEAKERS,
    own_talk: bool = False,
    observed: bool = True,
    senders: int = 3,
    writers: int = 1,
    beats: int = 1,
    latency: float = 0.1,
    mutant: str = "",
    canaries: bool = True,
    feeding: dict[str, Any] | None = None,
    rules: dict[str, Any] | None = None,
) -> Iterator[Play]:
    """The play goes on while the block lasts. `own_talk`: chats open their own turns; `feeding` goes to the feeder."""
    telegram, provider = house.fakes.telegram, house.fakes.provider
    telegram.do("latency", seconds=latency)
    provider.script(*script(20_000))
    stage = stages.build(telegram, provider, groups=groups, speakers=speakers, own_talk=own_talk, **(rules or {}))
    watching.install()
    with ExitStack() as ends:
        ends.callback(connection.close)
        ends.callback(watching.remove)
        crew = ends.enter_context(Crew(nursery(house, mutant=mutant), house.dice))
        observing = ends.enter_context(Observing(stage.observer))
        if not observed:
            observing.pause()
        clockwork = ends.enter_context(Clockwork(telegram, crew.lives, canaries=canaries))
        crew.add(SENDER, senders)
        crew.add(WRITER, writers)
        crew.add(BEAT, beats)
        busy = Busy(house.dice)
        ends.enter_context(watching.Watch("claimed", busy.hear))
        feeder = ends.enter_context(Feeder(stage, house.dice, **(feeding or {})))
        yield Play(house, stage, crew, feeder, clockwork, observing, busy)
