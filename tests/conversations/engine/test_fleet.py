"""The cast pushes no symbol in one direction and names no thin paper."""

import pytest

from conversations.engine import fleet
from conversations.engine.fleet import Leaning
from conversations.engine.values import Ticker
from tests.conversations.engine import paper

TICKERS = (Ticker("THYAO", ("türk hava yolları",)), Ticker("GARAN"), Ticker("INCE", thin=True))
RISES = "THYAO yükselir bence."


def rules(text: str, ups: int = 0, downs: int = 0, **changes: float) -> list[str]:
    said = [Leaning("THYAO", 1)] * ups + [Leaning("THYAO", -1)] * downs + [Leaning("GARAN", 1)] * 20
    return [verdict.rule for verdict in fleet.judge(text, said, paper.policy(**changes), TICKERS)]


@pytest.mark.parametrize(
    ("ups", "downs", "refused"),
    [(0, 0, False), (4, 0, False), (5, 0, True), (7, 3, True), (6, 3, False), (20, 20, False)],
)
def test_one_direction_is_most_of_the_talk_at_most(ups: int, downs: int, refused: bool) -> None:
    assert rules(RISES, ups, downs) == ["fleet"] * refused


def test_who_sees_it_otherwise_may_always_say_so() -> None:
    assert rules("THYAO düşer bence.", ups=20) == []


def test_who_expects_nothing_may_always_speak_of_it() -> None:
    assert rules("THYAO bilançosu ne zaman?", ups=20) == []


def test_share_and_number_are_rules() -> None:
    assert rules(RISES, ups=5, fleet_messages=10) == []
    assert rules(RISES, ups=5, downs=5, fleet_share=0.5) == ["fleet"]


def test_a_name_of_a_company_counts_as_its_code() -> None:
    assert rules("Türk Hava Yolları yükselir bence.", ups=9) == ["fleet"]


def test_thin_papers_are_not_spoken_of() -> None:
    assert rules("INCE hakkında ne dersiniz?") == ["thin_symbol"]
