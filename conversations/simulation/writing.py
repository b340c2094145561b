"""The words of a simulated turn: prompt, offline voice, duplicate check, voice, guard, as `compose` does it."""

from random import Random

from conversations.engine import guard, likeness, prompt, voice
from conversations.engine.values import Plan, Scene
from conversations.llm.offline import speech
from conversations.simulation.setup import Outcome
from conversations.simulation.stage import Player, Room


def write(room: Room, player: Player, scene: Scene, chosen: Plan, *, seed: int, outcome: Outcome) -> tuple[str, str]:
    """The final text and nothing, or nothing and why no draft was fit to be sent."""
    memories = player.memories[: scene.policy.memories_recalled]
    asked = prompt.build(scene, chosen, memories=memories, refresh=False)
    reason = ""
    for number in range(scene.policy.rewrites + 1):
        draft = speech.compose(asked.brief, Random(seed + number))
        outcome.drafts += 1
        outcome.prompt_chars += sum(len(message.content) for message in asked.messages)
        outcome.draft_chars += len(draft)
        final, reason = _judge(room, scene, chosen, draft, seed + number)
        if not reason:
            return final, ""
    return "", reason


def _judge(room: Room, scene: Scene, chosen: Plan, draft: str, seed: int) -> tuple[str, str]:
    repeated = likeness.judge(draft, room.recent.near(draft, scene.now), threshold=scene.policy.duplicate_similarity)
    if not repeated.passed:
        return "", repeated.rule
    speaker = chosen.speaker
    final = voice.colour(
        draft, speaker.character, slips=scene.policy.slip_probability, seed=seed, feelings=speaker.feelings
    )
    names = [member.username for member in scene.members]
    verdicts = guard.judge(final, may_mention=names, positions=speaker.positions)
    worst = next((verdict for verdict in verdicts if not verdict.passed), None)
    return (final, "") if worst is None else ("", f"guard:{worst.rule}")
