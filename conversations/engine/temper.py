"""What a mood and a relationship do: how fast, how long, to whom, with how much colour. Pure."""

from dataclasses import astuple

from conversations.engine.values import Bond, Feelings, Standing

LIVELY, TIRED = 70, 30
"""Energy above the one and below the other shows."""
STRAINED = 70
TOWARDS: dict[Standing, float] = {
    "stranger": 0.5,
    "acquaintance": 1.0,
    "friend": 2.0,
    "close_friend": 2.0,
    "rival": 1.5,
}
HASTE: dict[Standing, float] = {
    "stranger": 1.0,
    "acquaintance": 1.0,
    "friend": 0.8,
    "close_friend": 0.7,
    "rival": 0.8,
}
ORDINARY = Feelings()


def swayed(feelings: Feelings, pull: float) -> Feelings:
    """These feelings as far as they count: `pull` 0 makes every mood an ordinary one, 2 doubles what is unusual."""
    pairs = zip(astuple(feelings), astuple(ORDINARY), strict=True)
    return Feelings(*(max(0, min(100, round(start + (now - start) * pull))) for now, start in pairs))


def delay_factor(feelings: Feelings) -> float:
    """How much longer a bot waits than it would in an ordinary mood."""
    return 0.7 if feelings.energy > LIVELY else 1.3 if feelings.energy < TIRED else 1.0


def length_factor(feelings: Feelings) -> float:
    """How much longer its texts become."""
    factor = 1.3 if feelings.energy > LIVELY else 0.7 if feelings.energy < TIRED else 1.0
    return factor * 0.7 if feelings.stress > STRAINED else factor


def emoji_share(feelings: Feelings) -> float:
    """Of its messages, how many may carry an emoji."""
    return feelings.excitement / 300


def hedge_share(feelings: Feelings) -> float:
    """Of its messages, how many are hedged."""
    return (100 - feelings.confidence) / 200


def formality(feelings: Feelings) -> float:
    """0 warm, 1 stiff."""
    return (100 - feelings.warmth) / 100


def eagerness(feelings: Feelings, pull: float) -> float:
    """How much more than in an ordinary mood a bot wants to speak; `pull` is how much moods count."""
    tone = (feelings.mood + feelings.energy + feelings.excitement + feelings.curiosity) / 200
    return float(max(tone, 0.1) ** pull)


def target_factor(bond: Bond | None, pull: float) -> float:
    """How much likelier a bot turns to somebody; whom it does not know is a stranger."""
    return float(TOWARDS[bond.standing if bond else "stranger"] ** pull)


def haste(bond: Bond | None, pull: float) -> float:
    """How much longer a bot waits before it answers somebody: friends are quick with each other, and so are rivals."""
    return float(HASTE[bond.standing if bond else "stranger"] ** pull)
