"""A chat may go by rules of its own, each alone; what holds for the whole cast is none of them."""

from dataclasses import asdict
from datetime import time
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from conversations import control
from conversations.engine import policy, rulesets
from conversations.models import Rules
from conversations.models.rules import CAST_WIDE, FIELDS
from tests import stagehands

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", sorted(set(FIELDS) - CAST_WIDE))
def test_a_chat_may_go_by_a_rule_of_its_own(name: str) -> None:
    """Each rule alone: the chat goes by its own, every other chat and every other rule by the cast's."""
    room, other = stagehands.room([]), stagehands.room([], title="Öteki")
    before, load = asdict(policy.current()), asdict(rulesets.LOAD)
    own = next(value for value in (*_others(before[name]), load[name]) if value != before[name])
    control.revise(by="tests", chat=room, **{name: own})
    here = asdict(policy.current(room))
    assert {rule for rule in FIELDS if here[rule] != before[rule]} == {name}
    assert asdict(policy.current(other)) == asdict(policy.current()) == before


def _others(value: Any) -> tuple[Any, ...]:
    """Values near this one that lie within every rule's range, whichever it is."""
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, time):
        return (value.replace(minute=15),)
    return () if isinstance(value, tuple) else (value * 0.75,) if isinstance(value, float) else (value - 1 or 2,)


@pytest.mark.parametrize("name", sorted(CAST_WIDE))
def test_what_holds_for_the_whole_cast_is_no_rule_of_a_chat(name: str) -> None:
    room = stagehands.room([])
    with pytest.raises(ValidationError) as refusal:
        control.revise(by="tests", chat=room, scale=2.0, **{name: asdict(rulesets.LIVELY)[name]})
    assert set(refusal.value.message_dict) == {name}
    assert Rules.objects.count() == 1


def test_what_a_chat_once_set_for_the_whole_cast_does_not_hold() -> None:
    room = stagehands.room([])
    Rules.objects.create(chat=room, author_name="tests", waiting_most=5, scale=2.0)
    assert (policy.current(room).waiting_most, policy.current(room).scale) == (200, 2.0)


@pytest.mark.parametrize("change", ["UPDATE conversations_rules SET scale = 2", "DELETE FROM conversations_rules"])
def test_rules_are_added_and_never_touched(change: str) -> None:
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
