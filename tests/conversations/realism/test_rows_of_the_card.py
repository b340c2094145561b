"""Each number on talks of which the answer is known."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest

from conversations.realism import scorecard
from conversations.realism.scorecard import Verdict
from conversations.realism.utterance import Context, Kind, Utterance
from tests.conversations.realism.said import START, one, spaced


def found(said: list[Utterance], name: str, **context: Any) -> float | None:
    card = scorecard.card(said, Context(**context))
    return next(part.found.value for row in card.rows for part in row.parts if part.band.name == name)


def measured(said: list[Utterance], name: str, **context: Any) -> float:
    value = found(said, name, **context)
    assert value is not None
    return value


DICE = Random(7)
STEADY = [60.0] * 400
POISSON = [DICE.expovariate(1 / 60) for _ in range(4000)]
BURSTY = [DICE.lognormvariate(3, 1.5) for _ in range(4000)]


# --- Time ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("gaps", "value"), [(STEADY, -1.0), (POISSON, 0.0), (BURSTY, 0.5)])
def test_burstiness(gaps: list[float], value: float) -> None:
    assert measured(spaced(gaps), "burstiness") == pytest.approx(value, abs=0.1)


def test_memory_of_independent_gaps_is_none() -> None:
    assert measured(spaced(POISSON), "memory") == pytest.approx(0, abs=0.05)


def test_a_heavy_tail_is_told_from_an_exponential_one() -> None:
    assert measured(spaced(BURSTY), "gap_tail") > 0
    assert measured(spaced(POISSON), "gap_tail") < 0.05


def test_bursts_end_with_a_pause() -> None:
    assert measured(spaced(([30.0] * 4 + [900.0]) * 40), "burst_size") == 5


def test_too_little_talk_proves_nothing() -> None:
    card = scorecard.card(spaced([60.0] * 5))
    assert card.count(Verdict.IN) + card.count(Verdict.OUT) == 0
    assert found(spaced([60.0] * 5), "burstiness") is None


# --- People ----------------------------------------------------------------------------------------------------------
def shares(*counts: int) -> list[Utterance]:
    speakers = [f"b{number}" for number, count in enumerate(counts) for _ in range(count)]
    return [one(number, at=60.0 * number, who=who) for number, who in enumerate(speakers)]


def test_equal_voices_have_no_gini_and_unequal_ones_much() -> None:
    assert measured(shares(*[20] * 10), "participation_gini") == pytest.approx(0, abs=0.01)
    assert measured(shares(100, 50, 33, 25, 20, 17, 14, 12, 11, 10), "participation_gini") > 0.4


def test_the_loudest_tenth() -> None:
    assert measured(shares(55, *[5] * 9), "top_decile") == pytest.approx(0.55)


# --- Replies ---------------------------------------------------------------------------------------------------------
def answering(wait: float, count: int = 60) -> list[Utterance]:
    """Pairs: a word and, so much later, the reply to it."""
    said = []
    for number in range(count):
        said.append(one(2 * number, at=7200.0 * number, who="b1"))
        said.append(one(2 * number + 1, at=7200.0 * number + wait, who="b2", reply_to=2 * number))
    return said


def test_every_second_message_replies() -> None:
    assert measured(answering(60), "reply_share") == pytest.approx(0.5)


@pytest.mark.parametrize(("wait", "soon", "late"), [(60, 1.0, 0.0), (1200, 0.0, 0.0), (4000, 0.0, 1.0)])
def test_how_soon_replies_come(wait: float, soon: float, late: float) -> None:
    said = answering(wait)
    assert measured(said, "reply_within_5_min", awake=lambda *_: True) == soon
    assert measured(said, "reply_after_60_min", awake=lambda *_: True) == late


def test_reactions_are_counted_beside_messages() -> None:
    said = spaced([60.0] * 89)
    hearts = [one(1000 + n, at=60.0 * n, who="b9", reply_to=n + 1, text="❤", kind=Kind.REACTION) for n in range(30)]
    assert measured([*said, *hearts], "reaction_share") == pytest.approx(0.25)


# --- News ------------------------------------------------------------------------------------------------------------
def test_a_chat_that_answers_news_is_livelier_for_a_while() -> None:
    calm = [one(number, at=300.0 * number) for number in range(160)]
    stirred, news = [], []
    for hour in (2, 5, 8, 11):
        at = 3600.0 * hour
        news.append(("oda", START + timedelta(seconds=at)))
        stirred += [one(1000 * hour + n, at=at + 60.0 * n) for n in range(1, 15)]
    said = [*calm, *stirred]
    assert measured(said, "news_response", news=news) > 2
    assert found(said, "news_response") is None


# --- Words -----------------------------------------------------------------------------------------------------------
def texts(*words: str) -> list[Utterance]:
    return [one(number, at=60.0 * number, who=f"b{number % 5}", text=text) for number, text in enumerate(words)]


def test_length_is_that_of_the_middle_message() -> None:
    said = texts(*["kısa"] * 10, *["x" * 50] * 31, *["y" * 200] * 10)
    assert measured(said, "length") == 50
    assert measured(said, "short_share") == 1.0  # each is one word


def test_the_same_words_again_are_near_duplicates() -> None:
    fresh = [f"Bugün {n} numaralı haber üzerine {n * 37 % 101} kişiyle konuştum, {n}." for n in range(60)]
    assert measured(texts(*fresh[:40], *["Temettü sezonu yaklaşıyor arkadaşlar."] * 20), "near_duplicates") > 0.25


def test_an_opener_that_everybody_uses_shows() -> None:
    assert measured(texts(*[f"Bence öyle {n}" for n in range(200)]), "top_opener") == 1.0


# --- People among bots -----------------------------------------------------------------------------------------------
def asked(wait: float, answerer: str = "b1", **more: Any) -> list[Utterance]:
    """A person asks b1 twenty times; somebody answers so much later."""
    said = []
    for number in range(20):
        question = {"text": "@b1 dolar neden sakin?", "mentions": ("b1",)} | more
        said.append(one(2 * number, at=3600.0 * number, who="person-1", bot=False, **question))
        said.append(one(2 * number + 1, at=3600.0 * number + wait, who=answerer, reply_to=2 * number))
    return said


@pytest.mark.parametrize(("wait", "share"), [(30, 1.0), (119, 1.0), (300, 0.0)])
def test_questions_are_answered_within_two_minutes(wait: float, share: float) -> None:
    assert measured(asked(wait), "questions_answered") == share


def test_a_question_while_everybody_sleeps_does_not_count() -> None:
    said = asked(300)
    assert found(said, "questions_answered", awake=lambda *_: False, members={"oda": frozenset({"b1"})}) is None


def test_a_word_between_two_people_is_no_question_to_the_cast() -> None:
    assert found(asked(300, aside=True), "questions_answered") is None


@pytest.mark.parametrize(("answerer", "share"), [("b1", 1.0), ("b2", 0.0)])
def test_the_bot_that_was_named_is_the_one_that_answers(answerer: str, share: float) -> None:
    assert measured(asked(30, answerer), "right_bot") == share


def test_rows_of_bots_end_with_a_person_with_news_and_with_a_break() -> None:
    gaps = ([10.0] * 6 + [4000.0]) * 10
    assert measured(spaced(gaps), "longest_chain", chain_rest=timedelta(hours=1)) == 7
    assert measured(spaced(gaps), "longest_chain", chain_rest=timedelta(hours=2)) == 71


# --- The card --------------------------------------------------------------------------------------------------------
def test_the_facts_are_what_programs_are_promised() -> None:
    facts = scorecard.facts(scorecard.card(spaced(BURSTY[:500])))
    assert {"name", "value", "low", "high", "in_band"} <= set(facts["rows"][0])
    assert facts["in_band"] + facts["out_of_band"] + facts["unknown"] == len(facts["rows"]) == 22
    assert facts["messages"] == 501
