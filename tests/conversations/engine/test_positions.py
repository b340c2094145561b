"""A stance that was voiced is told from one that was not."""

import pytest

from conversations.engine import positions
from conversations.engine.values import Position

GOLD = Position(1, "altın", "Altını rahat uyumak için biriktiriyorum.", 0.7, rests=False)
CRYPTO = Position(2, "kripto", "Kripto bana uzak, anlamadığım şeye mesafeliyim.", 0.7, rests=False)


def used(text: str, planned: int | None = None) -> tuple[int, ...]:
    return positions.used(text, [GOLD, CRYPTO], planned=planned)


@pytest.mark.parametrize(
    ("text", "planned", "voiced"),
    [
        ("Altına güveniyorum ben.", None, (1,)),
        ("Altın biriktiriyorum, uyumak güzel.", None, (1,)),
        ("Kriptodan uzak duruyorum, altın alırım.", None, (1, 2)),
        ("Altın konuşalım mı?", None, ()),
        ("Altından korkuyorum.", None, ()),
        ("Bugün hava güzel.", None, ()),
        ("Altın konuşalım mı?", 1, (1,)),
        ("Bence rahat ettiriyor.", 1, (1,)),
        ("Bence rahat ettiriyor.", 2, ()),
        ("Anlamadığım şeye mesafeli dururum.", 2, (2,)),
        ("Çay koyuyorum, isteyen var mı?", 1, ()),
    ],
)
def test_a_stance_is_used_when_its_side_or_its_words_are_heard(
    text: str, planned: int | None, voiced: tuple[int, ...]
) -> None:
    assert used(text, planned) == voiced
