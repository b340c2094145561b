import pytest
from hypothesis import given

from bots.exchange.parse import Unreadable, texts
from tests.bots.exchange.anything import JSON


def test_a_text_stays_as_it_is_but_for_the_blanks_around_it() -> None:
    found = texts.one(20)("  Rahat, öğretici \n")
    assert (found.value, found.repairs) == ("Rahat, öğretici", ())


def test_an_object_becomes_one_text_that_reads_well() -> None:
    raw = {"ton": "resmi", "emoji": True, "uzunluk": ["kısa", "orta"], "argo": None}
    assert texts.one(200)(raw).value == "ton: resmi; emoji: evet; uzunluk: kısa, orta"


def test_a_long_text_is_cut_between_words_and_told() -> None:
    found = texts.one(12)("bir iki üç dört beş")
    assert found.value == "bir iki üç"
    assert "12" in found.repairs[0]


def test_a_long_word_is_cut_where_it_must() -> None:
    assert texts.one(5)("a" * 9).value == "aaaaa"


def test_characters_that_no_database_keeps_are_left_out() -> None:
    found = texts.one(20)("sat\x00ır\ud800")
    assert (found.value, len(found.repairs)) == ("satır", 1)


def test_a_list_keeps_its_order_and_each_item_once() -> None:
    found = texts.many()(["sabır şart", "panik yok", "SABIR ŞART", "", None, " "])
    assert found.value == ("sabır şart", "panik yok")
    assert found.repairs == ("“SABIR ŞART” is there twice; one is kept.",)


def test_one_text_is_split_at_lines_but_a_comma_may_belong_to_it() -> None:
    assert texts.many()("panik yok, kardeşim; sabır şart\nsakin").value == (
        "panik yok, kardeşim",
        "sabır şart",
        "sakin",
    )
    assert texts.many(commas=True)("GARAN, THYAO").value == ("GARAN", "THYAO")


@pytest.mark.parametrize("raw", [5, True, {"a": "b"}, [["a"]], [{"a": 1}], [True]])
def test_what_is_no_list_of_texts_is_refused(raw: object) -> None:
    with pytest.raises(Unreadable):
        texts.many()(raw)


@given(JSON)
def test_every_text_fits_and_can_be_stored_or_is_unreadable(raw: object) -> None:
    try:
        value = texts.one(50)(raw).value
    except Unreadable:
        return
    assert len(value) <= 50
    assert "\x00" not in value
    assert value.encode().decode() == value
    assert value == value.strip()


@given(JSON)
def test_every_list_holds_texts_that_fit_or_is_unreadable(raw: object) -> None:
    try:
        items = texts.many(length=30)(raw).value
    except Unreadable:
        return
    assert all(0 < len(item) <= 30 for item in items)
    assert len(set(items)) == len(items)
