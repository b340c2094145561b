"""How a text feels, what it expects, whether it agrees."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.engine import sentiment
from tests.conversations.engine import heard

TELLING = 0.15
"""From here on a mood is one."""


def colour(text: str) -> int:
    felt = sentiment.mood(text)
    return (felt > TELLING) - (felt < -TELLING)


def expects(topic: str, text: str) -> int:
    return sentiment.lean(text, topic)


@pytest.mark.parametrize(
    ("name", "ear", "least"),
    [("moods", colour, 300), ("leans", expects, 100), ("agreements", sentiment.agrees, 100)],
)
def test_most_labelled_lines_are_heard_as_people_hear_them(name: str, ear: Callable[..., int], least: int) -> None:
    known = heard.lines(name)
    assert len(known) >= least
    assert heard.share(known, ear, name) >= 0.85
    assert heard.share(heard.held_out(known), ear, f"{name}, held out") >= 0.85


@pytest.mark.parametrize("name", ["moods", "leans", "agreements"])
def test_every_label_has_enough_lines_and_no_line_stands_twice(name: str) -> None:
    known = heard.lines(name)
    assert min(sum(label == sign for label, _ in known) for sign in (1, 0, -1)) >= len(known) / 7
    assert len({tuple(parts) for _, parts in known}) == len(known)


@pytest.mark.parametrize(
    ("said", "denied"),
    [
        ("düşer", "düşmez"),
        ("kötü", "kötü değil"),
        ("umut var", "umut yok"),
        ("güveniyorum", "güvenmiyorum"),
        ("riskli", "risksiz"),
        ("iyi gidiyor", "iyi gitmiyor"),
        ("satış yedik", "satış yemedik"),
        ("yükselişi görüyorum", "yükselişi görmüyorum"),
        ("Düşüş sürüyor", "Düşüş bitti"),
    ],
)
def test_a_denial_turns_the_mood_round(said: str, denied: str) -> None:
    assert colour(said) == -colour(denied) != 0


@pytest.mark.parametrize("text", ["Fena uçtu", "iyi yükseldi", "güzel toparladı"])
def test_fena_before_a_verb_only_says_how_much(text: str) -> None:
    assert colour(text) == 1


@pytest.mark.parametrize("text", ["çok kişi", "üçüncü kattayız", "yanında", "Batı yakası", "artık", "düşünce", "karşı"])
def test_words_that_only_begin_like_a_feeling_have_none(text: str) -> None:
    assert sentiment.mood(text) == 0


def test_what_follows_an_ama_weighs_more() -> None:
    assert sentiment.mood("Dün kötüydü ama bugün iyi") > 0 > sentiment.mood("Dün iyiydi ama bugün kötü")


def test_a_question_and_a_condition_feel_little() -> None:
    for text in ("düşer mi", "düşerse"):
        assert sentiment.mood("düşer") < sentiment.mood(text) < 0


def test_less_of_a_burden_is_good_news() -> None:
    assert sentiment.mood("enflasyon düştü") > 0 > sentiment.mood("enflasyon arttı")
    assert sentiment.lean("enflasyon düştü", "Enflasyon") == -1


def test_each_topic_is_judged_by_its_own_clause() -> None:
    text = "dolar düşer ama altın uçar"
    assert [sentiment.lean(text, topic) for topic in ("Dolar", "Altın", "BIST")] == [-1, 1, 0]


def test_a_topic_is_kept_in_mind_until_another_is_named() -> None:
    assert sentiment.lean("THYAO'yu izliyorum. Bence yükselir.", "THYAO") == 1
    assert sentiment.lean("THYAO'yu izliyorum. ASELS yükselir.", "THYAO") == 0


def test_nobody_leans_where_nothing_is_named() -> None:
    assert sentiment.lean("", "Dolar") == 0 == sentiment.lean("Bence düşer", "Dolar")
    assert sentiment.lean("Bence düşer", "") == -1


def test_an_agreement_with_an_ama_is_none() -> None:
    assert sentiment.agrees("Haklısın", "dolar düşer") == 1
    assert sentiment.agrees("Haklısın ama zor", "dolar düşer") == 0


def test_different_things_neither_agree_nor_contradict() -> None:
    assert sentiment.agrees("altın düşer", "dolar düşer") == 0
    assert sentiment.agrees("dolar düşmez", "dolar düşer") == -1


@given(st.text(max_size=120), st.text(max_size=20))
def test_any_text_gets_an_answer_within_bounds(text: str, other: str) -> None:
    assert -1 <= sentiment.mood(text) <= 1
    assert sentiment.lean(text, other) in {-1, 0, 1}
    assert sentiment.agrees(text, other) in {-1, 0, 1}


WORDS = [
    "dolar",
    "altın",
    "düşer",
    "uçmaz",
    "değil",
    "ama",
    "yok",
    "mi",
    ",",
    "?",
    "kötü",
    "iyi",
    "risk",
    "azaldı",
    "sanmam",
]


@given(st.lists(st.sampled_from(WORDS)))
def test_no_order_of_telling_words_breaks_it(said: list[str]) -> None:
    text = " ".join(said)
    assert -1 <= sentiment.mood(text) <= 1
    assert sentiment.lean(text, "dolar") in {-1, 0, 1}
