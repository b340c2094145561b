"""How turns are claimed, get a speaker and a text, and are put right."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from bots.models import Bot
from conversations import control, events
from conversations.engine import claims, policy, reconcile, turns
from conversations.models import Chat, Event, Turn
from tests import stagehands

pytestmark = pytest.mark.django_db
State = Turn.State
Trigger = Turn.Trigger


@pytest.fixture
def room() -> Chat:
    control.start(by="tests")
    return stagehands.room(stagehands.crowd(3))


def ago(**span: float) -> datetime:
    return timezone.now() - timedelta(**span)


# --- Claims ----------------------------------------------------------------------------------------------------------
def test_a_claim_takes_the_most_urgent_and_leaves_its_mark(room: Chat) -> None:
    stagehands.turn(room, priority=5, due_at=ago(minutes=2))
    urgent = stagehands.turn(room, priority=0, due_at=ago(seconds=5))
    claimed = claims.claim_to_compose("ben")
    assert claimed == urgent
    assert claimed is not None
    assert (claimed.state, claimed.gen, claimed.tries, claimed.lease_owner) == (State.COMPOSING, 1, 1, "ben")
    assert claimed.lease_until is not None
    assert claimed.lease_until - timezone.now() == pytest.approx(claims.COMPOSE_LEASE, abs=timedelta(seconds=5))


def test_of_two_that_are_as_urgent_the_older_goes_first(room: Chat) -> None:
    stagehands.turn(room)
    older = stagehands.turn(room, due_at=ago(minutes=1))
    assert claims.claim_to_compose("ben") == older


@pytest.mark.parametrize(
    "changes",
    [
        {"due_at": timezone.now() + timedelta(days=1), "expires_at": timezone.now() + timedelta(days=2)},
        {"due_at": ago(minutes=9), "expires_at": ago(seconds=1)},
    ],
)
def test_what_is_not_due_yet_or_not_fresh_any_more_is_not_claimed(room: Chat, changes: dict[str, datetime]) -> None:
    stagehands.turn(room, **changes)
    assert claims.claim_to_compose("ben") is None


def test_nothing_is_claimed_in_a_silent_chat_or_by_a_stopped_engine(room: Chat) -> None:
    stagehands.turn(room)
    Chat.objects.update(mode=Chat.Mode.PAUSED)
    assert claims.claim_to_compose("ben") is None
    Chat.objects.update(mode=Chat.Mode.LIVE)
    control.stop(by="tests")
    stagehands.turn(room)
    assert claims.claim_to_compose("ben") is None


# --- A speaker -------------------------------------------------------------------------------------------------------
def test_a_bot_takes_one_turn_of_a_chat_at_a_time(room: Chat) -> None:
    bot = Bot.objects.all()[0]
    first, second = (stagehands.turn_in(State.COMPOSING, room, None) for _ in range(2))
    assert claims.assign(first, bot.pk)
    assert not claims.assign(second, bot.pk)


def test_who_was_asked_keeps_its_turn_whatever_else_it_has(room: Chat) -> None:
    bot = Bot.objects.all()[0]
    stagehands.turn_in(State.COMPOSED, room, bot)
    asked = stagehands.turn_in(State.COMPOSING, room, bot, trigger=Trigger.MENTION)
    assert claims.assign(asked, bot.pk)


def test_a_claim_that_is_gone_assigns_nobody(room: Chat) -> None:
    bot = Bot.objects.all()[0]
    turn = stagehands.turn_in(State.COMPOSING, room, None)
    turn.gen -= 1
    assert not claims.assign(turn, bot.pk)


@pytest.mark.parametrize(("trigger", "keeps"), [(Trigger.SCHEDULE, False), (Trigger.MENTION, True)])
def test_a_turn_given_back_keeps_only_a_bot_that_was_asked(room: Chat, trigger: Trigger, keeps: bool) -> None:
    bot = Bot.objects.all()[0]
    turn = stagehands.turn_in(State.COMPOSING, room, bot, trigger=trigger)
    assert turns.move_back(turn, reason="llm_unavailable", after=timedelta(seconds=10))
    turn.refresh_from_db()
    assert turn.bot == (bot if keeps else None)
    assert turn.due_at > timezone.now() + timedelta(seconds=5)


def test_a_turn_given_back_without_a_pause_is_due_as_it_was(room: Chat) -> None:
    turn = stagehands.turn_in(State.COMPOSING, room, Bot.objects.all()[0], due_at=ago(minutes=4))
    due_at = turn.due_at
    turns.move_back(turn)
    turn.refresh_from_db()
    assert turn.due_at == due_at


# --- Text ------------------------------------------------------------------------------------------------------------
def compose(turn: Turn, **changes: object) -> bool:
    timing = claims.Timing(wait=8.0, typing=5.0, fresh=90.0)
    values = {"text": "Sakinim.", "timing": timing, "rules": policy.current(), "next_due": None}
    return claims.composed(turn, **(values | changes))  # type: ignore[arg-type]  # tests name the fields of the verb


def test_a_composed_turn_is_frozen_with_its_moments(room: Chat) -> None:
    turn = stagehands.turn_in(State.COMPOSING, room, Bot.objects.all()[0])
    assert compose(turn)
    turn.refresh_from_db()
    assert (turn.state, turn.text, len(turn.text_sha256)) == (State.COMPOSED, "Sakinim.", 64)
    assert turn.send_after is not None
    assert turn.typing_from is not None
    assert turn.send_after - turn.typing_from == timedelta(seconds=5)
    assert turn.expires_at - turn.send_after == timedelta(seconds=90)


def seats(room: Chat, *triggers: str) -> list[Turn]:
    """Turns composed one after another, each with ten seconds of typing from now on, as they stand then."""
    timing, rules = claims.Timing(wait=10, typing=10, fresh=90), policy.current()
    for number, trigger in enumerate(triggers):
        turn = stagehands.turn_in(State.COMPOSING, room, Bot.objects.all()[number], trigger=trigger)
        assert claims.composed(turn, text="Sakinim.", timing=timing, rules=rules, next_due=None)
    return list(Turn.objects.order_by("pk"))


def begins(turn: Turn) -> float:
    assert turn.typing_from is not None
    return (turn.typing_from - turn.created_at).total_seconds()


def test_no_more_type_at_once_than_the_rules_allow(room: Chat) -> None:
    first, second, third = seats(room, "schedule", "schedule", "news")
    assert begins(first) < 5
    assert begins(second) < 5
    assert third.typing_from is not None
    assert third.typing_from == first.send_after
    assert third.send_after == third.typing_from + timedelta(seconds=10)


def test_with_one_seat_they_type_one_after_the_other(room: Chat) -> None:
    control.revise(by="tests", typing_at_once=1)
    first, second = seats(room, "schedule", "schedule")
    assert second.typing_from == first.send_after


def test_an_answer_to_a_person_waits_for_no_seat(room: Chat) -> None:
    control.revise(by="tests", typing_at_once=1)
    _first, answer = seats(room, "schedule", "mention")
    assert begins(answer) < 5


def test_where_people_approve_first_a_text_is_held_even_if_they_began_meanwhile(room: Chat) -> None:
    stagehands.turn(room)
    turn = claims.claim_to_compose("ben")
    assert turn is not None
    claims.assign(turn, Bot.objects.all()[0].pk)
    control.set_mode(room, Chat.Mode.APPROVAL, by="tests")
    assert compose(turn)
    assert Turn.objects.get().state == State.HELD


def test_the_speakers_pace_moves_the_next_turn_unless_the_chat_went_on(room: Chat) -> None:
    bot, later = Bot.objects.all()[0], timezone.now() + timedelta(seconds=99)
    turn = stagehands.turn_in(State.COMPOSING, room, bot)
    assert compose(turn, next_due=later)
    room.refresh_from_db()
    assert room.next_due == later
    second = stagehands.turn_in(State.COMPOSING, room, bot)
    Chat.objects.update(slot=9)
    assert compose(second, text="Bekliyorum.", next_due=later + timedelta(seconds=1))
    room.refresh_from_db()
    assert room.next_due == later


# --- Recovery --------------------------------------------------------------------------------------------------------
def recovered(turn: Turn) -> tuple[str, str, int]:
    turns.recover()
    reconcile.decide()
    turn.refresh_from_db()
    return turn.state, turn.reason, turn.gen


def lost(state: str, chat: Chat, **changes: object) -> Turn:
    return stagehands.turn_in(state, chat, Bot.objects.all()[0], **({"lease_until": ago(seconds=1)} | changes))


def test_a_turn_whose_writer_died_is_planned_again_without_its_speaker(room: Chat) -> None:
    turn = lost(State.COMPOSING, room, tries=2)
    assert recovered(turn) == (State.PLANNED, "", 4)
    assert turn.bot is None


def test_after_three_tries_it_fails(room: Chat) -> None:
    assert recovered(lost(State.COMPOSING, room, tries=3)) == (State.FAILED, "lease_lost", 4)


def test_a_lease_that_runs_is_left_alone(room: Chat) -> None:
    turn = stagehands.turn_in(State.COMPOSING, room, Bot.objects.all()[0])
    assert recovered(turn) == (State.COMPOSING, "", 3)


def test_a_lost_send_in_a_room_never_left(room: Chat) -> None:
    assert recovered(lost(State.SENDING, room)) == (State.COMPOSED, "", 4)


def test_a_lost_send_to_telegram_is_uncertain_and_its_sender_may_still_prove_it(room: Chat) -> None:
    group = stagehands.group(list(Bot.objects.all()))
    turn = lost(State.SENDING, group)
    assert recovered(turn) == (State.UNCERTAIN, "lease_lost", 3)
    assert turn.uncertain_since is not None


def test_an_uncertain_turn_without_proof_is_never_resolved(room: Chat) -> None:
    long_ago = {"due_at": ago(hours=1), "expires_at": ago(minutes=11)}
    assert recovered(lost(State.UNCERTAIN, room, **long_ago)) == (State.UNRESOLVED, "no_proof", 3)


def test_an_uncertain_turn_waits_ten_minutes_for_proof(room: Chat) -> None:
    not_long = {"due_at": ago(hours=1), "expires_at": ago(minutes=9)}
    assert recovered(lost(State.UNCERTAIN, room, **not_long)) == (State.UNCERTAIN, "", 3)


@pytest.mark.parametrize("state", [State.PLANNED, State.HELD, State.COMPOSED])
def test_what_nobody_needs_any_more_is_skipped(room: Chat, state: str) -> None:
    stale = lost(state, room, lease_until=None, due_at=ago(minutes=9), expires_at=ago(seconds=1))
    assert recovered(stale) == (State.SKIPPED, "expired", 4)


def test_recovery_tells_the_watchers_only_when_it_did_something(room: Chat) -> None:
    Event.objects.all().delete()
    assert not any(turns.recover().values())
    assert not Event.objects.exists()
    lost(State.COMPOSING, room)
    assert turns.recover()["planned_again"] == 1
    assert Event.objects.get().kind == Event.Kind.TURN


def test_every_kind_of_event_has_a_group_to_tell(room: Chat) -> None:
    assert events.group(room.pk) == f"chat-{room.pk}"
