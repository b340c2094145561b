"""An original document with what has changed since laid over it: what nobody changed stays as it was written.

Of each field three things are known: what the original says, what Kulis made of that at first (`then`), and what Kulis
would say today (`now`). Where the last two agree the original stays, spelling and all.
"""

from collections.abc import Mapping
from typing import Any


def merged(original: dict[str, Any], *, then: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    result = dict(original)
    for key, today in now.items():
        at_first = then.get(key)
        if isinstance(today, dict) and isinstance(original.get(key), dict):
            inner = at_first if isinstance(at_first, dict) else {}
            result[key] = merged(original[key], then=inner, now=today)
        elif today != at_first:
            result[key] = _changed(original.get(key), at_first, today)
    return result


def _changed(original: Any, at_first: Any, today: Any) -> Any:
    if isinstance(today, list) and isinstance(original, list):
        return _items(original, at_first if isinstance(at_first, list) else [], today)
    if isinstance(today, str) and isinstance(original, str) and original and not at_first:
        return f"{original}\n{today}"  # Kulis had nothing of its own there; what it has now is added
    return today


def _items(original: list[Any], at_first: list[Any], today: list[Any]) -> list[Any]:
    """What was taken out here goes, what is new here comes last, and what Kulis never read stays. A list that was not
    read item by item cannot be told apart so; it becomes what Kulis says."""
    if any(item not in original for item in at_first):
        return today
    gone = [item for item in at_first if item not in today]
    kept = [item for item in original if item not in gone]
    return kept + [item for item in today if item not in at_first and item not in kept]


def overlaid(original: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """The original with everything that `now` names as it is now; only what `now` does not name stays."""
    inner = {
        key: overlaid(original[key], today)
        if isinstance(today, dict) and isinstance(original.get(key), dict)
        else today
        for key, today in now.items()
    }
    return {**original, **inner}
