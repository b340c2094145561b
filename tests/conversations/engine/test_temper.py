"""What each feeling and each standing does, by the numbers that the house knows."""

import pytest

from conversations.engine import temper
from conversations.engine.values import Bond, Feelings, Standing


@pytest.mark.parametrize(
    ("energy", "delay", "length"), [(29, 1.3, 0.7), (30, 1, 1), (50, 1, 1), (70, 1, 1), (71, 0.7, 1.3)]
)
def test_energy_makes_quick_and_talkative(energy: int, delay: float, length: float) -> None:
    feelings = Feelings(energy=energy)
    assert (temper.delay_factor(feelings), temper.length_factor(feelings)) == (delay, length)


@pytest.mark.parametrize(("stress", "length"), [(0, 1), (70, 1), (71, 0.7)])
def test_stress_makes_short(stress: int, length: float) -> None:
    assert temper.length_factor(Feelings(stress=stress)) == length


@pytest.mark.parametrize(
    ("level", "emoji", "hedges", "formality"), [(0, 0, 0.5, 1), (50, 1 / 6, 0.25, 0.5), (100, 1 / 3, 0, 0)]
)
def test_excitement_confidence_and_warmth_colour_the_words(
    level: int, emoji: float, hedges: float, formality: float
) -> None:
    feelings = Feelings(excitement=level, confidence=level, warmth=level)
    assert temper.emoji_share(feelings) == pytest.approx(emoji)
    assert temper.hedge_share(feelings) == pytest.approx(hedges)
    assert temper.formality(feelings) == pytest.approx(formality)


@pytest.mark.parametrize(
    ("standing", "factor"),
    [("stranger", 0.5), ("acquaintance", 1), ("friend", 2), ("close_friend", 2), ("rival", 1.5)],
)
def test_friends_and_rivals_are_turned_to_and_strangers_less(standing: Standing, factor: float) -> None:
    bond = Bond(standing=standing)
    assert [temper.target_factor(bond, pull) for pull in (0, 1, 2)] == [1, factor, factor**2]


def test_whom_a_bot_does_not_know_is_a_stranger() -> None:
    assert temper.target_factor(None, 1) == 0.5


def test_a_good_mood_makes_eager_as_far_as_the_rule_lets_it() -> None:
    low, high = Feelings(mood=10, energy=20, excitement=10, curiosity=20), Feelings(mood=90, energy=80)
    assert temper.eagerness(Feelings(), 1) == 1
    assert temper.eagerness(low, 1) < 1 < temper.eagerness(high, 1) < temper.eagerness(high, 2)
    assert temper.eagerness(low, 0) == temper.eagerness(high, 0) == 1
    assert temper.eagerness(Feelings(mood=0, energy=0, excitement=0, curiosity=0), 1) == pytest.approx(0.1)


# --- As far as the rules let it ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("pull", "felt"),
    [
        (0, Feelings()),
        (0.5, Feelings(energy=70, stress=20, warmth=30)),
        (1, Feelings(energy=90, stress=40, warmth=10)),
        (2, Feelings(energy=100, stress=80, warmth=0)),
    ],
)
def test_a_mood_counts_as_far_as_the_rule_lets_it(pull: float, felt: Feelings) -> None:
    assert temper.swayed(Feelings(energy=90, stress=40, warmth=10), pull) == felt


@pytest.mark.parametrize(
    ("standing", "factor"),
    [("stranger", 1), ("acquaintance", 1), ("friend", 0.8), ("close_friend", 0.7), ("rival", 0.8)],
)
def test_friends_and_rivals_are_quick_with_each_other(standing: Standing, factor: float) -> None:
    bond = Bond(standing=standing)
    assert [temper.haste(bond, pull) for pull in (0, 1, 2)] == [1, factor, factor**2]


def test_a_stranger_is_answered_in_the_usual_time() -> None:
    assert temper.haste(None, 1) == 1
