"""Turns of which nobody knows whether they arrived: what proves that they did, what proves that they did not."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from bots.models import Bot
from bots.telegram import port
from conversations import control, inbox
from conversations.engine import claims, deliver, policy, receipts, reconcile, record, turns
from conversations.models import Chat, Event, InboundUpdate, Membership, Message, SendAttempt, Turn
from tests import stagehands

pytestmark = pytest.mark.django_db
State, Outcome = Turn.State, SendAttempt.Outcome
WORDS = "Bugün borsa sakin."


@pytest.fixture
def group() -> Chat:
    """Three bots: the first speaks, the second sees what others of the cast say, the third sees nothing."""
    control.start(by="tests")
    members = stagehands.crowd(3)
    for number, bot in enumerate(members):
        Bot.objects.filter(pk=bot.pk).update(telegram_id=7000 + number)
    chat = stagehands.group(members)
    since = timezone.now() - timedelta(hours=3)
    Membership.objects.filter(bot=members[1]).update(sees_bots_since=since, sees_bots_at=since + timedelta(hours=2))
    return chat


def cast(number: int) -> Bot:
    return Bot.objects.order_by("pk")[number]


def doubtful(chat: Chat, *, ago: float = 100, state: str = State.UNCERTAIN, **changes: Any) -> Turn:
    """A turn whose answer was lost so many seconds ago."""
    turn = stagehands.turn_in(state, chat, cast(0), **({"text": WORDS} | changes))
    stagehands.tried(turn, ago=ago)
    return turn


def told(observer: int, *, date: datetime, chat: int = -1001, **content: Any) -> None:
    """Telegram brings this to a bot, and it is read."""
    store(observer, date=date, chat=chat, **content)
    while inbox.process_one():
        pass


def store(observer: int, *, date: datetime, chat: int = -1001, **content: Any) -> None:
    number = InboundUpdate.objects.count() + 1
    said = {
        "message_id": 900 + number,
        "date": int(date.timestamp()),
        "chat": {"id": chat, "type": "supergroup", "title": "Piyasa"},
        "from": {"id": 55, "is_bot": False, "first_name": "Deniz"},
        "text": "Kimse yok mu",
    } | content
    inbox.store(cast(observer), port.Update(number, {"update_id": number, "message": said}))


def ours(number: int = 0) -> dict[str, Any]:
    return {"from": {"id": 7000 + number, "is_bot": True, "first_name": "Bot"}, "text": WORDS}


def ago(seconds: float) -> datetime:
    return timezone.now() - timedelta(seconds=seconds)


def decided(turn: Turn) -> tuple[str, str]:
    reconcile.decide()
    turn.refresh_from_db()
    return turn.state, turn.reason


def tried(turn: Turn) -> list[tuple[str, str]]:
    return list(turn.attempts.order_by("gen").values_list("outcome", "reason"))


# --- Receipts --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", [State.UNCERTAIN, State.UNRESOLVED])
@pytest.mark.parametrize("later", [-4, 0, 15, 79])
def test_what_another_bot_saw_in_time_has_arrived(group: Chat, state: str, later: float) -> None:
    turn = doubtful(group, state=state)
    told(1, date=ago(100 - later), **ours())
    turn.refresh_from_db()
    assert (turn.state, turn.reason, turn.sent_id) == (State.SENT, "receipt", Message.objects.get().message_id)
    assert tried(turn) == [(Outcome.SENT, "receipt")]


@pytest.mark.parametrize("later", [-86_400, -600, -7, 82, 300])
def test_the_same_words_at_another_time_prove_nothing(group: Chat, later: float) -> None:
    turn = doubtful(group, ago=400)
    told(1, date=ago(400 - later), **ours())
    assert decided(turn)[0] != State.SENT


@pytest.mark.parametrize("seen", [ours(2), ours() | {"text": "Bambaşka."}])
def test_another_bot_and_other_words_prove_nothing(group: Chat, seen: dict[str, Any]) -> None:
    turn = doubtful(group)
    told(1, date=ago(99), **seen)
    assert decided(turn) == (State.UNCERTAIN, "")


def test_telegram_may_trim_a_text(group: Chat) -> None:
    turn = doubtful(group, text="  Bugün   borsa sakin.\n")
    told(1, date=ago(99), **ours())
    turn.refresh_from_db()
    assert turn.state == State.SENT


def test_a_receipt_for_a_send_whose_worker_died_counts(group: Chat) -> None:
    turn = doubtful(group, state=State.SENDING, lease_until=ago(1))
    told(1, date=ago(99), **ours())
    turn.refresh_from_db()
    assert turn.state == State.SENDING
    turns.recover()
    assert tried(turn) == [(Outcome.OPEN, "")]
    assert decided(turn) == (State.SENT, "receipt")
    assert tried(turn) == [(Outcome.SENT, "receipt")]


@pytest.mark.parametrize(("rest", "row"), [(1.0, 1), (60.0, 6)])
def test_a_message_that_arrived_late_goes_on_the_row_of_its_chat(group: Chat, rest: float, row: int) -> None:
    """Unless the break had come by then that the rules of the chat ask for."""
    control.revise(by="tests", chat=group, chain_rest_minutes=rest)
    Chat.objects.filter(pk=group.pk).update(chain=5, spoke_at=ago(600))
    doubtful(group)
    told(1, date=ago(99), **ours())
    assert Chat.objects.get(pk=group.pk).chain == row


def test_a_receipt_stops_a_resend_that_has_not_begun(group: Chat) -> None:
    turn = doubtful(group, state=State.COMPOSED, chat_seq=1)
    told(1, date=ago(99), **ours())
    turn.refresh_from_db()
    assert turn.state == State.SENT


# --- Absence ---------------------------------------------------------------------------------------------------------
def test_a_later_message_at_an_observer_proves_absence_and_a_fresh_turn_goes_again(group: Chat) -> None:
    turn = doubtful(group)
    told(1, date=ago(10))
    assert decided(turn) == (State.COMPOSED, "")
    assert tried(turn) == [(Outcome.NOT_SENT, "absent")]


def test_a_stale_one_is_dropped(group: Chat) -> None:
    turn = doubtful(group, due_at=ago(300), expires_at=ago(1))
    told(1, date=ago(10))
    assert decided(turn) == (State.SKIPPED, "expired_undelivered")


@pytest.mark.parametrize("state", [State.SENT, State.UNCERTAIN, State.UNRESOLVED])
def test_where_the_talk_has_gone_on_it_is_dropped(group: Chat, state: str) -> None:
    turn = doubtful(group)
    stagehands.turn_in(state, group, cast(2), chat_seq=2, text="Sonraki.")
    told(1, date=ago(10))
    assert decided(turn) == (State.SKIPPED, "expired_undelivered")


NO_PROOF: dict[str, dict[str, Any]] = {
    "too early": {"observer": 1, "before": 21},
    "another chat": {"observer": 1, "before": 5, "chat": -1002},
    "by the sender itself": {"observer": 0, "before": 5},
    "by one that sees no bots": {"observer": 2, "before": 5},
}


@pytest.mark.parametrize("name", NO_PROOF)
def test_what_proves_nothing_sends_nothing(group: Chat, name: str) -> None:
    turn = doubtful(group)
    case = NO_PROOF[name]
    told(case["observer"], date=ago(case["before"]), chat=case.get("chat", -1001))
    assert decided(turn) == (State.UNCERTAIN, "")
    assert tried(turn) == [(Outcome.OPEN, "")]


@pytest.mark.parametrize(
    "blinded",
    [
        lambda: {"sees_bots_since": ago(0)},
        lambda: {"sees_bots_at": ago(86_400)},
        lambda: {"ended_at": ago(0), "ended_reason": "kicked"},
    ],
)
def test_an_observer_that_may_have_been_blind_proves_nothing(
    group: Chat, blinded: Callable[[], dict[str, Any]]
) -> None:
    turn = doubtful(group)
    told(1, date=ago(10))
    Membership.objects.filter(bot=cast(1)).update(**blinded())
    assert decided(turn)[0] == State.UNCERTAIN


@pytest.mark.parametrize("state", [InboundUpdate.State.STORED, InboundUpdate.State.PARKED])
def test_what_was_brought_and_not_read_may_be_ours(group: Chat, state: str) -> None:
    turn = doubtful(group)
    store(1, date=ago(99), **ours())
    InboundUpdate.objects.update(state=InboundUpdate.State.PARKED)
    told(1, date=ago(10))
    InboundUpdate.objects.filter(state=InboundUpdate.State.PARKED).update(state=state)
    assert decided(turn) == (State.UNCERTAIN, "")


def test_after_a_move_of_the_group_sight_has_to_be_shown_anew(group: Chat) -> None:
    turn = doubtful(group)
    record.follow_migration(group, -100_777)
    told(1, date=ago(10), chat=-100_777)
    assert decided(turn)[0] == State.UNCERTAIN


def test_a_change_of_rights_has_to_be_followed_by_sight(group: Chat) -> None:
    member = {"chat": {"id": -1001, "type": "supergroup"}, "new_chat_member": {"status": "member"}}
    inbox.store(cast(1), port.Update(5, {"update_id": 5, "my_chat_member": member}))
    inbox.process_one()
    assert Membership.objects.get(bot=cast(1)).sees_bots_since is None


@pytest.mark.parametrize("error", [port.Unreachable("deadline"), port.BadRequest("no")])
def test_a_worker_that_learns_late_that_nothing_left_proves_it(group: Chat, error: port.TelegramError) -> None:
    turn = doubtful(group)
    if isinstance(error, port.NotSent):
        assert not record.not_sent(turn, error, again_at=timezone.now())
    elif isinstance(error, port.Rejected):
        assert not record.rejected(turn, error)
    assert decided(turn) == (State.COMPOSED, "")


def test_without_proof_nothing_is_sent_again_and_a_person_is_asked(group: Chat) -> None:
    turn = doubtful(group, due_at=ago(2000), expires_at=ago(590))
    assert decided(turn) == (State.UNCERTAIN, "")
    Turn.objects.filter(pk=turn.pk).update(expires_at=ago(601))
    assert decided(turn) == (State.UNRESOLVED, "no_proof")
    assert tried(turn) == [(Outcome.AMBIGUOUS, "no_proof")]


# --- Sight -----------------------------------------------------------------------------------------------------------
def test_a_message_of_the_cast_shows_who_sees_it(group: Chat) -> None:
    at = timezone.now().replace(microsecond=0)
    told(2, date=at, **ours())
    seat = Membership.objects.get(bot=cast(2))
    assert (seat.sees_bots_since, seat.sees_bots_at) == (at, at)
    told(2, date=at + timedelta(minutes=5), **ours(1))
    seat.refresh_from_db()
    assert (seat.sees_bots_since, seat.sees_bots_at) == (at, at + timedelta(minutes=5))


def test_after_a_long_silence_sight_counts_anew(group: Chat) -> None:
    seat = Membership.objects.get(bot=cast(1))
    assert seat.sees_bots_at is not None
    at = seat.sees_bots_at + timedelta(hours=24)
    receipts.sees(group, cast(1), cast(0), at)
    seat.refresh_from_db()
    assert (seat.sees_bots_since, seat.sees_bots_at) == (at, at)


def test_nobody_is_the_observer_of_itself(group: Chat) -> None:
    receipts.sees(group, cast(2), cast(2), timezone.now())
    assert Membership.objects.get(bot=cast(2)).sees_bots_at is None


# --- Copies ----------------------------------------------------------------------------------------------------------
def test_an_answer_of_an_older_claim_moves_nothing_and_a_copy_is_shown(group: Chat) -> None:
    turn = stagehands.turn_in(State.SENT, group, cast(0), text=WORDS, sent_id=50, gen=5, sends=2)
    stagehands.tried(turn, gen=4, ago=30)
    stagehands.tried(turn, gen=5, ago=20, outcome=Outcome.SENT, sent_id=50)
    stagehands.message(group, WORDS, bot=cast(0), message_id=50, at=ago(19))
    before = Turn.objects.filter(pk=turn.pk).values().get()
    Event.objects.all().delete()
    turn.gen = 4
    assert not record.said(turn, port.Sent(49, ago(29)), rules=policy.current())
    after = Turn.objects.filter(pk=turn.pk).values().get()
    assert after == before | {"copies": 1}
    assert list(turn.attempts.order_by("gen").values_list("sent_id", flat=True)) == [49, 50]
    assert Event.objects.filter(kind="turn", subject_id=turn.pk).exists()


def test_a_second_copy_that_an_observer_sees_is_counted(group: Chat) -> None:
    turn = stagehands.turn_in(State.SENT, group, cast(0), text=WORDS, sent_id=50)
    stagehands.tried(turn, ago=30, outcome=Outcome.SENT, sent_id=50)
    stagehands.message(group, WORDS, bot=cast(0), message_id=50, at=ago(29))
    told(1, date=ago(20), **ours())
    turn.refresh_from_db()
    assert turn.copies == 1


def test_an_answer_that_came_after_the_turn_was_given_up_is_evidence(group: Chat) -> None:
    turn = doubtful(group, state=State.UNRESOLVED, ago=30)
    assert not record.said(turn, port.Sent(77, ago(29)), rules=policy.current())
    turn.refresh_from_db()
    assert (turn.state, turn.sent_id, turn.copies) == (State.SENT, 77, 0)


def test_what_its_worker_believes_does_not_undo_a_receipt(group: Chat) -> None:
    turn = doubtful(group)
    told(1, date=ago(99), **ours())
    assert not record.ambiguous(turn, port.Ambiguous("reset"))
    assert tried(turn) == [(Outcome.SENT, "receipt")]


# --- The talk meanwhile ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("since", "waits"), [(80, True), (91, False)])
def test_a_doubt_holds_its_chat_back_for_a_while(group: Chat, since: float, waits: bool) -> None:
    doubtful(group, uncertain_since=ago(since))
    Chat.objects.update(last_seq=1)
    Bot.objects.update(token="v1.k1.YWJj", token_state=Bot.Token.UNTESTED)
    stagehands.turn_in(State.COMPOSED, group, cast(2), text="Sonraki.", trigger=Turn.Trigger.MENTION)
    assert (deliver._claim("tests") is None) == waits


def test_the_same_words_of_the_same_bot_are_refused_for_a_day(group: Chat) -> None:
    turn = stagehands.turn_in(State.COMPOSING, group, cast(0))
    timing = claims.Timing(wait=2, typing=2, fresh=90)
    for state in (State.SENT, State.UNCERTAIN, State.UNRESOLVED):
        changes: dict[str, Any] = {"ended_at": timezone.now()}
        earlier = stagehands.turn_in(state, group, cast(0), text="BUGÜN  borsa sakin!", **changes)
        with pytest.raises(claims.Repeated):
            claims.composed(turn, text=WORDS, timing=timing, rules=policy.current(), next_due=None)
        earlier.delete()
    old = timezone.now() - timedelta(hours=25)
    stagehands.turn_in(State.SENT, group, cast(0), text=WORDS, sent_at=old)
    stagehands.turn_in(State.SENT, group, cast(1), text=WORDS, chat_seq=2)
    assert claims.composed(turn, text=WORDS, timing=timing, rules=policy.current(), next_due=None)
