"""News, emoji and replies: what a turn is instead of a mere message."""

from typing import Any

import pytest

from conversations.engine.values import News, Said
from tests.conversations.engine import paper
from tests.conversations.engine.choices import choose

TOPICS = ("BIST", "Dolar", "Altın")


# --- News -------------------------------------------------------------------------------------------------------------
NEWS = News(4, "Altın yönünü arıyor", "", "Örnek", "https://haber.example/4", paper.NOW)
OTHER_NEWS = News(5, "Dolar sakin", "", "Örnek", "https://haber.example/5", paper.NOW)


def news_share(probability: float, **changes: Any) -> float:
    rules = paper.policy(reply_probability=0, reply_to_bot_probability=0, news_probability=probability)
    scene = paper.scene(paper.member(1), topics=TOPICS, news=(NEWS,), policy=rules, **changes)
    return sum(choose(scene, seed).headline is not None for seed in range(1000)) / 1000


@pytest.mark.parametrize("probability", [0.0, 0.5, 1.0])
def test_a_new_thought_takes_up_news_as_often_as_the_rule_says(probability: float) -> None:
    assert news_share(probability) == pytest.approx(probability, abs=0.05)


def test_a_reply_takes_up_no_news() -> None:
    rules = paper.policy(reply_probability=1, reply_to_bot_probability=1, news_probability=1)
    chosen = choose(paper.scene(paper.member(1), history=paper.talk(2), news=(NEWS,), policy=rules))
    assert chosen.target is not None
    assert chosen.headline is None


def test_the_speaker_takes_up_the_news_that_it_follows() -> None:
    rules = paper.policy(news_probability=1)
    keen = paper.member(1, interests=("Dolar",))
    chosen = choose(paper.scene(keen, topics=TOPICS, news=(NEWS, OTHER_NEWS), policy=rules))
    assert (chosen.headline, chosen.topic) == (OTHER_NEWS, "Dolar")


def test_a_turn_that_news_opened_brings_them_up_whatever_was_said_before() -> None:
    rules = paper.policy(news_probability=0, reply_to_bot_probability=1)
    scene = paper.scene(
        paper.member(1), trigger="news", topics=TOPICS, history=paper.talk(2), news=(NEWS,), policy=rules
    )
    chosen = choose(scene)
    assert (chosen.intent, chosen.target, chosen.headline, chosen.topic) == ("message", None, NEWS, "Altın")


# --- Reactions and quotes ---------------------------------------------------------------------------------------------
def reaction_share(probability: float, **changes: Any) -> float:
    rules = paper.policy(reaction_probability=probability)
    scene = paper.scene(paper.member(1), history=paper.talk(2, None, 3), policy=rules, **changes)
    return sum(choose(scene, seed).intent == "reaction" for seed in range(1000)) / 1000


@pytest.mark.parametrize("probability", [0.0, 0.25, 1.0])
def test_an_emoji_instead_of_words_comes_as_often_as_the_rule_says(probability: float) -> None:
    assert reaction_share(probability) == pytest.approx(probability, abs=0.05)


def test_who_is_asked_answers_in_words() -> None:
    assert reaction_share(1.0, trigger="mention", named_bot_id=1, cause=paper.said("@oyuncu_1_bot?")) == 0


def test_a_chat_that_allows_no_reaction_gets_words() -> None:
    assert reaction_share(1.0, reactions=()) == 0


def test_nobody_reacts_to_itself_or_twice_to_the_same_message() -> None:
    rules = paper.policy(reaction_probability=1.0)
    own, done = paper.said("Benim sözüm", id=1, bot_id=1), paper.said("Gördüm", id=2, reacted=frozenset({1}))
    assert choose(paper.scene(paper.member(1), history=(own, done), policy=rules)).intent != "reaction"
    fresh = paper.said("Yeni", id=3, bot_id=2)
    chosen = choose(paper.scene(paper.member(1), history=(own, done, fresh), policy=rules))
    assert (chosen.intent, chosen.target) == ("reaction", fresh)
    assert chosen.emoji


def quoted(history: tuple[Said, ...], **rules: float) -> float:
    policy = paper.policy(reply_probability=1, reply_to_bot_probability=1, best_targets=1, **rules)
    scene = paper.scene(paper.member(1), history=history, policy=policy)
    return sum(choose(scene, seed).quotes for seed in range(1000)) / 1000


@pytest.mark.parametrize("probability", [0.0, 0.25, 1.0])
def test_an_answer_right_below_a_bots_message_quotes_it_as_often_as_the_rule_says(probability: float) -> None:
    assert quoted((paper.said("Bence öyle", bot_id=2),), quote_newest=probability) == pytest.approx(
        probability, abs=0.05
    )


def test_an_answer_to_a_person_always_quotes_it() -> None:
    assert quoted((paper.said("Ne dersiniz?"),), quote_newest=0) == 1


def test_an_answer_to_an_older_message_always_quotes_it() -> None:
    history = (paper.said("Sence dolar ne olur?", id=1, bot_id=2), paper.said("Hm", id=2, bot_id=1))
    assert quoted(history, quote_newest=0) == 1
