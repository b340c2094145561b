import re

import pytest
from django.contrib.auth.models import User
from hypothesis import given
from hypothesis import strategies as st

from bots import casing, found


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


@pytest.mark.django_db
def test_names_stand_in_the_order_of_the_alphabet_and_are_found_without_their_marks() -> None:
    names = ["Zeynep", "Çetin", "Ilgın", "Işıl", "cemal", "Şule", "Irmak", "İnci", "Suna", "Oya", "Öykü"]
    User.objects.bulk_create(User(username=f"{place}", first_name=name) for place, name in enumerate(names))
    ordered = User.objects.order_by(found.Alphabetical("first_name")).values_list("first_name", flat=True)
    assert list(ordered) == [
        "cemal", "Çetin", "Ilgın", "Irmak", "Işıl", "İnci", "Oya", "Öykü", "Suna", "Şule", "Zeynep"
    ]  # fmt: skip
    met = found.named(User.objects.all(), ["i", "l"], "first_name", "last_name")
    assert {user.first_name for user in met} == {"Ilgın", "Işıl"}


def test_a_pattern_finds_a_word_however_it_was_typed_and_takes_signs_for_what_they_are() -> None:
    for typed in ("İSTANBUL", "ISTANBUL", "istanbul", "ıstanbul"):
        assert re.search(casing.spelled(typed), casing.fold("İstanbul'da"))
    assert re.search(casing.spelled("a.b"), "axb") is None
