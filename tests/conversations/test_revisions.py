"""What people change holds from the next claim on, in every process; what is kept meanwhile is counted and bounded."""

import pytest
from pytest_django import DjangoAssertNumQueries

from conversations import control, revision
from conversations.engine import claims, settled
from conversations.models import Turn
from tests import stagehands


# --- What is kept ----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_what_is_kept_costs_no_query_and_is_counted(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    room, at = stagehands.room(stagehands.troupe(2)), revision.current()
    before = settled.counts()
    settled.of(room.pk, at)
    with django_assert_num_queries(0):
        settled.of(room.pk, at)
        settled.of(room.pk, at)
    now = settled.counts()
    assert (now.hits - before.hits, now.misses - before.misses) == (2, 1)


@pytest.mark.django_db
def test_no_more_chats_are_kept_than_there_is_room_for() -> None:
    room, at = stagehands.room([]), revision.current()
    known = settled.of(room.pk, at)
    for number in range(settled.MOST_KEPT + 10):
        settled._keep(-number, at, known)
    assert len(settled._kept) == settled.MOST_KEPT
    assert room.pk not in settled._kept


@pytest.mark.django_db
def test_a_claim_keeps_the_revision_on_its_turn() -> None:
    control.start(by="tests")
    room = stagehands.room(stagehands.troupe(1))
    stagehands.turn(room)
    turn = claims.claim_to_compose("tests")
    assert turn is not None
    assert turn.revision == Turn.objects.get().revision == revision.current()
    control.revise(by="tests", base_delay=44.0)
    assert revision.current() > turn.revision


# --- A hundred edits -------------------------------------------------------------------------------------------------
