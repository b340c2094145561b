"""What becomes of a turn that was handed to Telegram, in every way that Telegram can answer."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from bots import roster
from bots.models import Bot, Memory, Stance
from bots.sheet import MemoryKind
from bots.telegram import port
from conversations import control
from conversations.engine import aftermath, deliver, policy, receipts, record
from conversations.engine import typing as signs
from conversations.models import Chat, Event, Membership, Message, SendAttempt, Turn
from tests import stagehands
from tests.fakes.handles import TelegramFake

pytestmark = pytest.mark.django_db
State = Turn.State
Outcome = SendAttempt.Outcome


@pytest.fixture
def group(telegram_server: TelegramFake, settings: Settings) -> Chat:
    """A group on a Telegram of this machine, with one bot in it and one composed turn."""
    settings.TELEGRAM_MODE, settings.TELEGRAM_API_BASE = "polling", telegram_server.address
    bot = roster.enrol(stagehands.sheet(memories=()), by="tests")
    roster.set_token(bot, telegram_server.add_bot(bot.username), by="tests")
    chat = stagehands.group([bot], telegram_server.add_group("Piyasa", bot.username))
    control.start(by="tests")
    return chat


def send(chat: Chat, **changes: Any) -> Turn:
    """One composed turn, delivered or not."""
    values: dict[str, Any] = {"text": "Ben sakinim bugün.", "topic": "BIST"}
    turn = stagehands.turn_in(State.COMPOSED, chat, Bot.objects.get(), **(values | changes))
    assert deliver.one("tests")
    turn.refresh_from_db()
    return turn


def attempt() -> tuple[str, str, int | None]:
    found = SendAttempt.objects.get()
    assert found.ended_at is not None
    return found.outcome, found.reason, found.status


# --- Sent ------------------------------------------------------------------------------------------------------------
def test_what_was_sent_is_a_message_with_the_number_that_telegram_gave(
    group: Chat, telegram_server: TelegramFake
) -> None:
    turn = send(group)
    posted = telegram_server.posted(group.telegram_id)
    message = Message.objects.get()
    assert (turn.state, turn.sent_id, turn.message) == (State.SENT, posted[0]["message_id"], message)
    assert (message.text, message.folded, message.topic) == ("Ben sakinim bugün.", "ben sakinim bugün.", "BIST")
    assert attempt() == (Outcome.SENT, "", None)
    assert Membership.objects.get().last_said_at == message.said_at


def test_the_stance_that_was_used_rests_and_memories_are_counted(group: Chat) -> None:
    stance, bot = Stance.objects.get(), Bot.objects.get()
    memory = Memory.objects.create(bot=bot, kind=MemoryKind.ROUTINE, text="Çay içer.", embedding=[0.1] * 512)
    send(group, text=f"{stance.topic} deyince: {stance.text}", stance=stance, memories=[memory.pk])
    aftermath.digest()
    stance.refresh_from_db()
    memory.refresh_from_db()
    assert stance.cooldown_until is not None
    assert stance.cooldown_until - timezone.now() == pytest.approx(timedelta(minutes=20), abs=timedelta(seconds=20))
    assert memory.use_count == 1


def test_what_a_message_changes_in_minds_is_worked_out_once(group: Chat) -> None:
    memory = Memory.objects.create(bot=Bot.objects.get(), kind=MemoryKind.ROUTINE, text="Çay.", embedding=[0.1] * 512)
    send(group, memories=[memory.pk])
    assert [aftermath.digest(), aftermath.digest()] == [True, False]
    memory.refresh_from_db()
    assert memory.use_count == 1


def test_a_stance_that_was_planned_and_not_voiced_does_not_rest(group: Chat) -> None:
    send(group, text="Çay koyuyorum, isteyen?", stance=Stance.objects.get())
    aftermath.digest()
    assert Stance.objects.get().cooldown_until is None


def test_a_stance_that_came_up_unplanned_rests_too(group: Chat) -> None:
    held = Stance.objects.create(bot=Bot.objects.get(), topic="Kripto", text="Kriptodan uzak dururum.")
    send(group, text="Kriptodan hep uzak duruyorum.")
    aftermath.digest()
    held.refresh_from_db()
    assert held.cooldown_until is not None
    assert Stance.objects.exclude(pk=held.pk).get().cooldown_until is None


def test_without_a_cooldown_a_stance_may_be_used_again_at_once(group: Chat) -> None:
    control.revise(by="tests", chat=group, stance_cooldown_minutes=0)
    stance = Stance.objects.get()
    send(group, text=stance.text, stance=stance)
    aftermath.digest()
    assert Stance.objects.get().cooldown_until is None


def test_a_reply_and_a_forum_topic_reach_telegram(group: Chat, telegram_server: TelegramFake) -> None:
    number = telegram_server.add_group("Forum", Bot.objects.get().username, topics={"7": "Borsa"})
    Chat.objects.update(telegram_id=number, thread_id=7)
    asked = telegram_server.say(number, "Deniz", "Sen ne dersin?", thread=7)
    message = stagehands.message(group, "Sen ne dersin?", message_id=asked)
    send(group, reply_to=message)
    posted = telegram_server.posted(number, by_bots=True)[0]
    assert (posted["reply_to"], posted["thread"]) == (asked, 7)


def test_watchers_hear_of_the_message_and_of_the_turn(group: Chat) -> None:
    Event.objects.all().delete()
    turn = send(group)
    told = Event.objects.order_by("id").values_list("kind", "subject_id")
    assert list(told) == [("message", turn.message_id), ("turn", turn.pk)]


def test_a_message_that_another_bot_saw_first_is_not_written_twice(group: Chat, telegram_server: TelegramFake) -> None:
    first = send(group)
    assert first.sent_id is not None
    seen = stagehands.message(group, "Ben yine sakinim.", bot=Bot.objects.get(), message_id=first.sent_id + 1)
    stagehands.breathe()
    second = send(group, text="Ben yine sakinim.")
    assert second.message == seen
    seen.refresh_from_db()
    assert seen.topic == "BIST"
    assert Message.objects.count() == 2


def test_who_was_overtaken_in_a_room_leaves_no_message_behind(group: Chat) -> None:
    room = stagehands.room([Bot.objects.get()])
    turn = stagehands.turn_in(State.SENDING, room, Bot.objects.get())
    turn.gen -= 1
    assert not record.said(turn, port.Sent(5, timezone.now()), rules=policy.current())
    assert not Message.objects.exists()


def test_who_was_overtaken_in_a_group_still_tells_what_stands_there(group: Chat) -> None:
    turn = stagehands.turn_in(State.SENDING, group, Bot.objects.get())
    turn.gen -= 1
    assert not record.said(turn, port.Sent(5, timezone.now()), rules=policy.current())
    assert Message.objects.get().message_id == 5


# --- Not sent, refused, or nobody knows ------------------------------------------------------------------------------
FAULTS: dict[str, tuple[str | int, dict[str, Any], str, str, str]] = {
    "slow down": (429, {"retry_after": 7}, State.COMPOSED, "", Outcome.NOT_SENT),
    "wrong text": (400, {"description": "Bad Request: can't parse entities"}, State.FAILED, "bad_request", "rejected"),
    "dead token": (401, {}, State.FAILED, "token_revoked", Outcome.REJECTED),
    "thrown out": (403, {}, State.FAILED, "forbidden", Outcome.REJECTED),
    "not there": (404, {}, State.FAILED, "not_found", Outcome.REJECTED),
    "conflict": (409, {}, State.FAILED, "poll_conflict", Outcome.REJECTED),
    "server error": (500, {}, State.UNCERTAIN, "ambiguous", Outcome.AMBIGUOUS),
    "proxy page": ("html", {}, State.UNCERTAIN, "ambiguous", Outcome.AMBIGUOUS),
    "nonsense": ("garbage", {}, State.UNCERTAIN, "ambiguous", Outcome.AMBIGUOUS),
    "reset": ("reset", {}, State.UNCERTAIN, "ambiguous", Outcome.AMBIGUOUS),
    "half an answer": ("cut", {}, State.UNCERTAIN, "ambiguous", Outcome.AMBIGUOUS),
}


@pytest.mark.parametrize("name", FAULTS)
def test_telegram_answers(group: Chat, telegram_server: TelegramFake, name: str) -> None:
    how, more, state, reason, outcome = FAULTS[name]
    telegram_server.fault("sendMessage", how, **more)
    turn = send(group)
    assert (turn.state, turn.reason) == (state, reason)
    assert attempt()[0] == outcome
    assert not Message.objects.exists()
    assert (turn.uncertain_since is not None) == (state == State.UNCERTAIN)
    assert (turn.ended_at is not None) == (state == State.FAILED)


def test_a_pause_that_telegram_asks_for_is_never_shortened(group: Chat, telegram_server: TelegramFake) -> None:
    telegram_server.fault("sendMessage", 429, retry_after=300)
    turn = send(group)
    gated = Membership.objects.get().gated_until
    assert gated == turn.send_after
    assert gated is not None
    assert timedelta(seconds=299) < gated - timezone.now() <= timedelta(seconds=301)


def test_a_pause_asked_for_while_typing_gates_the_bot_too(group: Chat, telegram_server: TelegramFake) -> None:
    telegram_server.fault("sendChatAction", 429, retry_after=60)
    now = timezone.now()
    soon = {"typing_from": now, "send_after": now + timedelta(seconds=9)}
    stagehands.turn_in(State.COMPOSED, group, Bot.objects.get(), **soon)
    assert signs.some()
    assert Membership.objects.get().gated_until is not None
    Turn.objects.update(typing_shown_at=now - timedelta(seconds=5))
    assert not signs.some()
    assert len(telegram_server.calls("sendChatAction")) == 1


def test_typing_reaches_the_group(group: Chat, telegram_server: TelegramFake) -> None:
    now = timezone.now()
    soon = {"typing_from": now, "send_after": now + timedelta(seconds=9)}
    stagehands.turn_in(State.COMPOSED, group, Bot.objects.get(), **soon)
    signs.some()
    assert telegram_server.calls("sendChatAction")[0]["params"]["action"] == "typing"


def test_a_line_that_cannot_be_opened_is_tried_again_and_then_given_up(
    group: Chat, settings: Settings, loopback_port: int
) -> None:
    settings.TELEGRAM_API_BASE = f"http://127.0.0.1:{loopback_port}"
    turn = send(group)
    assert (turn.state, attempt()[:2]) == (State.COMPOSED, (Outcome.NOT_SENT, "unreachable"))
    for _again in range(3):
        now = timezone.now() - timedelta(seconds=1)
        Turn.objects.update(send_after=now)
        stagehands.breathe()
        assert deliver.one("tests")
    turn.refresh_from_db()
    assert (turn.state, turn.reason, turn.sends) == (State.FAILED, "unreachable", 4)


def test_a_dead_token_is_marked(group: Chat, telegram_server: TelegramFake) -> None:
    telegram_server.revoke(Bot.objects.get().username)
    send(group)
    assert Bot.objects.get().token_state == Bot.Token.DEAD


def test_a_bot_that_was_thrown_out_has_nothing_more_to_say_there(group: Chat, telegram_server: TelegramFake) -> None:
    bot = Bot.objects.get()
    waiting = stagehands.turn_in(State.COMPOSED, group, bot, priority=9)
    telegram_server.member(group.telegram_id or 0, bot.username, "kicked")
    assert send(group).reason == "forbidden"
    assert Membership.objects.get().ended_reason == "forbidden"
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == (State.SKIPPED, "not_a_member")


def test_a_token_that_does_not_open_sends_nothing(
    group: Chat, telegram_server: TelegramFake, settings: Settings
) -> None:
    settings.FIELD_KEYS = ["k2:" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="]
    turn = send(group)
    assert (turn.state, turn.reason) == (State.FAILED, "token_sealed")
    assert attempt()[:2] == (Outcome.NOT_SENT, "token_sealed")
    assert not telegram_server.calls("sendMessage")


def test_a_reply_whose_target_is_gone_is_sent_once_more_without_it(group: Chat, telegram_server: TelegramFake) -> None:
    target = stagehands.message(group, "Silinecek.")
    telegram_server.fault("sendMessage", 400, description="Bad Request: message to be replied not found")
    turn = send(group, reply_to=target)
    assert (turn.state, turn.reply_to) == (State.COMPOSED, None)


def test_without_a_reply_that_answer_is_final(group: Chat, telegram_server: TelegramFake) -> None:
    telegram_server.fault("sendMessage", 400, description="Bad Request: message to be replied not found")
    assert send(group).state == State.FAILED


# --- A group that moves ----------------------------------------------------------------------------------------------
def test_a_group_that_moved_is_followed_and_its_talk_goes_on(group: Chat, telegram_server: TelegramFake) -> None:
    first = send(group)
    target = Message.objects.get()
    moved = telegram_server.migrate(group.telegram_id or 0)
    stagehands.breathe()
    turn = send(group, reply_to=target, text="Ben yine buradayım.")
    assert turn.state == State.COMPOSED
    group.refresh_from_db()
    assert group.telegram_id == moved
    stagehands.breathe()
    assert deliver.one("tests")
    turn.refresh_from_db()
    assert turn.state == State.SENT
    assert turn.message != first.message
    assert telegram_server.posted(moved, by_bots=True)[0]["reply_to"] is None


def test_the_old_numbers_step_aside_once(group: Chat) -> None:
    stagehands.message(group, "Eski söz.", message_id=12)
    for _time in range(2):
        record.follow_migration(Chat.objects.get(), -100_777)
        assert list(Message.objects.values_list("message_id", flat=True)) == [-12]


def test_what_the_new_group_was_noted_as_meanwhile_is_forgotten(group: Chat) -> None:
    Chat.objects.create(title="Piyasa", telegram_id=-100_777)
    record.follow_migration(group, -100_777)
    assert Chat.objects.get() == group


# --- Receipts --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", [State.UNCERTAIN, State.UNRESOLVED])
def test_a_turn_seen_in_the_chat_had_arrived(group: Chat, state: str) -> None:
    turn = stagehands.turn_in(state, group, Bot.objects.get())
    message = stagehands.message(group, turn.text, bot=turn.bot)
    receipts.receipt(turn, message)
    turn.refresh_from_db()
    assert (turn.state, turn.reason, turn.message, turn.sent_id) == (
        State.SENT,
        "receipt",
        message,
        message.message_id,
    )


def test_what_is_seen_in_the_chat_uses_up_what_any_message_does(group: Chat) -> None:
    stance = Stance.objects.get()
    turn = stagehands.turn_in(State.UNCERTAIN, group, Bot.objects.get(), text=stance.text, stance=stance)
    message = stagehands.message(group, turn.text, bot=turn.bot)
    receipts.receipt(turn, message)
    aftermath.digest()
    stance.refresh_from_db()
    assert stance.cooldown_until is not None
    assert Membership.objects.get().last_said_at == message.said_at
