"""Turkish casing. Python's own `lower` and `upper` are English: they turn `I` into `i` and `i` into `I`."""

import re
import unicodedata
from functools import lru_cache

_LOWER = str.maketrans({"I": "ı", "İ": "i"})
_UPPER = str.maketrans({"i": "İ", "ı": "I"})
_LETTERS = str.maketrans("çğıöşüâîû", "cgiosuaiu")
_SPELLED = {"a": "[aâ]", "c": "[cç]", "g": "[gğ]", "i": "[iıî]", "o": "[oö]", "s": "[sş]", "u": "[uüû]"}
_STRAY_DOT = "i\u0307"
"""What an English `lower` makes of İ: a letter with a second dot."""


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Lower case by Turkish rules with every run of white space as one blank: for search and comparison."""
    lowered = unicodedata.normalize("NFC", text).translate(_LOWER).lower().replace(_STRAY_DOT, "i")
    return " ".join(lowered.split())


def upper(text: str) -> str:
    return unicodedata.normalize("NFC", text).translate(_UPPER).upper()


def capital(text: str) -> str:
    """The same text beginning with a capital letter."""
    return upper(text[:1]) + text[1:]


def plain(text: str) -> str:
    """Folded, and without Turkish letters: `ÇIĞLIK`, `çığlık` and `ciglik` become one."""
    return fold(text).translate(_LETTERS)


def spelled(word: str) -> str:
    """A regular expression that finds a word in folded text with or without its Turkish letters."""
    return "".join(_SPELLED.get(letter) or re.escape(letter) for letter in plain(word))
