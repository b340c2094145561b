"""A cast of any size on paper: distinct bots, and the same ones for the same seed.

The words stand in parts.json; draft decides the facts, the other modules write what follows from them.
"""

from random import Random

from bots.casts import belongings, daytimes, draft, memoirs, minds, personas
from bots.casts.draft import Draft
from bots.sheet import BotSheet, MemorySheet

MOST = 200


def generate(count: int, seed: int) -> tuple[BotSheet, ...]:
    """`count` bots, 1 to 200, no two of one name. ValueError outside that range."""
    if not 1 <= count <= MOST:
        raise ValueError(f"A generated cast has 1 to {MOST} bots, not {count}.")
    dice = Random(seed)
    drafts = draft.draw(count, dice)
    for one in drafts:
        one.watchlist = belongings.watchlist(one, dice)
    minds.take_sides(drafts, dice)
    ranks = dice.sample(range(1, count + 1), count)
    told: set[str] = set()
    return tuple(
        _sheet(one, rank, memoirs.memories(one, minds.rival(one, drafts, dice), told, dice), dice)
        for one, rank in zip(drafts, ranks, strict=True)
    )


def _sheet(one: Draft, rank: int, memories: tuple[MemorySheet, ...], dice: Random) -> BotSheet:
    return BotSheet(
        username=one.username,
        persona=personas.persona(one, dice),
        talkativeness=daytimes.talkativeness(rank),
        pace=round(1.6 - one.energy + dice.uniform(-0.15, 0.15), 2),
        hourly_cap=6 + round(8 * one.energy),
        hours=daytimes.hours(one.kind, dice),
        stances=one.stances,
        holdings=belongings.holdings(one, dice),
        memories=memories,
    )
