"""How tickers, topics and people are written and spoken, so that suffixes fit: THYAO'da, AKBNK'ta, BTC'nin."""

import re

from conversations.llm.offline import turkish
from conversations.llm.offline.turkish import Noun

_TICKER = re.compile(r"^[A-Z][A-Z0-9&./]{1,9}$")
_DIGITS = ("sıfır", "bir", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz")
_TENS = ("", "on", "yirmi", "otuz", "kırk", "elli", "altmış", "yetmiş", "seksen", "doksan")
# Tickers whose letters mislead.
_READ = {"TUPRS": "tüpraş", "ARCLK": "arçelik", "ENKAI": "enka", "KRDMD": "kardemir"}
# What people call an instrument when they talk about it.
_SPOKEN = {
    "USDTRY": "dolar", "USDTL": "dolar", "USD": "dolar", "EURTRY": "euro", "EUR": "euro", "EURUSD": "parite",
    "XAUUSD": "ons altın", "XAUTRY": "gram altın", "XAGUSD": "gümüş", "BRENT": "Brent",
    "BTCUSDT": "BTC", "BTCTRY": "BTC", "BTCUSD": "BTC", "ETHUSDT": "ETH",
    "XU100": "BIST 100", "XU030": "BIST 30", "BIST100": "BIST 100", "BIST30": "BIST 30",
}  # fmt: skip
_TITLES = (
    "hanım", "bey", "abi", "abla", "hoca", "hocam", "usta", "dayı", "teyze", "amca", "reis", "kaptan", "dede", "baba",
    "anne", "doktor", "öğretmen",
)  # fmt: skip
_BRANDS = ("bitcoin", "ethereum", "solana", "nasdaq", "brent", "fed")
# Topic labels that end in a possessive.
_POSSESSED = (
    " hisseleri", " piyasası", " piyasaları", " yönetimi", " ekonomisi", " politikası", " sektörü", " borsası",
    " fonları", " kuru", " faizi",
)  # fmt: skip


def symbol(name: str) -> Noun:
    """A watchlist entry as people write it: tickers and brands with an apostrophe, ordinary words without."""
    clean = name.strip().lstrip("$#").split(".")[0]
    known = _SPOKEN.get(clean.upper().replace("/", "").replace(" ", ""), clean)
    if _TICKER.match(known) or known[-1:].isdigit():
        return Noun(known, apostrophe=True, reading=spell(known))
    if turkish.lower(known) in _BRANDS:
        return Noun(turkish.capital(known), apostrophe=True)
    return common(known)


def common(words: str) -> Noun:
    """A topic in the middle of a sentence: "Dolar/TL" is spoken "dolar", "Makro Ekonomi" "makro ekonomi"."""
    head = words.split("/", maxsplit=1)[0].strip()
    if re.search(r"[A-Z]{2}", head) or head[-1:].isdigit():
        return Noun(head, apostrophe=True, reading=spell(head.split()[-1]))
    text = turkish.lower(head)
    return Noun(text, possessed=text.endswith(_POSSESSED))


def person(name: str) -> str:
    """The name one calls out: the first name, with the title that stands before or behind it."""
    words = name.split()
    if len(words) < 2 or name.startswith("@"):
        return name.strip()
    return " ".join(words[:2]) if {*map(turkish.lower, words[:2])} & {*_TITLES} else words[0]


def spell(ticker: str) -> str:
    """A word when it can be spoken as one, otherwise the name of its last letter or number."""
    if ticker in _READ:
        return _READ[ticker]
    if ticker.endswith("BNK"):
        return "bank"
    if ticker[-1:].isdigit():
        return _number(ticker)
    letters = turkish.lower(ticker.replace("I", "İ"))
    tail = len(letters) - max((letters.rfind(vowel) for vowel in turkish.VOWELS), default=-1) - 1
    if tail <= 2 and tail < len(letters):
        return letters
    return "ka" if letters.endswith("k") else letters[-1] + "e"


def _number(text: str) -> str:
    digits = re.findall(r"\d+", text)[-1]
    if int(digits) == 0:
        return "sıfır"
    zeros = len(digits) - len(digits.rstrip("0"))
    if zeros == 0:
        return _DIGITS[int(digits[-1])]
    if zeros == 1:
        return _TENS[int(digits[-2])]
    return "yüz" if zeros == 2 else "bin" if zeros < 6 else "milyon"
