"""Nobody says the opposite of what it stands for."""

from dataclasses import replace

import pytest

from conversations.engine import contradiction, guard
from conversations.engine.values import Position

BULL = Position(1, "Dolar", "Dolar yükselir diye düşünüyorum.", 0.9, rests=False)


def rules(text: str, position: Position = BULL) -> list[str]:
    return [verdict.rule for verdict in contradiction.judge(text, [position])]


@pytest.mark.parametrize(
    "text", ["Dolar düşer bence.", "Doların düşeceğini düşünüyorum.", "Dolar geriler, göreceksiniz."]
)
def test_the_opposite_is_a_contradiction(text: str) -> None:
    assert rules(text) == [contradiction.CONTRADICTS]


@pytest.mark.parametrize(
    "text",
    ["Dolar yükselir.", "Dolar düşmez bence.", "Altın düşer bence.", "Dolar hakkında konuşalım.", "Dolar düşer mi?"],
)
def test_the_same_view_another_subject_or_no_view_is_none(text: str) -> None:
    assert rules(text) == []


@pytest.mark.parametrize("text", ["Galiba dolar düşer.", "Dolar düşer, emin değilim.", "Gerçi dolar düşer."])
def test_what_is_hedged_or_asked_is_unclear(text: str) -> None:
    assert rules(text) == [contradiction.UNCLEAR]


def test_a_stance_without_confidence_binds_nobody() -> None:
    assert rules("Dolar düşer bence.", replace(BULL, confidence=0.4)) == []


def test_the_guard_names_the_stance() -> None:
    verdict = next(v for v in guard.judge("Dolar düşer bence.", positions=[BULL]) if not v.passed)
    assert (verdict.rule, verdict.detail) == ("contradiction", "Dolar: Dolar yükselir diye düşünüyorum.")
