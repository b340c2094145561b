"""What one model takes and another refuses: learnt from its refusals, remembered per process.

Compatible servers differ in two parameters. Newer models of OpenAI want `max_completion_tokens` and refuse `max_tokens`
and any temperature; most others know only `max_tokens`.
"""

import re
from collections import defaultdict
from collections.abc import Container
from threading import Lock

_ADAPTABLE = re.compile(r"\b(max_tokens|max_completion_tokens|temperature)\b")
_REFUSAL = re.compile(
    r"support|unrecogni[sz]ed|unknown|unexpected|not (?:permitted|allowed)|extra input|deprecated", re.IGNORECASE
)

Place = tuple[str, str]
"""Address and model."""

_refused: defaultdict[Place, frozenset[str]] = defaultdict(frozenset)
_lock = Lock()


def options(place: Place, *, max_tokens: int, temperature: float) -> dict[str, int | float]:
    """The parameters to send, in the dialect of this model."""
    refused = _refused[place]
    wishes = [("max_tokens", max_tokens)] if "max_tokens" not in refused else [("max_completion_tokens", max_tokens)]
    return {name: value for name, value in [*wishes, ("temperature", temperature)] if name not in refused}


def learn(place: Place, *, sent: Container[str], param: str | None, message: str) -> bool:
    """Whether this refusal of what was `sent` names something that the next request will not hold."""
    named = _ADAPTABLE.search(param or "") or _ADAPTABLE.search(message)
    if named is None or named[1] not in sent or not _REFUSAL.search(message):
        return False
    with _lock:
        _refused[place] |= {named[1]}
    return True
