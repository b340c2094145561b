"""A number leaves only with a source: as it stands in the prices, rounded as far as it is written out."""

from decimal import Decimal

import pytest

from conversations.engine import guard
from conversations.engine.values import Price, Ticker
from tests.conversations.engine import paper

TICKERS = (
    Ticker("THYAO", ("türk hava yolları",)),
    Ticker("XU100", ("bist 100", "endeks")),
    Ticker("USDTRY", ("dolar",)),
)
PRICES = (
    Price("THYAO", Decimal("312.50"), "TL", -1.84, "Örnek", paper.NOW),
    Price("XU100", Decimal(10250), "puan", 0.4, "Örnek", paper.NOW),
    Price("USDTRY", Decimal("41.237"), "TL", None, "Örnek", paper.NOW),
)


def unsourced(text: str) -> bool:
    found = guard.judge(text, prices=PRICES, tickers=TICKERS)
    return any(verdict.rule == "unsourced_figure" for verdict in found)


@pytest.mark.parametrize(
    "text",
    [
        "THYAO 312,50 TL olmuş.",
        "THYAO 312,5'te duruyor.",
        "THYAO 313 TL civarı.",
        "Türk Hava Yolları %1,84 düştü.",
        "THYAO yüzde 1,8 geriledi.",
        "Endeks 10.250 puanda.",
        "Endeks 10 bin 250 puanda.",
        "Dolar 41,24 lira.",
        "Dolar 41,2 olmuş, THYAO 312,5.",
    ],
)
def test_what_the_prices_say_may_be_said(text: str) -> None:
    assert not unsourced(text)


@pytest.mark.parametrize(
    "text",
    [
        "THYAO 315 TL olmuş.",
        "THYAO 312,70 TL.",
        "THYAO %3 düştü.",
        "Endeks 10.500 puanda.",
        "Dolar 312,50 lira.",
        "Dolar 41,24 lira, yarın 43 lira.",
        "GARAN 120 TL.",
    ],
)
def test_what_they_do_not_say_may_not(text: str) -> None:
    assert unsourced(text)


def test_what_the_news_say_word_for_word_may_be_said_with_them() -> None:
    news = "Enflasyon yüzde 33,2 oldu, faiz 50 baz puan indi"
    assert not [v for v in guard.judge("Enflasyon yüzde 33,2 olmuş.", quoted=news) if not v.passed]
    assert not [v for v in guard.judge("Faiz 50 baz puan inmiş.", quoted=news) if not v.passed]
    assert [v.rule for v in guard.judge("Enflasyon yüzde 34 olmuş.", quoted=news)] == ["unsourced_figure"]


def test_without_prices_no_figure_leaves() -> None:
    assert any(verdict.rule == "unsourced_figure" for verdict in guard.judge("THYAO 312,50 TL olmuş."))
