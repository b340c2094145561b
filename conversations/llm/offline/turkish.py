"""Turkish on the level of letters and suffixes: casing with I/ı and İ/i, vowel harmony, cases, apostrophes."""

import re
from collections.abc import Callable
from dataclasses import dataclass

VOWELS = "aeıioöuü"
_ROUND = "oöuü"
_HARD = "fstkçşhp"
_PLAIN = str.maketrans("âîû", "aıu")
_LOWER, _UPPER = str.maketrans("Iİ", "ıi"), str.maketrans("iı", "İI")
_SOFT = {"p": "b", "ç": "c", "t": "d", "k": "ğ"}
# A free-standing mı or da, and the word that it agrees with.
_CLITIC = re.compile(r"([^\W\d_]+[\"”]? )(m[ıiuü]|d[ae])(?!\w)")
# Loan words whose last vowel is back but whose suffixes are front.
_FRONT = (
    "petrol", "kontrol", "rol", "gol", "sembol", "saat", "dikkat", "ihtimal", "hal", "usul", "emsal", "normal", "moral",
    "ideal", "sosyal",
)  # fmt: skip
# Words that lose their last vowel before a suffix that begins with one.
_DROPS = (
    "sabır", "akıl", "fikir", "şehir", "zihin", "ömür", "resim", "isim", "kısım", "nakit", "vakit", "seyir",
    "hacim", "hüküm",
)  # fmt: skip
_STAYS_HARD = (
    "risk", "köşk", "bank", "çek", "tek", "kök", "ok", "grup", "kulüp", "hukuk", "ahlak", "top", "saç", "maç", "hiç",
)  # fmt: skip
_SOFT_T = ("umut", "kanat", "geçit", "kağıt", "kâğıt", "yurt", "dört", "nakit")
_SOFT_SHORT = ("borç", "harç", "uç", "taç", "genç", "renk", "denk", "cep", "dip", "kap", "kurt", "güç")
# Names that can begin a sentence of ours without an apostrophe.
_NAMES = (
    "Fed", "Avrupa", "Brent", "Bitcoin", "Nasdaq", "Ethereum", "Çin", "Kapalıçarşı", "Bursa", "Kocaeli", "Manisa",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Noun:
    text: str
    apostrophe: bool = False
    """Proper names and tickers: the stem stays as it is, the suffix follows an apostrophe."""
    possessed: bool = False
    """Ends in a third-person possessive ("faiz farkı"): its cases begin with n."""
    reading: str = ""
    """How it is spoken, where the letters do not tell."""

    def __str__(self) -> str:
        return self.text


def lower(text: str) -> str:
    return text.translate(_LOWER).lower()


def upper(text: str) -> str:
    return text.translate(_UPPER).upper()


def capital(text: str) -> str:
    """Upper-case the first letter, stepping over quotes and brackets."""
    for index, char in enumerate(text):
        if char.isalpha():
            return text[:index] + upper(char) + text[index + 1 :]
        if char.isdigit() or char == "@":
            return text
    return text


def uncapital(text: str) -> str:
    """Lower-case the first letter of a sentence that moves inside another; names and tickers keep theirs."""
    first = text.split(maxsplit=1)[0] if text.split() else ""
    named = "'" in first or "’" in first or any(char.isupper() for char in first[1:]) or first.strip(",.;:") in _NAMES
    return text if named else lower(text[:1]) + text[1:]


def last_vowel(word: str) -> str:
    plain = lower(word).translate(_PLAIN)
    found = next((char for char in reversed(plain) if char in VOWELS), "e")
    if plain.endswith(_FRONT):
        return {"a": "e", "o": "ö", "u": "ü", "ı": "i"}.get(found, found)
    return found


def wide(vowel: str) -> str:
    """a or e."""
    return "a" if vowel in "aıou" else "e"


def narrow(vowel: str) -> str:
    """ı, i, u or ü."""
    if vowel in _ROUND:
        return "u" if vowel in "ou" else "ü"
    return "ı" if vowel in "aı" else "i"


def inflect(noun: Noun, case: str) -> str:
    """The noun in a case: acc, dat, loc, abl, gen, ins, ki (altındaki), plu,
    da (the particle), mi (the question), accmi (the accusative asked)."""
    return CASES[case](noun)


def harmonise(text: str) -> str:
    """Make the free-standing mı and da of a finished sentence agree with the word before them."""
    return _CLITIC.sub(lambda found: f"{found[1]}{_agreeing(found[1], found[2])}", text)


def _agreeing(before: str, clitic: str) -> str:
    word = re.sub(r"\W+$", "", before)
    if word.isupper():  # a ticker, which its slot has seen to
        return clitic
    vowel = last_vowel(word)
    return clitic[0] + (narrow(vowel) if clitic[0] == "m" else wide(vowel))


def _spoken(noun: Noun) -> str:
    return lower(noun.reading or noun.text).translate(_PLAIN)


def _join(noun: Noun, suffix: str) -> str:
    if noun.apostrophe:
        return f"{noun.text}'{suffix}"
    return (soften(noun.text) if suffix[0] in VOWELS else noun.text) + suffix


def soften(word: str) -> str:
    """The stem before a suffix that begins with a vowel: kitap, kitab-; sabır, sabr-."""
    last = lower(word).split()[-1]
    if last.endswith(_DROPS):
        word = word[:-2] + word[-1]
    if not _softens(last):
        return word
    if word[-2:] == "nk":
        return word[:-1] + "g"
    return word[:-1] + _SOFT[word[-1]]


def _softens(last: str) -> bool:
    if last in _STAYS_HARD or last[-1] not in _SOFT:
        return False
    if last[-1] == "t":
        return last.endswith(_SOFT_T)
    syllables = sum(char in VOWELS for char in last.translate(_PLAIN))
    return syllables > 1 or last in _SOFT_SHORT


def _vowel_suffix(buffer: str, vowel: Callable[[str], str], tail: str = "") -> Callable[[Noun], str]:
    """Accusative, dative, genitive: a buffer letter after a vowel, n after a possessive."""

    def attach(noun: Noun) -> str:
        spoken = _spoken(noun)
        glue = "n" if noun.possessed else buffer if spoken[-1] in VOWELS else ""
        return _join(noun, glue + vowel(last_vowel(spoken)) + tail)

    return attach


def _locative(tail: str) -> Callable[[Noun], str]:
    def attach(noun: Noun) -> str:
        spoken = _spoken(noun)
        letter = "t" if spoken[-1] in _HARD else "d"
        return _join(noun, ("n" if noun.possessed else "") + letter + wide(last_vowel(spoken)) + tail)

    return attach


def _instrumental(noun: Noun) -> str:
    spoken = _spoken(noun)
    return _join(noun, ("y" if spoken[-1] in VOWELS else "") + "l" + wide(last_vowel(spoken)))


def _plural(noun: Noun) -> str:
    return _join(noun, "l" + wide(last_vowel(_spoken(noun))) + "r")


def _apart(start: str, vowel: Callable[[str], str]) -> Callable[[Noun], str]:
    return lambda noun: f"{noun.text} {start}{vowel(last_vowel(_spoken(noun)))}"


def _asked(word: str) -> str:
    return f"{word} m{narrow(last_vowel(word))}"


CASES: dict[str, Callable[[Noun], str]] = {
    "acc": _vowel_suffix("y", narrow),
    "dat": _vowel_suffix("y", wide),
    "gen": _vowel_suffix("n", narrow, "n"),
    "loc": _locative(""),
    "abl": _locative("n"),
    "ki": _locative("ki"),
    "ins": _instrumental,
    "plu": _plural,
    "da": _apart("d", wide),
    "mi": _apart("m", narrow),
    "accmi": lambda noun: _asked(_vowel_suffix("y", narrow)(noun)),
}
