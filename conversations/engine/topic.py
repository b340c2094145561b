"""What a turn is about. Pure."""

from collections import Counter
from random import Random

from conversations.engine import exhaustion, words
from conversations.engine.values import Member, News, Position, Said, Scene


def choose(scene: Scene, speaker: Member, aim: Said | None, headline: News | None, dice: Random) -> str:
    """The news first, then the words of the target, then the newest messages, then the speaker's own interests."""
    for text in (headline.title if headline else "", aim.text if aim else ""):
        if text and (found := words.hits(text, scene.topics, scene.tickers)):
            return found[0]
    rules = scene.policy
    tired = exhaustion.exhausted(scene.history, scene.topics, after=rules.topic_exhausted, tickers=scene.tickers)
    if aim and aim.topic and aim.topic != tired:
        return aim.topic
    weights = _talked_of(scene)
    weights.pop(tired, None)
    if weights and not headline and dice.random() >= rules.topic_drift:
        return dice.choices(list(weights), list(weights.values()))[0]
    return _fresh(scene, speaker, tired, dice)


def stance(speaker: Member, topic: str, dice: Random) -> Position | None:
    """A stance on the topic that does not rest; the surer, the likelier."""
    fitting = [p for p in speaker.positions if not p.rests and topic and words.speaks_of(p.topic, topic)]
    return dice.choices(fitting, [0.1 + p.confidence for p in fitting])[0] if fitting else None


def _talked_of(scene: Scene) -> Counter[str]:
    """Topics of the newest messages, the newer the heavier."""
    window = scene.policy.topic_window
    weights: Counter[str] = Counter()
    for age, said in enumerate(reversed(scene.history[-window:])):
        for topic in words.hits(said.text, scene.topics, scene.tickers):
            weights[topic] += window - age
    return weights


def _fresh(scene: Scene, speaker: Member, tired: str, dice: Random) -> str:
    own = (*speaker.character.interests, *(position.topic for position in speaker.positions if not position.rests))
    liked = [topic for topic in scene.topics if any(words.speaks_of(interest, topic) for interest in own)]
    for pool in (liked, list(scene.topics), list(own)):
        if left := [topic for topic in pool if topic != tired]:
            return dice.choice(left)
    return ""
