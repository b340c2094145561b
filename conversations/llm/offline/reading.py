"""What the line being answered says: what kind of line it is, which words can be taken up, which way it leans."""

import re
from dataclasses import dataclass

from conversations.llm.offline import leaning, phrasebook, questions, rules, topics, words
from conversations.llm.offline.leaning import Side
from conversations.llm.offline.turkish import Noun
from conversations.llm.port import Line

_LONGEST = 600


@dataclass(frozen=True, slots=True)
class Reading:
    kind: str = ""
    """One of `questions.KINDS`, statement, or empty when there is no line."""
    topic: str = ""
    """The book its words belong to, or empty."""
    symbol: str = ""
    keyword: Noun | None = None
    side: Side = "open"
    """How it speaks of its subject."""
    options: tuple[Noun, ...] = ()
    """What it asks to choose between, as far as the topic's book knows the words."""


def read(line: Line | None) -> Reading:
    """Numbers and wishes in the line are heard, never repeated: only nouns of our own books are taken up."""
    if line is None:
        return Reading()
    text = " ".join(line.text.split())[:_LONGEST]
    key = topics.best(text)
    symbol = _symbol(text)
    options = _drivers_in(text, key)
    return Reading(
        kind=_kind(text, symbol, options),
        topic=topics.sector(symbol).key if symbol and not key else key,
        symbol=symbol,
        keyword=_keyword(text, key, symbol),
        side=leaning.of(text),
        options=options,
    )


def _kind(text: str, symbol: str, options: tuple[Noun, ...]) -> str:
    """Two verbs to choose between ("sevindirir mi, üzer mi?") ask for a leaning, not for one of two things."""
    kind = questions.kind(text)
    names_things = len(options) > 1 or bool(symbol) or topics.named(text) > 1
    return kind if kind != "either" or names_things else "yes_no"


def _symbol(text: str) -> str:
    known = topics.tickers()
    return next((word for word in re.findall(r"\b[A-Z]{4,5}\b", text) if word in known), "")


def _keyword(text: str, key: str, symbol: str) -> Noun | None:
    """The share, or the longest word of the topic's book that the text uses; what moves the topic before its name."""
    if symbol:
        return topics.display(symbol)
    if not key:
        return None
    facts = phrasebook.topics()[key].facts
    if drivers := _drivers_in(text, key):
        return max(drivers, key=lambda noun: len(noun.text))
    noun = topics.display(max(words.mentions(text, facts["words"]), key=len))
    return None if rules.broken(noun.text) else noun


def _drivers_in(text: str, key: str) -> tuple[Noun, ...]:
    """What moves the topic, of all that its book knows, as far as the text speaks of it."""
    marked = phrasebook.topics()[key].facts["drivers"] if key else ()
    found = words.mentions(text, [value.rstrip("+") for value in marked])
    nouns = (Noun(name, possessed=True) if f"{name}+" in marked else topics.display(name) for name in found)
    return tuple(noun for noun in nouns if not rules.broken(noun.text))
