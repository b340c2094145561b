"""Text out of markup: what a feed says, without tags, scripts and marks that cannot be seen. Pure."""

import re
import unicodedata
from html.parser import HTMLParser

from typing_extensions import override

_SILENT = {"script", "style", "template"}
_DEEPEST = 3
"""Feeds escape their markup once or twice."""


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    @override
    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._silent += tag in _SILENT
        self.parts.append(" ")

    @override
    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in _SILENT))
        self.parts.append(" ")

    @override
    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def text(markup: str, *, longest: int) -> str:
    """At most `longest` characters of plain text on one line, cut between words."""
    found = markup[: longest * 20]
    for _round in range(_DEEPEST):
        if not re.search(r"<[a-zA-Z/!]|&[#a-zA-Z]", found):
            break
        reader = _Words()
        reader.feed(found)
        reader.close()
        found = "".join(reader.parts)
    return _cut(" ".join("".join(map(_visible, found)).split()), longest)


def _visible(letter: str) -> str:
    """Controls become blanks; marks that change direction or have no width vanish."""
    category = unicodedata.category(letter)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    return "" if category in ("Cf", "Cs", "Co", "Cn") else letter


def _cut(words: str, longest: int) -> str:
    if len(words) <= longest:
        return words
    return words[: longest - 1].rsplit(" ", 1)[0].rstrip(" ,;:-–") + "…"
