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


def read(line: Line | None) -> Reading:
    """Numbers and wishes in the line are heard, never repeated: only nouns of our own books are taken up."""
    if line is None:
        return Reading()
    text = " ".join(line.text.split())[:_LONGEST]
    key = topics.best(text)
    symbol = _symbol(text)
    return Reading(
        kind=questions.kind(text),
        topic=topics.sector(symbol).key if symbol and not key else key,
        symbol=symbol,
        keyword=_keyword(text, key, symbol),
        side=leaning.of(text),
    )


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
    drivers = tuple(value.rstrip("+") for value in facts["drivers"])
    longest = max(words.mentions(text, drivers) or words.mentions(text, facts["words"]), key=len)
    noun = Noun(longest, possessed=True) if f"{longest}+" in facts["drivers"] else topics.display(longest)
    return None if rules.broken(noun.text) else noun
