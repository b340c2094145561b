"""Which book a topic, a share or a sentence belongs to."""

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from conversations.llm.offline import names, phrasebook, rules, turkish, words
from conversations.llm.offline.phrasebook import Book
from conversations.llm.offline.turkish import Noun

# What is worth watching in anything at all: drivers for topics that have no book.
_ANYWHERE = (
    "sabır", "beklentiler", "maliyet tarafı+", "rekabet", "nakit akışı+", "güven", "zamanlama", "talep", "alışkanlık",
    "belirsizlik",
)  # fmt: skip
_TICKER = re.compile(r"[A-Z][A-Z0-9]{2,5}")
_LONGEST_LABEL = 60
_BROAD = ("borsa", "makro", "risk")


@dataclass(frozen=True, slots=True)
class Topic:
    key: str
    """The name of its book; empty when there is none."""
    noun: Noun
    drivers: tuple[Noun, ...]
    tickers: tuple[str, ...] = ()

    @property
    def book(self) -> Book:
        return phrasebook.topics().get(self.key, Book({}, {}))


@lru_cache(maxsize=512)
def of(label: str) -> Topic:
    """The topic of a label such as "Dolar/TL", "THYAO" or "Lojistik"; an unspeakable label means the market as such."""
    clean = label.strip()[:_LONGEST_LABEL]
    if not words.words(clean.split("/")[0]) or rules.broken(clean):
        return _from_book("borsa")
    key = _by_ticker(clean) or best(clean)
    if not key:
        return Topic("", names.common(clean), _nouns(_ANYWHERE))
    topic = _from_book(key)
    said_so = is_ticker(clean) or words.plain(clean) in topic.book.facts["words"]
    return replace(topic, noun=names.symbol(clean)) if said_so else topic


def named(text: str) -> int:
    """How many topics a text speaks of."""
    return sum(bool(words.mentions(text, book.facts["words"])) for book in phrasebook.topics().values())


def label(key: str) -> str:
    """The name of a book's topic; empty for none."""
    return phrasebook.topics()[key].facts["name"][0] if key else ""


def best(text: str) -> str:
    """The book whose words the text uses most; of equals the narrower one; empty when it uses none."""
    counts = {key: len(words.mentions(text, book.facts["words"])) for key, book in phrasebook.topics().items()}
    key = max(counts, key=lambda name: (counts[name], name not in _BROAD))
    return key if counts[key] else ""


def is_ticker(text: str) -> bool:
    return bool(_TICKER.fullmatch(text)) and names.symbol(text).apostrophe


def sector(ticker: str) -> Topic:
    return _from_book(_by_ticker(ticker) or "borsa")


def _by_ticker(ticker: str) -> str:
    books = phrasebook.topics().items()
    return next((key for key, book in books if ticker in book.facts.get("tickers", ())), "")


def _from_book(key: str) -> Topic:
    facts = phrasebook.topics()[key].facts
    return Topic(key, Noun(facts["name"][0]), _nouns(facts["drivers"]), facts.get("tickers", ()))


def _nouns(marked: tuple[str, ...]) -> tuple[Noun, ...]:
    """A plus sign marks a possessive ending."""
    return tuple(Noun(text.rstrip("+"), possessed=text.endswith("+"), apostrophe=False) for text in marked)


def display(stem: str) -> Noun:
    """A word that somebody used, as a noun to take up: tickers stay tickers."""
    return names.symbol(turkish.upper(stem)) if _by_ticker(turkish.upper(stem)) else names.common(stem)


@cache
def tickers() -> frozenset[str]:
    """Every share that some book knows."""
    return frozenset(ticker for book in phrasebook.topics().values() for ticker in book.facts.get("tickers", ()))
