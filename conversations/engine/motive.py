"""How much each bot of a scene wants this turn: a product of named parts, each kept on the turn. Pure."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from conversations.engine import sentiment, temper, words
from conversations.engine.values import Member, Other, Position, Said, Scene, Ticker

RELEVANCE_WINDOW = 5
OWN_WINDOW = 2
PER_SYMBOL = 0.6
PER_TOPIC = 0.4
REPEATS = 0.5
"""What is left of the appetite of a bot whose newest words were on the same subject."""
OPPOSES = 0.8
ADDRESSED = 3.0
DEBT_LIMITS = (0.5, 2.0)
DOUBT = 0.05
"""Added to both shares, so that few messages prove little."""
Parts = dict[str, float]


@dataclass(frozen=True, slots=True)
class Talk:
    """What the newest messages are about, worked out once for all members."""

    newest: Said | None
    touched: frozenset[str]
    """Symbols, interests and stance topics of any member that the newest messages speak of."""
    newest_touched: frozenset[str]
    voices: Counter[int]
    said: Mapping[int, tuple[Said, ...]]
    asked: int | None
    """The bot that the newest message asks."""
    expected: Mapping[int, float]
    """The share of the talk that each member would have, by its talkativeness alone."""


def parts(scene: Scene) -> dict[int, Parts]:
    """The parts of every member's score, by bot."""
    talk = _read(scene)
    return {member.bot_id: _parts(member, scene, talk) for member in scene.members}


def score(parts: Parts) -> float:
    return math.prod(parts.values())


def _read(scene: Scene) -> Talk:
    vocabulary = frozenset().union(*(_subjects(member) for member in scene.members))
    newest = scene.cause or (scene.history[-1] if scene.history else None)
    recent = [said.text for said in scene.history[-RELEVANCE_WINDOW:]]
    recent += [scene.cause.text] if scene.cause else []
    recent += [scene.news[0].title] if scene.trigger == "news" and scene.news else []
    said: dict[int, tuple[Said, ...]] = {}
    for one in scene.history:
        if one.bot_id:
            said[one.bot_id] = (*said.get(one.bot_id, ()), one)[-OWN_WINDOW:]
    return Talk(
        newest=newest,
        touched=frozenset().union(*(_named(text, vocabulary, scene.tickers) for text in recent)),
        newest_touched=_named(newest.text, vocabulary, scene.tickers) if newest else frozenset(),
        voices=Counter(one.bot_id for one in scene.history if one.bot_id),
        said=said,
        asked=asked(newest, scene.history) if newest else None,
        expected=expected(scene.members, scene.policy.inequality),
    )


@lru_cache(maxsize=8192)
def touched(text: str, subjects: frozenset[str]) -> frozenset[str]:
    """Those of the subjects that a text speaks of."""
    return frozenset(words.hits(text, sorted(subjects)))


@lru_cache(maxsize=8192)
def _named(text: str, subjects: frozenset[str], tickers: tuple[Ticker, ...]) -> frozenset[str]:
    """The same, a symbol also by what people call it."""
    return touched(text, subjects) | subjects.intersection(words.tickers_in(text, tickers))


@lru_cache(maxsize=1024)
def _known(watchlist: tuple[str, ...], interests: tuple[str, ...], positions: tuple[Position, ...]) -> frozenset[str]:
    return frozenset((*watchlist, *interests, *(position.topic for position in positions)))


def _subjects(member: Member) -> frozenset[str]:
    return _known(member.character.watchlist, member.character.interests, member.positions)


def expected(members: Iterable[Member], inequality: float) -> dict[int, float]:
    """Talkativeness as a prior, made unequal by rank: in a living group a few talk most."""
    ranked = sorted(members, key=lambda member: (-member.weight * member.talkativeness, member.bot_id))
    raw = {
        member.bot_id: member.weight * (0.05 + member.talkativeness) * rank**-inequality
        for rank, member in enumerate(ranked, start=1)
    }
    total = sum(raw.values()) or 1.0
    return {bot_id: value / total for bot_id, value in raw.items()}


def _parts(member: Member, scene: Scene, talk: Talk) -> Parts:
    rules = scene.policy
    return {
        "prior": round(talk.expected[member.bot_id] * len(scene.members), 4),
        "relevance": round(_relevance(member, talk) ** rules.relevance_pull, 4),
        "novelty": round(_novelty(member, talk) ** rules.novelty_pull, 4),
        "conflict": round(_conflict(member, talk) ** rules.conflict_pull, 4),
        "affinity": round(_affinity(member, talk, rules.affinity_pull), 4),
        "mood": round(temper.eagerness(member.feelings, rules.mood_pull), 4),
        "tiredness": round(1 - rules.fatigue * min(member.said_last_hour / member.hourly_cap, 1), 4),
        "share": round(_debt(member, talk) ** rules.share_debt, 4),
        "addressed": ADDRESSED if _addressed(member, talk) else 1.0,
    }


def _relevance(member: Member, talk: Talk) -> float:
    symbols = len(talk.touched.intersection(member.character.watchlist))
    topics = len(talk.touched.intersection(member.character.interests))
    return (1 + PER_SYMBOL * symbols) * (1 + PER_TOPIC * topics)


def _novelty(member: Member, talk: Talk) -> float:
    """Less for a bot whose own newest words were on what is talked of now."""
    own = talk.said.get(member.bot_id, ())
    if not own or not talk.newest_touched:
        return 1.0
    told: frozenset[str] = frozenset().union(*(touched(said.text, talk.newest_touched) for said in own))
    return 1 - (1 - REPEATS) * len(told) / len(talk.newest_touched)


def _conflict(member: Member, talk: Talk) -> float:
    """More for a bot whose stance the newest message contradicts; the surer it is, the more."""
    if talk.newest is None or talk.newest.bot_id == member.bot_id:
        return 1.0
    opposed = (p for p in member.positions if p.topic in talk.newest_touched and opposes(talk.newest.text, p))
    return 1 + OPPOSES * max((position.confidence for position in opposed), default=0.0)


def opposes(text: str, position: Position) -> bool:
    """Whether a text leans the other way than a stance."""
    ours, theirs = sentiment.lean(position.text, position.topic), sentiment.lean(text, position.topic)
    return ours * theirs < 0


def _affinity(member: Member, talk: Talk, pull: float) -> float:
    other = whom(talk.newest)
    return 1.0 if other is None or talk.newest is None else temper.target_factor(member.bonds.get(other), pull)


def whom(said: Said | None) -> Other | None:
    """Whom a message is from, as relationships know them."""
    if said is None:
        return None
    if said.bot_id:
        return ("bot", said.bot_id)
    return ("person", said.participant_id) if said.participant_id else None


def _debt(member: Member, talk: Talk) -> float:
    """More for who has said less than its share of the talk, less for who has said more."""
    total = sum(talk.voices.values())
    actual = talk.voices[member.bot_id] / total if total else talk.expected[member.bot_id]
    low, high = DEBT_LIMITS
    return min(max((talk.expected[member.bot_id] + DOUBT) / (actual + DOUBT), low), high)


def _addressed(member: Member, talk: Talk) -> bool:
    newest = talk.newest
    if newest is None or newest.bot_id == member.bot_id:
        return False
    return talk.asked == member.bot_id or bool(words.addressed(newest.text, [member.username]))


def asked(said: Said, history: Sequence[Said]) -> int | None:
    """The bot that another bot asks something by replying to it: the answer is its own to give."""
    if said.bot_id is None or said.reply_to_id is None or "?" not in said.text:
        return None
    parent = next((one for one in history if one.id == said.reply_to_id), None)
    return parent.bot_id if parent and parent.bot_id != said.bot_id else None
