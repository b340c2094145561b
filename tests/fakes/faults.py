"""Faults on request: the next calls of a kind go wrong in a given way."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from tests.fakes.wire import Answer

WAYS = {
    "html": "502 with a page instead of JSON, as from a proxy",
    "garbage": "200 with something that is no JSON",
    "hollow": "200 with a JSON object that holds nothing of what it should",
    "hang": "the request is read and never answered",
    "reset": "the connection is reset without an answer",
    "drip": "the whole answer, one byte every `pause` seconds",
    "cut": "half of the answer, then the connection ends",
    "close": "the whole answer, then the connection ends unannounced",
}
_NEEDS_AN_ANSWER = {"drip", "cut", "close"}


@dataclass(slots=True)
class Fault:
    """`how` is a status ("429") or one of WAYS. `recorded`: the call takes effect before its answer goes wrong."""

    call: str
    how: str
    times: int = 1
    recorded: bool = False
    description: str = ""
    code: str = ""
    """The provider's name for the error, where errors have names."""
    retry_after: float | None = None
    pause: float = 0.5
    only: str = ""
    """A bot's username or a model's name; empty for every one."""

    def __post_init__(self) -> None:
        if self.how not in WAYS and not self.how.isdigit():
            raise ValueError(f"{self.how!r} is no way to fail; a status or one of {', '.join(WAYS)}")
        self.recorded = self.recorded or self.how in _NEEDS_AN_ANSWER

    def spoil(self, answer: Answer | None, refusal: Callable[["Fault"], Answer]) -> Answer:
        """What goes out instead of `answer`, which is None when the call took no effect."""
        if self.how.isdigit():
            return refusal(self)
        if self.how == "html":
            return Answer(502, b"<html><head><title>502 Bad Gateway</title></head></html>", "text/html")
        if self.how == "hollow":
            return Answer(200, b'{"ok": true, "result": {}}')
        if self.how == "garbage":
            return Answer(200, b"<<< this is no JSON")
        return replace(answer or Answer(), way=self.how, pause=self.pause)


class Faults:
    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, wish: dict[str, Any]) -> None:
        self._waiting.append(Fault(**wish))

    def clear(self) -> None:
        self._waiting.clear()

    def listed(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self._waiting]

    def take(self, call: str, who: str) -> Fault | None:
        """The first fault that fits this call, used up once; a negative number of times never ends."""
        for fault in self._waiting:
            if fault.call.lower() in ("*", call.lower()) and fault.only in ("", who):
                fault.times -= 1
                if fault.times == 0:
                    self._waiting.remove(fault)
                return fault
        return None
