"""A persona, wherever it is written down, as the value that the pure stages use."""

from collections.abc import Sequence
from typing import Any, Protocol, cast

from conversations.engine.values import Character, Risk

# The prompt is Turkish whatever the language of the screen that somebody reads.
RISKS = {"very_low": "çok düşük", "low": "düşük", "medium": "orta", "high": "yüksek"}
HORIZONS = {"short": "kısa", "medium": "orta", "long": "uzun"}
_LISTS = ("expertise", "watchlist", "interests", "never_do", "phrases", "anecdotes", "emoji")
_SAME = (
    "name", "hint", "tone", "risk_note", "style_note", "mood_note", "energy", "empathy", "formality", "emoji_rate",
    "slip_rate", "wpm",
)  # fmt: skip


class Written(Protocol):
    """A persona as a row or on paper; of its fields only the ones that are spelled differently are named here."""

    @property
    def risk(self) -> str: ...
    @property
    def horizon(self) -> str: ...
    @property
    def short_weight(self) -> float: ...
    @property
    def medium_weight(self) -> float: ...
    @property
    def long_weight(self) -> float: ...


def of(persona: Written) -> Character:
    same: dict[str, Any] = {name: getattr(persona, name) for name in _SAME}
    lists: dict[str, Sequence[str]] = {name: tuple(getattr(persona, name)) for name in _LISTS}
    return Character(
        risk=cast("Risk", str(persona.risk)),
        risk_label=RISKS[persona.risk],
        horizon_label=HORIZONS[persona.horizon],
        weights=(persona.short_weight, persona.medium_weight, persona.long_weight),
        **same,
        **lists,  # type: ignore[arg-type]
    )
