import pytest

from conversations.llm.offline import names, turkish


@pytest.mark.parametrize(
    ("written", "case", "spoken"),
    [
        ("THYAO", "loc", "THYAO'da"),
        ("GARAN", "acc", "GARAN'ı"),
        ("SISE", "dat", "SISE'ye"),
        ("ASELS", "abl", "ASELS'ten"),
        ("AKBNK", "loc", "AKBNK'ta"),
        ("TUPRS", "loc", "TUPRS'ta"),
        ("EREGL", "gen", "EREGL'in"),
        ("PETKM", "loc", "PETKM'de"),
        ("TCMB", "gen", "TCMB'nin"),
        ("BIST", "loc", "BIST'te"),
        ("XU100", "loc", "BIST 100'de"),
        ("XU030.E", "loc", "BIST 30'da"),
        ("BTCUSDT", "acc", "BTC'yi"),
        ("USDTRY", "ki", "dolardaki"),
        ("Altın", "acc", "altını"),
        ("Bitcoin", "loc", "Bitcoin'de"),
        ("$FROTO", "ins", "FROTO'yla"),
    ],
)
def test_a_symbol_takes_the_suffix_that_people_hear(written: str, case: str, spoken: str) -> None:
    assert turkish.inflect(names.symbol(written), case) == spoken


@pytest.mark.parametrize(
    ("label", "spoken"),
    [("Dolar/TL", "dolarda"), ("Teknoloji Hisseleri", "teknoloji hisselerinde"), ("Makro Ekonomi", "makro ekonomide"),
     ("Lojistik", "lojistikte"), ("IPO", "IPO'da")],
)  # fmt: skip
def test_a_topic_is_spoken_as_a_common_word(label: str, spoken: str) -> None:
    assert turkish.inflect(names.common(label), "loc") == spoken


@pytest.mark.parametrize(
    ("name", "called"),
    [("Nermin Hanım", "Nermin Hanım"), ("Mehmet Yatırımcı", "Mehmet"), ("Kaptan Rıza", "Kaptan Rıza"), ("Ayşe", "Ayşe"),
     ("@ali_bot", "@ali_bot"), ("", "")],
)  # fmt: skip
def test_people_are_called_by_first_name_and_title(name: str, called: str) -> None:
    assert names.person(name) == called
