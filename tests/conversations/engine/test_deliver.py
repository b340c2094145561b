"""Which composed turn goes out next, and what keeps one back."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from bots import roster
from bots.models import Bot
from conversations import control
from conversations.engine import deliver, heads, pacing, settled
from conversations.models import Chat, Event, Membership, Message, SendAttempt, Turn
from tests import stagehands

pytestmark = pytest.mark.django_db
State = Turn.State


@pytest.fixture
def room() -> Chat:
    control.start(by="tests")
    return stagehands.room(stagehands.crowd(3))


@pytest.fixture
def group() -> Chat:
    """A Telegram group; Telegram itself is switched off, so whatever is sent comes back as not sent."""
    control.start(by="tests")
    members = stagehands.crowd(3)
    for number, bot in enumerate(members):
        roster.set_token(bot, f"70000000{number}:{'A' * 35}", by="tests")
    return stagehands.group(members)


def soon(**span: float) -> datetime:
    return timezone.now() + timedelta(**span)


def ready(chat: Chat, bot: int = 0, **changes: Any) -> Turn:
    """A composed turn of one of the members, which may be sent now."""
    member = Bot.objects.filter(memberships__chat=chat).order_by("pk")[bot]
    return stagehands.turn_in(State.COMPOSED, chat, member, **({"text": f"Söz {bot}."} | changes))


def state(turn: Turn) -> tuple[str, str]:
    turn.refresh_from_db()
    return turn.state, turn.reason


def one() -> bool:
    return deliver.one("tests")


# --- The head of a chat ----------------------------------------------------------------------------------------------
def test_the_head_of_a_chat_goes_first(room: Chat) -> None:
    younger = ready(room, 0, send_after=soon(seconds=-1))
    older = ready(room, 1, send_after=soon(seconds=-9))
    urgent = ready(room, 2, priority=0)
    while one():
        pass
    order = Turn.objects.filter(state=State.SENT).order_by("chat_seq")
    assert list(order) == [urgent, older, younger]
    assert list(order.values_list("chat_seq", flat=True)) == [1, 2, 3]
    assert Message.objects.count() == 3


def test_a_claim_leaves_its_mark_and_an_attempt(room: Chat) -> None:
    turn = ready(room)
    assert one()
    turn.refresh_from_db()
    assert (turn.gen, turn.sends, turn.lease_owner) == (4, 1, "")
    attempt = SendAttempt.objects.get()
    assert (attempt.gen, attempt.outcome, attempt.sent_id) == (4, SendAttempt.Outcome.SENT, turn.sent_id)


def test_what_is_not_ready_yet_waits(room: Chat) -> None:
    ready(room, send_after=soon(seconds=5))
    assert not one()


def test_answers_go_before_chatter_in_whatever_chat_they_are(room: Chat) -> None:
    other = stagehands.room(list(Bot.objects.all()), title="Öteki oda")
    for number in range(3):
        ready(room, number)
    answer = ready(other, priority=0)
    assert one()
    assert state(answer)[0] == State.SENT
    assert Turn.objects.filter(state=State.SENT).count() == 1


def test_while_one_is_being_sent_the_chat_sends_no_other(room: Chat) -> None:
    stagehands.turn_in(State.SENDING, room, Bot.objects.all()[2])
    ready(room)
    assert not one()


def test_the_database_holds_it_too(room: Chat) -> None:
    bot = Bot.objects.all()[0]
    stagehands.turn_in(State.SENDING, room, bot)
    with pytest.raises(IntegrityError, match="one_sending_per_chat"), transaction.atomic():
        stagehands.turn_in(State.SENDING, room, bot, chat_seq=2)


def test_a_head_that_somebody_has_just_ended_is_not_sent(room: Chat) -> None:
    turn = ready(room)
    [[head]] = heads.ready()
    Turn.objects.filter(pk=turn.pk).update(gen=turn.gen + 1)
    assert deliver._start(head, settled.of(room.pk, head.revision), "tests") is None
    assert not SendAttempt.objects.exists()
    room.refresh_from_db()
    assert room.last_seq == 0


# --- Gates -----------------------------------------------------------------------------------------------------------
def gate(bot: int, **until: float) -> None:
    member = Membership.objects.order_by("bot_id")[bot]
    Membership.objects.filter(pk=member.pk).update(gated_until=soon(**until))


def test_a_short_gate_keeps_its_place_and_the_others_wait(group: Chat) -> None:
    head, next_one = ready(group, 0, priority=0), ready(group, 1)
    gate(0, seconds=10)
    assert not one()
    assert {state(head)[0], state(next_one)[0]} == {State.COMPOSED}


def test_a_long_gate_loses_its_place(group: Chat) -> None:
    head, next_one = ready(group, 0, priority=0), ready(group, 1)
    gate(0, seconds=20)
    assert one()
    next_one.refresh_from_db()
    assert (state(head), next_one.sends) == ((State.COMPOSED, ""), 1)


def test_the_pace_of_bot_and_chat_is_taken_in_the_claim(group: Chat) -> None:
    before = timezone.now()
    ready(group)
    assert one()
    group.refresh_from_db()
    member = Membership.objects.order_by("bot_id").select_related("bot")[0]
    assert group.next_at is not None
    assert member.next_at is not None
    assert member.bot.next_at is not None
    assert group.next_at >= before + pacing.PER_GROUP
    assert member.next_at >= before + pacing.PER_BOT_AND_CHAT
    assert member.bot.next_at >= before + pacing.PER_BOT


def test_a_group_hears_one_message_a_second(group: Chat) -> None:
    ready(group, 0)
    ready(group, 1)
    assert one()
    assert not one()
    Chat.objects.update(next_at=soon(seconds=-1))
    assert one()


@pytest.mark.parametrize("column", ["next_at", "gated_until"])
def test_a_bot_that_telegram_holds_up_waits_in_every_chat(group: Chat, column: str) -> None:
    ready(group)
    Bot.objects.update(**{column: soon(seconds=3)})
    assert not one()


def said(chat: Chat, bot: Bot, count: int, **ago: float) -> None:
    """So many messages of the past, the newest `ago`, a second between two."""
    when = timezone.now() - timedelta(**ago)
    for number in range(count):
        sent_at = when - timedelta(seconds=number)
        stagehands.turn_in(State.SENT, chat, bot, chat_seq=-1 - number, sent_at=sent_at)


# --- Caps ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("taken", [State.SENT, State.SENDING, State.UNCERTAIN])
def test_the_cast_says_no_more_in_a_minute_than_the_rules_allow(room: Chat, taken: str) -> None:
    other = stagehands.room(list(Bot.objects.all()), title="Öteki oda")
    control.revise(by="tests", max_per_minute=2)
    bot = Bot.objects.all()[0]
    stagehands.turn_in(taken, other, bot)
    ready(room, 1)
    ready(room, 2)
    assert one()
    assert not one()


def test_what_was_said_more_than_a_minute_ago_does_not_count(room: Chat) -> None:
    control.revise(by="tests", max_per_minute=1)
    stagehands.turn_in(State.SENT, room, Bot.objects.all()[0], sent_at=soon(seconds=-61), chat_seq=9)
    ready(room, 1)
    assert one()


def test_a_bot_that_said_enough_for_this_hour_is_skipped(room: Chat) -> None:
    bot = Bot.objects.order_by("pk")[0]
    Bot.objects.update(hourly_cap=2)
    said(room, bot, 2, minutes=59)
    turn = ready(room)
    assert not one()
    assert state(turn) == (State.SKIPPED, "hourly_cap")


# --- What has no place any more --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda: Turn.objects.update(due_at=soon(minutes=-2), expires_at=soon(seconds=-1)), "expired"),
        (lambda: Bot.objects.update(enabled=False), "bot_off"),
        (lambda: Bot.objects.update(paused_until=soon(minutes=1)), "bot_paused"),
        (lambda: Bot.objects.exclude(token="").update(token_state="dead"), "token_dead"),
        (lambda: Bot.objects.update(token="", token_state="missing"), "no_token"),
        (lambda: Membership.objects.update(ended_at=timezone.now(), ended_reason="kicked"), "not_a_member"),
        (lambda: Membership.objects.all().delete(), "not_a_member"),
    ],
)
def test_a_turn_without_its_place_is_skipped_and_the_next_one_goes(group: Chat, change: Any, reason: str) -> None:
    turn = ready(group)
    change()
    assert not one()
    assert state(turn) == (State.SKIPPED, reason)
    assert Event.objects.filter(kind=Event.Kind.TURN, subject_id=turn.pk).exists()


def test_a_stale_head_does_not_hold_up_the_next(room: Chat) -> None:
    stale = ready(room, 0, priority=0, due_at=soon(minutes=-2), expires_at=soon(seconds=-1))
    fresh = ready(room, 1)
    assert one()
    assert (state(stale)[1], state(fresh)[0]) == ("expired", State.SENT)


@pytest.mark.parametrize("mode", [Chat.Mode.PAUSED, Chat.Mode.DISABLED])
def test_a_silent_chat_hears_nothing(room: Chat, mode: Chat.Mode) -> None:
    ready(room)
    Chat.objects.update(mode=mode)
    assert not one()


def test_a_stopped_engine_sends_nothing(room: Chat) -> None:
    control.stop(by="tests")
    ready(room)
    assert not one()


def test_nothing_is_sent_where_the_audience_was_not_told(group: Chat) -> None:
    turn = ready(group)
    Chat.objects.update(disclosed_at=None)
    assert not one()
    with pytest.raises(IntegrityError, match="not disclosed"), transaction.atomic():
        Turn.objects.filter(pk=turn.pk).update(
            state=State.SENDING, lease_owner="x", lease_until=soon(minutes=1), chat_seq=1
        )
    with pytest.raises(IntegrityError, match="not disclosed"), transaction.atomic():
        stagehands.turn_in(State.SENDING, group, Bot.objects.all()[0])


# --- Typing ----------------------------------------------------------------------------------------------------------
def typing(chat: Chat, bot: int = 0, **changes: Any) -> Turn:
    """A turn whose bot is typing at this moment."""
    moments = {"typing_from": soon(seconds=-1), "send_after": soon(seconds=8)}
    return ready(chat, bot, **(moments | changes))


def typists() -> list[int | None]:
    return list(Event.objects.filter(kind=Event.Kind.TYPING).order_by("id").values_list("subject_id", flat=True))


def test_who_is_typing_is_shown_once_and_again_when_it_fades(room: Chat) -> None:
    turn, now = typing(room), timezone.now()
    for later in (0.0, 1.0, 4.4, 4.6):
        deliver.show_typing(now + timedelta(seconds=later))
    assert typists() == [turn.pk, turn.pk]


@pytest.mark.parametrize(
    "moment", [{"typing_from": soon(days=1)}, {"send_after": soon(days=-1)}, {"typing_from": None}]
)
def test_outside_its_moments_nobody_types(room: Chat, moment: dict[str, Any]) -> None:
    typing(room, **moment)
    assert deliver.show_typing(timezone.now()) == 0


def test_two_at_most_type_in_one_chat(room: Chat) -> None:
    turns = [typing(room, number, send_after=soon(seconds=5 + number)) for number in range(3)]
    assert deliver.show_typing(timezone.now()) == 2
    assert typists() == [turns[0].pk, turns[1].pk]


def test_inside_a_gate_nobody_types(group: Chat) -> None:
    typing(group)
    gate(0, seconds=60)
    assert deliver.show_typing(timezone.now()) == 0


def test_a_typing_sign_that_cannot_be_shown_is_no_trouble(group: Chat) -> None:
    typing(group)
    assert deliver.show_typing(timezone.now()) == 1
    assert Turn.objects.get().state == State.COMPOSED
