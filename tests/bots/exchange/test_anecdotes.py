import pytest

from bots.exchange import anecdotes


@pytest.mark.parametrize(
    ("half", "sentence"),
    [
        ("2008 krizinde ne yaptığımı", "2008 krizinde ne yaptığımı anlatmayı severim."),
        ("ilk yatırımımda", "İlk yatırımımda çok şey öğrendim."),
        ("ilk işlemi yapmadan önce", "İlk işlemi yapmadan önce çok düşünmüştüm."),
        ("geçen ay gördüğüm formasyondan", "Geçen ay gördüğüm formasyondan sık sık söz ederim."),
        ("kızlarıma", "Kızlarıma bunları anlatmayı severim."),
        ("klasik üçgen", "Klasik üçgen hakkında anlatacak çok şeyim var."),
        ("en büyük hata", "En büyük hata hakkında anlatacak çok şeyim var."),
    ],
)
def test_a_half_sentence_is_finished_by_its_last_ending(half: str, sentence: str) -> None:
    assert anecdotes.whole(half) == sentence


@pytest.mark.parametrize(
    "whole", ["2008'de çok şey gördüm.", "o gün her şeyimi satmıştım", "hâlâ gülüyorum", "", "öyle mi?"]
)
def test_a_whole_sentence_stays_as_it_is(whole: str) -> None:
    assert anecdotes.whole(whole) == whole
