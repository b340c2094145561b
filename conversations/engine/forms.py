"""Turkish word forms: whether a word is another one with its endings. Words are plain, as `split` has them. Pure."""

import re
from collections.abc import Sequence
from functools import lru_cache

from bots import casing

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = dict.fromkeys(map(ord, "\u02b9\u02bb\u02bc\u02bd\u02c8\u02ca\u02cb\u055a\ua78c"), "'")
"""Signs that pass for letters and are written for an apostrophe."""
# The endings that Turkish hangs on a noun: plural, possession, case, -ki, -li, -ci, "to be", and their chains.
_ENDING = re.compile(
    r"(?:l[ae]r)?(?:[iu]m[iu]z|[iu]n[iu]z|[iu]m|[iu]n|s[iu]|[iu]|(?<=\w{4}[aeiu])[mn](?:[iu]z)?)?"
    r"(?:n?[dt][ae]n|n?[dt][ae]ki(?:l[ae]r)?|n?[dt][ae]|n[iu]n|[iu]n|n[ae]|y[ae]|[ae]|n[iu]|y[iu]|[iu]|yl[ae]|l[ae]"
    r"|c[ae]|c[iu]|l[iu]|s[iu]z)?(?:ki|l[ae]r)?(?:d[iu]r|y[iu][mz]|yd[iu][mkn]?|ym[iu]s|ys[ae])?"
)
_VOWEL_ENDING = re.compile(rf"(?=[aeiu]){_ENDING.pattern}")
_SOFT = {"p": "b", "t": "d", "k": "g"}
"""What the last letter becomes before a vowel: kitap, kitabı (ç and c are one letter here)."""
_NARROWED = {
    "nakit": "nakd", "kayip": "kayb", "vakit": "vakt", "fikir": "fikr", "sehir": "sehr", "seyir": "seyr",
    "sabir": "sabr", "emir": "emr", "akil": "akl", "isim": "ism", "omur": "omr", "devir": "devr", "resim": "resm",
}  # fmt: skip
"""Nouns that lose their last vowel before another. Few do, and no rule tells which: yatırım does not."""
_COMMON = frozenset({"ve", "ile", "bir", "hisse", "hisseleri", "piyasa", "piyasalar", "genel"})
"""In every topic, so they decide nothing."""
_NOT_A_FORM = frozenset({"altinci"})
_UNDER = frozenset({"altinda", "altindan", "altindaki", "altindakiler"})
_OF_GOLD = frozenset({"gram", "ons", "ceyrek", "tam", "yarim", "ata", "cumhuriyet", "gumus", "fiziki"})
_DONE_WITH_GOLD = re.compile(
    r"(?:yuksel|dus|ralli|hareket|alim|satis|fiyat|artis|gerile|rekor|zirve|prim|seyir|trend|beklenti|pozisyon|kar|para"
    r"|kazan|cik|vazgec|uzak|kork|daha|yatirim|duzeltme|toparla|sert|yukari|asagi|ralli|guclu|zayif|umut|iyi|kotu)\w*"
)


@lru_cache(maxsize=4096)
def split(text: str) -> tuple[str, ...]:
    """Words without case and Turkish marks; what follows an apostrophe of any kind stands alone."""
    return tuple(_WORD.findall(casing.plain(text.translate(_APOSTROPHES))))


@lru_cache(maxsize=4096)
def stems(topic: str) -> tuple[str, ...]:
    """The words by which a topic is recognised."""
    found = split(topic)
    return tuple(word for word in found if len(word) > 1 and word not in _COMMON) or found


@lru_cache(maxsize=1024)
def places(words: tuple[str, ...]) -> dict[str, list[int]]:
    """Where words stand, by the two letters that they begin with: no ending changes those."""
    found: dict[str, list[int]] = {}
    for at, word in enumerate(words):
        found.setdefault(word[:2], []).append(at)
    return found


def is_form(word: str, stem: str) -> bool:
    """Whether `word` is `stem`, alone or with Turkish endings."""
    if word == stem:
        return True
    return len(stem) > 2 and word[:2] == stem[:2] and _is_longer_form(word, stem)


@lru_cache(maxsize=65536)
def _is_longer_form(word: str, stem: str) -> bool:
    if word in _NOT_A_FORM:
        return False
    if word.startswith(stem):
        return bool(_ENDING.fullmatch(word, len(stem)))
    return any(word.startswith(root) and bool(_VOWEL_ENDING.fullmatch(word, len(root))) for root in _bent(stem))


@lru_cache(maxsize=4096)
def _bent(stem: str) -> tuple[str, ...]:
    """What is left of a stem before an ending that begins with a vowel, where that changes it."""
    softened = (stem[:-1] + _SOFT[stem[-1]],) if stem[-1] in _SOFT else ()
    return (_NARROWED[stem], *softened) if stem in _NARROWED else softened


def means_under(words: Sequence[str], at: int) -> bool:
    """Whether the word there is "under" rather than gold: "altında" is nearly always, unless gold stands around it.

    It is gold after "gram" or "ons", and before what one says of a price ("altındaki ralli") where nothing that has an
    underside comes first ("beklentinin altında", "baskı altında").
    """
    if words[at] not in _UNDER:
        return False
    before, after = words[at - 1] if at else "", words[at + 1] if at + 1 < len(words) else ""
    if before in _OF_GOLD:
        return False
    has_underside = before.isdigit() or before in {"baski", "yuzde"} or bool(re.search(r"[iu]n$", before))
    return has_underside or not _DONE_WITH_GOLD.fullmatch(after)
