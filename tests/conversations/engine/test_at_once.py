"""Several workers at the same moment, each on a connection of its own."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from conversations import control
from conversations.engine import turns
from conversations.models import Turn
from tests import stagehands
from tests.conversations import apart

pytestmark = [pytest.mark.commits, pytest.mark.usefixtures("committed")]


def claiming(name: str) -> Callable[[], int | None]:
    def claim() -> int | None:
        turn = turns.claim_to_compose(name)
        return turn.pk if turn else None

    return claim


def test_two_workers_never_claim_the_same_turn() -> None:
    control.start(by="tests")
    room = stagehands.room(stagehands.crowd(1))
    first, second = stagehands.turn(room), stagehands.turn(room)
    with apart.unfinished(claiming("biri")) as claimed:
        assert claimed == first.pk
        assert claiming("öteki")() == second.pk
        assert claiming("üçüncü")() is None
    found = apart.at_once(*[claiming(f"işçi {number}") for number in range(4)])
    assert found == [None] * 4


def test_however_many_workers_try_each_turn_is_claimed_once() -> None:
    control.start(by="tests")
    room = stagehands.room(stagehands.crowd(1))
    waiting = {stagehands.turn(room).pk for _ in range(3)}
    claimed = [pk for pk in apart.at_once(*[claiming(f"işçi {n}") for n in range(6)]) if pk]
    assert len(claimed) == len(set(claimed))
    assert set(claimed) <= waiting


def test_three_beats_open_one_turn() -> None:
    control.start(by="tests")
    stagehands.room(stagehands.crowd(1))
    now = timezone.now()
    assert sum(apart.at_once(*[lambda: turns.open_due(now)] * 3)) == 1
    assert Turn.objects.count() == 1
