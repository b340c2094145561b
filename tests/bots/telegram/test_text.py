import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.telegram import text


@given(st.text())
def test_length_is_counted_in_utf_16_units(anything: str) -> None:
    assert text.utf16_len(anything) == len(anything.encode("utf-16-le")) // 2


@given(st.text(), st.integers(1, 50))
def test_a_clipped_text_fits_and_begins_as_the_whole_did(anything: str, limit: int) -> None:
    clipped = text.clip(anything, limit)
    assert text.utf16_len(clipped) <= limit
    assert anything.startswith(clipped.removesuffix("…"))


@pytest.mark.parametrize(
    ("whole", "limit", "clipped"),
    [
        ("kısa", 10, "kısa"),
        ("tam on harf", 11, "tam on harf"),
        ("bir iki üç", 9, "bir iki…"),
        ("bir iki üç", 8, "bir iki…"),
        ("bir iki üçüncü", 11, "bir iki…"),
        ("uzunbirkelime", 5, "uzun…"),
        ("😀😀😀", 4, "😀…"),
    ],
)
def test_a_long_text_ends_at_a_word(whole: str, limit: int, clipped: str) -> None:
    assert text.clip(whole, limit) == clipped
