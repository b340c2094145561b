"""What a provider says about its limits in the headers of an answer: how much is left, until when."""

import math
import re
from collections.abc import Mapping

from conversations.llm import port

_PIECE = re.compile(r"(\d+(?:\.\d+)?)(ms|h|m|s)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
LONGEST = 86_400.0
MOST = 10**15


def allowance(headers: Mapping[str, str]) -> port.Allowance | None:
    """None where nothing is said."""
    requests, tokens = _room(headers, "requests"), _room(headers, "tokens")
    return port.Allowance(requests, tokens) if requests or tokens else None


def _room(headers: Mapping[str, str], of: str) -> port.Room | None:
    left = _count(headers.get(f"x-ratelimit-remaining-{of}"))
    limit = _count(headers.get(f"x-ratelimit-limit-{of}"))
    seconds = span(headers.get(f"x-ratelimit-reset-{of}"))
    if left is None or limit is None or seconds is None:
        return None
    return port.Room(limit=limit, left=left, seconds=seconds)


def _count(said: str | None) -> int | None:
    try:
        number = float(said or "")
    except ValueError:
        return None
    return min(int(number), MOST) if math.isfinite(number) and number >= 0 else None


def span(said: str | None) -> float | None:
    """Seconds, from 6m0s, 20ms, 1.5s or a bare number."""
    if not said:
        return None
    pieces = _PIECE.findall(said)
    if pieces and "".join(f"{number}{unit}" for number, unit in pieces) == said.strip():
        seconds = sum(float(number) * _SECONDS[unit] for number, unit in pieces)
    else:
        try:
            seconds = float(said)
        except ValueError:
            return None
    return min(max(seconds, 0.0), LONGEST) if math.isfinite(seconds) else None
