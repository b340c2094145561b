"""What plans are chosen for a scene on paper, over many dice."""

from collections import Counter
from random import Random

from conversations.engine import plan
from conversations.engine.values import Plan, Scene, Silence


def choose(scene: Scene, seed: int = 1) -> Plan:
    chosen = plan.choose(scene, Random(10_000 + seed))
    assert isinstance(chosen, Plan), chosen
    return chosen


def silence(scene: Scene) -> Silence:
    chosen = plan.choose(scene, Random(1))
    assert isinstance(chosen, Silence), chosen
    return chosen


def blocks(scene: Scene) -> list[str]:
    return [candidate.blocked for candidate in plan.choose(scene, Random(1)).candidates]


def speakers(scene: Scene, draws: int = 600) -> Counter[int]:
    return Counter(choose(scene, seed).speaker.bot_id for seed in range(draws))
