"""What a turn is about."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from conversations.engine.values import Scene
from tests.conversations.engine import paper
from tests.conversations.engine.choices import choose

# --- Topic ------------------------------------------------------------------------------------------------------------
TOPICS = ("BIST", "Dolar", "Altın")


def topics(scene: Scene, draws: int = 400) -> Counter[str]:
    return Counter(choose(scene, seed).topic for seed in range(draws))


def test_the_words_of_the_answered_message_decide_the_topic() -> None:
    cause = paper.said("altın mı dolar mı?")
    scene = paper.scene(paper.member(1), trigger="mention", named_bot_id=1, cause=cause, topics=TOPICS)
    assert set(topics(scene, 30)) == {"Dolar"}


def test_a_reply_without_such_words_stays_on_the_topic_of_the_message() -> None:
    rules = paper.policy(reply_to_bot_probability=1)
    history = (paper.said("Katılıyorum.", bot_id=2, topic="Altın"),)
    scene = paper.scene(paper.member(1), topics=TOPICS, history=history, policy=rules)
    assert set(topics(scene, 30)) == {"Altın"}


def test_a_new_thought_mostly_stays_with_the_talk_and_drifts_now_and_then() -> None:
    rules = paper.policy(reply_probability=0, reply_to_bot_probability=0)
    history = (paper.said("dolar dolar", bot_id=2, id=1), paper.said("yine dolar", bot_id=3, id=2))
    found = topics(paper.scene(paper.member(1), topics=TOPICS, history=history, policy=rules), 2000)
    assert found["Dolar"] / 2000 == pytest.approx(0.85 + 0.15 / 3, abs=0.03)
    assert {"BIST", "Altın"} < set(found)


def test_newer_words_weigh_more() -> None:
    rules = paper.policy(reply_probability=0, reply_to_bot_probability=0)
    older = [paper.said("altın", bot_id=2, id=1)]
    newer = [paper.said("sakin", bot_id=2, id=number) for number in range(2, 12)]
    history = (*older, *newer, paper.said("dolar", bot_id=2, id=20))
    found = topics(paper.scene(paper.member(1), topics=TOPICS, history=history, policy=rules))
    assert found["Dolar"] > 2 * found["Altın"]


def test_an_interest_leads_where_the_talk_has_no_topic() -> None:
    scene = paper.scene(paper.member(1, interests=("altın",)), topics=TOPICS)
    assert set(topics(scene, 30)) == {"Altın"}


def test_without_topics_of_the_chat_the_bot_brings_its_own() -> None:
    speaker = paper.member(1, interests=("temettü",), positions=(paper.position("Faiz", rests=False),))
    assert set(topics(paper.scene(speaker), 60)) == {"temettü", "Faiz"}


def test_a_bot_with_nothing_on_its_mind_has_no_topic() -> None:
    assert choose(paper.scene(paper.member(1))).topic == ""


def exhausted(count: int, **changes: Any) -> Scene:
    rules = paper.policy(reply_probability=0, reply_to_bot_probability=0)
    history = tuple(paper.said("dolar yine dolar", id=n, bot_id=2, topic="Dolar") for n in range(count))
    return paper.scene(paper.member(1), topics=TOPICS, history=history, policy=rules, **changes)


def test_a_topic_that_filled_fifteen_messages_is_exhausted() -> None:
    assert "Dolar" not in topics(exhausted(15), 100)
    assert "Dolar" in topics(exhausted(14), 100)


@pytest.mark.parametrize("length", [10, 14])
def test_how_soon_a_topic_is_exhausted_is_a_rule(length: int) -> None:
    scene = exhausted(length)
    quick = replace(scene, policy=replace(scene.policy, topic_exhausted=length))
    assert "Dolar" not in topics(quick, 100)


def test_without_drift_a_new_thought_stays_with_the_talk() -> None:
    rules = paper.policy(reply_probability=0, reply_to_bot_probability=0, topic_drift=0.0)
    history = (paper.said("dolar dolar", bot_id=2, id=1),)
    assert set(topics(paper.scene(paper.member(1), topics=TOPICS, history=history, policy=rules))) == {"Dolar"}


def test_only_the_newest_messages_within_the_window_steer_a_new_thought() -> None:
    rules = paper.policy(reply_probability=0, reply_to_bot_probability=0, topic_drift=0.0, topic_window=2)
    history = (
        paper.said("altın", bot_id=2, id=1),
        paper.said("dolar", bot_id=2, id=2),
        paper.said("dolar", bot_id=3, id=3),
    )
    assert set(topics(paper.scene(paper.member(1), topics=TOPICS, history=history, policy=rules))) == {"Dolar"}
