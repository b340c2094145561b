import pytest
from hypothesis import given

from bots.exchange.parse import Unreadable, marks
from tests.bots.exchange.anything import JSON

TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz01234"


def test_emoji_are_a_list_or_one_text_of_them() -> None:
    assert marks.emoji(["🚀", "🔥"]).value == ("🚀", "🔥")
    assert marks.emoji("🚀🔥 ⚠️👩‍💻👍🏽🇹🇷").value == ("🚀", "🔥", "⚠️", "👩‍💻", "👍🏽", "🇹🇷")


def test_a_word_among_emoji_is_left_out_and_told() -> None:
    found = marks.emoji(["🚀", "roket"])
    assert (found.value, found.repairs) == (("🚀",), ("“roket” is no emoji and is left out.",))


@pytest.mark.parametrize(
    ("raw", "value"),
    [("XU030.E", "XU030"), ("$garan", "GARAN"), ("THYAO.IS", "THYAO"), ("Altın", "Altın"), ("BTC/USDT", "BTC/USDT")],
)
def test_a_symbol_loses_the_marks_of_its_exchange(raw: str, value: str) -> None:
    assert marks.symbol(raw).value == value


def test_a_watch_list_keeps_words_and_each_symbol_once() -> None:
    found = marks.symbols(["XU030.E", "XU030", "Altın", "#THYAO"])
    assert found.value == ("XU030", "Altın", "THYAO")
    assert len(found.repairs) == 2


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("ali_hoca", "ali_hoca"), ("@ali_hoca", "ali_hoca"), ("https://t.me/ali_hoca", "ali_hoca"),
        ("Ayşe Scalper", "ayse_scalper"), ("Ali", "ali_bot"), ("AliHocaBot", "AliHocaBot"),
    ],
)  # fmt: skip
def test_a_username_is_forgiven_its_dress(raw: str, value: str) -> None:
    assert marks.username(raw).value == value


@pytest.mark.parametrize("raw", ["", "??", True, None, "_", "9" * 40])
def test_what_no_username_can_be_made_of_is_refused(raw: object) -> None:
    with pytest.raises(Unreadable):
        marks.username(raw)


@pytest.mark.parametrize(
    "raw", ["TELEGRAM_BOT_TOKEN_BURAYA", "123456:ABC", "123456789:" + "x" * 35, 5, ["a"], TOKEN + "…"]
)
def test_a_placeholder_is_no_token_and_is_never_repeated(raw: object) -> None:
    found = marks.token(raw)
    assert found.value == ""
    assert len(found.repairs) == 1
    assert str(raw) not in found.repairs[0]


def test_a_real_token_is_kept_silently() -> None:
    assert (marks.token(f" {TOKEN} ").value, marks.token(TOKEN).repairs) == (TOKEN, ())


@given(JSON)
def test_every_username_is_one_for_telegram_or_unreadable(raw: object) -> None:
    try:
        value = marks.username(raw).value
    except Unreadable:
        return
    assert value.isascii()
    assert 5 <= len(value) <= 32
    assert value.replace("_", "a").isalnum()
    assert value[0].isalpha()


@given(JSON)
def test_every_emoji_fits_its_column_or_is_unreadable(raw: object) -> None:
    try:
        found = marks.emoji(raw).value
    except Unreadable:
        return
    assert all(0 < len(item) <= 16 for item in found)
