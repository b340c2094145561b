"""Who speaks, to whom, about what, how long; and why the others do not."""

from collections import Counter
from datetime import time, timedelta
from typing import Any

import pytest

from bots.sheet import Hours
from conversations.engine import pace
from conversations.engine.values import Bond, Feelings, Member
from tests.conversations.engine import paper
from tests.conversations.engine.choices import blocks, choose, silence

# --- Who may ----------------------------------------------------------------------------------------------------------
ASLEEP = (Hours(time(20), time(22)),)
JUST_NOW = paper.NOW - timedelta(seconds=119)
LONG_AGO = paper.NOW - timedelta(seconds=120)


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        ({}, ""),
        ({"blocked": "bot_off"}, "bot_off"),
        ({"blocked": "bot_paused"}, "bot_paused"),
        ({"blocked": "token_dead"}, "token_dead"),
        ({"blocked": "gated"}, "gated"),
        ({"blocked": "busy"}, "busy"),
        ({"said_last_hour": 11}, ""),
        ({"said_last_hour": 12}, "hourly_cap"),
        ({"weight": 0.0}, "only_when_asked"),
        ({"hours": ASLEEP}, "outside_hours"),
        ({"last_said_at": JUST_NOW}, "own_gap"),
        ({"last_said_at": LONG_AGO}, ""),
    ],
)
def test_a_bot_is_kept_from_an_ordinary_turn(member: dict[str, Any], reason: str) -> None:
    assert blocks(paper.scene(paper.member(1, **member), paper.member(2)))[0] == reason


@pytest.mark.parametrize(("seconds", "reason"), [(0, ""), (30, ""), (119, "own_gap"), (200, "own_gap")])
def test_how_long_a_bot_rests_after_its_own_message_is_a_rule(seconds: int, reason: str) -> None:
    spoke = paper.member(1, last_said_at=paper.NOW - timedelta(seconds=100))
    assert blocks(paper.scene(spoke, policy=paper.policy(own_gap=seconds))) == [reason]


def test_a_room_without_hours_wakes_everybody() -> None:
    sleeper = paper.member(1, hours=ASLEEP)
    assert choose(paper.scene(sleeper, observes_hours=False)).speaker == sleeper


def test_an_answer_to_everybody_does_not_wait_for_the_own_gap() -> None:
    assert blocks(paper.scene(paper.member(1, last_said_at=JUST_NOW), trigger="question")) == [""]


@pytest.mark.parametrize("trigger", ["mention", "reply"])
@pytest.mark.parametrize(
    "member",
    [
        {"blocked": "busy"},
        {"blocked": "gated"},
        {"weight": 0.0},
        {"hours": ASLEEP},
        {"last_said_at": JUST_NOW},
    ],
)
def test_who_is_asked_answers_though_it_would_not_speak_unasked(trigger: Any, member: dict[str, Any]) -> None:
    asked = paper.member(2, **member)
    scene = paper.scene(paper.member(1), asked, trigger=trigger, named_bot_id=2, cause=paper.said())
    assert choose(scene).speaker == asked


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        ({"blocked": "bot_off"}, "bot_off"),
        ({"blocked": "bot_paused"}, "bot_paused"),
        ({"blocked": "token_dead"}, "token_dead"),
        ({"said_last_hour": 12}, "hourly_cap"),
    ],
)
def test_nobody_steps_in_for_a_bot_that_was_asked_and_cannot_answer(member: dict[str, Any], reason: str) -> None:
    scene = paper.scene(paper.member(1), paper.member(2, **member), trigger="mention", named_bot_id=2)
    told = silence(scene)
    assert told.reason == reason
    assert [candidate.blocked for candidate in told.candidates] == ["not_asked", reason]


def test_who_was_asked_and_has_left_is_told_so() -> None:
    assert silence(paper.scene(paper.member(1), trigger="reply", named_bot_id=7)).reason == "not_a_member"


def test_an_empty_roster_stays_silent() -> None:
    scene = paper.scene()
    empty = paper.scene(*scene.members[:0], members=())
    assert silence(empty).reason == "no_members"


def test_nobody_free_is_silence_and_every_reason_is_kept() -> None:
    scene = paper.scene(paper.member(1, blocked="bot_off"), paper.member(2, said_last_hour=12))
    told = silence(scene)
    assert told.reason == "no_candidate"
    assert [candidate.blocked for candidate in told.candidates] == ["bot_off", "hourly_cap"]


# --- Aim --------------------------------------------------------------------------------------------------------------
def test_the_message_that_asks_is_the_one_that_is_answered() -> None:
    cause = paper.said("@oyuncu_1_bot ne dersin?", id=50)
    scene = paper.scene(paper.member(1), trigger="mention", named_bot_id=1, cause=cause, history=paper.talk(None, 2))
    chosen = choose(scene)
    assert (chosen.intent, chosen.target) == ("answer", cause)


@pytest.mark.parametrize(("bot_id", "intent"), [(None, "answer"), (2, "reply")])
def test_the_intent_says_who_is_answered(bot_id: int | None, intent: str) -> None:
    rules = paper.policy(reply_probability=1, reply_to_bot_probability=1)
    assert choose(paper.scene(paper.member(1), history=paper.talk(bot_id), policy=rules)).intent == intent


def test_a_quiet_chat_hears_a_new_thought() -> None:
    chosen = choose(paper.scene())
    assert (chosen.intent, chosen.target, chosen.mention) == ("message", None, "")


def test_the_answered_one_is_named_in_a_third_of_the_cases() -> None:
    scene = paper.scene(paper.member(1), trigger="mention", named_bot_id=1, cause=paper.said())
    names = Counter(choose(scene, seed).mention for seed in range(2000))
    assert set(names) == {"", "Deniz"}
    assert names["Deniz"] / 2000 == pytest.approx(0.35, abs=0.035)


@pytest.mark.parametrize("share", [0.0, 0.7, 1.0])
def test_how_often_the_answered_one_is_named_is_a_rule(share: float) -> None:
    rules = paper.policy(mention_probability=share)
    scene = paper.scene(paper.member(1), trigger="mention", named_bot_id=1, cause=paper.said(), policy=rules)
    named = sum(choose(scene, seed).mention == "Deniz" for seed in range(1000))
    assert named / 1000 == pytest.approx(share, abs=0.05)


# --- Length and stance ------------------------------------------------------------------------------------------------
def lengths(member: Member, **rules: float) -> dict[str, float]:
    scene = paper.scene(member, policy=paper.policy(**rules))
    counted = Counter(choose(scene, seed).length for seed in range(3000))
    return {length: counted[length] / 3000 for length in ("short", "medium", "long")}


@pytest.mark.parametrize(
    ("weights", "shares"),
    [
        ((0.55, 0.35, 0.10), (0.55, 0.35, 0.10)),
        ((0.9, 0.9, 0.2), (0.45, 0.45, 0.10)),
        ((1.0, -5.0, 1.0), (0.5, 0.0, 0.5)),
        ((0.0, 0.0, 0.0), (0.55, 0.35, 0.10)),
        ((-1.0, -1.0, -1.0), (0.55, 0.35, 0.10)),
    ],
)
def test_lengths_are_drawn_by_shares_that_sum_to_one(
    weights: tuple[float, float, float], shares: tuple[float, float, float]
) -> None:
    names = ("short_weight", "medium_weight", "long_weight")
    found = lengths(paper.member(1, weights=weights), **dict(zip(names, weights, strict=True)))
    assert tuple(found.values()) == pytest.approx(shares, abs=0.03)


def test_the_persona_and_the_rules_meet_half_way() -> None:
    found = lengths(paper.member(1, weights=(0, 0, 1)), short_weight=1, medium_weight=0, long_weight=0)
    assert found["short"] == pytest.approx(0.5, abs=0.03)
    assert found["medium"] == 0


def test_a_bot_full_of_energy_writes_longer_and_a_tired_one_shorter() -> None:
    tired, calm, lively = (
        lengths(paper.member(1, feelings=Feelings(energy=energy)))["short"] for energy in (10, 50, 90)
    )
    assert tired > calm > lively


@pytest.mark.parametrize(("pull", "energy", "slower"), [(0.0, 50, 1.0), (1.0, 10, 1.3)])
def test_how_much_a_mood_counts_is_a_rule(pull: float, energy: int, slower: float) -> None:
    rules = paper.policy(mood_pull=pull)
    speaker = choose(paper.scene(paper.member(1, feelings=Feelings(energy=10)), policy=rules)).speaker
    assert speaker.feelings.energy == energy
    assert pace.own_factor(speaker) == slower


@pytest.mark.parametrize(("pull", "latency"), [(0.0, 10.0), (1.0, 7.0)])
def test_who_answers_a_close_friend_begins_sooner(pull: float, latency: float) -> None:
    bonds = {("person", 9): Bond("close_friend", 90, 90, 90, 0)}
    rules = paper.policy(reply_probability=1, affinity_pull=pull)
    to_a_friend = paper.scene(paper.member(1, latency=10.0, bonds=bonds), history=paper.talk(None), policy=rules)
    assert choose(to_a_friend).speaker.latency == latency
    assert choose(paper.scene(paper.member(1, latency=10.0, bonds=bonds), policy=rules)).speaker.latency == 10.0


def test_a_stance_on_the_topic_is_brought_up() -> None:
    held = paper.position("Dolar")
    speaker = paper.member(1, interests=("dolar",), positions=(paper.position("Altın", id=2), held))
    assert choose(paper.scene(speaker, topics=("Dolar",))).position == held


def test_a_stance_that_rests_is_left_alone() -> None:
    speaker = paper.member(1, interests=("dolar",), positions=(paper.position("Dolar", rests=True),))
    assert choose(paper.scene(speaker, topics=("Dolar",))).position is None


def test_of_two_stances_the_surer_one_is_brought_up_more_often() -> None:
    sure, unsure = paper.position("dolar", id=1, confidence=0.9), paper.position("Dolar kuru", id=2, confidence=0.1)
    speaker = paper.member(1, interests=("dolar",), positions=(sure, unsure))
    scene = paper.scene(speaker, topics=("dolar",))
    counted = Counter(choose(scene, seed).position for seed in range(400))
    assert counted[sure] > 2 * counted[unsure] > 0
