"""What the bots of a generated cast think: three to five stances each, both sides of every topic taken."""

from collections import Counter
from random import Random

from bots.casts.draft import Draft
from bots.casts.parts import all_parts
from bots.sheet import Risk, StanceSheet

_BOLD = {"kripto", "halka arz", "teknoloji", "teknik analiz", "borsa"}
"""What people who like risk are fond of; the cautious are fond of the rest."""
_RISKY = {Risk.MEDIUM, Risk.HIGH}


def take_sides(drafts: list[Draft], dice: Random) -> None:
    """Give every draft its stances. A side may lead by two on a topic before the other one must follow."""
    leads: Counter[str] = Counter()
    for draft in drafts:
        topics = _topics(draft, dice)
        for topic in topics:
            side = _side(draft, topic, leads[topic], dice)
            leads[topic] += 1 if side == "for" else -1
            draft.sides[topic] = side
        draft.stances = tuple(_stance(topic, draft.sides[topic], dice) for topic in topics)


def _topics(draft: Draft, dice: Random) -> list[str]:
    known = list(all_parts()["stances"])
    own = [topic for topic in draft.job["knows"] if topic in known]
    others = dice.sample([topic for topic in known if topic not in own], 4)
    return (own + others)[: dice.randint(3, 5)]


def _side(draft: Draft, topic: str, lead: int, dice: Random) -> str:
    if abs(lead) >= 2:
        return "against" if lead > 0 else "for"
    likes = (topic in _BOLD) == (draft.risk in _RISKY)
    return "for" if likes == (dice.random() < 0.75) else "against"


def _stance(topic: str, side: str, dice: Random) -> StanceSheet:
    text = dice.choice(all_parts()["stances"][topic][side])
    return StanceSheet(topic, text, round(dice.uniform(0.45, 0.9), 2))


def rival(draft: Draft, drafts: list[Draft], dice: Random) -> tuple[str, str]:
    """Somebody who thinks otherwise, and about what; empty when nobody does."""
    found = [
        (other.name, topic)
        for other in drafts
        if other is not draft
        for topic, side in draft.sides.items()
        if other.sides.get(topic, side) != side
    ]
    return dice.choice(found) if found else ("", "")
