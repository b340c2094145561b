"""What a browser reports, as a fault: an error of a script, or what the content policy refused. Pure but for the clock.

Anybody may send such a report, so nothing of it is believed: it is small, it is cut to a few fields, addresses lose
what may be personal, and so many a minute are taken and no more.
"""

import re
import threading
import time
from collections import deque
from datetime import datetime
from typing import Any
from urllib.parse import SplitResult, urlsplit

from monitoring.faults.reading import LONGEST_PLACE, LONGEST_SAMPLE, LONGEST_TEXT, Seen, clean, fingerprint

LARGEST = 8192
"""Bytes of a report."""
EACH, ALL, ADDRESSES = 20, 120, 2000
"""Reports a minute from one address and from everybody, and how many addresses are remembered."""
_NUMBERS = re.compile(r"\d+")
_TOKENS = re.compile(r"[A-Za-z0-9_-]{24,}")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{0,30}://[^\s)'\"]+", re.IGNORECASE)
"""Schemes are short: of any length, one report of 8 kB would take half a second."""


class Throttle:
    """Per process: a web process that is flooded must not ask another server whether it may say no."""

    def __init__(self) -> None:
        self._taken: dict[str, deque[float]] = {}
        self._all: deque[float] = deque()
        self._lock = threading.Lock()

    def forget(self) -> None:
        self._taken.clear()
        self._all.clear()

    def takes(self, address: str) -> bool:
        with self._lock:
            return self._has_room(address, time.monotonic())

    def _has_room(self, address: str, now: float) -> bool:
        if len(self._taken) > ADDRESSES:
            self._taken.clear()
        mine = self._taken.setdefault(address, deque())
        for line in (mine, self._all):
            while line and line[0] < now - 60:
                line.popleft()
        if len(mine) >= EACH or len(self._all) >= ALL:
            return False
        mine.append(now)
        self._all.append(now)
        return True


def script(report: Any, at: datetime) -> Seen | None:
    """An error of a script of ours; None for what is none, as of an extension of the browser."""
    if not isinstance(report, dict) or not (text := _text(report, "message")):
        return None
    source, stack = _text(report, "source"), _text(report, "stack")
    if source and _parts(source).scheme not in {"http", "https", ""}:
        return None
    line = _number(report, "line")
    where = f"{_path(source)}:{line}" if source else ""
    place = " · ".join(filter(None, [_path(_text(report, "page")), where]))
    return Seen(
        fingerprint=fingerprint("script", _NUMBERS.sub("#", text), where),
        where="script",
        kind=_kind(text),
        text=_shown(text)[:LONGEST_TEXT],
        place=clean(place)[:LONGEST_PLACE],
        sample=_shown(stack or text)[:LONGEST_SAMPLE],
        at=at,
    )


def refusal(report: Any, at: datetime) -> Seen | None:
    """What the content policy of a page refused to load or run."""
    told = report.get("csp-report") if isinstance(report, dict) else None
    if not isinstance(told, dict):
        return None
    rule = (_text(told, "effective-directive") or _text(told, "violated-directive")).partition(" ")[0]
    if not rule:
        return None
    blocked, source = _text(told, "blocked-uri"), _text(told, "source-file")
    what = blocked if "://" not in blocked else f"{_parts(blocked).scheme}://{_parts(blocked).hostname or ''}"
    if any(_parts(address).scheme.endswith("-extension") for address in (source, blocked)):
        return None
    page = _path(_text(told, "document-uri"))
    return Seen(
        fingerprint=fingerprint("csp", rule, what, page),
        where="csp",
        kind=clean(rule)[:120],
        text=clean(what or "inline")[:LONGEST_TEXT],
        place=clean(" · ".join(filter(None, [page, _path(source)])))[:LONGEST_PLACE],
        sample=clean(f"{rule}: {what or 'inline'}\n{page}\n{_path(source)}:{_number(told, 'line-number')}")[
            :LONGEST_SAMPLE
        ],
        at=at,
    )


def _text(report: dict[str, Any], name: str) -> str:
    value = report.get(name)
    return value if isinstance(value, str) else ""


def _number(report: dict[str, Any], name: str) -> int:
    value = report.get(name)
    return value if type(value) is int and 0 <= value < 10**6 else 0


def _kind(text: str) -> str:
    head = text.removeprefix("Uncaught ").partition(":")[0]
    return head if re.fullmatch(r"[A-Za-z]{1,40}Error", head) else "Error"


def _path(address: str) -> str:
    """The path of an address without host, query and fragment; numbers and keys in it are of no interest."""
    return _NUMBERS.sub("#", _TOKENS.sub("*", _parts(address).path))[:LONGEST_PLACE]


def _parts(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _shown(text: str) -> str:
    """Every address in it as its path alone."""
    return clean(_ADDRESS.sub(lambda found: _path(found[0]) or "/", text))
