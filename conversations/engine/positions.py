"""Which of its stances a bot took up in what it said: those rest for a while. Pure."""

from collections.abc import Iterable

from conversations.engine import forms, sentiment, words
from conversations.engine.values import Position

ECHO = 2
"""So many words of a stance in a text are no accident."""
LONG = 5
"""From so many letters on, the beginning of a word tells which word it is, whatever its ending."""


def used(text: str, positions: Iterable[Position], *, planned: int | None) -> tuple[int, ...]:
    """Numbers of the stances that `text` voices. The one that was planned needs less proof: the talk was about it."""
    return tuple(position.id for position in positions if _voices(text, position, planned=position.id == planned))


def _voices(text: str, position: Position, *, planned: bool) -> bool:
    named = words.speaks_of(text, position.topic)
    if _echoes(text, position.text):
        return named or planned
    side = sentiment.lean(position.text, position.topic) or sentiment.lean(position.text, "")
    if planned:
        return named or (side != 0 and sentiment.lean(text, "") == side)
    return named and side != 0 and sentiment.lean(text, position.topic) == side


def _echoes(text: str, stance: str) -> bool:
    return len(_beginnings(text) & _beginnings(stance)) >= ECHO


def _beginnings(text: str) -> set[str]:
    return {word[:LONG] for word in forms.split(text) if len(word) >= LONG}
