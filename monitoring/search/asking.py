"""What somebody typed, made ready to be looked for."""

import re
from dataclasses import dataclass

from bots import casing
from conversations import remits

LONGEST = 100
SHORTEST_WORD = 3
"""Of a word in a message: the index knows runs of three letters."""
_BIGGEST = 2**63 - 1
_NUMBER = re.compile(r"#?(-?\d{1,19})")


@dataclass(frozen=True, slots=True)
class Asked:
    text: str
    words: tuple[str, ...]
    """Plain: folded and without Turkish letters."""
    number: int | None
    """When nothing but a number was typed: of a turn, of a message, or of Telegram."""
    viewer: remits.Person = None
    """Who asks, and so of which chats."""

    @property
    def long_words(self) -> tuple[str, ...]:
        return tuple(word for word in self.words if len(word) >= SHORTEST_WORD)


def read(typed: str) -> Asked:
    text = " ".join(typed.replace("\0", "").split())[:LONGEST]
    number = _NUMBER.fullmatch(text)
    words = casing.plain(text.lstrip("@#")).split()
    given = int(number[1]) if number else None
    return Asked(text, tuple(words), given if given is not None and abs(given) <= _BIGGEST else None)
