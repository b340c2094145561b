"""Who speaks, to whom, about what, how long: one draw over one scene. Pure: scene and dice in, plan out."""

from collections import Counter
from collections.abc import Sequence
from random import Random

from conversations.engine import exhaustion, pace, target, words
from conversations.engine.values import Candidate, Length, Member, Plan, Position, Said, Scene, Silence

TOPIC_WINDOW = 15
TOPIC_DRIFT = 0.15
RELEVANCE_WINDOW = 5
PASSING = frozenset({"busy", "gated"})
"""What holds a bot up, but keeps nobody who was asked from answering."""


def choose(scene: Scene, dice: Random) -> Plan | Silence:
    """The plan of one turn, or the reason for silence; either way with every candidate's score and block."""
    named = scene.trigger in {"mention", "reply"}
    candidates = tuple(_judge(member, scene, named=named) for member in scene.members)
    if not named:
        candidates = _spare_last_speaker(candidates, scene)
    speaker = _draw(candidates, scene.members, dice)
    if speaker is None:
        return Silence(_why_nobody(candidates, scene, named=named), candidates)
    aim = scene.cause or target.draw(scene, speaker, dice)
    topic = _topic(scene, speaker, aim, dice)
    return Plan(
        speaker=speaker,
        intent="message" if aim is None else "answer" if aim.human else "reply",
        target=aim,
        mention=aim.speaker if aim and dice.random() < scene.policy.mention_probability else "",
        topic=topic,
        length=_length(scene, speaker, dice),
        position=_position(speaker, topic, dice),
        candidates=candidates,
    )


def _judge(member: Member, scene: Scene, *, named: bool) -> Candidate:
    parts = _parts(member, scene)
    score = 1.0
    for part in parts.values():
        score *= part
    blocked = _blocked(member, scene, named=named)
    return Candidate(member.bot_id, member.username, round(score, 4), parts, blocked)


def _parts(member: Member, scene: Scene) -> dict[str, float]:
    recent = " ".join(said.text for said in scene.history[-RELEVANCE_WINDOW:])
    voices = Counter(said.bot_id for said in scene.history if said.bot_id)
    share = voices[member.bot_id] / max(sum(voices.values()), 1)
    return {
        "talkativeness": round(0.05 + member.talkativeness, 3),
        "weight": member.weight,
        "watchlist": 1 + 0.6 * len(words.hits(recent, member.character.watchlist)),
        "topics": 1 + 0.4 * len(words.hits(recent, member.character.interests)),
        "share": round(1.5 - min(share * 2, 1.2), 3),
    }


def _blocked(member: Member, scene: Scene, *, named: bool) -> str:
    """Why this bot may not take the turn. A named bot is stopped by its switches and its hourly cap alone."""
    if named and member.bot_id != scene.named_bot_id:
        return "not_asked"
    if member.blocked and not (named and member.blocked in PASSING):
        return member.blocked
    if member.said_last_hour >= member.hourly_cap:
        return "hourly_cap"
    return "" if named else _blocked_unasked(member, scene)


def _blocked_unasked(member: Member, scene: Scene) -> str:
    if member.weight <= 0:
        return "only_when_asked"
    if scene.observes_hours and not pace.awake(member.hours, scene.now):
        return "outside_hours"
    last = member.last_said_at
    if scene.trigger == "schedule" and last and (scene.now - last).total_seconds() < scene.policy.own_gap:
        return "own_gap"
    return ""


def _spare_last_speaker(candidates: tuple[Candidate, ...], scene: Scene) -> tuple[Candidate, ...]:
    """The last speaker rests when others are free."""
    last = scene.history[-1].bot_id if scene.history else None
    if last is None or not any(c.bot_id != last and not c.blocked for c in candidates):
        return candidates
    return tuple(
        Candidate(c.bot_id, c.username, c.score, c.parts, c.blocked or "last_speaker") if c.bot_id == last else c
        for c in candidates
    )


def _draw(candidates: Sequence[Candidate], members: Sequence[Member], dice: Random) -> Member | None:
    free = [(c, m) for c, m in zip(candidates, members, strict=True) if not c.blocked]
    if not free:
        return None
    weights = [max(c.score, 0.001) for c, _ in free]
    return dice.choices([m for _, m in free], weights)[0]


def _why_nobody(candidates: Sequence[Candidate], scene: Scene, *, named: bool) -> str:
    if not candidates:
        return "no_members"
    if named:
        return next((c.blocked for c in candidates if c.bot_id == scene.named_bot_id), "not_a_member")
    return "no_candidate"


def _topic(scene: Scene, speaker: Member, aim: Said | None, dice: Random) -> str:
    """What the talk is about: the target's words first, then the newest messages, then the speaker's interests."""
    if aim and (found := words.hits(aim.text, scene.topics)):
        return found[0]
    rules = scene.policy
    tired = exhaustion.exhausted(scene.history, scene.topics, after=rules.topic_exhausted, tickers=scene.tickers)
    weights: Counter[str] = Counter()
    for age, said in enumerate(reversed(scene.history[-TOPIC_WINDOW:])):
        for topic in words.hits(said.text, scene.topics):
            weights[topic] += TOPIC_WINDOW - age
    weights.pop(tired, None)
    if aim and aim.topic and aim.topic != tired:
        return aim.topic
    if weights and dice.random() > TOPIC_DRIFT:
        return dice.choices(list(weights), list(weights.values()))[0]
    return _fresh_topic(scene, speaker, tired, dice)


def _fresh_topic(scene: Scene, speaker: Member, tired: str, dice: Random) -> str:
    own = (*speaker.character.interests, *(position.topic for position in speaker.positions if not position.rests))
    liked = [topic for topic in scene.topics if any(words.speaks_of(interest, topic) for interest in own)]
    for pool in (liked, list(scene.topics), list(own)):
        if left := [topic for topic in pool if topic != tired]:
            return dice.choice(left)
    return ""


def _length(scene: Scene, speaker: Member, dice: Random) -> Length:
    ours = (scene.policy.short_weight, scene.policy.medium_weight, scene.policy.long_weight)
    mixed = [a + b for a, b in zip(_shares(ours), _shares(speaker.character.weights), strict=True)]
    names: tuple[Length, ...] = ("short", "medium", "long")
    return dice.choices(names, mixed)[0]


def _shares(weights: Sequence[float]) -> list[float]:
    """Weights that sum to 1; negatives count as 0, nothing at all means the defaults."""
    positive = [max(weight, 0.0) for weight in weights]
    total = sum(positive)
    return [weight / total for weight in positive] if total else [0.55, 0.35, 0.10]


def _position(speaker: Member, topic: str, dice: Random) -> Position | None:
    fitting = [p for p in speaker.positions if not p.rests and topic and words.speaks_of(p.topic, topic)]
    return dice.choices(fitting, [0.1 + p.confidence for p in fitting])[0] if fitting else None
