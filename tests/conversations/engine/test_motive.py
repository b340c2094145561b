"""Who wants the turn: each motive by its own, and the draw over all of them."""

from math import prod
from random import Random
from typing import Any

import pytest

from conversations.engine import plan
from conversations.engine.rulebook import Policy
from conversations.engine.values import Bond, Feelings, Position, Said, Scene
from monitoring import reasons
from tests.conversations.engine import paper
from tests.conversations.engine.choices import blocks, choose, speakers


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


def test_whom_another_bot_asks_wants_the_turn_more() -> None:
    mine = paper.said("Enerjide gözüm tarifede.", id=1, age=90, bot_id=1)
    question = paper.said("Tarifeyi nereden okuyorsun?", id=2, age=30, bot_id=3, reply_to_id=1)
    scene = paper.scene(paper.member(1), paper.member(2), paper.member(3), history=(mine, question))
    assert [candidate.parts["addressed"] for candidate in choose(scene).candidates] == [3.0, 1.0, 1.0]


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
