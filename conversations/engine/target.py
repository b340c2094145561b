"""Whom a turn answers: scores over the newest messages. Pure."""

from random import Random

from conversations.engine import words
from conversations.engine.values import Member, Said, Scene

BEST = 3


def draw(scene: Scene, speaker: Member, dice: Random) -> Said | None:
    """A message to reply to, or None for a new thought."""
    if not scene.history:
        return None
    share = scene.policy.reply_probability if scene.history[-1].human else scene.policy.reply_to_bot_probability
    if dice.random() >= share:
        return None
    others = [said for said in scene.history if said.bot_id != speaker.bot_id and not said.mentions_other]
    ranked = sorted(((score(said, scene, speaker), said.id, said) for said in others), reverse=True)[:BEST]
    best = [(points, said) for points, _, said in ranked if points > 0]
    return dice.choices([said for _, said in best], [points for points, _ in best])[0] if best else None


def score(said: Said, scene: Scene, speaker: Member) -> float:
    """How much a message asks for this bot's reply."""
    points = (8.0 if said.human else 2.5) + _freshness(scene, said)
    points += 4 * words.is_question(said.text) + 3 * words.asks_opinion(said.text)
    points += 15 * bool(words.addressed(said.text, [speaker.username]))
    points += 2.5 * len(words.hits(said.text, speaker.character.watchlist))
    points += 1.5 * len(words.hits(said.text, speaker.character.interests))
    points += 2 * (speaker.character.empathy > 0.6 and words.is_low(said.text))
    return points + 1.5 * (said.replies >= 2)


def _freshness(scene: Scene, said: Said) -> float:
    minutes = (scene.now - said.said_at).total_seconds() / 60
    return 3 if minutes < 3 else 2 if minutes < 10 else 1 if minutes < 30 else -1
