"""Repeats are found whatever their spelling; new words pass."""

import pytest

from conversations.engine import likeness

SAID = ["Temettü sezonu yaklaşıyor, heyecan var.", "Günaydın", "Kur bu ara yatay, ben izliyorum."]


@pytest.mark.parametrize(
    "draft",
    [
        "Temettü sezonu yaklaşıyor, heyecan var.",
        "temettü sezonu   yaklaşıyor heyecan var",
        "TEMETTÜ SEZONU YAKLAŞIYOR, HEYECAN VAR!!!",
        "*Temettü* sezonu yaklaşıyor… heyecan var 🙂",
        "GÜNAYDIN!",
    ],
)
def test_the_same_words_are_a_repeat(draft: str) -> None:
    assert likeness.judge(draft, SAID, threshold=0.85).rule == "duplicate"


@pytest.mark.parametrize("draft", ["Temettü sezonu yaklaştı, heyecan var.", "Kur bu aralar yatay, ben de izliyorum."])
def test_nearly_the_same_words_are_one_too_and_what_was_repeated_is_named(draft: str) -> None:
    verdict = likeness.judge(draft, SAID, threshold=0.85)
    assert (verdict.rule, verdict.passed) == ("near_duplicate", False)
    assert verdict.detail in {likeness.normal(text) for text in SAID}


@pytest.mark.parametrize("draft", ["Bu yıl daha sakinim aslında.", "Günaydınlar", "Kur yatay."])
def test_other_words_are_new(draft: str) -> None:
    assert likeness.judge(draft, SAID, threshold=0.85).passed


def test_short_words_repeat_only_when_they_are_the_same() -> None:
    assert likeness.judge("Günaydınn", SAID, threshold=0.85).passed


def test_a_lower_threshold_is_stricter() -> None:
    draft = "Temettü sezonu geçiyor, umut var."
    assert likeness.judge(draft, SAID, threshold=0.85).passed
    assert not likeness.judge(draft, SAID, threshold=0.6).passed


def test_a_chat_in_which_nothing_was_said_repeats_nothing() -> None:
    assert likeness.judge("Selam", [], threshold=0.5).passed


def test_dotted_and_dotless_letters_are_folded_by_turkish_rules() -> None:
    assert likeness.normal("IŞIK, İSTANBUL!") == "ışık istanbul"
