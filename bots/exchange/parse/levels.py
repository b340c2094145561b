"""Levels in words: by their names, or in a phrase such as "çok düşük risk, uzun vade"."""

import re
from enum import StrEnum
from typing import TypeVar

from django.utils.translation import gettext as _

from bots import casing
from bots.exchange.parse import Parser, Read, Unreadable, read_as, shown
from bots.sheet import Horizon, Risk

E = TypeVar("E", bound=StrEnum)
V = TypeVar("V")

# In each table the first line that a phrase fits counts; words are compared without case and Turkish marks.
_SHARES: tuple[tuple[str, float], ...] = (
    (r"(?:cok|very) (?:dusuk|az|low)", 0.1),
    (r"(?:cok|very) (?:yuksek|high)|en yuksek", 0.95),
    (r"dusuk|az|low|zayif", 0.25),
    (r"orta|medium|normal", 0.5),
    (r"yuksek|high|guclu|kesin", 0.8),
)
_RISKS: tuple[tuple[str, Risk], ...] = (
    (r"(?:cok|very) (?:dusuk|az|low)", Risk.VERY_LOW),
    (r"(?:cok|very) (?:yuksek|high)|agresif|spekulatif", Risk.HIGH),
    (r"dusuk|az|low|muhafazakar|temkinli", Risk.LOW),
    (r"orta|medium|dengeli", Risk.MEDIUM),
    (r"yuksek|high", Risk.HIGH),
)
_HORIZONS: tuple[tuple[str, Horizon], ...] = (
    (r"kisa vade\w*|gunluk|gun ici|scalp\w*|short", Horizon.SHORT),
    (r"orta vade\w*|haftalik|medium term", Horizon.MEDIUM),
    (r"uzun vade\w*|yillar\w*|temettu\w*|long", Horizon.LONG),
)
_TERM = re.compile(r"\b(?:kisa|orta|uzun) vade\w*")


def named(kind: type[E]) -> Parser[E]:
    """One of the names of `kind`, as in our own format."""

    def parse(raw: object) -> Read[E]:
        name = raw.strip().lower().replace(" ", "_") if isinstance(raw, str) else ""
        if name not in set(kind):
            raise Unreadable(_("“%(raw)s” is none of: %(names)s.") % {"raw": shown(raw), "names": ", ".join(kind)})
        return Read(kind(name)) if name == raw else read_as(raw, kind(name))

    return parse


def share(phrase: str) -> float | None:
    """The share from 0 to 1 that a phrase speaks of."""
    return _first(_SHARES, casing.plain(phrase))


def risk(phrase: str) -> Risk | None:
    """The risk that a phrase speaks of. Its words about time say nothing of it: "orta vade" is no medium risk."""
    return _first(_RISKS, _TERM.sub(" ", casing.plain(phrase)))


def horizon(phrase: str) -> Horizon | None:
    return _first(_HORIZONS, casing.plain(phrase))


def _first(table: tuple[tuple[str, V], ...], words: str) -> V | None:
    return next((level for pattern, level in table if re.search(rf"\b(?:{pattern})\b", words)), None)
