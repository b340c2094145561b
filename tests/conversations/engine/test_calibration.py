"""The thresholds of likeness, each against pairs that people labelled: the same thing said again, or another."""

from pathlib import Path

import numpy as np
import pytest

from bots import embedding
from conversations.engine import likeness, rulesets

PAIRS = Path(__file__).with_name("pairs.txt")
Pair = tuple[bool, str, str]


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    lines = PAIRS.read_text(encoding="utf-8").splitlines()
    return [(label == "1", first, second) for label, first, second in (line.split(" | ") for line in lines)]


def by_letters(first: str, second: str) -> bool:
    return not likeness.judge(first, [second], threshold=rulesets.LIVELY.duplicate_similarity).passed


def by_meaning(first: str, second: str) -> bool:
    near = float(np.dot(*map(np.array, embedding.vectors([first, second]))))
    return not likeness.judge_meaning(second, near, threshold=rulesets.LIVELY.meaning_similarity).passed


def test_the_thresholds_find_most_repeats_and_hold_up_hardly_anything_else(
    pairs: list[Pair], capsys: pytest.CaptureFixture[str]
) -> None:
    same = [(first, second) for label, first, second in pairs if label]
    other = [(first, second) for label, first, second in pairs if not label]
    letters, meaning = (
        (sum(check(*pair) for pair in same) / len(same), sum(check(*pair) for pair in other) / len(other))
        for check in (by_letters, by_meaning)
    )
    both = sum(by_letters(*pair) or by_meaning(*pair) for pair in same) / len(same)
    with capsys.disabled():
        print(f"\n  likeness over {len(pairs)} pairs: by letters {letters[0]:.0%} found, {letters[1]:.0%} false;")
        print(f"  by meaning {meaning[0]:.0%} found, {meaning[1]:.0%} false; by either {both:.0%} found")
    assert both >= 0.9
    assert letters[1] <= 0.02
    assert meaning[1] <= 0.02
