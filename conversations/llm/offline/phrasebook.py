"""The phrase files, read once: `phrases/<book>.txt`, with sections that begin with "= name" and one frame a line.

The first section of a topic's book is preceded by "key: value" lines (its words, its drivers).
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from conversations.llm.offline import grammar
from conversations.llm.offline.grammar import Frame

FOLDER = Path(__file__).with_name("phrases")


@dataclass(frozen=True, slots=True)
class Book:
    facts: dict[str, tuple[str, ...]]
    """The head of the file: comma-separated values by key."""
    sections: dict[str, tuple[Frame, ...]]

    def frames(self, section: str) -> tuple[Frame, ...]:
        return self.sections.get(section, ())


@cache
def book(name: str) -> Book:
    return read((FOLDER / f"{name}.txt").read_text(encoding="utf-8"))


@cache
def topics() -> dict[str, Book]:
    """The book of every topic, in the order of their file names."""
    return {path.stem: book(f"topics/{path.stem}") for path in sorted((FOLDER / "topics").glob("*.txt"))}


@cache
def general() -> Book:
    """What can be said about anything: all files beside the folders, as one book."""
    parts = [book(path.stem) for path in sorted(FOLDER.glob("*.txt"))]
    return Book({}, {name: frames for part in parts for name, frames in part.sections.items()})


def read(text: str) -> Book:
    facts: dict[str, tuple[str, ...]] = {}
    sections: dict[str, list[Frame]] = {}
    current: list[Frame] | None = None
    for line in filter(None, (raw.strip() for raw in text.splitlines())):
        if line.startswith("#"):
            continue
        if line.startswith("= "):
            current = sections.setdefault(line[2:], [])
        elif current is None:
            key, _, values = line.partition(":")
            facts[key] = tuple(value.strip() for value in values.split(",") if value.strip())
        else:
            current.append(grammar.parse(line))
    return Book(facts, {name: tuple(frames) for name, frames in sections.items()})
