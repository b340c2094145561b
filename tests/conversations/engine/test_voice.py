"""The last touch changes little, always alike, and never what has to stay as it is."""

import os
import re
import subprocess
import sys
from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots import casing
from conversations.engine import voice
from conversations.engine.values import Character
from tests.conversations.engine import paper

_PLAIN_WORDS = """
piyasa bugün sakin ben bence acele etmiyorum şimdi izliyorum belki yarın konuşuruz temettü sezonu yaklaşırken herkes
heyecanlı görünüyor ama değilim İzmir Işıl ılık iyi Şimdi Bu çünkü gerçekten beklemek istiyorum aslında Ben Bugün
"""
PLAIN = _PLAIN_WORDS.split()
KEPT = (
    "34.5", "1.250,75", "%18", "14:30", "2026'da", "7/24", "BIST", "BIST100", "THYAO'nun", "GARAN", "$ETH", "#temettü",
    "#BIST100", "@nermin_bot", "@ayse__bot", "https://kulis.example/a__b?x=1#son", "www.kulis.example", "kulis.example",
    '"sabreden kazanır demişti"', "“hiçbir şey göründüğü gibi değil”", "'acele etmeyin derdi'", "«yavaş yavaş»", "2**3",
)  # fmt: skip
WORDS = st.lists(st.sampled_from(PLAIN), min_size=1, max_size=6)
TEXTS = st.builds(
    lambda head, kept, tail: " ".join([*head, *kept, *tail]),
    WORDS,
    st.lists(st.sampled_from(KEPT), max_size=4),
    WORDS,
)
LOUD = paper.LOUD
SLIPPERY = paper.character(slip_rate=1.0)


def kept(text: str) -> Counter[str]:
    return Counter({token: text.count(token) for token in KEPT if token in text})


@settings(max_examples=1000)
@given(text=TEXTS, seed=st.integers(0, 2**62))
def test_numbers_tickers_links_mentions_hashtags_and_quotes_are_never_touched(text: str, seed: int) -> None:
    for character, slips in ((LOUD, 1.0), (SLIPPERY, 1.0)):
        coloured = voice.colour(text, character, slips=slips, seed=seed)
        assert kept(coloured) == kept(text)


@settings(max_examples=500)
@given(text=st.text(st.characters(codec="utf-8"), max_size=80), seed=st.integers(0, 2**62))
def test_any_text_gets_the_same_touch_from_the_same_seed(text: str, seed: int) -> None:
    touched = {voice.colour(text, LOUD, slips=1.0, seed=seed) for _ in range(2)}
    assert len(touched) == 1


@settings(max_examples=300)
@given(text=TEXTS, seed=st.integers(0, 2**62))
def test_at_most_one_opening_one_emoji_and_one_slip_are_added(text: str, seed: int) -> None:
    coloured = voice.colour(text, LOUD, slips=1.0, seed=seed)
    assert len(voice._EMOJI.findall(coloured)) == 1
    assert len(coloured.splitlines()) <= 2
    assert len(coloured) <= len(text) + len("hocam ") + len(" 🙂") + len("\n*") + 12


def test_other_processes_make_the_same_text_of_the_same_seed() -> None:
    text = "Bugün gerçekten beklemek istiyorum çünkü herkes heyecanlı görünüyor"
    made = {
        subprocess.run(
            [sys.executable, "-c", _IN_ANOTHER_PROCESS, text],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
        ).stdout
        for seed in ("1", "2")
    }
    assert made == {"\0".join(voice.colour(text, LOUD, slips=1.0, seed=seed) for seed in range(50))}


_IN_ANOTHER_PROCESS = """
import sys
from conversations.engine import voice
from tests.conversations.engine import paper
sys.stdout.write("\\0".join(voice.colour(sys.argv[1], paper.LOUD, slips=1.0, seed=seed) for seed in range(50)))
"""


# --- Openings --------------------------------------------------------------------------------------------------------
def openings(text: str, formality: float, count: int = 400) -> Counter[str]:
    character = paper.character(formality=formality)
    coloured = [voice.colour(text, character, slips=0, seed=seed) for seed in range(count)]
    return Counter(one.removesuffix(text[1:])[:-1].strip() for one in coloured if one != text)


@pytest.mark.parametrize(("formality", "manner"), [(0.1, "loose"), (0.5, "plain"), (0.9, "formal")])
def test_an_opening_suits_the_manner_and_is_seldom(formality: float, manner: str) -> None:
    found = openings("Bu konuda çok sabırlıyım ben.", formality)
    assert set(found) == set(voice.OPENINGS[manner])
    assert found.total() / 400 == pytest.approx(voice.OPENING_RATE, abs=0.05)


@pytest.mark.parametrize("text", ["THYAO yatay.", "Ayşe haklı.", "34 kişi var.", "“Sabır” dedi.", ""])
def test_a_name_a_ticker_or_a_number_is_not_put_behind_an_opening(text: str) -> None:
    assert openings(text, 0.5) == Counter()


def test_an_opening_that_is_there_already_is_not_said_twice() -> None:
    assert openings("Ben açıkçası, bence, bir de yani sakinim.", 0.5) == Counter()


def test_the_first_word_becomes_small_by_turkish_rules() -> None:
    said, loose = "ŞİMDİ çok sakinim ben.", paper.character(formality=0.1)
    coloured = {voice.colour(said, loose, slips=0, seed=n) for n in range(200)}
    assert coloured - {said} == {f"{word} şimdi çok sakinim ben." for word in voice.OPENINGS["loose"]}


# --- Slips -----------------------------------------------------------------------------------------------------------
@settings(max_examples=300)
@given(text=TEXTS, seed=st.integers(0, 2**62))
def test_a_slip_is_two_swapped_letters_and_its_correction(text: str, seed: int) -> None:
    coloured = voice._slipped(text, 1.0, Random(seed))
    if coloured == text:
        return
    slipped, correction = coloured.split("\n*")
    wrong = next(word for word in re.findall(r"\w+", slipped) if word not in re.findall(r"\w+", text))
    assert (sorted(wrong), len(wrong)) == (sorted(correction), len(correction))
    assert slipped.replace(wrong, correction, 1) == text


def test_how_often_a_persona_slips_is_scaled_by_the_rules() -> None:
    text = "Bugün gerçekten beklemek istiyorum"
    character = paper.character(slip_rate=0.3)
    for slips, expected in ((1.0, 0.3), (0.5, 0.15), (0.0, 0.0)):
        found = sum("*" in voice.colour(text, character, slips=slips, seed=seed) for seed in range(1000))
        assert found / 1000 == pytest.approx(expected, abs=0.04)


@pytest.mark.parametrize("text", ["ya bu ne", "BIST THYAO 34.5", "İzmir'de Ayşe ile"])
def test_where_nothing_may_be_changed_nobody_slips(text: str) -> None:
    assert all(voice._slipped(text, 1.0, Random(seed)) == text for seed in range(30))


# --- Emoji -----------------------------------------------------------------------------------------------------------
def test_an_emoji_of_the_persona_stands_at_the_end() -> None:
    coloured = {voice.colour("Sakinim.", LOUD, slips=0, seed=seed) for seed in range(30)}
    assert coloured == {"Sakinim. 🙂", "Sakinim. ☕"}


def test_a_text_with_an_emoji_gets_no_second_one() -> None:
    assert voice.colour("Sakinim 🌿", LOUD, slips=0, seed=1) == "Sakinim 🌿"


def test_a_persona_without_emoji_stays_without() -> None:
    character = paper.character(emoji_rate=1.0, emoji=())
    assert voice.colour("Sakinim.", character, slips=0, seed=1) == "Sakinim."


# --- Tidying ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("draft", "tidy"),
    [
        ("  Sakinim. \n", "Sakinim."),
        ("```\nSakinim.\n```", "Sakinim."),
        ("```text\nSakinim.\n```", "Sakinim."),
        ("**Sakinim**, acele __yok__.", "Sakinim, acele yok."),
        ("## Sakinim.", "Sakinim."),
        ("#BIST100 sakin.", "#BIST100 sakin."),
        ("Nermin: Sakinim.", "Sakinim."),
        ("[Nermin (sen)]: Sakinim.", "Sakinim."),
        ("Nerminler: geldi.", "Nerminler: geldi."),
        ('"Sakinim."', "Sakinim."),
        ("“Sakinim.”", "Sakinim."),
        ("«Sakinim.»", "Sakinim."),
        ('"Sabır" dedi "sakin"', '"Sabır" dedi "sakin"'),
        ("“Sabır” dedi, “sakin”", "“Sabır” dedi, “sakin”"),
        ('"', '"'),
        ("Bir.\n\n\n  İki.", "Bir.\nİki."),
        ("2**3 ile 4**5", "2**3 ile 4**5"),
        ("", ""),
    ],
)
def test_what_a_model_adds_is_taken_off(draft: str, tidy: str) -> None:
    assert voice.tidy(draft, speaker="Nermin") == tidy


def test_a_name_with_signs_in_it_is_taken_off_too() -> None:
    assert voice.tidy("Ay (T.): Sakinim.", speaker="Ay (T.)") == "Sakinim."


def test_folding_and_raising_turkish_letters_is_right() -> None:
    assert casing.fold("IĞDIR İZMİR") == "ığdır izmir"
    assert casing.upper("ığdır izmir") == "IĞDIR İZMİR"


def whole(character: Character) -> str:
    return voice.colour("[Nermin]: **Ben** sakinim.", character, slips=0, seed=7)


def test_tidying_comes_before_colouring() -> None:
    assert whole(paper.CHARACTER) == "Ben sakinim."
