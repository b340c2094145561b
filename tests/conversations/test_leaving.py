"""Workers that are asked to stop: words go back, nobody waits for a lease. Real ones are stopped in `make chaos`."""

import pytest

from conversations import presence
from conversations.engine import turns
from conversations.models import Provider, Turn
from tests import stagehands

pytestmark = [pytest.mark.commits, pytest.mark.usefixtures("committed")]
State = Turn.State


def test_only_what_the_leaving_process_holds_goes_back() -> None:
    room = stagehands.room([])
    mine = stagehands.turn_in(State.COMPOSING, room, None, lease_owner=f"{presence.owner()}1")
    other = stagehands.turn_in(State.COMPOSING, room, None, lease_owner="öteki:1:1")
    assert turns.give_back(presence.owner()) == 1
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.state, mine.gen, other.state) == (State.PLANNED, 4, State.COMPOSING)


def test_what_comes_after_a_claim_went_back_changes_nothing() -> None:
    room = stagehands.room([])
    late = stagehands.turn_in(State.COMPOSING, room, None, lease_owner=f"{presence.owner()}1")
    turns.give_back(presence.owner())
    assert not turns.end(late, State.SKIPPED, "late", came=[State.COMPOSING])
    assert turns.is_withdrawn(late)
    assert Provider.objects.count() == 0
