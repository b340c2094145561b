"""What was just said in the chat, so that it is not said again: sentence frames, openings, whole sentences."""

from collections.abc import Iterable

from rapidfuzz import fuzz

from conversations.llm.offline import words
from conversations.llm.port import Line

Gram = tuple[str, ...]


class Heard:
    def __init__(self, history: Iterable[Line]) -> None:
        self._lines: list[str] = []
        self._grams: set[Gram] = set()
        self._openings: set[Gram] = set()
        for line in history:
            self.add(line.text)

    def add(self, text: str) -> None:
        self._lines.append(words.plain(text))
        for sentence in words.sentences(text):
            spoken = words.words(sentence)
            self._grams.update(_grams(spoken))
            self._openings.add(spoken[:2])

    def fork(self) -> "Heard":
        """A copy that may hear more without this one hearing it."""
        copy = Heard(())
        copy._lines, copy._grams, copy._openings = [*self._lines], {*self._grams}, {*self._openings}
        return copy

    def staleness(self, text: str) -> float:
        """0 is fresh, 1 was said just so: the share of three-word runs heard before, more for a worn opening."""
        spoken = words.words(text)
        grams = _grams(spoken)
        known = sum(gram in self._grams for gram in grams) / len(grams)
        return known + (0.15 if spoken[:2] in self._openings else 0.0)

    def likeness(self, text: str) -> float:
        """0..100: how close the nearest line comes to saying the same with the same words."""
        spoken = words.plain(text)
        return max((fuzz.token_set_ratio(spoken, line) for line in self._lines), default=0.0)

    def says(self, text: str) -> bool:
        spoken = words.plain(text)
        return any(spoken in line for line in self._lines)


def _grams(spoken: tuple[str, ...]) -> list[Gram]:
    return [spoken[start : start + 3] for start in range(max(1, len(spoken) - 2))]
