"""A person speaks through a bot: the engine leaves it alone, its words are marked, and it is handed back."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone

from bots.models import AuditEntry, Bot
from conversations import control, decisions, takeover, tasks
from conversations.engine import claims, compose, deliver, heads, settled, spans
from conversations.models import Chat, Membership, Message, Turn
from tests import stagehands

pytestmark = pytest.mark.django_db
State = Turn.State


@pytest.fixture
def ayse() -> User:
    return User.objects.create_user("ayse")


@pytest.fixture
def room() -> Chat:
    control.start(by="tests")
    stagehands.provider("", name="sufle", kind="offline")
    return stagehands.room(stagehands.troupe(2))


@pytest.fixture
def bot(room: Chat, ayse: User) -> Bot:
    """A bot of the room through which Ayşe speaks."""
    nermin = Bot.objects.get(username="nermin_sahne_bot")
    takeover.take(room, nermin, by=ayse)
    return nermin


def pass_by(minutes: float) -> None:
    held = Membership.objects.filter(taken_by__isnull=False)
    held.update(taken_until=timezone.now() + timedelta(minutes=10 - minutes))


def test_what_the_engine_had_under_way_is_not_said(room: Chat, ayse: User) -> None:
    nermin, other = Bot.objects.order_by("username")
    waiting = [stagehands.turn_in(state, room, nermin) for state in ("composed", "held")]
    kept = stagehands.turn_in("composed", room, other)
    takeover.take(room, nermin, by=ayse)
    ended = {turn.pk: (turn.state, turn.reason) for turn in Turn.objects.all()}
    assert [ended[turn.pk] for turn in waiting] == [(State.SKIPPED, "taken_over")] * 2
    assert ended[kept.pk] == (State.COMPOSED, "")
    entry = AuditEntry.objects.latest("id")
    assert (entry.action, entry.actor_name, entry.after) == (
        "chat.take_over", "ayse", {"bot": "nermin_sahne_bot", "skipped": 2},
    )  # fmt: skip


def test_the_planner_gives_it_no_turn_and_a_mention_is_left_to_the_person(room: Chat, bot: Bot) -> None:
    stagehands.turn(room)
    stagehands.turn(room, trigger="mention", bot=bot, priority=0, cause=stagehands.message(room, "Ne dersin?"))
    assert compose.one("tests")
    assert compose.one("tests")
    asked, drawn = Turn.objects.order_by("priority")
    assert (asked.state, asked.reason) == (State.SKIPPED, "taken_over")
    assert drawn.bot_id != bot.pk
    assert [one["blocked"] for one in drawn.candidates if one["bot"] == bot.pk] == ["taken_over"]


def test_a_turn_cannot_be_given_to_it_nor_sent_however_late_the_engine_learns_of_it(room: Chat, ayse: User) -> None:
    nermin = Bot.objects.get(username="nermin_sahne_bot")
    late = stagehands.turn_in("composed", room, nermin)
    ((head,),) = heads.ready()
    Membership.objects.filter(bot=nermin).update(
        taken_by=ayse, taken_at=timezone.now(), taken_until=timezone.now() + timedelta(minutes=1)
    )
    assert not claims.assign(stagehands.turn_in("composing", room, None), nermin.pk)
    assert claims.claim_to_send(head, settled.of(room.pk, head.revision), "tests", lease=spans.LEASE) is None
    assert not deliver.one("tests")
    late.refresh_from_db()
    assert (late.state, late.reason) == (State.SKIPPED, "taken_over")


def test_what_a_person_says_goes_the_way_of_every_turn_and_is_marked(room: Chat, bot: Bot, ayse: User) -> None:
    asked = stagehands.message(room, "Nermin, ne dersin?")
    turn = takeover.speak(room, bot, "  Ben sakinim,\r\nbekliyorum. ", by=ayse, reply_to=asked)
    assert (turn.trigger, turn.intent, turn.state) == ("operator", "answer", State.COMPOSED)
    assert deliver.one("tests")
    said = Message.objects.get(bot=bot)
    assert said.text == f"Ben sakinim,\nbekliyorum.\n{takeover.MARK}"
    assert said.reply_to == asked
    turn.refresh_from_db()
    assert (turn.state, turn.message) == (State.SENT, said)
    entry = AuditEntry.objects.get(action="turn.speak")
    assert (entry.actor, entry.after["text"]) == (ayse, "Ben sakinim,\nbekliyorum.")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Ben bot değilim, insanım.", "human_claim"),
        ("Garanti kazanç var.", "promise"),
        (takeover.MARK, "operator_mark"),
    ],
)
def test_the_guard_reads_a_persons_words_too(room: Chat, bot: Bot, ayse: User, text: str, rule: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        takeover.speak(room, bot, text, by=ayse)
    assert refusal.value.code == rule
    assert not Turn.objects.exists()


@pytest.mark.parametrize("text", ["", "  \n ", "a" * (takeover.LONGEST + 1)])
def test_nothing_and_too_much_are_refused(room: Chat, bot: Bot, ayse: User, text: str) -> None:
    with pytest.raises(ValidationError):
        takeover.speak(room, bot, text, by=ayse)


def test_the_same_is_not_said_twice(room: Chat, bot: Bot, ayse: User) -> None:
    takeover.speak(room, bot, "Sakinim.", by=ayse)
    with pytest.raises(ValidationError) as refusal:
        takeover.speak(room, bot, "Sakinim.", by=ayse)
    assert refusal.value.code == "duplicate"


def test_after_a_stop_nothing_goes_out_and_nothing_can_be_said(room: Chat, bot: Bot, ayse: User) -> None:
    turn = takeover.speak(room, bot, "Sakinim.", by=ayse)
    control.stop(by="tests")
    assert not deliver.one("tests")
    turn.refresh_from_db()
    assert (turn.state, turn.reason) == (State.SKIPPED, "engine_stopped")
    with pytest.raises(ValidationError):
        takeover.speak(room, bot, "Yine de konuşayım.", by=ayse)
    assert not Message.objects.exists()


@pytest.mark.parametrize("mode", [Chat.Mode.PAUSED, Chat.Mode.DISABLED])
def test_where_the_cast_does_not_talk_no_person_does(room: Chat, bot: Bot, ayse: User, mode: Chat.Mode) -> None:
    control.set_mode(room, mode, by="tests")
    with pytest.raises(ValidationError):
        takeover.speak(room, bot, "Sakinim.", by=ayse)


def test_who_decides_about_messages_needs_no_approval_for_an_own_one(room: Chat, bot: Bot, ayse: User) -> None:
    control.set_mode(room, Chat.Mode.APPROVAL, by="tests")
    assert takeover.speak(room, bot, "Sakinim.", by=ayse).state == State.COMPOSED


def test_one_person_speaks_through_a_bot_at_a_time(room: Chat, bot: Bot, ayse: User) -> None:
    mehmet = User.objects.create_user("mehmet")
    with pytest.raises(ValidationError, match="ayse"):
        takeover.take(room, bot, by=mehmet)
    with pytest.raises(ValidationError):
        takeover.speak(room, bot, "Ben de buradayım.", by=mehmet)
    takeover.hand_back(room, bot, by=mehmet)
    takeover.take(room, bot, by=mehmet)
    assert (takeover.held_by(mehmet, room), takeover.held_by(ayse, room)) == (Membership.objects.get(bot=bot), None)


def test_handed_back_the_engine_plays_it_again(room: Chat, bot: Bot, ayse: User) -> None:
    takeover.hand_back(room, bot, by=ayse)
    assert claims.assign(stagehands.turn_in("composing", room, None), bot.pk)
    entry = AuditEntry.objects.latest("id")
    assert (entry.action, entry.before) == ("chat.hand_back", {"bot": bot.username, "taken_over_by": "ayse"})
    with pytest.raises(ValidationError):
        takeover.hand_back(room, bot, by=ayse)


def test_silence_hands_it_back_and_every_word_keeps_it(room: Chat, bot: Bot, ayse: User) -> None:
    pass_by(9)
    takeover.speak(room, bot, "Sakinim.", by=ayse)
    pass_by(9)
    takeover.stay(room, bot, by=ayse)
    assert takeover.lapse() == 0
    assert deliver.one("tests")
    left = Membership.objects.get(bot=bot).taken_until
    assert left is not None
    assert timedelta(minutes=9) < left - timezone.now() <= timedelta(minutes=10)
    pass_by(10.1)
    with pytest.raises(ValidationError):
        takeover.speak(room, bot, "Geç kaldım.", by=ayse)
    assert claims.assign(stagehands.turn_in("composing", room, None), bot.pk)
    tasks.recover()
    member, entry = Membership.objects.get(bot=bot), AuditEntry.objects.latest("id")
    assert (member.taken_by, member.taken_until) == (None, None)
    assert (entry.action, entry.reason, entry.before["taken_over_by"]) == ("chat.hand_back", "idle", "ayse")


def test_a_chat_may_say_how_long_a_silence_hands_it_back(room: Chat, ayse: User) -> None:
    control.revise(by="tests", chat=room, takeover_minutes=45)
    member = takeover.take(room, Bot.objects.all()[0], by=ayse)
    member.refresh_from_db()
    assert member.taken_until is not None
    assert member.taken_until > timezone.now() + timedelta(minutes=44)


def test_who_cannot_speak_here_cannot_be_taken_over(room: Chat, ayse: User) -> None:
    nermin, other = Bot.objects.order_by("username")
    Bot.objects.filter(pk=nermin.pk).update(enabled=False)
    Membership.objects.filter(bot=other).update(ended_at=timezone.now(), ended_reason="kicked")
    for one in (nermin, other):
        with pytest.raises(ValidationError):
            takeover.take(room, one, by=ayse)


def test_words_of_a_person_are_never_reworded_without_their_mark(room: Chat, ayse: User, bot: Bot) -> None:
    Chat.objects.filter(pk=room.pk).update(mode=Chat.Mode.APPROVAL)
    turn = takeover.speak(room, bot, "Faiz sabit kalır gibi.", by=ayse)
    with pytest.raises(ValidationError):
        decisions.take_back(turn, by=ayse)
    held = stagehands.turn_in("held", room, bot, trigger=Turn.Trigger.OPERATOR)
    with pytest.raises(ValidationError):
        decisions.reword(held, "Başka sözler.", by=ayse)


def test_who_is_shut_out_leaves_no_words_behind_and_no_bot(room: Chat, ayse: User, bot: Bot) -> None:
    turn = takeover.speak(room, bot, "Faiz sabit kalır gibi.", by=ayse)
    takeover.release(ayse, by="tests")
    turn.refresh_from_db()
    assert (turn.state, turn.reason) == (State.SKIPPED, "cancelled")
    assert takeover.held_by(ayse, room) is None
