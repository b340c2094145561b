"""The seeded memories of a generated bot: ten or more, each from its own job, city, list, habits and opponents."""

from collections.abc import Sequence
from random import Random

from bots import casing
from bots.casts.draft import Draft
from bots.casts.parts import all_parts
from bots.sheet import MemoryKind, MemorySheet


def memories(draft: Draft, opponent: tuple[str, str], told: set[str], dice: Random) -> tuple[MemorySheet, ...]:
    """`told` are the texts that the cast has used so far; it grows."""
    parts = all_parts()["memories"]
    slots = (
        (MemoryKind.PERSONAL_FACT, (*draft.job["work"], draft.hobby[1]), 1),
        (MemoryKind.PERSONAL_FACT, parts["personal_fact"], 2),
        (MemoryKind.PAST_EVENT, parts["past_event"], 3),
        (MemoryKind.ROUTINE, parts["routine"], 2),
        (MemoryKind.PREFERENCE, parts["preference"][draft.risk], 1),
        (MemoryKind.PREFERENCE, parts["tone_preference"][draft.kind], 1),
        (MemoryKind.REFLECTION, parts["reflection"], 2),
    )
    return (
        *(_memory(kind, text, dice) for kind, pool, many in slots for text in _fresh(draft, pool, many, told, dice)),
        _of_another(draft, opponent, dice),
    )


def _fresh(draft: Draft, pool: Sequence[str], many: int, told: set[str], dice: Random) -> list[str]:
    """`many` texts of a pool, those first that nobody in the cast has told."""
    texts = [draft.tell(template, dice) for template in dice.sample(pool, len(pool))]
    texts.sort(key=told.__contains__)
    told.update(texts[:many])
    return texts[:many]


def _memory(kind: MemoryKind, text: str, dice: Random) -> MemorySheet:
    return MemorySheet(kind, text, round(dice.uniform(0.35, 0.9), 2))


def _of_another(draft: Draft, opponent: tuple[str, str], dice: Random) -> MemorySheet:
    """Whom it argues with; alone in a cast it argues with relatives."""
    parts = all_parts()["memories"]
    other, shared = opponent
    template = dice.choice(parts["relationship" if other else "alone"])
    text = template.format(other=other, shared=shared or next(iter(draft.sides)))
    return MemorySheet(MemoryKind.RELATIONSHIP, casing.capital(text), 0.6)
