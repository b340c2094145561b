"""Labelled Turkish lines, and how often somebody hears what people heard."""

from collections.abc import Callable
from pathlib import Path

SIGNS = {"+": 1, "-": -1, "0": 0}
Line = tuple[int, list[str]]


def lines(name: str) -> list[Line]:
    """What people said of each line of `name`.txt, with its parts."""
    kept = (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [(SIGNS[line[0]], line[2:].split(" | ")) for line in kept]


def held_out(known: list[Line]) -> list[Line]:
    """Every third line: nobody looked at these while choosing words."""
    return known[2::3]


def share(known: list[Line], ear: Callable[..., int], what: str) -> float:
    right = sum(ear(*parts) == label for label, parts in known)
    print(f"{what}: {right} of {len(known)} right, {right / len(known):.1%}")
    return right / len(known)
