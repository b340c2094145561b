"""Which shares a speaker can bring up here: its own first, then what the topic is about."""

from random import Random

from conversations.llm.offline import names, rules, topics
from conversations.llm.offline.reading import Reading
from conversations.llm.offline.topics import Topic
from conversations.llm.port import Brief

# Topics in which any share of the speaker's list is at home.
_ABOUT_SHARES = {"borsa", "temettu", "teknik", "risk", "psikoloji", "ogrenme", "halka_arz", "makro", "fon"}
_NOT_SHARES = {"BIST", "TCMB", "FED", "OPEC", "CDS", "VIX", "BES", "PPK", "TUFE", "SPX", "DXY"}


def own(brief: Brief, topic: Topic, dice: Random) -> tuple[str, ...]:
    """Shares of the speaker's list that belong to the topic, in a drawn order."""
    listed = [name for name in rules.speakable(brief.watchlist, longest=8) if _is_share(name) and _fits(name, topic)]
    return tuple(dice.sample(listed, len(listed)))


def near(topic: Topic, reading: Reading, dice: Random) -> tuple[str, ...]:
    """Shares that the topic or the line before is about, whoever speaks."""
    if reading.symbol:
        return (reading.symbol,)
    if topics.is_ticker(topic.noun.text) and _is_share(topic.noun.text):
        return (topic.noun.text,)
    # The best known come first in a book.
    return (dice.choice(topic.tickers[:4]),) if topic.tickers else ()


def _is_share(name: str) -> bool:
    return topics.is_ticker(name) and len(name) >= 4 and name not in _NOT_SHARES and names.symbol(name).text == name


def _fits(name: str, topic: Topic) -> bool:
    if not topic.key or topic.key in _ABOUT_SHARES or name == topic.noun.text:
        return True
    return name in topic.tickers
