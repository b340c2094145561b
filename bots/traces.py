"""One number for all that belongs together: from a request, an update or a slot to what was said and who saw it.

It stands on the rows (`trace` of updates, turns and messages), travels with tasks as the W3C header `traceparent`, and
is on every line of the log. Whoever exports spans (`config.spans`) sets `exporter`; without one a span costs nothing.
"""

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar, Token
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

HEADER = "traceparent"
FIELDS = frozenset({"msg_id", "gen", "bot", "chat", "update", "task", "provider", "call", "method", "route"})
"""What may be told of a place: numbers of rows and names of ours, never what somebody wrote."""
_HEADER = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")
_NOTHING = nullcontext()
Value = str | int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece of work belongs."""

    trace: UUID
    parent: int = 0
    """The span of another process that it hangs on; 0 for none."""
    fields: Mapping[str, Value] = field(default_factory=dict)


exporter: Callable[[str, Place], AbstractContextManager[object]] | None = None
caller: Callable[[], int] | None = None
"""The number of the span that is open, for what hangs on it in another process."""
_here: ContextVar[Place | None] = ContextVar("kulis_trace", default=None)


def here() -> Place | None:
    return _here.get()


def current() -> UUID | None:
    place = _here.get()
    return place.trace if place else None


def own() -> UUID:
    """The trace of what goes on here, or one that begins now."""
    return current() or uuid4()


def enter(trace: UUID | None, *, parent: int = 0, **fields: Value | None) -> "Token[Place | None]":
    """From now on this is where the work belongs; `leave` ends that. For frameworks that only call before and after."""
    return _here.set(Place(trace or uuid4(), parent, _known(fields)))


def leave(token: "Token[Place | None]") -> None:
    _here.reset(token)


@contextmanager
def follow(trace: UUID | None, **fields: Value | None) -> Iterator[None]:
    """Work on what belongs to this trace; None begins a new one. `fields` are told in the log."""
    token = _here.set(Place(trace or uuid4(), 0, _known(fields)))
    try:
        yield
    finally:
        leave(token)


@contextmanager
def span(name: str, **fields: Value | None) -> Iterator[None]:
    """A part of the work that takes its time, within the trace of the place."""
    place = _here.get() or Place(uuid4())
    inner = replace(place, fields={**place.fields, **_known(fields)})
    token = _here.set(inner)
    try:
        with exporter(name, inner) if exporter else _NOTHING:
            yield
    finally:
        _here.reset(token)


def _known(fields: Mapping[str, Value | None]) -> dict[str, Value]:
    return {name: value for name, value in fields.items() if value is not None and name in FIELDS}


def header() -> str:
    """The place for another process, as W3C Trace Context writes it."""
    place = _here.get()
    trace = place.trace if place else uuid4()
    return f"00-{trace.hex}-{(caller() if caller else 0) or secrets.randbits(63) + 1:016x}-01"


def read(text: object) -> tuple[UUID | None, int]:
    """Trace and span of such a header; nothing for whatever else stands there."""
    found = _HEADER.fullmatch(text) if isinstance(text, str) else None
    if found is None or not int(found[1], 16) or not int(found[2], 16):
        return None, 0
    return UUID(found[1]), int(found[2], 16)
