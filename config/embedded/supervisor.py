"""Keeps a handful of children alive, and ends them in order."""

import signal
import time
from collections import deque
from collections.abc import Callable, Iterable

from config.embedded.child import Child, Program
from config.embedded.ledger import Ledger
from config.embedded.log import Log
from config.embedded.refusal import Refused

MOST_RESTARTS = 3
WINDOW = 60.0
PAUSE = 0.5  # after the first death; longer after each further one
LOOK_EVERY = 0.1
LAST_WAIT = 3.0


class Supervisor:
    """All from one thread: the kernel ties a child to the thread that started it."""

    def __init__(
        self,
        log: Log,
        ledger: Ledger,
        *,
        clock: Callable[[], float] = time.monotonic,
        rest: Callable[[float], None] = time.sleep,
    ) -> None:
        self._log, self._ledger, self._clock, self._rest = log, ledger, clock, rest
        self._children: dict[str, Child] = {}
        self._due: dict[str, float] = {}
        self._deaths: dict[str, deque[float]] = {}

    def start(self, program: Program) -> Child:
        child = self._children[program.name] = Child(program, self._log.say)
        self._ledger.write(list(self._children.values()))
        return child

    def children(self) -> list[Child]:
        return list(self._children.values())

    def tend(self) -> None:
        """Look at every child once: restart the dead, and give up on one that dies again and again."""
        for child in self.children():
            name = child.program.name
            if child.code() is None:
                continue
            if name not in self._due:
                self._due[name] = self._clock() + self._note_death(child)
            elif self._clock() >= self._due[name]:
                del self._due[name]
                self._log.tell(f"{name} is started again.")
                self.start(child.program)

    def _note_death(self, child: Child) -> float:
        """The pause before the next try."""
        name, now = child.program.name, self._clock()
        deaths = self._deaths.setdefault(name, deque())
        while deaths and now - deaths[0] > WINDOW:
            deaths.popleft()
        deaths.append(now)
        self._show(child)
        if len(deaths) > MOST_RESTARTS:
            raise Refused(
                f"{name} died {len(deaths)} times within a minute; its last lines stand above. Everything stops."
            )
        return PAUSE * len(deaths)

    def _show(self, child: Child) -> None:
        self._log.tell(f"{child.program.name} {_ended(child)}.")
        if (child.code() or 0) < 0:
            return  # its everyday words say nothing about who ended it
        for line in child.last_words():
            if child.program.dull and child.program.dull.search(line):
                self._log.say(child.program.name, line)

    def wait(self, child: Child, ready: Callable[[], bool], *, seconds: float) -> None:
        """Until it is ready; whoever dies on the way is told with its last words."""
        patience = self._clock() + seconds
        while not ready():
            if child.code() is not None:
                self._show(child)
                raise Refused(f"{child.program.name} did not start; its last lines stand above.")
            if self._clock() > patience:
                raise Refused(f"{child.program.name} was not ready after {seconds:.0f} seconds.")
            self._rest(LOOK_EVERY)

    def stop(self, *, hurry: Callable[[], bool] = lambda: False) -> None:
        """End all, highest stage first. `hurry` is asked all the while: once it is true, nobody is given time."""
        for stage in sorted({child.program.stage for child in self.children()}, reverse=True):
            self._end([child for child in self.children() if child.program.stage == stage], hurry)
        self._children.clear()
        self._ledger.write([])

    def _end(self, children: list[Child], hurry: Callable[[], bool]) -> None:
        for child in children:
            child.send(child.program.calm)
        grace = max(child.program.grace for child in children)
        slow = self._await_end(children, grace, hurry)
        for child in slow:
            self._log.tell(f"{child.program.name} does not stop by itself and is ended.")
            child.send(child.program.hard)
        for child in self._await_end(slow, LAST_WAIT, lambda: False):
            child.send(signal.SIGKILL)

    def _await_end(self, children: Iterable[Child], seconds: float, hurry: Callable[[], bool]) -> list[Child]:
        """Those that still run when the time is up."""
        patience = self._clock() + seconds
        while (running := [child for child in children if child.code() is None]) and self._clock() < patience:
            if hurry():
                break
            self._rest(LOOK_EVERY)
        return running


def _ended(child: Child) -> str:
    code = child.code() or 0
    return f"was ended by a signal ({signal.strsignal(-code)})" if code < 0 else f"ended with code {code}"
