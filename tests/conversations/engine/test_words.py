"""Words with Turkish endings are recognised, words that only begin alike are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots import casing
from conversations.engine import words
from conversations.engine.values import Ticker

ENDINGS = ["yu", "da", "dan", "daki", "lar", "larda", "nın", "ı", "a", "la"]


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("THYAO'yu izliyorum", "THYAO"),
        ("thyao’nun bilançosu geldi", "THYAO"),
        ("Dolardaki hareket yordu", "Dolar"),
        ("DOLAR yine gündemde", "dolar"),
        ("dolarla ilgilenmem", "Dolar"),
        ("dolarımız yok ki", "Dolar"),
        ("Altını sevenler burada mı", "Altın"),
        ("ALTIN konuşalım", "altın"),
        ("altınlarımdan vazgeçmem", "Altın"),
        ("altin diye yazanlar var", "Altın"),
        ("BIST'te sakin bir gün", "BIST"),
        ("bistteki hava", "BIST"),
        ("İSTANBUL'da konut", "istanbul"),
        ("istanbuldaki kiralar", "İSTANBUL"),
        ("kriptocular yine coştu", "Kripto"),
        ("kriptodaki sessizlik", "Kripto"),
        ("bankaların kârı", "Bankalar ve banka"),
        ("temettüsüz hisse", "Temettü"),
        ("faizlerdeki bekleyiş", "Faiz"),
        ("enflasyonla yaşamak", "Enflasyon"),
        ("petrolün fiyatı", "Petrol"),
        ("bitcoinim olsa", "Bitcoin"),
        ("bitcoin'cilere selam", "Bitcoin"),
        ("halka arzlar yoğun", "halka arz"),
        ("FK oranına bakarım", "FK"),
        ("altındır kadının dostu", "Altın"),
        ("Altın'da hareket var", "Altın"),
    ],
)
def test_a_topic_is_found_with_any_of_its_endings(text: str, topic: str) -> None:
    assert words.speaks_of(text, topic)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("altı kişiyiz burada", "Altın"),
        ("altıncı sıradayım", "Altın"),
        ("baskı altında kaldı", "Altın"),
        ("bistro kahvesi güzel", "BIST"),
        ("dolap dolu", "Dolar"),
        ("fonetik bir konu", "Fon"),
        ("programı izledim", "Gram"),
        ("kartal gibi", "Kar"),
        ("faktör yatırımı", "FK"),
        ("fkm diye bir şey", "FK"),
        ("euroviyon gecesi", "Euro"),
        ("garantili bir araba", "GARAN"),
        ("petrokimya tesisi", "Petrol"),
        ("", "BIST"),
    ],
)
def test_a_word_that_only_begins_alike_is_another_word(text: str, topic: str) -> None:
    assert not words.speaks_of(text, topic)


def test_words_that_stand_in_every_topic_decide_nothing() -> None:
    assert not words.speaks_of("hisse ve piyasa", "Banka hisseleri")
    assert words.speaks_of("bankalara bakıyorum", "Banka hisseleri")


def test_a_topic_made_of_such_words_alone_still_has_them() -> None:
    assert words.speaks_of("genel piyasa nasıl", "Piyasa")


def test_hits_keep_the_order_of_the_topics() -> None:
    assert words.hits("Altın mı dolar mı?", ("Dolar", "Faiz", "Altın")) == ("Dolar", "Altın")


@pytest.mark.parametrize(
    "text",
    [
        "THYAO ne olur?",
        "Bu düşer mi",
        "sen de aldın mı",
        "ALIR MISIN",
        "NASIL YANİ",
        "neden böyle oldu",
        "hangi banka iyi",
        "kim anlatacak",
        "kaç gün sürer",
    ],
)
def test_a_question_is_heard_with_or_without_its_mark(text: str) -> None:
    assert words.is_question(text)


@pytest.mark.parametrize("text", ["Bugün sakin.", "Neyse, geçti.", "kimse yok", "minik bir not", "nerdeyse bitti"])
def test_a_statement_is_no_question(text: str) -> None:
    assert not words.is_question(text)


@pytest.mark.parametrize("text", ["Sizce düşer mi?", "ne düşünüyorsun", "SENCE?", "fikriniz nedir", "THYAO ne olur"])
def test_asking_for_an_opinion_is_heard(text: str) -> None:
    assert words.asks_opinion(text)


def test_a_plain_question_asks_for_no_opinion() -> None:
    assert not words.asks_opinion("Saat kaç?")


@pytest.mark.parametrize("text", ["Çok zarardayım", "BATTIK", "moralim bozuk", "panik yaptım", "kaybettim yine"])
def test_a_bad_mood_is_heard(text: str) -> None:
    assert words.is_low(text)


@pytest.mark.parametrize("text", ["Keyfim yerinde", "batı borsaları açık", "kayıp yok", "panik yok", "zarar etmedim"])
def test_a_good_mood_is_not_a_bad_one(text: str) -> None:
    assert not words.is_low(text)


def test_mentions_come_in_the_order_of_the_text_each_once() -> None:
    names = ["Ayse_bot", "mert_bot"]
    assert words.addressed("@mert_bot ile @AYSE_bot, yine @mert_bot'a", names) == ("mert_bot", "Ayse_bot")


@pytest.mark.parametrize("text", ["posta@mert_bot.example", "@mert_botlar", "mert_bot", "@@mert_bot"])
def test_what_only_looks_like_a_mention_is_none(text: str) -> None:
    assert words.addressed(text, ["mert_bot"]) == ()


@pytest.mark.parametrize(
    "text", ["Nermin, ne dersin?", "nermin bugün nasılsın", "NERMİN!", "Sizce de öyle mi, Nermin?", "iyi, nermin"]
)
def test_somebody_is_called_by_first_name(text: str) -> None:
    assert words.called(text, "Nermin Hanım")


@pytest.mark.parametrize("text", ["Dün Nermin aradı", "Nerminler geldi", "Nermin'in dediği gibi", "", "Nermine, bak"])
def test_somebody_who_is_spoken_about_is_not_called(text: str) -> None:
    assert not words.called(text, "Nermin")


def test_an_initial_is_no_name_to_call() -> None:
    assert not words.called("a, şunu diyecektim", "A. Kaya")


def test_the_casing_of_dotted_and_dotless_i_does_not_matter() -> None:
    assert words.words("IŞIK İSTANBUL ısı") == ["isik", "istanbul", "isi"]


def test_the_topic_with_most_words_comes_first() -> None:
    text = "Altın bu ara sakin, altını seven bilir; dolar da fena değil."
    assert words.hits(text, ["Dolar", "Altın", "Kripto"]) == ("Altın", "Dolar")


TICKERS = (
    Ticker("THYAO", ("THY", "Türk Hava Yolları")),
    Ticker("USDTRY", ("dolar", "dolar/TL")),
    Ticker("XAUTRY", ("altın", "gram altın")),
    Ticker("XAUUSD", ("ons altın",)),
    Ticker("ISCTR", ("İş Bankası",)),
    Ticker("MAVI", ("Mavi Giyim",)),
)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("THYAO'yu ekledim", ("THYAO",)),
        ("thyao’nun bilançosu", ("THYAO",)),
        ("THYAOʼda hareket", ("THYAO",)),
        ("$THYAO #thyao", ("THYAO",)),
        ("THYAOYU İZLİYORUM", ("THYAO",)),
        ("Türk Hava Yolları'nın filosu", ("THYAO",)),
        ("TÜRK HAVA YOLLARI uçtu", ("THYAO",)),
        ("thy ve doların ateşi", ("THYAO", "USDTRY")),
        ("İş Bankasında bekliyorum, iş bankasını severim", ("ISCTR",)),
        ("ons altındaki ralli", ("XAUUSD",)),
        ("gram altınım var", ("XAUTRY",)),
        ("altınlar sandıkta", ("XAUTRY",)),
        ("dolardaki altından güzel", ("USDTRY",)),
        ("MAVI bilançosu geldi", ("MAVI",)),
    ],
)
def test_a_ticker_is_known_by_all_its_names(text: str, codes: tuple[str, ...]) -> None:
    assert words.tickers_in(text, TICKERS) == codes


@pytest.mark.parametrize(
    "text",
    ["ASELS aldım", "mavi gömlek", "MAVI GÖMLEK ALDIM", "baskı altında", "iş yerindeyim", "hava güzel", "THYAOX", ""],
)
def test_what_is_no_known_ticker_is_none(text: str) -> None:
    assert words.tickers_in(text, TICKERS) == ()


def test_without_a_table_there_are_no_tickers() -> None:
    assert words.tickers_in("THYAO", ()) == ()


def test_a_topic_that_is_a_ticker_is_found_by_its_other_names() -> None:
    assert words.hits("doların ateşi", ["USDTRY", "Altın"], TICKERS) == ("USDTRY",)
    assert words.hits("doların ateşi", ["USDTRY", "Altın"]) == ()
    assert words.hits("ons altındaki ralli", ["Altın"], TICKERS) == ("Altın",)
    assert words.hits("mavi gömlek", ["MAVI"], TICKERS) == ()
    assert words.hits("altın, yine altın; dolar", ["USDTRY", "Altın", "Faiz"], TICKERS) == ("Altın", "USDTRY")


def test_the_code_of_a_name_is_told_whatever_its_case() -> None:
    assert [words.code_of(name, TICKERS) for name in ("türk hava yolları", "ALTIN", "gümüş")] == ["THYAO", "XAUTRY", ""]


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("kitabı okudum", "kitap"),
        ("kitaplar geldi", "Kitap"),
        ("nakdi bol şirket", "nakit"),
        ("kaybımız büyük", "kayıp"),
        ("emekliliği yaklaştı", "emeklilik"),
        ("borsam nerede", "Borsa"),
        ("BORSAYDI bizi yoran", "borsa"),
        ("gram altında düşüş", "Altın"),
        ("altındaki yükseliş", "Altın"),
        ("altından çıktım", "Altın"),
    ],
)
def test_a_stem_that_bends_is_found_all_the_same(text: str, topic: str) -> None:
    assert words.speaks_of(text, topic)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("beklentinin altında düşüş oldu", "Altın"),
        ("altında yatan neden", "Altın"),
        ("yüzde 3 altında kar", "Altın"),
        ("kitabe gördüm", "kira"),
        ("yatırma işlemi", "yatırım"),
        ("akşam oldu", "AKSA"),
    ],
)
def test_a_bent_stem_hits_no_other_word(text: str, topic: str) -> None:
    assert not words.speaks_of(text, topic)


@given(st.text(max_size=60))
def test_no_text_is_too_odd_to_read(text: str) -> None:
    assert words.tickers_in(text, TICKERS) == tuple(dict.fromkeys(words.tickers_in(text, TICKERS)))
    assert set(words.hits(text, [text, "Altın"])) <= {text, "Altın"}
    assert isinstance(words.is_question(text) or words.asks_opinion(text) or words.is_low(text), bool)


@given(st.text(max_size=60))
def test_the_case_of_a_text_changes_nothing(text: str) -> None:
    assert words.fold(words.fold(text)) == words.fold(text)
    assert casing.plain(casing.plain(text)) == casing.plain(text)
    assert words.words(casing.fold(text)) == words.words(text)


@given(
    st.sampled_from(["dolar", "altın", "borsa", "THYAO", "kitap", "İstanbul", "faiz", "petrol"]),
    st.sampled_from(ENDINGS),
)
def test_every_topic_is_found_in_capitals_too(topic: str, ending: str) -> None:
    text = f"{topic}'{ending}"
    assert words.speaks_of(text, topic)
    assert words.speaks_of(casing.upper(text), topic)
    assert words.speaks_of(casing.fold(text), casing.upper(topic))
