"""Which moves make a message: chosen by what is asked, how long it may be, and what the speaker likes doing."""

from random import Random

from conversations.llm.port import Brief

Plan = tuple[str, ...]
Weighted = tuple[tuple[Plan, float], ...]

CLAUSES = {"react", "lead_why", "lead_how"}
"""Moves that open a sentence which the next move completes."""
MOST = {"short": 2, "medium": 3, "long": 4}
"""Sentences in a message."""

_MESSAGE: dict[str, Weighted] = {
    "short": (
        (("quick",), 6), (("quick", "quickask"), 2), (("view",), 4), (("claim",), 4), (("driver",), 4), (("symbol",), 4),
        (("quickask",), 2.5), (("ask",), 2.5), (("story",), 2), (("joke",), 1.5), (("daily",), 1.5), (("scene",), 1),
        (("stance",), 1), (("memory",), 0.5), (("anecdote",), 0.7), (("lesson",), 1), (("quick", "quick"), 2),
    ),
    "medium": (
        (("claim", "quick"), 3), (("view", "driver"), 3), (("story", "quick"), 2.5), (("daily", "quick"), 1.5),
        (("quick", "view"), 3), (("symbol", "quickask"), 3), (("view", "quickask"), 2), (("driver", "claim"), 3),
        (("stance", "driver"), 1.5), (("joke", "quick"), 1.5), (("anecdote", "quick"), 0.8), (("scene", "quick"), 1.5),
        (("memory", "quick"), 0.6), (("claim", "quick", "quickask"), 1.5), (("lesson", "quick"), 1), (("why", "driver"), 2),
    ),
    "long": (
        (("view", "driver", "why"), 3), (("story", "claim", "quickask"), 2.5), (("claim", "driver", "ask"), 2.5),
        (("daily", "quick", "view"), 1.5), (("stance", "why", "quickask"), 2), (("symbol", "driver", "quickask"), 2.5),
        (("driver", "why", "how"), 2), (("scene", "claim", "driver"), 1.5), (("anecdote", "view", "quick"), 1.5),
    ),
}  # fmt: skip

_STATEMENT: dict[str, Weighted] = {
    "short": (
        (("react", "quick"), 5), (("react", "view"), 4), (("react", "driver"), 3), (("react", "claim"), 3), (("react", "symbol"), 1.5),
        (("quick", "askback"), 1.5), (("react", "stance"), 1.2), (("view",), 1.5), (("quick",), 2), (("react", "why"), 2), (("askback",), 1),
    ),
    "medium": (
        (("react", "view", "quick"), 3), (("react", "claim", "askback"), 3), (("react", "why", "quick"), 3), (("react", "story"), 2),
        (("react", "driver", "quick"), 2), (("react", "joke"), 1), (("react", "stance", "quick"), 1.5), (("view", "askback"), 1.5),
        (("react", "symbol", "quickask"), 2),
    ),
    "long": (
        (("react", "view", "why", "askback"), 3), (("react", "story", "claim"), 2), (("react", "driver", "view", "quick"), 2.5),
        (("react", "claim", "why", "quickask"), 2.5), (("react", "stance", "driver", "quick"), 1.5), (("react", "how", "quick", "quickask"), 1.5),
    ),
}  # fmt: skip

# What follows the direct answer, by length; the answer itself is the section of the same name.
_AFTER: dict[str, Weighted] = {
    "short": (((), 1),),
    "medium": ((("driver",), 2), (("view",), 2), (("quick",), 2), (("claim",), 2), (("why",), 1)),
    "long": ((("view", "driver"), 2), (("claim", "quick"), 2), (("why", "quickask"), 2), (("how", "quick"), 1)),
}
_AFTER_ITSELF: dict[str, Weighted] = {
    "short": (((), 1),),
    "medium": ((("quick",), 1),),
    "long": ((("quick", "quickask"), 1),),
}
_OPINION: dict[str, Weighted] = {
    "short": ((("opinion",), 3), (("view",), 3), (("stance",), 2), (("opinion", "quick"), 1)),
    "medium": ((("opinion", "view"), 3), (("stance", "driver"), 2), (("opinion", "claim"), 2), (("view", "quick"), 2)),
    "long": ((("opinion", "view", "askback"), 2), (("stance", "why", "driver"), 2), (("opinion", "why", "quick"), 2)),
}
_WHY: Weighted = ((("lead_why", "why"), 2), (("why",), 1))
_HOW: Weighted = ((("lead_how", "how"), 2), (("how",), 1))
_NEVER_GOES_ON = {"bot", "who", "greet", "thanks", "gain"}

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
    if not kind:
        return _draw(_MESSAGE[length], traits, dice)
    if kind in {"statement", "opinion"}:
        return _draw((_STATEMENT if kind == "statement" else _OPINION)[length], traits, dice)
    if kind == "joke":
        return _draw(((("joke",), 2), (("react", "quick"), 1)), traits, dice)
    after = _draw((_AFTER_ITSELF if kind in _NEVER_GOES_ON else _AFTER)[length], traits, dice)
    return (*_direct(kind, traits, dice), *after)


def _direct(kind: str, traits: frozenset[str], dice: Random) -> Plan:
    if kind in {"why", "how"}:
        return _draw(_WHY if kind == "why" else _HOW, traits, dice)
    return (kind,)


def _draw(plans: Weighted, traits: frozenset[str], dice: Random) -> Plan:
    weights = [weight * _liking(plan, traits) for plan, weight in plans]
    return dice.choices([plan for plan, _ in plans], weights)[0]


def _liking(plan: Plan, traits: frozenset[str]) -> float:
    liking = 1.0
    for trait in sorted(traits & _TASTE.keys()):
        for move in plan:
            liking *= _TASTE[trait].get(move, 1.0)
    return liking
