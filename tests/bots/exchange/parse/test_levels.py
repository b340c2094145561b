import pytest

from bots.exchange.parse import Unreadable, levels
from bots.sheet import Horizon, Risk


@pytest.mark.parametrize(
    ("phrase", "risk", "horizon"),
    [
        ("düşük risk, uzun vade", Risk.LOW, Horizon.LONG),
        ("YÜKSEK RİSK, KISA VADE", Risk.HIGH, Horizon.SHORT),
        ("çok düşük risk, temettü odaklı", Risk.VERY_LOW, Horizon.LONG),
        ("orta risk, fundamentallere bakar", Risk.MEDIUM, None),
        ("orta vadeli düşünür", None, Horizon.MEDIUM),
        ("çok yüksek risk", Risk.HIGH, None),
        ("agresif, gün içi", Risk.HIGH, Horizon.SHORT),
        ("keyfine göre", None, None),
    ],
)
def test_a_phrase_tells_risk_and_horizon(phrase: str, risk: Risk | None, horizon: Horizon | None) -> None:
    assert (levels.risk(phrase), levels.horizon(phrase)) == (risk, horizon)


@pytest.mark.parametrize(
    ("phrase", "share"),
    [("yüksek - yeni başlayanlara yardımcı", 0.8), ("düşük tempo, sakin", 0.25), ("hareketli", None)],
)
def test_a_phrase_tells_a_share(phrase: str, share: float | None) -> None:
    assert levels.share(phrase) == share


def test_a_name_is_read_in_any_dress_and_nothing_else() -> None:
    assert levels.named(Risk)("low").repairs == ()
    assert levels.named(Risk)("Very Low").value is Risk.VERY_LOW
    with pytest.raises(Unreadable, match="very_low, low, medium, high"):
        levels.named(Risk)("düşük")
