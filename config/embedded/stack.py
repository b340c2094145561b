"""From nothing to a page that answers, and back."""

import http.client
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from config.embedded import memory, postgres, state, valkey
from config.embedded.child import Program
from config.embedded.ground import Ground
from config.embedded.interrupts import Interrupted, Interrupts
from config.embedded.ledger import Ledger
from config.embedded.log import Log
from config.embedded.refusal import Refused
from config.embedded.supervisor import Supervisor

WEB_WITHIN = 90.0
LOOK_EVERY = 0.2
SETTLED_AFTER = 20.0
LATER_EVERY = 3.0
"""Seconds between two questions whether a program is wanted now."""


@dataclass(frozen=True, slots=True)
class Later:
    """A program that begins when it is wanted, and stays from then on."""

    program: Program
    wanted: Callable[[], bool]


class Stack:
    def __init__(self, ground: Ground, log: Log, programs: Sequence[Program], later: Sequence[Later] = ()) -> None:
        """The first program, if there is any, is the page that must answer."""
        self._ground, self._log, self._programs, self._later = ground, log, programs, list(later)
        self._supervisor = Supervisor(log, Ledger(ground.folder))

    def run(self, *, address: str, fill: Callable[[], None], announce: Callable[[], None]) -> int:
        """Until somebody asks to stop. `fill` readies the database, `announce` greets once the page answers."""
        interrupts, code = Interrupts(), 0
        try:
            with interrupts.breaking():
                self._start_servers()
                fill()
                self._start_programs(urlsplit(address).hostname or "localhost")
                announce()
            self._watch(interrupts)
        except Interrupted:
            pass
        except (Refused, OSError) as problem:
            self._log.tell(f"up: {problem}")
            code = 1
        finally:
            self._log.tell("Stopping …")
            self._supervisor.stop(hurry=interrupts.in_a_hurry)
            self._log.tell(f"Stopped. The data stays in {self._ground.folder}.")
        return code

    def _start_servers(self) -> None:
        if server := self._ground.postgres:
            server.lay()
            child = self._supervisor.start(server.program())
            self._supervisor.wait(child, lambda: server.is_ready(child), seconds=postgres.READY_WITHIN)
            server.provide()
            state.save(self._ground.folder, self._ground.state)  # only now is the database known to be there
        if broker := self._ground.valkey:
            broker.lay()
            second = self._supervisor.start(broker.program())
            self._supervisor.wait(second, lambda: broker.is_ready(second), seconds=valkey.READY_WITHIN)

    def _start_programs(self, host: str) -> None:
        children = [self._supervisor.start(program) for program in self._programs]
        for web in children[:1]:
            self._supervisor.wait(web, lambda: _answers(self._ground.port, host), seconds=WEB_WITHIN)

    def _watch(self, interrupts: Interrupts) -> None:
        settled, ask = time.monotonic() + SETTLED_AFTER, 0.0
        while not interrupts.asked:
            self._supervisor.tend()
            time.sleep(LOOK_EVERY)
            if time.monotonic() > ask:
                self._start_wanted()
                ask = time.monotonic() + LATER_EVERY
            if time.monotonic() > settled:
                settled = float("inf")
                self._log.tell(memory.line(self._ground.folder))

    def _start_wanted(self) -> None:
        for later in [later for later in self._later if later.wanted()]:
            self._supervisor.start(later.program)
            self._later.remove(later)


def _answers(port: int, host: str) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/livez", headers={"Host": host})
        return line.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()
