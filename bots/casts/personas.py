"""From the facts of a generated bot to its persona."""

from random import Random

from bots.casts.draft import Draft
from bots.casts.parts import all_parts
from bots.sheet import PersonaSheet

_SLOW, _FAST = 0.4, 0.62


def persona(draft: Draft, dice: Random) -> PersonaSheet:
    parts = all_parts()
    short, medium, long = _lengths(draft.energy)
    return PersonaSheet(
        name=draft.name,
        hint=f"Simülasyonun {draft.city[0]} şehrinde yaşayan kurgusal karakteri: {draft.job['job']}. "
        f"Merakı {draft.hobby[0]}, derdi {' ve '.join(draft.job['knows'])}.",
        tone=dice.choice(parts["tones"][draft.kind]),
        risk=draft.risk,
        horizon=draft.horizon,
        risk_note=dice.choice(parts["risk_notes"][draft.risk]),
        expertise=tuple(draft.job["knows"]),
        watchlist=draft.watchlist,
        interests=(*list(draft.sides)[:3], draft.hobby[0]),
        never_do=tuple(dice.sample(parts["never"], 3)),
        style_note=dice.choice(parts["styles"][draft.kind]),
        mood_note=dice.choice(parts["moods"]),
        phrases=tuple(dice.sample(parts["phrases"], 3)),
        anecdotes=tuple(draft.tell(text, dice) for text in dice.sample(parts["anecdotes"], 3)),
        emoji=(draft.hobby[2], *dice.sample(parts["emoji"], 2)),
        energy=draft.energy,
        energy_note=dice.choice(parts["notes"]["energy"][_third(draft.energy, "slow", "fast")]),
        empathy=draft.empathy,
        empathy_note=dice.choice(parts["notes"]["empathy"][_third(draft.empathy, "cool", "warm")]),
        formality=draft.formality,
        emoji_rate=round(min(0.35, max(0.02, draft.energy * 0.3 - draft.formality * 0.1)), 2),
        slip_rate=round(max(0.0, 0.08 - draft.formality * 0.08), 3),
        short_weight=short,
        medium_weight=medium,
        long_weight=long,
        wpm=_wpm(draft.job["age"], dice),
    )


def _third(value: float, low: str, high: str) -> str:
    return low if value < _SLOW else high if value > _FAST else "even"


def _lengths(energy: float) -> tuple[float, float, float]:
    """The lively write short, the calm take their time."""
    short = round(0.4 + 0.35 * energy, 2)
    long = round(0.2 - 0.17 * energy, 2)
    return short, round(1 - short - long, 2), long


def _wpm(age: int, dice: Random) -> int:
    """Thirty-six words a minute on the average, more for the young."""
    return round(min(60, max(20, dice.gauss(36 + (40 - age) * 0.35, 6))))
