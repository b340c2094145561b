"""Approval: what a person lets go leaves while it is fresh and never after, may be taken back, and is decided once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from bots.models import AuditEntry, Bot
from conversations import control, decisions
from conversations.engine import deliver, turns
from conversations.models import Chat, Turn
from tests import stagehands

pytestmark = pytest.mark.django_db
State = Turn.State


@pytest.fixture
def chat() -> Chat:
    control.start(by="tests")
    room = stagehands.room(stagehands.crowd(1))
    control.set_mode(room, Chat.Mode.APPROVAL, by="tests")
    stagehands.breathe()
    return room


def held(chat: Chat, *, left: float = 60, **changes: Any) -> Turn:
    """A held turn whose time is over in `left` seconds."""
    now = timezone.now()
    moments = {"due_at": now - timedelta(minutes=5), "expires_at": now + timedelta(seconds=left)}
    return stagehands.turn_in(State.HELD, chat, Bot.objects.get(), **(moments | changes))


def state_of(turn: Turn) -> tuple[str, str]:
    turn.refresh_from_db()
    return turn.state, turn.reason


def later(turn: Turn, seconds: float) -> None:
    """As if so much time had passed for the turn."""
    gone = timedelta(seconds=seconds)
    moments = {name: getattr(turn, name) - gone for name in ("due_at", "send_after", "expires_at")}
    Turn.objects.filter(pk=turn.pk).update(**moments)
    turn.refresh_from_db()


# --- Its time is over ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("words", ["", "Başka söz."])
def test_what_is_past_its_time_is_not_let_go_even_before_anybody_dropped_it(chat: Chat, words: str) -> None:
    turn = held(chat, left=-1)
    if words:
        with pytest.raises(ValidationError):
            decisions.reword(turn, words, by="tests")
    else:
        assert not control.approve(turn, by="tests")
    assert state_of(turn) == (State.HELD, "")
    turns.recover()
    assert state_of(turn) == (State.SKIPPED, "expired")
    assert not deliver.one("tests")


def test_what_was_approved_in_time_and_not_sent_in_time_is_dropped(chat: Chat) -> None:
    turn = held(chat)
    assert control.approve(turn, by="tests")
    turn.refresh_from_db()
    later(turn, 3600)
    deliver.one("tests")
    turns.recover()
    assert state_of(turn) == (State.SKIPPED, "expired")
    assert turn.sent_at is None


@pytest.mark.parametrize("verb", ["approve", "reword"])
def test_other_words_stay_fresh_no_longer_than_the_first(chat: Chat, verb: str) -> None:
    control.revise(by="tests", chat=chat, chatter_seconds=45)
    turn = held(chat)
    if verb == "approve":
        control.approve(turn, by="tests")
    else:
        decisions.reword(turn, "Başka söz.", by="tests")
    turn.refresh_from_db()
    assert turn.expires_at - timezone.now() == pytest.approx(timedelta(seconds=45), abs=timedelta(seconds=5))


# --- Taken back ------------------------------------------------------------------------------------------------------
def test_an_approval_waits_a_moment_and_may_be_taken_back(chat: Chat) -> None:
    turn = held(chat)
    assert control.approve(turn, by="tests", hold=decisions.UNDO)
    turn.refresh_from_db()
    assert not deliver.one("tests")
    decisions.take_back(turn, by="tests")
    assert state_of(turn) == (State.HELD, "")
    later(turn, 20)
    assert not deliver.one("tests")
    assert AuditEntry.objects.latest("pk").action == "turn.take_back"
    assert control.approve(turn, by="tests")


def test_after_its_moment_an_approval_is_said(chat: Chat) -> None:
    turn = held(chat)
    control.approve(turn, by="tests", hold=decisions.UNDO)
    turn.refresh_from_db()
    later(turn, 10)
    assert deliver.one("tests")
    assert state_of(turn)[0] == State.SENT
    with pytest.raises(ValidationError):
        decisions.take_back(turn, by="tests")


def test_a_short_freshness_leaves_time_to_send(chat: Chat) -> None:
    control.revise(by="tests", chat=chat, chatter_seconds=12)
    turn = held(chat)
    control.approve(turn, by="tests", hold=decisions.UNDO)
    turn.refresh_from_db()
    assert turn.send_after is not None
    assert turn.expires_at - turn.send_after > timedelta(seconds=7)


@pytest.mark.parametrize("change", [{"sends": 1}, {"state": State.HELD}])
def test_what_was_tried_or_still_waits_is_not_taken_back(chat: Chat, change: dict[str, Any]) -> None:
    turn = stagehands.turn_in(**({"state": State.COMPOSED} | change), chat=chat, bot=Bot.objects.get())
    with pytest.raises(ValidationError):
        decisions.take_back(turn, by="tests")


def test_where_nobody_approves_nothing_is_taken_back(chat: Chat) -> None:
    control.set_mode(chat, Chat.Mode.LIVE, by="tests")
    turn = stagehands.turn_in(State.COMPOSED, chat, Bot.objects.get())
    with pytest.raises(ValidationError):
        decisions.take_back(turn, by="tests")
    assert state_of(turn)[0] == State.COMPOSED


# --- Once more -------------------------------------------------------------------------------------------------------
def failed(chat: Chat, **changes: Any) -> Turn:
    ended: dict[str, Any] = {"state": State.FAILED, "reason": "token_revoked", "ended_at": timezone.now()}
    return stagehands.turn(chat, **(ended | {"bot": Bot.objects.get()} | changes))


def test_a_failed_turn_is_tried_again_with_its_words(chat: Chat) -> None:
    words = {"text": "Sakinim.", "text_sha256": "0" * 64, "send_after": timezone.now()}
    made = decisions.retry(failed(chat, **words), by="tests")
    assert (made.state, made.text, made.bot) == (State.COMPOSED, "Sakinim.", Bot.objects.get())


def test_a_turn_that_never_got_its_words_begins_from_the_start(chat: Chat) -> None:
    asked = stagehands.message(chat, "@kisi ne dersin?")
    turn = failed(chat, trigger=Turn.Trigger.MENTION, cause=asked, priority=0)
    made = decisions.retry(turn, by="tests", reason="anahtar yeni")
    assert (made.state, made.cause, made.bot, made.text) == (State.PLANNED, asked, turn.bot, "")
    assert AuditEntry.objects.latest("pk").reason == "anahtar yeni"
    with pytest.raises(ValidationError):
        decisions.retry(turn, by="tests")


@pytest.mark.parametrize(
    "change",
    [
        {"state": State.SKIPPED},
        {"intent": Turn.Intent.REACTION},
        {"ended_at": timezone.now() - timedelta(days=2)},
    ],
)
def test_only_what_failed_lately_is_tried_again(chat: Chat, change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        decisions.retry(failed(chat, **change), by="tests")


def test_where_the_cast_is_silent_nothing_is_tried_again(chat: Chat) -> None:
    turn = failed(chat)
    control.set_mode(chat, Chat.Mode.PAUSED, by="tests")
    with pytest.raises(ValidationError):
        decisions.retry(turn, by="tests")
