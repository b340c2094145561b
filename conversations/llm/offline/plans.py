"""Which moves make a message: chosen by what is asked, how long it may be, and what the speaker likes doing.

A plan is written as its moves, in order, and its weight among the others.
"""

from random import Random
from typing import Literal

from conversations.llm.port import Brief

Plan = tuple[str, ...]
Length = Literal["short", "medium", "long"]

CLAUSES = {"react", "lead_why", "lead_how"}
"""Moves that open a sentence which the next move completes."""
TOLD = 0.6
"""Of the turns that may tell an anecdote, how many do."""
ALOUD = 0.4
"""Of the answers to another bot's question, how many only think aloud about it."""
FEW_WORDS: frozenset[Plan] = frozenset({("nod",), ("spark",), ("reaction",)})
"""Nothing but a few words."""
MOST: dict[Length, int] = {"short": 2, "medium": 3, "long": 4}
"""Sentences in a message."""

_MESSAGE: dict[Length, str] = {
    "short": "spark 25, reaction 7, quick 8, quickask 3, ask 1, driver 1.5, symbol 1.2",
    "medium": "quick 13, quick quickask 1, view 1.5, claim 1, driver 1.5, symbol 2, quickask 3, ask 1.5, story 1.5,"
    " joke 1.5, daily 1.5, scene 1, stance 1, memory 0.5, anecdote 0.7, lesson 1",
    "long": "claim quick 3, view quick 3, driver quickask 2, story quick 2, quick view 3, symbol quickask 3,"
    " stance quick 1.5, joke quick 1.5, anecdote quick 0.8, scene quick 1.5, memory quick 0.6, why quick 2,"
    " quick quick quickask 2, quick why how 1, scene claim quick 1",
}
_STATEMENT: dict[Length, str] = {
    "short": "nod 25, reaction 7, quick 3, askback 2, view 1, driver 1",
    "medium": "react quick 8, react view 1.5, react driver 1.5, react claim 1.5, react symbol 1, askback 2.5,"
    " react stance 1, view 1.5, quick 5, react why 1.5",
    "long": "react view quick 3, react claim askback 2.5, react why quick 3, react story 2, react driver quick 2,"
    " react joke 1, react stance quick 1.5, view askback 1.5, react symbol quickask 2",
}
_OPINION: dict[Length, str] = {
    "short": "opinion 2, view 2, stance 1, quick 2",
    "medium": "opinion 3, view 3, stance 2, opinion quick 1",
    "long": "opinion view 3, stance driver 2, opinion claim 2, view quick 2, opinion why quick 1",
}
# A bot that asked something hears a direct answer, or somebody who thinks aloud about it.
_MUSING: dict[Length, str] = {
    "short": "quick 8, driver 1, symbol 1",
    "medium": "quick 8, driver 2, view 2, claim 1.5, symbol 1.5, story 1, opinion 1",
    "long": "driver quick 3, view quick 3, claim quick 2, symbol quick 2, opinion driver 1, story quick 1",
}
# What follows a direct answer, which is the section of the general book with the name of the question.
_AFTER: dict[Length, str] = {
    "short": "- 1",
    "medium": "- 3, quick 1",
    "long": "driver 2, view 2, quick 2, claim 2, why 1",
}
_AFTER_ITSELF: dict[Length, str] = {"short": "- 1", "medium": "- 1", "long": "quick 1"}
_COMPLETE = {"bot", "who", "greet", "thanks", "gain", "loss"}
_FOR_BOTS_TOO = {"bot", "who", "advice", "greet", "thanks", "loss", "gain", "joke", "statement"}
_DIRECT = {
    "why": "lead_why why 2, why 1",
    "how": "lead_how how 2, how 1",
    "joke": "joke 2, react quick 1",
}
TABLES = (_MESSAGE, _STATEMENT, _OPINION, _MUSING, _AFTER, _AFTER_ITSELF)

# How much more, or less, somebody of a kind likes a move.
_TASTE: dict[str, dict[str, float]] = {
    "novice": {"ask": 2, "quickask": 2, "askback": 2, "view": 0.6, "lesson": 0.5, "how": 0.5},
    "elder": {"story": 2, "memory": 1.5, "anecdote": 1.5, "daily": 1.5},
    "lively": {"joke": 1.6, "quick": 1.4, "quickask": 1.3, "lesson": 0.6},
    "calm": {"lesson": 1.4, "story": 1.2, "quick": 0.8},
    "formal": {"joke": 0.5, "daily": 0.6, "driver": 1.5, "why": 1.4},
    "street": {"quick": 1.6, "joke": 1.4, "why": 0.7},
    "warm": {"askback": 1.5, "daily": 1.2},
    "macro": {"driver": 1.4, "claim": 1.2, "symbol": 0.6},
    "chartist": {"symbol": 1.4, "how": 1.3},
}


def choose(brief: Brief, kind: str, traits: frozenset[str], dice: Random) -> Plan:
    """The moves for this brief; `kind` is what sort of line is being answered, "" when none is."""
    length = brief.length
    if brief.intent == "reaction":
        return ("reaction",)
    if brief.headline and kind == "":
        return ("headline",) if length == "short" else ("headline", "quick")
    if brief.anecdotes and kind in {"", "statement"} and dice.random() < TOLD:
        return ("anecdote",)
    if kind == "":
        return _draw(_MESSAGE[length], traits, dice)
    if brief.intent == "reply" and kind not in _FOR_BOTS_TOO and dice.random() < ALOUD:
        return _draw(_MUSING[length], traits, dice)
    if kind == "statement":
        return _draw(_STATEMENT[length], traits, dice)
    if kind in {"opinion", "question"}:
        return _draw(_OPINION[length], traits, dice)
    after = _draw((_AFTER_ITSELF if kind in _COMPLETE else _AFTER)[length], traits, dice)
    return (*_draw(_DIRECT.get(kind, f"{kind} 1"), traits, dice), *after)


def _draw(plans: str, traits: frozenset[str], dice: Random) -> Plan:
    options = [_read(plan) for plan in plans.split(",")]
    weights = [weight * _liking(plan, traits) for plan, weight in options]
    return dice.choices([plan for plan, _ in options], weights)[0]


def _read(written: str) -> tuple[Plan, float]:
    """`view driver 2.5`: two moves, and the weight. A hyphen is no move at all."""
    *plan, weight = written.split()
    return tuple(move for move in plan if move != "-"), float(weight)


def _liking(plan: Plan, traits: frozenset[str]) -> float:
    liking = 1.0
    for trait in sorted(traits & _TASTE.keys()):
        for move in plan:
            liking *= _TASTE[trait].get(move, 1.0)
    return liking
