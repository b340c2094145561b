"""Who speaks, to whom, about what, how long: one draw over one scene. Pure: scene and dice in, plan out."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from conversations.engine import motive, pace, reactions, target, temper, topic, voice, words
from conversations.engine.values import Candidate, Intent, Length, Member, News, Plan, Said, Scene, Silence

PASSING = frozenset({"busy", "gated", "breaker_open"})
"""What holds a bot up, but keeps nobody who was asked from answering."""


def choose(scene: Scene, dice: Random) -> Plan | Silence:
    """The plan of one turn, or the reason for silence; either way with every candidate's score and block."""
    named = scene.trigger in {"mention", "reply"}
    candidates = _judge(scene, named=named)
    speaker = _draw(candidates, scene.members, dice)
    if speaker is None:
        return Silence(_why_nobody(candidates, scene, named=named), candidates)
    speaker = replace(speaker, feelings=temper.swayed(speaker.feelings, scene.policy.mood_pull))
    return _reaction(scene, speaker, candidates, dice) or _words(scene, speaker, candidates, dice)


# --- Who -------------------------------------------------------------------------------------------------------------
def _judge(scene: Scene, *, named: bool) -> tuple[Candidate, ...]:
    parts = motive.parts(scene)
    candidates = tuple(
        Candidate(
            member.bot_id,
            member.username,
            round(motive.score(parts[member.bot_id]), 4),
            parts[member.bot_id],
            _blocked(member, scene, named=named),
        )
        for member in scene.members
    )
    return candidates if named else _spare_last_speaker(candidates, scene)


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
    last = member.last_said_at if scene.trigger in {"schedule", "news"} else None
    if last and (scene.now - last).total_seconds() < scene.policy.own_gap:
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
    """One of those who may, the more it wants the turn the likelier. Who is blocked leaves its chance to the others."""
    free = [(c, m) for c, m in zip(candidates, members, strict=True) if not c.blocked]
    if not free:
        return None
    weights = [max(c.score, 0.0001) for c, _ in free]
    return dice.choices([m for _, m in free], weights)[0]


def _why_nobody(candidates: Sequence[Candidate], scene: Scene, *, named: bool) -> str:
    if not candidates:
        return "no_members"
    if named:
        return next((c.blocked for c in candidates if c.bot_id == scene.named_bot_id), "not_a_member")
    return "no_candidate"


# --- What ------------------------------------------------------------------------------------------------------------
def _reaction(scene: Scene, speaker: Member, candidates: tuple[Candidate, ...], dice: Random) -> Plan | None:
    """An emoji on another's message, instead of words, now and then."""
    if scene.trigger != "schedule" or dice.random() >= scene.policy.reaction_probability:
        return None
    aim = target.to_react(scene, speaker, dice)
    if aim is None:
        return None
    emoji = reactions.pick(aim.text, speaker.feelings, speaker.character, scene.reactions, dice)
    if not emoji:
        return None
    return Plan(_towards(speaker, aim, scene), "reaction", aim, "", aim.topic, "short", None, candidates, emoji=emoji)


def _words(scene: Scene, speaker: Member, candidates: tuple[Candidate, ...], dice: Random) -> Plan:
    headline = scene.news[0] if scene.trigger == "news" and scene.news else None
    aim = None if headline else scene.cause or target.draw(scene, speaker, dice)
    headline = headline or (_headline(scene, speaker, dice) if aim is None else None)
    about = topic.choose(scene, speaker, aim, headline, dice)
    phrase, anecdote = voice.offer(speaker, dice)
    return Plan(
        speaker=_towards(speaker, aim, scene),
        intent=_intent(aim),
        target=aim,
        mention=aim.speaker if aim and dice.random() < scene.policy.mention_probability else "",
        topic=about,
        length=_length(scene, speaker, dice),
        position=topic.stance(speaker, about, dice),
        candidates=candidates,
        quotes=_quotes(scene, aim, dice),
        headline=headline,
        phrase=phrase,
        anecdote=anecdote,
    )


def _towards(speaker: Member, aim: Said | None, scene: Scene) -> Member:
    """The speaker, as quick to begin as it is with whom it answers."""
    other = motive.whom(aim)
    by = temper.haste(speaker.bonds.get(other), scene.policy.affinity_pull) if other else 1.0
    return replace(speaker, latency=speaker.latency * by)


def _intent(aim: Said | None) -> Intent:
    return "message" if aim is None else "answer" if aim.human else "reply"


def _headline(scene: Scene, speaker: Member, dice: Random) -> News | None:
    """News for a new thought: what the speaker follows before what it does not, the newest first."""
    if scene.trigger != "schedule" or not scene.news or dice.random() >= scene.policy.news_probability:
        return None
    followed = (*speaker.character.watchlist, *speaker.character.interests)
    return next((news for news in scene.news if words.hits(news.title, followed, scene.tickers)), scene.news[0])


def _quotes(scene: Scene, aim: Said | None, dice: Random) -> bool:
    """Whether Telegram's reply points at the message that is answered. Right below it, the words alone often do."""
    if aim is None or aim.human or not scene.history or scene.history[-1].id != aim.id:
        return True
    return dice.random() < scene.policy.quote_newest


def _length(scene: Scene, speaker: Member, dice: Random) -> Length:
    """The rules and the persona meet half way; a mood for long texts makes the longer ones likelier."""
    ours = (scene.policy.short_weight, scene.policy.medium_weight, scene.policy.long_weight)
    mixed = [a + b for a, b in zip(_shares(ours), _shares(speaker.character.weights), strict=True)]
    longer = temper.length_factor(speaker.feelings)
    names: tuple[Length, ...] = ("short", "medium", "long")
    return dice.choices(names, [share * longer**step for step, share in enumerate(mixed)])[0]


def _shares(weights: Sequence[float]) -> list[float]:
    """Weights that sum to 1; negatives count as 0, nothing at all means the defaults."""
    positive = [max(weight, 0.0) for weight in weights]
    total = sum(positive)
    return [weight / total for weight in positive] if total else [0.55, 0.35, 0.10]
