"""Who speaks, to whom, about what, how long; and why the others do not."""

from collections import Counter
from dataclasses import replace
from datetime import time, timedelta
from math import prod
from random import Random
from typing import Any

import pytest

from conversations.engine import plan
from conversations.engine.rulebook import Policy
from conversations.engine.values import Bond, Feelings, Member, News, Plan, Position, Said, Scene, Silence
from monitoring import reasons
from tests.conversations.engine import paper


def choose(scene: Scene, seed: int = 1) -> Plan:
    chosen = plan.choose(scene, Random(10_000 + seed))
    assert isinstance(chosen, Plan), chosen
    return chosen


def silence(scene: Scene) -> Silence:
    chosen = plan.choose(scene, Random(1))
    assert isinstance(chosen, Silence), chosen
    return chosen


def blocks(scene: Scene) -> list[str]:
    return [candidate.blocked for candidate in plan.choose(scene, Random(1)).candidates]


def speakers(scene: Scene, draws: int = 600) -> Counter[int]:
    return Counter(choose(scene, seed).speaker.bot_id for seed in range(draws))


# --- Who may ----------------------------------------------------------------------------------------------------------
ASLEEP = ((time(20), time(22)),)
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


# --- The draw ---------------------------------------------------------------------------------------------------------
def test_the_last_speaker_rests_when_another_is_free() -> None:
    scene = paper.scene(paper.member(1), paper.member(2), history=paper.talk(None, 1))
    assert blocks(scene) == ["last_speaker", ""]
    assert set(speakers(scene, 50)) == {2}


def test_the_last_speaker_may_go_on_when_it_is_alone() -> None:
    scene = paper.scene(paper.member(1), paper.member(2, blocked="bot_off"), history=paper.talk(None, 1))
    assert blocks(scene) == ["", "bot_off"]


def test_a_person_who_spoke_last_keeps_nobody_from_speaking() -> None:
    assert blocks(paper.scene(paper.member(1), paper.member(2), history=paper.talk(1, None))) == ["", ""]


def test_if_the_likeliest_is_blocked_the_next_speaks() -> None:
    scene = paper.scene(paper.member(1, talkativeness=1.0, blocked="busy"), paper.member(2, talkativeness=0.0))
    assert choose(scene).speaker.bot_id == 2


def share(scene: Scene) -> float:
    """How often the first member speaks, where two may."""
    counted = speakers(scene, 2000)
    return counted[1] / counted.total()


def expected(first: float, second: float) -> Any:
    return pytest.approx(first / (first + second), abs=0.035)


def neutral(**changes: Any) -> Policy:
    """Rules under which everybody is alike but for what a test is about."""
    calm = {"inequality": 0.0, "share_debt": 0.0, "fatigue": 0.0, "novelty_pull": 0.0, "conflict_pull": 0.0}
    return paper.policy(**(calm | {"relevance_pull": 0.0, "affinity_pull": 0.0, "mood_pull": 0.0} | changes))


def odds(first: dict[str, Any], history: tuple[Said, ...] = (), **rules: float) -> float:
    """How much likelier the first member is drawn than the second, by score."""
    scene = paper.scene(paper.member(1, **first), paper.member(2), history=history, policy=neutral(**rules))
    ours, theirs = plan.choose(scene, Random(1)).candidates
    return ours.score / theirs.score


THYAO_AND_DOLAR = (paper.said("THYAO ile dolar konuşalım"),)


@pytest.mark.parametrize(
    ("first", "factor"),
    [
        ({}, 1.0),
        ({"talkativeness": 1.0}, 1.05 / 0.55),
        ({"talkativeness": 0.0}, 0.05 / 0.55),
        ({"weight": 3.0}, 3.0),
        ({"watchlist": ("THYAO",)}, 1.6),
        ({"interests": ("Dolar",)}, 1.4),
        ({"watchlist": ("THYAO", "GARAN"), "interests": ("Dolar",)}, 1.6 * 1.4),
    ],
)
def test_who_is_talkative_and_at_home_in_the_talk_wants_the_turn_more(first: dict[str, Any], factor: float) -> None:
    assert odds(first, THYAO_AND_DOLAR, relevance_pull=1.0) == pytest.approx(factor, rel=0.01)


def test_the_draw_follows_the_scores() -> None:
    scene = paper.scene(paper.member(1, weight=3.0), paper.member(2), policy=neutral())
    assert share(scene) == expected(3, 1)


def test_inequality_spreads_the_talk_by_rank() -> None:
    members = tuple(paper.member(number, talkativeness=0.5) for number in range(1, 5))
    scores = [c.score for c in plan.choose(paper.scene(*members, policy=neutral(inequality=1.0)), Random(1)).candidates]
    assert [round(scores[0] / score, 1) for score in scores] == [1, 2, 3, 4]


def test_who_has_said_more_than_its_share_wants_the_turn_less() -> None:
    history = paper.talk(1, 1, 1, 2, None)
    assert odds({}, history) == 1
    assert odds({}, history, share_debt=0.5) < 0.8
    assert odds({}, history, share_debt=1.0) < odds({}, history, share_debt=0.5)


def test_relevance_weighs_as_much_as_its_rule() -> None:
    keen = {"watchlist": ("THYAO",)}
    assert [odds(keen, THYAO_AND_DOLAR, relevance_pull=pull) for pull in (0, 1, 2)] == pytest.approx(
        [1, 1.6, 2.56], rel=0.01
    )


def test_who_has_just_said_its_bit_on_the_subject_wants_the_turn_less() -> None:
    history = (paper.said("Dolar sakin duruyor", id=1, bot_id=1), paper.said("Dolar ne olur?", id=2))
    both = {"interests": ("Dolar",)}
    assert odds(both, history) == 1
    assert odds(both, history, novelty_pull=1.0) == pytest.approx(0.5)


def test_who_holds_the_opposite_view_wants_the_turn_more() -> None:
    bullish = Position(1, "Dolar", "Dolar yükselir diye düşünüyorum.", confidence=1.0, rests=False)
    history = (paper.said("Dolar düşer bence, hep düşecek"),)
    opposed = {"positions": (bullish,)}
    assert odds(opposed, history) == 1
    assert odds(opposed, history, conflict_pull=1.0) == pytest.approx(1.8)
    assert odds(opposed, (paper.said("Dolar yükselir bence"),), conflict_pull=1.0) == 1


def test_a_friend_of_the_last_speaker_wants_the_turn_more_than_a_stranger() -> None:
    friends = {"bonds": {("bot", 7): Bond("friend", 70, 70, 60, 0)}}
    history = (paper.said("Bugün sakin", bot_id=7),)
    assert odds(friends, history) == 1
    assert odds(friends, history, affinity_pull=1.0) > 1.5


def test_an_excited_bot_wants_the_turn_more_than_a_flat_one() -> None:
    lively = {"feelings": Feelings(mood=90, excitement=90)}
    assert odds(lively) == 1
    assert odds(lively, mood_pull=1.0) > 1.1


def test_who_has_nearly_used_up_its_hour_wants_the_turn_less() -> None:
    tired = {"said_last_hour": 6}
    assert odds(tired) == 1
    assert odds(tired, fatigue=0.5) == pytest.approx(0.75)


def test_who_is_called_by_name_wants_the_turn_more() -> None:
    assert odds({}, (paper.said("@oyuncu_1_bot ne dersin?", bot_id=7),)) == 3


def test_every_candidate_keeps_its_score_and_its_parts() -> None:
    member = paper.member(1, talkativeness=0.35, weight=2.0, interests=("Dolar",))
    judged = choose(paper.scene(member, history=(paper.said("Dolar nereye?"),))).candidates[0]
    assert set(judged.parts) == set(reasons.PARTS)
    assert judged.score == pytest.approx(prod(judged.parts.values()), abs=0.001)
    assert judged.parts["relevance"] == 1.4


def test_the_same_dice_make_the_same_plan() -> None:
    scene = paper.scene(history=paper.talk(None, 2, 3), topics=("BIST", "Dolar"))
    assert choose(scene, 5) == choose(scene, 5)
    assert len({repr(choose(scene, seed)) for seed in range(20)}) > 1


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
