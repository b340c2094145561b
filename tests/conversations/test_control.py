"""The verbs that steer the cast."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from bots.models import AuditEntry, Bot
from conversations import control
from conversations.engine import policy, turns
from conversations.models import Chat, Engine, Event, Rules, Turn
from tests import staff, stagehands

pytestmark = pytest.mark.django_db
State = Turn.State
Mode = Chat.Mode


def trail() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("id").values_list("action", "actor_name"))


def told() -> list[str]:
    return list(Event.objects.order_by("id").values_list("kind", flat=True))


# --- The switch ------------------------------------------------------------------------------------------------------
def test_the_switch_is_off_at_first_and_remembers_who_turned_it() -> None:
    assert not control.is_running()
    user = staff.account()
    control.start(by=user, reason="Sabah")
    engine = Engine.objects.get()
    assert (control.is_running(), engine.changed_by, engine.reason) == (True, "zeynep", "Sabah")
    entry = AuditEntry.objects.latest("id")
    assert (entry.action, entry.actor, entry.reason) == ("engine.start", user, "Sabah")
    assert told() == ["engine"]


def test_turning_it_twice_changes_nothing() -> None:
    control.stop(by="tests")
    assert not AuditEntry.objects.exists()
    control.start(by="tests")
    control.start(by="somebody")
    assert trail() == [("engine.start", "tests")]


def test_a_stop_skips_what_waited_and_lets_sends_finish() -> None:
    control.start(by="tests")
    room, bot = stagehands.room(stagehands.crowd(1)), Bot.objects.get()
    made = {state: stagehands.turn_in(state, room, bot) for state in (*Turn.UNSENT, State.SENDING)}
    control.stop(by="tests", reason="Yeter")
    found = {turn.pk: (turn.state, turn.reason) for turn in Turn.objects.all()}
    assert found.pop(made[State.SENDING].pk) == (State.SENDING, "")
    assert set(found.values()) == {(State.SKIPPED, "engine_stopped")}
    assert AuditEntry.objects.latest("id").after == {"skipped": 4}


def test_a_start_does_not_burst() -> None:
    rooms = [stagehands.room([], title=f"Oda {number}") for number in range(12)]
    Chat.objects.update(next_due=timezone.now() - timedelta(hours=1))
    control.start(by="tests")
    now = timezone.now()
    assert turns.open_due(now) < 6
    moments = sorted(room.next_due - now for room in Chat.objects.all() if room.next_due)
    assert len(moments) == len(rooms)
    assert moments[-1] <= timedelta(seconds=180)


def test_a_chat_that_was_not_due_keeps_its_moment() -> None:
    room, later = stagehands.room([]), timezone.now() + timedelta(minutes=3)
    Chat.objects.update(next_due=later)
    control.start(by="tests")
    room.refresh_from_db()
    assert room.next_due == later


# --- Rules -----------------------------------------------------------------------------------------------------------
def test_rules_are_added_and_never_changed() -> None:
    first = Rules.objects.get()
    second = control.revise(by="tests", note="Daha sakin.", base_delay=60.0, quiet_minutes=5)
    assert second.pk > first.pk
    assert (second.base_delay, second.prime_delay, second.note) == (60.0, first.prime_delay, "Daha sakin.")
    entry = AuditEntry.objects.latest("id")
    assert entry.before == {"base_delay": "30.0", "quiet_minutes": "10"}
    assert entry.after == {"base_delay": "60.0", "quiet_minutes": "5"}


@pytest.mark.parametrize(
    "changes",
    [
        {"no_such_rule": 1},
        {"id": 5},
        {"scale": 0.05},
        {"scale": 11.0},
        {"scale": float("nan")},
        {"scale": float("inf")},
        {"scale": "lively"},
        {"scale": None},
        {"reply_probability": 1.5},
        {"history_length": 4},
        {"rewrites": -1},
        {"prime_morning_starts": "25:00"},
        {"prime_morning_starts": "13:00"},
        {"typing_shown": None},
    ],
)
def test_rules_that_make_no_sense_are_refused_and_nothing_is_written(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        control.revise(by="tests", **changes)
    assert Rules.objects.count() == 1
    assert not AuditEntry.objects.exists()


def test_a_refusal_names_the_field() -> None:
    with pytest.raises(ValidationError) as refusal:
        control.revise(by="tests", scale=99.0, no_such=1)
    assert set(refusal.value.message_dict) == {"no_such"}
    with pytest.raises(ValidationError) as refusal:
        control.revise(by="tests", scale=99.0, rewrites=9)
    assert {"scale", "rewrites"} <= set(refusal.value.message_dict)


def test_a_chat_has_rules_of_its_own_and_may_leave_the_rest_open() -> None:
    room = stagehands.room([])
    control.revise(by="tests", chat=room, base_delay=5.0)
    control.revise(by="tests", chat=room, scale=2.0)
    newest = Rules.objects.latest("id")
    assert (newest.chat, newest.base_delay, newest.scale, newest.own_gap) == (room, 5.0, 2.0, None)
    assert policy.current(room).own_gap == 120
    control.revise(by="tests", chat=room, base_delay=None)
    assert policy.current(room).base_delay == 30.0


def test_the_scale_is_a_rule_like_any_other() -> None:
    assert control.scale(2.5, by="tests").scale == 2.5
    assert policy.current().scale == 2.5


# --- Approval --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rules", "trigger", "fresh"),
    [
        ({}, "schedule", 90), ({"chatter_seconds": 45}, "schedule", 45), ({}, "mention", 600),
        ({"answer_minutes": 3}, "mention", 180),
    ],
)  # fmt: skip
def test_a_turn_that_a_person_lets_go_is_fresh_from_that_moment(
    rules: dict[str, Any], trigger: str, fresh: int
) -> None:
    cast = stagehands.crowd(1)
    room = stagehands.room(cast)
    control.revise(by="tests", chat=room, **rules)
    soon = timezone.now() + timedelta(seconds=9)
    held = stagehands.turn_in(State.HELD, room, cast[0], trigger=trigger, expires_at=soon)
    assert control.approve(held, by="tests")
    held.refresh_from_db()
    assert held.state == State.COMPOSED
    assert held.expires_at - timezone.now() == pytest.approx(timedelta(seconds=fresh), abs=timedelta(seconds=5))
    assert trail()[-1] == ("turn.approve", "tests")
    assert not control.approve(held, by="tests")


def test_a_turn_that_a_person_rejects_is_skipped_with_the_reason() -> None:
    cast = stagehands.crowd(1)
    held = stagehands.turn_in(State.HELD, stagehands.room(cast), cast[0])
    assert control.reject(held, by="tests", reason="Sert olmuş.")
    held.refresh_from_db()
    assert (held.state, held.reason, held.detail) == (State.SKIPPED, "declined", "Sert olmuş.")
    assert not control.reject(held, by="tests")
    assert [action for action, _ in trail()].count("turn.reject") == 1
