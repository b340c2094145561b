"""The plain form of a text, in which tricks of spelling are gone. Pure.

Letters lose their marks, letters of other alphabets and digits that stand for letters become those letters, stretched
words are shortened and words that were pulled apart are closed up: a promise is a promise in any spelling.
"""

import re
import unicodedata
from functools import lru_cache

from bots import casing

_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_LOOKALIKES = str.maketrans("аеіјорсухѕкмтвнαεικνορτυχ", "aeijopcyxskmtbhaeikvoptux")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_INNER_SIGNS = re.compile(r"(?<=[a-z])[*_~|·•]+(?=[a-z])")
_PULLED_APART = re.compile(r"(?<!\w)(?:[^\W_][\s.\-_*]+){3,}[^\W_](?!\w)")
_DIGITS = str.maketrans("013457@$", "oieastas")
_DIGIT_AS_LETTER = re.compile(r"(?<=[a-z])[0-9@$]+(?=[a-z])|(?<=[a-z])[0-9@$](?!\w)|(?<!\w)[0-9@$](?=[a-z])")


@lru_cache(maxsize=512)
def plain(text: str) -> str:
    closed = _PULLED_APART.sub(lambda found: _closed(found.group(0)), _latin(text))
    whole = _STRETCHED.sub(r"\1", _INNER_SIGNS.sub("", closed))
    return _DIGIT_AS_LETTER.sub(lambda found: found.group(0).translate(_DIGITS), whole)


def pulled_apart(text: str) -> list[str]:
    """What was written letter by letter, closed up: where one word ended and the next began can no longer be told."""
    return [_closed(run) for run in _PULLED_APART.findall(_latin(text))]


@lru_cache(maxsize=512)
def _latin(text: str) -> str:
    """Small letters without any mark, whatever alphabet or font they came in."""
    shown = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    letters = unicodedata.normalize("NFD", casing.plain(shown).translate(_LOOKALIKES))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _closed(run: str) -> str:
    return re.sub(r"[\W_]+", "", run)
