"""Whom a turn answers: every row of the score, and the draw among the best."""

from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from conversations.engine import target
from conversations.engine.values import Bond, Other, Said, Scene, Standing, Ticker
from tests.conversations.engine import paper

SPEAKER = paper.member(1, watchlist=("THYAO", "GARAN"), interests=("temettü",), empathy=0.9)
COLD = paper.member(1, empathy=0.6)


def points(text: str, **changes: Any) -> float:
    speaker = changes.pop("speaker", SPEAKER)
    return target.score(paper.said(text, **changes), paper.scene(speaker), speaker)


@pytest.mark.parametrize(
    ("text", "changes", "expected"),
    [
        ("Bugün sakin.", {}, 8 + 3),
        ("Bugün sakin.", {"bot_id": 2}, 2.5 + 3),
        ("Bugün sakin.", {"age": 179}, 8 + 3),
        ("Bugün sakin.", {"age": 180}, 8 + 2),
        ("Bugün sakin.", {"age": 599}, 8 + 2),
        ("Bugün sakin.", {"age": 600}, 8 + 1),
        ("Bugün sakin.", {"age": 1799}, 8 + 1),
        ("Bugün sakin.", {"age": 1800}, 8 - 1),
        ("Saat kaç?", {}, 8 + 3 + 4),
        ("fikrinizi yazın", {}, 8 + 3 + 3),
        ("Sizce düşer mi?", {}, 8 + 3 + 4 + 3),
        ("@oyuncu_1_bot selam", {}, 8 + 3 + 15),
        ("@oyuncu_2_bot selam", {}, 8 + 3),
        ("THYAO'ya bakıyorum", {}, 8 + 3 + 2.5),
        ("THYAO ile GARAN", {}, 8 + 3 + 2 * 2.5),
        ("temettüyü severim", {}, 8 + 3 + 1.5),
        ("moralim bozuk", {}, 8 + 3 + 2),
        ("moralim bozuk", {"speaker": COLD}, 8 + 3),
        ("Bugün sakin.", {"replies": 1}, 8 + 3),
        ("Bugün sakin.", {"replies": 2}, 8 + 3 + 1.5),
    ],
)
def test_a_message_scores(text: str, changes: dict[str, Any], expected: float) -> None:
    assert points(text, **changes) == expected


def drawn(scene: Scene, tries: int = 400) -> list[Said | None]:
    return [target.draw(scene, scene.members[0], Random(seed)) for seed in range(tries)]


def share_of_replies(*bot_ids: int | None, **rules: float) -> float:
    found = drawn(paper.scene(history=paper.talk(*bot_ids), policy=paper.policy(**rules)), 2000)
    return sum(one is not None for one in found) / len(found)


def test_a_person_is_answered_in_two_of_three_cases() -> None:
    assert share_of_replies(None) == pytest.approx(0.65, abs=0.04)


def test_a_bot_is_answered_in_one_of_two_cases() -> None:
    assert share_of_replies(None, 2) == pytest.approx(0.5, abs=0.04)


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_how_often_a_person_and_how_often_a_bot_is_answered_are_two_rules(share: float) -> None:
    rules = {"reply_probability": share, "reply_to_bot_probability": 1 - share}
    assert share_of_replies(None, **rules) == pytest.approx(share, abs=0.03)
    assert share_of_replies(None, 2, **rules) == pytest.approx(1 - share, abs=0.03)


@pytest.mark.parametrize(("minutes", "share"), [(15.0, 0.25), (30.0, 1.0)])
def test_a_talk_that_has_had_its_break_mostly_begins_anew(minutes: float, share: float) -> None:
    said = (paper.said("Bugün sakin.", bot_id=2, age=20 * 60),)
    rules = paper.policy(reply_to_bot_probability=1, chain_rest_minutes=minutes)
    found = drawn(paper.scene(history=said, policy=rules), 2000)
    assert sum(one is not None for one in found) / len(found) == pytest.approx(share, abs=0.03)


def test_an_empty_chat_has_nobody_to_answer() -> None:
    assert drawn(paper.scene()) == [None] * 400


def test_nobody_answers_its_own_words() -> None:
    assert share_of_replies(1, 1) == 0


def test_a_message_to_another_human_is_left_alone() -> None:
    history = (paper.said("@zeynep_k bakar mısın?", mentions_other=True),)
    assert drawn(paper.scene(history=history)) == [None] * 400


def test_only_the_best_three_are_drawn_and_the_better_the_oftener() -> None:
    rules = paper.policy(reply_probability=1, reply_to_bot_probability=1)
    history = (
        paper.said("@oyuncu_1_bot sen ne dersin?", id=1),
        paper.said("Saat kaç?", id=2),
        *(paper.said("Bugün sakin.", id=number, bot_id=2) for number in (3, 4, 5)),
    )
    counted = Counter(one.id for one in drawn(paper.scene(history=history, policy=rules)) if one)
    assert set(counted) == {1, 2, 5}
    assert counted[1] > counted[2] > counted[5]


def test_what_was_said_long_ago_may_still_be_answered() -> None:
    rules = paper.policy(reply_probability=1, reply_to_bot_probability=1)
    old = paper.said("Bugün sakin.", bot_id=2, age=7200)
    scene = paper.scene(history=(old,), policy=rules)
    assert target.score(old, scene, scene.members[0]) == 1.5
    assert set(drawn(scene)) == {old, None}


EAGER = paper.policy(reply_probability=1, reply_to_bot_probability=1)


@pytest.mark.parametrize(
    "closed",
    [
        paper.said("Sizce altın mı?", age=11 * 60),
        paper.said("Sizce altın mı?", replies=2),
        paper.said("@oyuncu_2_bot sence altın mı?"),
    ],
    ids=["too late", "answered twice", "asked of another bot"],
)
def test_a_person_who_needs_no_answer_gets_none(closed: Said) -> None:
    assert drawn(paper.scene(history=(closed,), policy=EAGER)) == [None] * 400


@pytest.mark.parametrize(("minutes", "answered"), [(5, 0), (20, 400)])
def test_how_late_a_person_may_still_be_answered_is_a_rule(minutes: int, answered: int) -> None:
    rules = paper.policy(reply_probability=1, answer_minutes=minutes, chain_rest_minutes=60.0)
    asked = paper.said("Sizce altın mı?", age=9.5 * 60)
    assert sum(one is not None for one in drawn(paper.scene(history=(asked,), policy=rules))) == answered


def test_a_bot_answers_a_message_once() -> None:
    question = paper.said("Sizce altın mı?", id=1)
    answer = paper.said("Bence sabır.", id=2, bot_id=1, reply_to_id=1)
    assert drawn(paper.scene(history=(question, answer), policy=EAGER)) == [None] * 400


# --- Who and when ----------------------------------------------------------------------------------------------------
def weigh(age: float = 60, *, bonds: dict[Other, Bond] | None = None, **rules: float) -> float:
    speaker = paper.member(1, bonds=bonds or {})
    return target.weight(paper.said(bot_id=7, age=age), paper.scene(speaker, policy=paper.policy(**rules)), speaker)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_how_often_somebody_comes_back_to_what_was_said_over_an_hour_ago_is_a_rule(share: float) -> None:
    old, new = paper.said("Eski laf.", id=1, bot_id=2, age=3700), paper.said("Yeni laf.", id=2, bot_id=3, age=60)
    rules = paper.policy(reply_to_bot_probability=1, best_targets=1, late_replies=share)
    found = drawn(paper.scene(history=(old, new), policy=rules), 1000)
    assert found.count(old) / 1000 == pytest.approx(share, abs=0.05)
    assert found.count(old) + found.count(new) == 1000


def test_what_was_said_long_ago_is_seldom_taken_up_again() -> None:
    ages = [weigh(age) for age in (60, 600, 1500, 3600)]
    assert ages == sorted(ages, reverse=True)
    assert ages[-1] < ages[0] / 5


@pytest.mark.parametrize(
    ("standing", "factor"), [("stranger", 1.0), ("acquaintance", 2.0), ("friend", 4.0), ("rival", 3.0)]
)
def test_friends_and_rivals_are_answered_more_than_strangers(standing: Standing, factor: float) -> None:
    assert weigh(bonds={("bot", 7): Bond(standing)}) == pytest.approx(weigh() * factor)


def test_how_much_liking_counts_is_a_rule() -> None:
    friends: dict[Other, Bond] = {("bot", 7): Bond("friend")}
    assert weigh(bonds=friends, affinity_pull=0.0) == weigh(affinity_pull=0.0)


def aimed_at(history: tuple[Said, ...], **rules: float) -> Counter[int]:
    scene = paper.scene(paper.member(1), history=history, policy=paper.policy(**rules))
    found = (target.draw(scene, scene.members[0], Random(seed)) for seed in range(600))
    return Counter(said.id for said in found if said)


def test_only_the_best_are_drawn_from() -> None:
    history = tuple(paper.said(f"Söz {n}", id=n, bot_id=n + 1, age=600 - n) for n in range(1, 7))
    always = {"reply_to_bot_probability": 1.0}
    assert len(aimed_at(history, best_targets=1, **always)) == 1
    assert len(aimed_at(history, best_targets=4, **always)) == 4


def test_a_talk_that_has_rested_mostly_begins_anew() -> None:
    always = {"reply_to_bot_probability": 1.0}
    fresh = aimed_at((paper.said("Bence öyle", bot_id=7, age=60),), **always).total()
    rested = aimed_at((paper.said("Bence öyle", bot_id=7, age=7200),), **always).total()
    assert fresh == 600
    assert rested == pytest.approx(150, abs=40)


@pytest.mark.parametrize(
    "meant",
    [
        (paper.said("Katılmıyorum.", id=2, reply_to_id=1),),
        (paper.said("@oyuncu_2_bot ne dersin?", id=2),),
        (paper.said("Sevgi, sen ne dersin?", id=2),),
    ],
)
def test_what_a_person_says_to_one_bot_is_not_answered_by_another(meant: tuple[Said, ...]) -> None:
    history = (paper.said("Bence öyle", id=1, bot_id=2), *meant)
    speaker, other = paper.member(1), paper.member(2, name="Sevgi")
    scene = paper.scene(speaker, other, history=history, policy=paper.policy(reply_probability=1.0, best_targets=9))
    assert all(said is None or said.id == 1 for said in (target.draw(scene, speaker, Random(n)) for n in range(50)))


def test_a_watched_symbol_is_heard_by_its_other_names() -> None:
    watcher = paper.member(1, watchlist=("USDTRY",))
    asked = paper.said("Doların ateşi düşmüyor.")
    blind = paper.scene(watcher, history=(asked,))
    knowing = paper.scene(watcher, history=(asked,), tickers=(Ticker("USDTRY", ("dolar",)),))
    assert target.score(asked, knowing, watcher) == target.score(asked, blind, watcher) + 2.5


def test_what_one_bot_asks_another_is_mostly_answered_by_that_one() -> None:
    history = (
        paper.said("Kurumsal ilgi sessiz.", id=1, age=90, bot_id=1),
        paper.said("Sen onu nereden takip ediyorsun?", id=2, age=30, bot_id=2, reply_to_id=1),
    )
    asked, question = paper.member(1), history[1]
    scene = paper.scene(asked, paper.member(2), paper.member(3), history=history)
    other, own = (target.weight(question, scene, scene.members[place]) for place in (2, 0))
    assert own > 10 * other > 0
    statement = replace(question, text="Ben onu rapordan takip ediyorum.")
    told = replace(scene, history=(history[0], statement))
    assert target.weight(statement, told, told.members[2]) == target.weight(statement, told, told.members[0])
