import pytest

from conversations.llm.offline import leaning, questions, reading, topics
from conversations.llm.port import Line


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("sen bot musun?", "bot"), ("İNSAN MISIN SEN", "bot"), ("gerçek misin?", "bot"), ("yapay zeka mısın", "bot"),
        ("bu robot mu ya", "bot"), ("kimsin sen?", "who"), ("THYAO alayım mı?", "advice"), ("ne alsam sizce", "advice"),
        ("satsam mı acaba", "advice"), ("bir tavsiyen var mı?", "advice"), ("dolar kaç olur?", "price"),
        ("GARAN hedef?", "price"), ("bitcoin nereye gider", "price"), ("battım resmen", "loss"),
        ("moralim çok bozuk", "loss"), ("bu ay kazandım sonunda", "gain"), ("altın neden düşmüyor", "why"),
        ("petrol düşünce TUPRS nasıl etkileniyor?", "why"), ("bilanço nasıl okunur", "how"),
        ("temettü nasıl takip ediliyor?", "how"), ("faiz ne zaman iner", "when"),
        ("ne düşünüyorsunuz altın için?", "opinion"),
        ("SISE'ye bakan var mı?", "anyone"), ("grafiğe bakan oldu mu bu hafta?", "anyone"),
        ("THYAO mu PGSUS mu daha mantıklı?", "either"), ("enflasyon düşer mi?", "yes_no"),
        ("kurumsal ilgiyi nereden takip ediyorsun?", "source"), ("kaynağın var mı?", "source"),
        ("teşekkürler hocam", "thanks"),
        ("selam millet", "greet"), ("günaydın", "greet"), ("hahaha çok iyi", "joke"), ("peki ya konut?", "question"),
        ("Dolarda gözüm rezervlerde.", "statement"), ("Altını seviyorum.", "statement"),
    ],
)  # fmt: skip
def test_a_line_is_taken_for_what_it_is(text: str, kind: str) -> None:
    assert questions.kind(text) == kind


def test_a_line_is_read_for_its_topic_its_share_and_its_words() -> None:
    read = reading.read(Line("Ayşe", "THYAO'nun yakıt maliyetinden korkuyorum, riskli"))
    assert (read.kind, read.topic, read.symbol, read.side) == ("statement", "havacilik", "THYAO", "against")
    assert str(read.keyword) == "THYAO"
    assert str(reading.read(Line("Ali", "Kurda rezervleri izliyorum")).keyword) == "rezervler"


def test_a_figure_in_the_line_is_never_taken_up() -> None:
    read = reading.read(Line("Ali", "GARAN 150 TL olur, %20 gelir"))
    assert str(read.keyword) == "GARAN"


@pytest.mark.parametrize(
    ("label", "key"),
    [("BIST", "borsa"), ("Dolar/TL", "dolar"), ("Kripto", "kripto"), ("Altın", "altin"), ("Bankacılık", "banka"),
     ("Enerji", "enerji"), ("Teknoloji Hisseleri", "teknoloji"), ("Makro Ekonomi", "makro"), ("THYAO", "havacilik"),
     ("GARAN", "banka"), ("Petrol", "emtia"), ("Halka Arz", "halka_arz"), ("TCMB", "faiz"), ("💰 Kripto", "kripto"),
     ("Lojistik", ""), ("", "borsa"), ("%50 kazanç", "borsa"), ("🚀", "borsa"), ("/", "borsa")],
)  # fmt: skip
def test_a_label_finds_its_book(label: str, key: str) -> None:
    assert topics.of(label).key == key


@pytest.mark.parametrize(
    ("text", "key"),
    [("doların grafiğine baktım, kur sakin", "dolar"), ("faizler inecek mi", "faiz"), ("altı kişi geldi", ""),
     ("benim kart limitim", ""), ("temettüler yattı mı", "temettu"), ("resmen moralim bozuk", "psikoloji"),
     ("kurul metni uzun", ""), ("hisselerimizdeki", "borsa"), ("bilançosuna baktım", "borsa"), ("kapı açık", "")],
)  # fmt: skip
def test_only_whole_words_speak_of_a_topic(text: str, key: str) -> None:
    assert topics.best(text) == key


@pytest.mark.parametrize(
    ("text", "side"),
    [("Çok riskli, uzak duruyorum.", "against"), ("Her portföyde olmalı, güvenli liman.", "for"),
     ("Düzenli gelir istiyorum.", "for"), ("Takvime bakıyorum.", "open")],
)  # fmt: skip
def test_a_position_leans_one_way(text: str, side: str) -> None:
    assert leaning.of(text) == side


def test_a_choice_is_between_what_the_line_names() -> None:
    between = reading.read(Line("Tolga", "Enerji için kuraklık mı elektrik talebi mi?"))
    assert (between.kind, sorted(map(str, between.options))) == ("either", ["elektrik talebi", "kuraklık"])
    verbs = reading.read(Line("Rıza", "Regülasyon kriptocuları sevindirir mi, bunaltır mı?"))
    assert verbs.kind == "yes_no"
