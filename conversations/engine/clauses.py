"""A Turkish chat text as clauses of words with what each is worth: the groundwork of `sentiment`. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from bots import casing
from conversations.engine import forms, lexicon

Table = dict[str, float]


@dataclass(frozen=True, slots=True)
class Sense:
    """One word, or one fixed phrase, as far as feeling goes."""

    word: str
    worth: float = 0.0
    act: float = 0.0
    """What it is worth only in what is said about a topic."""
    stem: str = ""
    turns: Literal["", "near", "all"] = ""
    """Whether it turns round what stands before it: the nearest word ("degil", "yok", "olmaz") or all ("sanmam")."""
    verb: bool = False
    negated: bool = False
    """Carries its own "not"; `worth` and `act` count it already."""
    asset: str = ""
    """The traded thing that it names."""
    burden: float | None = None
    """For a thing of which less is better: what its mere mention is worth."""


@dataclass(frozen=True, slots=True)
class Clause:
    senses: tuple[Sense, ...]
    but: bool = False
    """Whether it follows an "ama"."""
    asks: bool = False


def any_of(phrases: Iterable[str]) -> str:
    return "|".join(map(re.escape, _longest(phrases)))


def _longest(phrases: Iterable[str]) -> list[str]:
    return sorted(phrases, key=len, reverse=True)


def _loose(phrase: str) -> str:
    """A phrase whose longer words may stand in the plural: "alicilar gel" is "alici gel" too."""
    *start, last = phrase.split(" ")
    return " ".join([*(word + (r"(?:l[ae]r(?:[iu]\w?)?)?" if len(word) > 3 else "") for word in start), last])


def listed(lines: str) -> list[str]:
    """The phrases of a block, which stand between bars or line ends."""
    return lines.strip().replace("\n", "|").split("|")


def _table(lines: str, between: str | None = None) -> Table:
    pairs = (line.split(maxsplit=1) for line in lines.strip().splitlines())
    return {stem: float(worth) for worth, found in pairs for stem in found.split(between)}


_VERBS, _NOUNS, _ACTS = _table(lexicon.VERBS), _table(lexicon.NOUNS), _table(lexicon.ACTS)
_BURDENS = _table(lexicon.BURDENS)
_PHRASES, _STANDS = _table(lexicon.PHRASES, "|"), _table(lexicon.STANDS, "|")
_NOTHING, _ASSETS = frozenset(lexicon.NOTHING.split()), tuple(lexicon.ASSETS.split())
_SHORTENED = {stem[:-1]: stem for stem in _VERBS | _ACTS if stem[-1] in "ae"}
"""Verbs that lose their vowel in the present: "topluyor" of "topla"."""
UP, DOWN = frozenset(lexicon.UP.split()), frozenset(lexicon.DOWN.split())
INTENSIVE = frozenset(lexicon.INTENSIVE.split())
_BUT = frozenset({"ama", "amma", "fakat", "ancak", "lakin", "oysa", "oysaki", "halbuki"})
_GLAD, _SAD = "😀😃😄😁🙂😊😍🥳🚀📈👍👏🔥💪🎉🤩😎❤", "📉😢😭😡👎💔😞😔😟😱😰🤬😩😫🤦🙁☹"
_TOKEN = re.compile(
    rf"(?P<tag>\bdegil mi\w*)|(?P<phrase>\b(?:{'|'.join(map(_loose, _longest(_PHRASES | _STANDS)))})\w*)"
    rf"|(?P<word>[^\W_]+)|(?P<end>[.!?;,:…]+)|(?P<sign>[{_GLAD}{_SAD}])"
)
_LOOSE = {phrase: re.compile(_loose(phrase)) for phrase in _longest(_PHRASES | _STANDS)}
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_NOT = (
    r"(?:y?[ae])?m(?:[iu]yor|[ae](?:z|m$|d[iu]|m[iu]s|m[ae]|y[ae]c|y[ae]n|y[ae]b|y[ae]r|s[ae]|s[iu]n(?:l[ae]r)?$|yi[nzp]"
    r"|d[ae]n|ks[iu]z))\w*"
)
_NEGATED = re.compile(rf"(?:[iu]?[ln])?{_NOT}")
_TENSE = re.compile(
    rf"{_NOT}|(?:[iu]l)?(?:[iu]?yor|[dt][iu]|m[iu]s|y?[ae]c[ae][kg]|[aeiu]r|(?<=[aeiu])r|s[ae]|s[iu]n|y?[iu]p|y?[ae]n|y?[ae]r[ae]k"
    r"|y?[iu]nc[ae]|y?[ae]bil|m[ae]|y?[ae]l[iu]m)\w{0,9}"
)
_IF = re.compile(r"(?:[aeiu]?rs[ae]|s[ae])(?:m|n|k|l[ae]r|n[iu]z)?")
_WITHOUT = re.compile(r"s[iu]z")
_SELF = re.compile(r"\w*(?:[mk]|[iu]z)")
_FAILS = re.compile(r"\w{2,}?(?:y?[ae])?m(?:[iu]yor(?!du)|[ae](?:z|d[iu]|m[iu]s|y[ae]c))\w*")
"""Any verb with its "not", whatever it is: "gelmedi", "görünmüyor"."""
_DOUBT = re.compile(rf"(?:{any_of(lexicon.DOUBTS.split())}){_NOT}")
_NONE = re.compile(r"degil\w*|yok(?:tu\w*|mus)?|kalma(?:di|mis)\w*")
_ENDS = frozenset(lexicon.ENDS.split())
_UNSURE = frozenset(lexicon.UNSURE.split())
_ASKS = re.compile(r"m[iu](?:s[iu]n\w*|y[iu]\w*|d[iu]r\w*)?")
_CODE = re.compile(r"\b[A-Z]{4,6}\b")


@lru_cache(maxsize=1024)
def read(text: str) -> tuple[Clause, ...]:
    """The clauses of a text that have words, in order."""
    plain = _STRETCHED.sub(r"\1", casing.plain(text.replace("\n", " . ")))
    codes = set() if text.isupper() else set(map(casing.plain, _CODE.findall(text)))
    clauses: list[Clause] = []
    senses: list[Sense] = []
    but = asks = tagged = False
    for found in _TOKEN.finditer(plain):
        kind, said = found.lastgroup or "", found.group()
        if kind == "end" or said in _BUT:
            if senses:
                clauses.append(Clause(tuple(senses), but, (asks or "?" in said) and not tagged))
                but = False
            senses, but, asks, tagged = [], but or said in _BUT, False, False
        elif kind == "tag":
            tagged = True
        else:
            asks = asks or said in _UNSURE or bool(_ASKS.fullmatch(said))
            senses.append(_sensed(kind, said, said in codes))
    last = [Clause(tuple(senses), but, asks and not tagged)] if senses else []
    return (*clauses, *last)


def _sensed(kind: str, said: str, code: bool) -> Sense:
    if kind == "sign":
        return Sense(said, worth=0.6 if said in _GLAD else -0.6)
    if kind == "phrase":
        return _phrase(said)
    return Sense(said, asset=said) if code else sense(said)


@lru_cache(maxsize=4096)
def _phrase(said: str) -> Sense:
    known, begun = next((phrase, found) for phrase, loose in _LOOSE.items() if (found := loose.match(said)))
    rest = said[begun.end() :]
    sign = -0.8 if _NEGATED.match(rest) else 0.3 if _IF.fullmatch(rest) else 1.0
    return Sense(said, _PHRASES.get(known, 0.0) * sign, _STANDS.get(known, 0.0) * sign, known, negated=sign < 0)


@lru_cache(maxsize=16384)
def sense(word: str) -> Sense:
    """What one word is worth, by the longest stem that it can be a form of."""
    found = _by_stem(word)
    turns: Literal["", "near", "all"] = ""
    if "yordu" not in word and _DOUBT.fullmatch(word):  # who did not expect it says that it came
        turns = "all"
    elif _NONE.fullmatch(word) or (found.stem in _ENDS and not found.negated) or _fails(word, found):
        turns = "near"
    return replace(found, turns=turns, asset=next((name for name in _ASSETS if forms.is_form(word, name)), ""))


def _fails(word: str, found: Sense) -> bool:
    return not found.worth and word not in _UNSURE and bool(_FAILS.fullmatch(word))


def _by_stem(word: str) -> Sense:
    for end in range(len(word), 1, -1):
        stem, rest = word[:end], word[end:]
        if stem in _NOTHING:
            break
        if stem in _BURDENS and forms.is_form(word, stem):
            if _WITHOUT.match(rest):
                return Sense(word, 0.6, stem=stem)
            return Sense(word, stem=stem, burden=_BURDENS[stem])
        if stem in _NOUNS and forms.is_form(word, stem):
            return Sense(word, _NOUNS[stem] * (-0.8 if _WITHOUT.match(rest) else 1), stem=stem)
        if (stem in _VERBS or stem in _ACTS or stem == "cik") and _TENSE.fullmatch(rest):
            return _verb(word, stem, rest)
        if stem in _SHORTENED and rest[1:4] == "yor":
            return _verb(word, _SHORTENED[stem], rest)
    return Sense(word)


def _verb(word: str, stem: str, rest: str) -> Sense:
    negated = bool(_NEGATED.match(rest))
    sign = -0.8 if negated else 0.3 if _IF.fullmatch(rest) else 1.0
    act = _ACTS.get(stem, 0.0)
    if stem == "cik":  # who goes out expects nothing good; what goes up is another matter
        act = -0.6 if _SELF.fullmatch(rest) else 0.5
    return Sense(word, _VERBS.get(stem, 0.0) * sign, act * sign, stem, verb=True, negated=negated)
