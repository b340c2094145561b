from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.exchange.parse import Unreadable, numbers
from tests.bots.exchange.anything import JSON


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (0.8, 0.8), (1, 1.0), (0, 0.0), ("0,8", 0.8), ("0.8", 0.8), ("%80", 0.8), ("80 %", 0.8), (80, 0.8),
        ("yüksek", 0.8), ("YÜKSEK", 0.8), ("yuksek", 0.8), ("orta", 0.5), ("düşük", 0.25), ("çok yüksek", 0.95),
        ("Çok düşük", 0.1), ("high", 0.8),
    ],
)  # fmt: skip
def test_a_share_is_read_however_it_was_written(raw: object, value: float) -> None:
    assert numbers.share(raw).value == pytest.approx(value)


def test_only_what_was_not_a_plain_number_counts_as_repaired() -> None:
    assert numbers.share(0.8).repairs == ()
    assert numbers.share("0,8").repairs == ("“0,8” is read as 0.8.",)


@pytest.mark.parametrize("raw", [True, "belki", -0.1, 1.5, 5, 101, "120%", [], {}, float("nan"), "1e5", "0,8,1x"])
def test_what_may_mean_two_things_is_no_share(raw: object) -> None:
    with pytest.raises(Unreadable):
        numbers.share(raw)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (28.5, "28.5"), (5000, "5000"), ("28,50", "28.5"), ("28.50", "28.5"), ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1.234.567", "1234567"), ("1,234,567", "1234567"), ("₺28,5", "28.5"), ("28,5 TL", "28.5"), ("5 000", "5000"),
        ("100 lot", "100"), (0.1 + 0.2, "0.3"),
    ],
)  # fmt: skip
def test_an_amount_is_read_with_its_comma_its_point_and_its_currency(raw: object, value: str) -> None:
    assert numbers.amount(raw).value == Decimal(value)


@pytest.mark.parametrize("raw", [0, -5, "0", "yok", "", True, None, 10**12, float("inf"), "1e3", 0.0000001])
def test_what_is_no_amount_above_zero_is_refused(raw: object) -> None:
    with pytest.raises(Unreadable):
        numbers.amount(raw)


def test_a_number_out_of_its_range_is_moved_to_the_edge_and_told() -> None:
    found = numbers.between(0.1, 10)(50)
    assert (found.value, len(found.repairs)) == (10, 1)


@pytest.mark.parametrize("raw", ["%50", "çok", "", True, None, [1], float("inf")])
def test_what_is_no_number_is_refused(raw: object) -> None:
    with pytest.raises(Unreadable):
        numbers.between(0.1, 10)(raw)


def test_a_whole_number_stays_whole() -> None:
    assert numbers.whole(20, 60)(36).repairs == ()
    assert numbers.whole(20, 60)("36").value == 36
    assert numbers.whole(20, 60)(36.6).value == 37


@pytest.mark.parametrize(("raw", "value"), [(True, True), ("evet", True), ("Hayır", False), (0, False), ("açık", True)])
def test_yes_and_no_are_read_in_words_too(raw: object, value: bool) -> None:
    assert numbers.flag(raw).value is value


@given(JSON)
def test_every_share_is_a_share_or_unreadable(raw: object) -> None:
    try:
        found = numbers.share(raw)
    except Unreadable:
        return
    assert 0 <= found.value <= 1


@given(JSON)
def test_every_amount_fits_its_column_or_is_unreadable(raw: object) -> None:
    try:
        value = numbers.amount(raw).value
    except Unreadable:
        return
    assert 0 < value < 10**12
    assert value == value.quantize(Decimal("0.000001"))


@given(st.decimals(min_value=Decimal("0.000001"), max_value=Decimal("999999999999"), places=6))
def test_a_written_amount_reads_back_exactly(value: Decimal) -> None:
    plain = numbers.plain(value)
    found = numbers.amount(format(plain, "f"))
    assert (found.value, found.repairs) == (value, ())
