"""Whom a turn answers: scores over the newest messages. Pure."""

from random import Random

from conversations.engine import course, motive, temper, words
from conversations.engine.values import Member, Said, Scene

FRESH_ENOUGH = 8
"""Only so many of the newest messages are reacted to."""
RESTED = 600.0
"""Seconds of silence after which a talk has rested, whatever the rules say of breaks."""
AFTER_REST = 0.25
LONG_AGO = 3600.0
"""Seconds after which what was said is only taken up by who comes back to it."""
HALF_LIFE = 1500.0
CUTS_IN = 0.2
"""How likely a bot answers what another bot was asked, beside what it would be."""


def draw(scene: Scene, speaker: Member, dice: Random) -> Said | None:
    """A message to reply to, or None for a new thought."""
    if not scene.history:
        return None
    if dice.random() >= _share(scene):
        return None
    done = {said.reply_to_id for said in scene.history if said.bot_id == speaker.bot_id}
    open_ones = [said for said in scene.history if said.id not in done and _is_open_to(said, scene, speaker)]
    missed = [said for said in open_ones if (scene.now - said.said_at).total_seconds() > LONG_AGO]
    if missed and dice.random() < scene.policy.late_replies:
        return dice.choice(missed)
    ranked = sorted(((weight(said, scene, speaker), said.id, said) for said in open_ones), reverse=True)
    best = [(points, said) for points, _, said in ranked[: scene.policy.best_targets] if points > 0]
    return dice.choices([said for _, said in best], [points for points, _ in best])[0] if best else None


def _share(scene: Scene) -> float:
    """How likely a turn answers somebody. A talk that has rested mostly begins anew."""
    newest = scene.history[-1]
    share = scene.policy.reply_probability if newest.human else scene.policy.reply_to_bot_probability
    rested = (scene.now - newest.said_at).total_seconds() >= max(scene.policy.chain_rest_minutes * 60, RESTED)
    return share * AFTER_REST if rested else share


def to_react(scene: Scene, speaker: Member, dice: Random) -> Said | None:
    """A message of another for an emoji: newer ones first, and none that the speaker has reacted to."""
    newest = scene.history[-FRESH_ENOUGH:]
    fit = [(age, said) for age, said in enumerate(newest, start=1) if _may_react(said, speaker)]
    return dice.choices([said for _, said in fit], [age for age, _ in fit])[0] if fit else None


def _may_react(said: Said, speaker: Member) -> bool:
    return said.bot_id != speaker.bot_id and speaker.bot_id not in said.reacted


def _is_open_to(said: Said, scene: Scene, speaker: Member) -> bool:
    """Nobody answers itself, a talk between people, a question to another bot, or a person too late or too often."""
    if said.bot_id == speaker.bot_id or said.mentions_other:
        return False
    if not said.human:
        return True
    late = (scene.now - said.said_at).total_seconds() > scene.policy.answer_minutes * 60
    return not late and said.replies < course.ANSWERS and not _means_another(said, scene, speaker)


def _means_another(said: Said, scene: Scene, speaker: Member) -> bool:
    """Whether a person's message is for another bot: by @mention, by name, or as a reply to it."""
    others = [member for member in scene.members if member.bot_id != speaker.bot_id]
    parent = next((one for one in scene.history if one.id == said.reply_to_id), None) if said.reply_to_id else None
    if parent is not None and parent.bot_id not in {None, speaker.bot_id}:
        return True
    if words.addressed(said.text, [member.username for member in others]):
        return True
    return any(words.called(said.text, member.name) for member in others)


def score(said: Said, scene: Scene, speaker: Member) -> float:
    """How much a message asks for this bot's reply."""
    points = (8.0 if said.human else 2.5) + _freshness(scene, said)
    points += 4 * words.is_question(said.text) + 3 * words.asks_opinion(said.text)
    points += 15 * bool(words.addressed(said.text, [speaker.username]))
    points += 2.5 * len(words.hits(said.text, speaker.character.watchlist, scene.tickers))
    points += 1.5 * len(words.hits(said.text, speaker.character.interests, scene.tickers))
    points += 2 * (speaker.character.empathy > 0.6 and words.is_low(said.text))
    return points + 1.5 * (said.replies >= 2)


def weight(said: Said, scene: Scene, speaker: Member) -> float:
    """The same, as likely as it is that this bot turns to this speaker, and takes up what was said so long ago."""
    other = motive.whom(said)
    liking = temper.target_factor(speaker.bonds.get(other), scene.policy.affinity_pull) if other else 1.0
    return score(said, scene, speaker) * liking * _nearness(scene, said) * _meant(said, scene, speaker)


def _meant(said: Said, scene: Scene, speaker: Member) -> float:
    """What one bot asks another is for that one to answer; others seldom cut in."""
    asked = motive.asked(said, scene.history)
    return 1.0 if asked is None else motive.ADDRESSED if asked == speaker.bot_id else CUTS_IN


def _nearness(scene: Scene, said: Said) -> float:
    """What was said long ago is seldom taken up again: half as often after 25 minutes, and so on."""
    return HALF_LIFE / (HALF_LIFE + (scene.now - said.said_at).total_seconds())


def _freshness(scene: Scene, said: Said) -> float:
    minutes = (scene.now - said.said_at).total_seconds() / 60
    return 3 if minutes < 3 else 2 if minutes < 10 else 1 if minutes < 30 else -1
