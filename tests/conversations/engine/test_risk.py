"""The rules by which a held text is called high, medium or low."""

from typing import Any

import pytest

from conversations.engine import risk
from conversations.engine.values import Ticker

TICKERS = (Ticker("THYAO", ("Türk Hava Yolları", "Thy")), Ticker("GARAN", ("Garanti",)))

TABLE: list[tuple[str, dict[str, Any], str, tuple[str, ...]]] = [
    ("Bugün sakin bir gün.", {}, "low", ()),
    ("Borsa 10.500 puan civarında dolaşıyor.", {}, "low", ()),
    ("Borsa yükselir gibi geliyor bana.", {}, "low", ()),
    ("THYAO bilançosunu okudum.", {}, "medium", ("symbol",)),
    ("Türk Hava Yolları ile dün döndüm.", {}, "medium", ("symbol",)),
    ("THYAO bence yükselecek.", {}, "high", ("direction", "symbol")),
    ("THYAO düşer diye korkuyorum.", {}, "high", ("direction", "symbol")),
    ("THYAO 310 lira olmuş.", {}, "high", ("price", "symbol")),
    ("GARAN %3 geride.", {}, "high", ("price", "symbol")),
    ("Günaydın!", {"answers_a_person": True}, "high", ("person",)),
    ("Haberi gördünüz mü?", {"from_news": True}, "high", ("news",)),
    ("Sabır iyidir, ama acaba?", {"rules": ["unclear_stance"]}, "high", ("doubt",)),
    ("Sabır iyidir, ama acaba?", {"rules": ["stance"]}, "high", ("doubt",)),
    ("Sabır iyidir.", {"rules": ["clean", "new"]}, "low", ()),
    ("THYAO'yu izliyorum.", {"answers_a_person": True}, "high", ("person", "symbol")),
    ("", {}, "low", ()),
]


@pytest.mark.parametrize(("text", "comes", "level", "grounds"), TABLE)
def test_a_text_is_as_risky_as_its_grounds(
    text: str, comes: dict[str, Any], level: str, grounds: tuple[str, ...]
) -> None:
    found = risk.weigh(text, tickers=TICKERS, **({"answers_a_person": False, "from_news": False} | comes))
    assert (found.level, found.grounds) == (level, grounds)


def test_the_symbols_are_named_once_and_in_the_order_of_the_text() -> None:
    found = risk.weigh("GARAN mı THYAO mu, GARAN mı?", tickers=TICKERS, answers_a_person=False, from_news=False)
    assert found.symbols == ("GARAN", "THYAO")


def test_the_riskiest_level_comes_first() -> None:
    ranks = [risk.Risk(level, (), ()).rank for level in (risk.Level.HIGH, risk.Level.MEDIUM, risk.Level.LOW)]
    assert ranks == [0, 1, 2]
