import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots import casing


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ISPARTA", "ısparta"),
        ("İSTANBUL", "istanbul"),
        ("Işık  \n İnce", "ışık ince"),
        ("I\u0307zmir", "izmir"),
        ("ß", "ß"),
    ],
)
def test_folding_lowers_by_turkish_rules(text: str, folded: str) -> None:
    assert casing.fold(text) == folded


def test_what_an_english_lower_left_behind_folds_like_the_rest() -> None:
    assert casing.fold("İstanbul".lower()) == casing.fold("İSTANBUL")


@pytest.mark.parametrize(("text", "raised"), [("ispirto", "İSPİRTO"), ("ılık", "ILIK"), ("şeker", "ŞEKER")])
def test_upper_raises_by_turkish_rules(text: str, raised: str) -> None:
    assert casing.upper(text) == raised


def test_a_sentence_begins_with_a_capital_and_keeps_the_rest() -> None:
    assert casing.capital("ilk BIST işlemim") == "İlk BIST işlemim"
    assert casing.capital("") == ""


def test_plain_words_match_however_they_were_typed() -> None:
    assert casing.plain("YÜKSEK") == casing.plain("yüksek") == casing.plain("yuksek") == "yuksek"
    assert casing.plain("BIST") == casing.plain("bist")


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert casing.fold(casing.fold(text)) == casing.fold(text)
