"""The moves of a turn: each leaves only the states it may leave, and none is made by a claim that was overtaken."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone

from bots import vault
from bots.models import Bot
from bots.telegram import port
from conversations import control
from conversations.engine import by_hand, claims, policy, receipts, record, turns
from conversations.models import Chat, Event, Membership, Message, Turn
from tests import stagehands

pytestmark = pytest.mark.django_db
State = Turn.State
UNWRITTEN = {State.PLANNED, State.COMPOSING, State.SKIPPED, State.FAILED}
UNSENT = {State.PLANNED, State.COMPOSING, State.HELD, State.COMPOSED}


@dataclass(frozen=True)
class Move:
    make: Callable[[Turn], object]
    leaves: set[State]
    to: State
    fenced: bool = True
    """Made in the name of a claim; otherwise in the name of a person or of the clock."""


def sent(turn: Turn) -> object:
    turn.bot = turn.bot or Bot.objects.get()
    return record.said(turn, port.Sent(77, timezone.now()), rules=policy.current(turn.chat))


def not_sent(turn: Turn) -> object:
    return record.not_sent(turn, port.Unreachable("away"), again_at=timezone.now())


def received(turn: Turn) -> None:
    message = stagehands.message(turn.chat, turn.text or "Sakinim.", bot=turn.bot)
    receipts.receipt(turn, message)


def composed(turn: Turn) -> object:
    timing = claims.Timing(wait=2, typing=2, fresh=90)
    return claims.composed(turn, text="Sakinim.", timing=timing, rules=policy.current(), next_due=None)


def expired(turn: Turn) -> object:
    now = timezone.now()
    Turn.objects.filter(pk=turn.pk).update(due_at=now - timedelta(minutes=2), expires_at=now - timedelta(seconds=1))
    return turns.recover()


def left(turn: Turn) -> None:
    bot_id = turn.bot_id or Bot.objects.values_list("pk", flat=True)[0]
    Turn.objects.filter(pk=turn.pk).update(bot=bot_id)
    record.end_membership(turn.chat, bot_id, reason="kicked")


MOVES = {
    "composed": Move(composed, {State.COMPOSING}, State.COMPOSED),
    "given back": Move(turns.move_back, {State.COMPOSING}, State.PLANNED),
    "skipped while composing": Move(
        lambda turn: turns.end(turn, State.SKIPPED, "no_candidate", came=[State.COMPOSING]),
        {State.COMPOSING},
        State.SKIPPED,
    ),
    "crashed": Move(lambda turn: turns.crashed(turn, ValueError("oops")), {State.COMPOSING}, State.PLANNED),
    "approved": Move(lambda turn: control.approve(turn, by="tests"), {State.HELD}, State.COMPOSED),
    "taken back": Move(by_hand.take_back, {State.COMPOSED}, State.HELD),
    "rejected by a person": Move(lambda turn: control.reject(turn, by="tests"), UNSENT, State.SKIPPED),
    "said": Move(sent, {State.SENDING, State.UNCERTAIN, State.COMPOSED}, State.SENT),
    "not sent": Move(not_sent, {State.SENDING}, State.COMPOSED),
    "refused": Move(lambda turn: record.rejected(turn, port.BadRequest("no")), {State.SENDING}, State.FAILED),
    "perhaps sent": Move(lambda turn: record.ambiguous(turn, port.Ambiguous("?")), {State.SENDING}, State.UNCERTAIN),
    "token sealed": Move(lambda turn: record.unopened(turn, vault.VaultError("x")), {State.SENDING}, State.FAILED),
    "seen in the chat": Move(received, {State.UNCERTAIN, State.UNRESOLVED, State.COMPOSED}, State.SENT, fenced=False),
    "engine stopped": Move(lambda _: control.stop(by="tests"), UNSENT, State.SKIPPED, fenced=False),
    "chat paused": Move(
        lambda turn: control.set_mode(turn.chat, Chat.Mode.PAUSED, by="tests"), UNSENT, State.SKIPPED, fenced=False
    ),
    "bot left": Move(left, UNSENT, State.SKIPPED, fenced=False),
    "expired": Move(expired, {State.PLANNED, State.HELD, State.COMPOSED}, State.SKIPPED, fenced=False),
}


@pytest.fixture
def group() -> Chat:
    control.start(by="tests")
    return stagehands.group(stagehands.crowd(1))


def state_of(turn: Turn) -> str:
    return Turn.objects.values_list("state", flat=True).get(pk=turn.pk)


@pytest.mark.parametrize("name", MOVES)
def test_a_move_leaves_only_the_states_it_may_leave(group: Chat, name: str) -> None:
    move, bot = MOVES[name], Bot.objects.get()
    became: dict[str, str] = {}
    for state in State.values:
        turn = stagehands.turn_in(state, group, bot, chat_seq=None if state in UNWRITTEN else 1)
        control.start(by="tests")
        Chat.objects.update(mode=Chat.Mode.LIVE)
        Membership.objects.update(ended_at=None, ended_reason="")
        move.make(turn)
        became[state] = state_of(turn)
        turn.delete()
        Message.objects.all().delete()
    assert became == {state: move.to if state in move.leaves else state for state in State.values}


@pytest.mark.parametrize("name", [name for name, move in MOVES.items() if move.fenced])
def test_a_claim_that_was_overtaken_changes_nothing(group: Chat, name: str) -> None:
    move, bot = MOVES[name], Bot.objects.get()
    for state in sorted(move.leaves):
        turn = stagehands.turn_in(state, group, bot, chat_seq=None if state in UNWRITTEN else 1)
        before = Turn.objects.filter(pk=turn.pk).values().get()
        turn.gen -= 1
        assert not move.make(turn)
        assert Turn.objects.filter(pk=turn.pk).values().get() == before
        turn.delete()


def test_a_move_tells_the_watchers_and_one_that_fails_does_not(group: Chat) -> None:
    turn = stagehands.turn_in(State.COMPOSING, group, Bot.objects.get())
    Event.objects.all().delete()
    assert composed(turn)
    assert list(Event.objects.values_list("kind", "chat", "subject_id")) == [("turn", group.pk, turn.pk)]
    assert not composed(turn)
    assert Event.objects.count() == 1


def test_every_end_says_when_and_why(group: Chat) -> None:
    turn = stagehands.turn_in(State.COMPOSING, group, Bot.objects.get())
    turns.end(turn, State.SKIPPED, "no_candidate", came=[State.COMPOSING], detail="x" * 5000)
    turn.refresh_from_db()
    assert (turn.reason, len(turn.detail), turn.lease_owner, turn.lease_until) == ("no_candidate", 2000, "", None)
    assert turn.ended_at is not None
