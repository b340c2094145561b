"""Does a text say the opposite of what its speaker stands for? The cheap look; a model may be asked after. Pure."""

import re
from collections.abc import Sequence

from conversations.engine import motive, words
from conversations.engine.values import Position, Verdict

CONTRADICTS, UNCLEAR = "contradiction", "unclear_stance"
SURE = 0.5
"""From this confidence on a stance is held against its speaker."""
_HEDGED = re.compile(
    r"\b(?:belki|galiba|sanki|olabilir|sanırım|acaba|bilmiyorum|emin\s+değil\w*|ama|gerçi|yine\s+de)\b"
)


def judge(text: str, positions: Sequence[Position]) -> tuple[Verdict, ...]:
    """A verdict for each stance that the text opposes: plainly, or so that only a reader can tell."""
    held = [p for p in positions if p.confidence >= SURE and words.speaks_of(text, p.topic)]
    opposed = [p for p in held if motive.opposes(text, p)]
    return tuple(Verdict("guard", _rule(text), passed=False, detail=f"{p.topic}: {p.text}") for p in opposed)


def _rule(text: str) -> str:
    return UNCLEAR if _HEDGED.search(words.fold(text)) or "?" in text else CONTRADICTS
