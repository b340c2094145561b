"""Chats: opened, staffed, run, silenced, and disclosed before anybody speaks."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from pytest_django import Settings

from bots import roster
from bots.models import AuditEntry, Bot
from conversations import control, rehearsal
from conversations.engine import policy
from conversations.models import Chat, Event, Membership, Turn
from tests import stagehands
from tests.fakes.handles import TelegramFake

pytestmark = pytest.mark.django_db
State = Turn.State
Mode = Chat.Mode


def trail() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("id").values_list("action", "actor_name"))


def told() -> list[str]:
    return list(Event.objects.order_by("id").values_list("kind", flat=True))


# --- Chats -----------------------------------------------------------------------------------------------------------
def test_a_room_is_open_at_once_and_outside_the_clock() -> None:
    cast = stagehands.crowd(2)
    room = control.add_room("Prova", members=cast, topics=["Dolar"], by="tests")
    assert (room.kind, room.mode, room.observes_hours, room.is_disclosed) == ("rehearsal", Mode.LIVE, False, True)
    assert (set(room.members.all()), room.topics, room.listener) == (set(cast), ["Dolar"], cast[0])
    assert told()[-1] == "chat"
    assert [action for action, _ in trail()][-2:] == ["chat.members", "chat.add"]


def test_a_room_that_is_watched_has_less_patience_than_a_group() -> None:
    room = rehearsal.open_room("Prova", members=stagehands.crowd(2), by="tests")
    watched, usual = policy.current(room), policy.current()
    assert (watched.chain_rest_minutes, watched.longest_wait) == (0, 45)
    assert watched.base_delay < usual.base_delay
    assert watched.hourly_activity == usual.hourly_activity


def test_a_group_stays_silent_until_it_is_disclosed() -> None:
    group = control.add_group("Piyasa", telegram_id=-1001, members=stagehands.crowd(1), by="tests")
    assert (group.mode, group.is_disclosed) == (Mode.DISABLED, False)


def test_a_group_that_somebody_vouches_for_is_live() -> None:
    group = control.add_group("Piyasa", telegram_id=-1001, members=[], disclosed_by="Zeynep", by="tests", thread_id=5)
    assert (group.mode, group.disclosed_by, group.thread_id) == (Mode.LIVE, "Zeynep", 5)


def test_a_group_that_noted_itself_is_taken_over_with_all_that_it_heard() -> None:
    noted = Chat.objects.create(title="?", telegram_id=-1001)
    heard = stagehands.message(noted, "Selam")
    group = control.add_group("Piyasa", telegram_id=-1001, members=stagehands.crowd(2), disclosed_by="Z", by="tests")
    assert (group, group.title, group.mode) == (noted, "Piyasa", Mode.LIVE)
    assert (list(group.messages.all()), group.members.count()) == ([heard], 2)


def test_a_group_is_registered_once() -> None:
    stagehands.group([])
    with pytest.raises(ValidationError):
        stagehands.group([])
    assert Chat.objects.count() == 1


def test_a_chat_needs_a_name() -> None:
    with pytest.raises(ValidationError):
        control.add_room("", members=[], by="tests")


def test_how_a_chat_is_run_is_adjusted_and_told() -> None:
    room = control.adjust(stagehands.room([]), by="tests", title="Yeni ad", tempo=2.0, topics=["Faiz"])
    room.refresh_from_db()
    assert (room.title, room.tempo, room.topics) == ("Yeni ad", 2.0, ["Faiz"])
    entry = AuditEntry.objects.latest("id")
    assert (entry.action, entry.before["tempo"], entry.after["tempo"]) == ("chat.adjust", "1.0", "2.0")


@pytest.mark.parametrize("changes", [{"mode": "live"}, {"tempo": 11.0}, {"timezone": "Nowhere/Land"}, {"title": ""}])
def test_a_chat_is_not_run_in_a_way_that_makes_no_sense(changes: dict[str, Any]) -> None:
    room = stagehands.room([])
    with pytest.raises(ValidationError) as refusal:
        control.adjust(room, by="tests", **changes)
    assert set(refusal.value.message_dict) == set(changes)
    assert not AuditEntry.objects.filter(action="chat.adjust").exists()


def test_the_bot_that_reads_everything_listens() -> None:
    cast = stagehands.crowd(3)
    cast[1].reads_all_messages = True
    assert stagehands.room(cast).listener == cast[1]


def test_who_joins_is_added_who_is_there_stays_and_who_left_comes_back() -> None:
    first, second, third = stagehands.crowd(3)
    room = stagehands.room([first, second])
    Membership.objects.filter(bot=first).update(weight=4)
    Membership.objects.filter(bot=second).update(ended_at=timezone.now(), ended_reason="kicked")
    control.set_members(room, [first, second, third], by="tests")
    found = Membership.objects.order_by("bot_id").values_list("weight", "ended_at", "ended_reason")
    assert list(found) == [(4, None, ""), (1, None, ""), (1, None, "")]


@pytest.mark.parametrize("mode", [Mode.PAUSED, Mode.DISABLED])
def test_a_silenced_chat_drops_what_waited_there_alone(mode: Chat.Mode) -> None:
    cast = stagehands.crowd(1)
    room, other = stagehands.room(cast), stagehands.room(cast, title="Öteki")
    dropped, kept = (stagehands.turn_in(State.COMPOSED, chat, cast[0]) for chat in (room, other))
    control.set_mode(room, mode, by="tests", reason="Gece")
    states = {turn.pk: (turn.state, turn.reason) for turn in Turn.objects.all()}
    assert states == {dropped.pk: (State.SKIPPED, "chat_off"), kept.pk: (State.COMPOSED, "")}
    room.refresh_from_db()
    assert (room.mode, room.next_due) == (mode, None)
    entry = AuditEntry.objects.latest("id")
    assert (entry.before, entry.after, entry.reason) == ({"mode": "live"}, {"mode": mode}, "Gece")


def test_a_chat_that_is_woken_is_due_at_once() -> None:
    room = stagehands.room([])
    control.set_mode(room, Mode.PAUSED, by="tests")
    control.set_mode(room, Mode.LIVE, by="tests")
    assert list(Chat.objects.due(timezone.now())) == [room]


@pytest.mark.parametrize("mode", [Mode.LIVE, Mode.APPROVAL])
def test_an_undisclosed_group_cannot_be_made_to_talk(mode: Chat.Mode) -> None:
    group = stagehands.group([], disclosed=False)
    with pytest.raises(ValidationError):
        control.set_mode(group, mode, by="tests")
    group.refresh_from_db()
    assert group.mode == Mode.DISABLED


def test_when_approval_begins_what_nobody_approved_is_dropped() -> None:
    cast = stagehands.crowd(1)
    room = stagehands.room(cast)
    ready, planned = (stagehands.turn_in(state, room, cast[0]) for state in (State.COMPOSED, State.PLANNED))
    control.set_mode(room, Mode.APPROVAL, by="tests")
    approved = stagehands.turn_in(State.COMPOSED, room, cast[0], chat_seq=5)
    control.set_mode(room, Mode.APPROVAL, by="tests")
    states = {turn.pk: turn.state for turn in Turn.objects.all()}
    assert states == {ready.pk: State.SKIPPED, planned.pk: State.PLANNED, approved.pk: State.COMPOSED}


# --- Disclosure ------------------------------------------------------------------------------------------------------
@pytest.fixture
def silent(telegram_server: TelegramFake, settings: Settings) -> Chat:
    """An undisclosed group whose one bot has a token."""
    settings.TELEGRAM_MODE, settings.TELEGRAM_API_BASE = "polling", telegram_server.address
    cast = stagehands.crowd(2)
    for bot in cast[1:]:
        roster.set_token(bot, telegram_server.add_bot(bot.username), by="tests")
    number = telegram_server.add_group("Piyasa", cast[1].username)
    telegram_server.member(number, cast[1].username, "administrator")
    return stagehands.group(cast, number, disclosed=False)


def test_the_audience_is_told_and_the_word_is_pinned(silent: Chat, telegram_server: TelegramFake) -> None:
    told_chat = control.disclose(silent, by="Zeynep")
    posted = telegram_server.posted(silent.telegram_id)[0]
    assert "simülasyon" in posted["text"]
    assert "yatırım tavsiyesi değildir" in posted["text"]
    assert telegram_server.chat(silent.telegram_id or 0)["pinned"] == posted["message_id"]
    assert (told_chat.mode, told_chat.disclosed_by) == (Mode.LIVE, "Zeynep")
    assert told_chat.disclosure_message_id == posted["message_id"]
    assert told_chat.disclosed_at is not None
    assert [action for action, _ in trail()][-2:] == ["chat.disclose", "chat.mode"]


def test_a_chat_may_leave_the_note_on_advice_out(silent: Chat) -> None:
    silent.advice_note = False
    assert "tavsiye" not in control.disclosure(silent)


def test_a_bot_that_may_not_pin_has_told_the_audience_all_the_same(silent: Chat, telegram_server: TelegramFake) -> None:
    number = silent.telegram_id or 0
    telegram_server.member(number, "kalabalik_1_bot", "member")
    assert control.disclose(silent, by="Zeynep").is_disclosed
    assert telegram_server.chat(number)["pinned"] is None


@pytest.mark.parametrize("how", [403, 500, "reset"])
def test_a_word_that_did_not_get_out_discloses_nothing(
    silent: Chat, telegram_server: TelegramFake, how: str | int
) -> None:
    telegram_server.fault("sendMessage", how)
    with pytest.raises(ValidationError):
        control.disclose(silent, by="Zeynep")
    silent.refresh_from_db()
    assert (silent.is_disclosed, silent.mode) == (False, Mode.DISABLED)


def test_a_token_that_telegram_refuses_is_marked(silent: Chat, telegram_server: TelegramFake) -> None:
    telegram_server.revoke("kalabalik_1_bot")
    with pytest.raises(ValidationError):
        control.disclose(silent, by="Zeynep")
    assert Bot.objects.get(username="kalabalik_1_bot").token_state == Bot.Token.DEAD


def test_the_listener_tells_when_it_can(silent: Chat, telegram_server: TelegramFake) -> None:
    first, second = Bot.objects.order_by("pk")
    roster.set_token(first, telegram_server.add_bot(first.username), by="tests")
    Chat.objects.update(listener=second)
    control.disclose(Chat.objects.get(), by="Zeynep")
    assert telegram_server.posted(silent.telegram_id)[0]["from"] == second.username


def test_without_a_bot_that_can_post_nobody_is_told() -> None:
    with pytest.raises(ValidationError):
        control.disclose(stagehands.group(stagehands.crowd(1), disclosed=False), by="Zeynep")


def test_a_room_has_no_audience() -> None:
    with pytest.raises(ValidationError):
        control.disclose(stagehands.room([]), by="Zeynep")
