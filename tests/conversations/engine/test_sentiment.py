"""How a text feels, what it expects, whether it agrees."""

import pytest

from conversations.engine import sentiment


@pytest.mark.parametrize("text", ["düşmez", "fena değil", "kötü olmaz", "uçtu gitti", "tavan serisi", "RALLİ BAŞLADI"])
def test_a_good_word_and_a_bad_one_that_is_denied_are_cheerful(text: str) -> None:
    assert sentiment.mood(text) > 0.15


@pytest.mark.parametrize("text", ["hiç de iyi değil", "yine çaktı", "taban oldu", "satış yedik", "her yer kırmızı"])
def test_a_bad_word_and_a_good_one_that_is_denied_are_gloomy(text: str) -> None:
    assert sentiment.mood(text) < -0.15


def test_each_topic_is_judged_by_its_own_clause() -> None:
    text = "dolar düşer ama altın uçar"
    assert (sentiment.lean(text, "Dolar"), sentiment.lean(text, "Altın"), sentiment.lean(text, "BIST")) == (-1, 1, 0)


def test_a_denial_of_the_same_words_contradicts() -> None:
    assert sentiment.agrees("düşmez bence", "dolar düşer") == -1
    assert sentiment.agrees("aynen öyle", "dolar düşer") == 1
    assert sentiment.agrees("dolar düşer", "altın düşer") == 0
