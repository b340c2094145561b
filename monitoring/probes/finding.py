from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    OK = "ok"
    WARN = "warn"
    """Worth knowing; everything works."""
    FAIL = "fail"
    """Something does not work, or will not."""


@dataclass(frozen=True, slots=True)
class Finding:
    name: str
    """What was looked at: stable, for programs."""
    state: State
    text: str
    """One sentence for people."""
    remedy: str = ""
    """What to do about it; empty when nothing needs to be done."""


def ok(name: str, text: str) -> Finding:
    return Finding(name, State.OK, text)


def warn(name: str, text: str, remedy: str) -> Finding:
    return Finding(name, State.WARN, text, remedy)


def fail(name: str, text: str, remedy: str) -> Finding:
    return Finding(name, State.FAIL, text, remedy)
