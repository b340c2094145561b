"""Relationships move by events, each smoothed, and say how two stand."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from bots import bonds
from bots.models import Bot, Relationship
from bots.models.mind import BondChange
from tests import stagehands

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def pair() -> tuple[Bot, Bot]:
    first, second = stagehands.crowd(2)
    return first, second


@pytest.mark.parametrize(
    ("event", "moves"),
    [
        ("agreement", {"trust": 1, "affection": 1, "conflict": 0}),
        ("disagreement", {"trust": -1, "conflict": 1}),
        ("help", {"trust": 2, "respect": 1}),
        ("praise", {"respect": 2, "affection": 1}),
        ("criticism", {"conflict": 1, "affection": -1}),
        ("talk", {}),
    ],
)
def test_an_event_moves_a_relationship_by_a_third(pair: tuple[Bot, Bot], event: str, moves: dict[str, int]) -> None:
    first, second = pair
    bonds.moved(first.pk, ("bot", second.pk), event, at=NOW)
    bond = Relationship.objects.get()
    start = {"trust": 50, "respect": 50, "affection": 50, "conflict": 0}
    assert {name: getattr(bond, name) - value for name, value in start.items()} == dict.fromkeys(start, 0) | moves
    assert (bond.familiarity, bond.interactions) == (2, 1)
    assert BondChange.objects.count() == (event != "talk")


def test_a_person_is_somebody_too_and_each_is_kept_once(pair: tuple[Bot, Bot]) -> None:
    for _ in range(3):
        bonds.moved(pair[0].pk, ("person", 9), "praise", at=NOW)
    bond = Relationship.objects.get()
    assert (bond.person_id, bond.interactions, bond.respect) == (9, 3, 56)


def test_the_last_ten_causes_are_kept(pair: tuple[Bot, Bot]) -> None:
    for number in range(12):
        at = NOW + timedelta(seconds=number)
        bonds.moved(pair[0].pk, ("person", 9), "praise", at=at, about=f"Söz {number}")
    assert list(BondChange.objects.values_list("about", flat=True)) == [f"Söz {n}" for n in range(11, 1, -1)]


@pytest.mark.parametrize(
    ("levels", "standing"),
    [
        ({}, "stranger"),
        ({"familiarity": 31}, "acquaintance"),
        ({"trust": 61, "affection": 61, "familiarity": 50}, "acquaintance"),
        ({"trust": 61, "affection": 61, "familiarity": 51}, "friend"),
        ({"trust": 81, "affection": 81, "familiarity": 90, "interactions": 50}, "friend"),
        ({"trust": 81, "affection": 81, "familiarity": 90, "interactions": 51}, "close_friend"),
        ({"conflict": 61, "affection": 39, "familiarity": 90}, "rival"),
        ({"conflict": 61, "affection": 40}, "stranger"),
    ],
)
def test_the_levels_say_how_two_stand(levels: dict[str, Any], standing: str) -> None:
    assert bonds.standing(Relationship(**levels)) == standing
