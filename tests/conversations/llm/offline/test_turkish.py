import pytest

from conversations.llm.offline import turkish
from conversations.llm.offline.turkish import Noun

CASES = ("acc", "dat", "gen", "loc", "abl", "ki", "ins", "plu", "da", "mi", "accmi")
TABLE = {
    Noun("altın"): "altını altına altının altında altından altındaki altınla altınlar altın*da altın*mı altını*mı",
    Noun("faiz"): "faizi faize faizin faizde faizden faizdeki faizle faizler faiz*de faiz*mi faizi*mi",
    Noun("kur"): "kuru kura kurun kurda kurdan kurdaki kurla kurlar kur*da kur*mu kuru*mu",
    Noun("ölçü"): "ölçüyü ölçüye ölçünün ölçüde ölçüden ölçüdeki ölçüyle ölçüler ölçü*de ölçü*mü ölçüyü*mü",
    Noun("borsa"): "borsayı borsaya borsanın borsada borsadan borsadaki borsayla borsalar borsa*da borsa*mı borsayı*mı",
    Noun("gol"): "golü gole golün golde golden goldeki golle goller gol*de gol*mü golü*mü",
    Noun("çelik"): "çeliği çeliğe çeliğin çelikte çelikten çelikteki çelikle çelikler çelik*de çelik*mi çeliği*mi",
    Noun("risk"): "riski riske riskin riskte riskten riskteki riskle riskler risk*de risk*mi riski*mi",
    Noun("sabır"): "sabrı sabra sabrın sabırda sabırdan sabırdaki sabırla sabırlar sabır*da sabır*mı sabrı*mı",
    Noun("kâr"): "kârı kâra kârın kârda kârdan kârdaki kârla kârlar kâr*da kâr*mı kârı*mı",
    Noun("payı", possessed=True): (
        "payını payına payının payında payından payındaki payıyla payılar payı*da payı*mı payını*mı"
    ),
    Noun("THYAO", apostrophe=True): (
        "THYAO'yu THYAO'ya THYAO'nun THYAO'da THYAO'dan THYAO'daki THYAO'yla THYAO'lar THYAO*da THYAO*mu THYAO'yu*mu"
    ),
}


@pytest.mark.parametrize(("noun", "forms"), list(TABLE.items()), ids=str)
def test_every_case_of_a_word_keeps_vowel_harmony(noun: Noun, forms: str) -> None:
    expected = [form.replace("*", " ") for form in forms.split()]
    assert [turkish.inflect(noun, case) for case in CASES] == expected


def test_the_table_covers_every_case() -> None:
    assert set(CASES) == set(turkish.CASES)


@pytest.mark.parametrize(
    ("word", "stem"),
    [("kitap", "kitab"), ("borç", "borc"), ("renk", "reng"), ("umut", "umud"), ("mevduat", "mevduat"), ("bank", "bank"),
     ("hacim", "hacm"), ("güç", "güc"), ("halka arz", "halka arz")],
)  # fmt: skip
def test_a_stem_softens_before_a_vowel_where_turkish_wants_it(word: str, stem: str) -> None:
    assert turkish.soften(word) == stem


def test_casing_knows_both_letters_i() -> None:
    assert turkish.lower("ISPARTA İZMİR") == "ısparta izmir"
    assert turkish.upper("ısı için") == "ISI İÇİN"
    assert turkish.capital("iyi") == "İyi"
    assert turkish.capital('"ışık"') == '"Işık"'


@pytest.mark.parametrize(
    ("text", "inside"),
    [("İyi bir gün", "iyi bir gün"), ("Isındı", "ısındı"), ("THYAO'da", "THYAO'da"), ("Fed konuşur", "Fed konuşur"),
     ("BIST sakin", "BIST sakin"), ("", "")],
)  # fmt: skip
def test_a_sentence_moved_inside_another_loses_its_capital_but_names_keep_theirs(text: str, inside: str) -> None:
    assert turkish.uncapital(text) == inside


@pytest.mark.parametrize(
    ("rough", "fine"),
    [("borsa mi", "borsa mı"), ("kur mi dolar mi", "kur mu dolar mı"), ("temettü mı?", "temettü mü?"),
     ("altın de", "altın da"), ("grafik da", "grafik de"), ("normal mı", "normal mi"), ("TUPRS mı", "TUPRS mı"),
     ("mide", "mide"), ("de facto", "de facto")],
)  # fmt: skip
def test_free_particles_agree_with_the_word_before_them(rough: str, fine: str) -> None:
    assert turkish.harmonise(rough) == fine
