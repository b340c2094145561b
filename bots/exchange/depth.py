"""What a document may be at all before anybody walks through it: not too deep, and nothing PostgreSQL cannot keep."""

import math
import re
from typing import Any

MOST = 64
_UNKEPT = re.compile(r"[\x00\ud800-\udfff]")


def too_deep(document: Any) -> bool:
    """Whether anything lies deeper than MOST levels. Looks level by level, so that no depth harms the one who looks."""
    level = [document]
    for _depth in range(MOST):
        level = [inner for value in level if isinstance(value, dict | list) for inner in _inside(value)]
        if not level:
            return False
    return True


def keepable(value: Any) -> Any:
    """The same without what JSON in PostgreSQL cannot hold: NUL, halves of letters, and numbers that are none."""
    if isinstance(value, dict):
        return {_UNKEPT.sub("", key): keepable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [keepable(item) for item in value]
    if isinstance(value, str):
        return _UNKEPT.sub("", value)
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _inside(value: dict[str, Any] | list[Any]) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value
