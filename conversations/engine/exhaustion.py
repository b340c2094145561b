"""When a topic has been talked to the end. Pure."""

from collections.abc import Iterable, Sequence

from conversations.engine import words
from conversations.engine.values import Said, Ticker


def exhausted(history: Sequence[Said], topics: Iterable[str], *, after: int, tickers: Iterable[Ticker] = ()) -> str:
    """The topic of the newest `after` messages that are about any, if it is one and the same; or nothing.

    What a person says counts by its words, what a bot says by its topic too. Small talk neither counts nor ends it.
    """
    known, table = tuple(topics), tuple(tickers)
    candidates: set[str] = set()
    count = 0
    for said in reversed(history):
        about = {said.topic, *words.hits(said.text, known, table)} - {""}
        if not about:
            continue
        candidates = about if count == 0 else candidates & about
        count += 1
        if not candidates or count == after:
            break
    return min(candidates) if count >= after and candidates else ""
