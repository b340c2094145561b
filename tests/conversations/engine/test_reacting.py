"""An emoji on a message, from the plan to the chat: no model, no message, no row."""

from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone
from pytest_django import Settings

from bots import roster
from bots.models import Bot
from bots.telegram import emoji
from conversations import control
from conversations.engine import compose, deliver, reactions
from conversations.engine.values import Feelings
from conversations.models import Chat, Event, LLMCall, Message, Reaction, Turn
from monitoring import thread
from tests import stagehands
from tests.conversations.engine import paper
from tests.fakes.handles import TelegramFake

State = Turn.State
REACTION = Turn.Intent.REACTION


# --- Which emoji -----------------------------------------------------------------------------------------------------
def picked(text: str, *, allowed: tuple[str, ...] | None = None, **feelings: int) -> set[str]:
    character = paper.character(empathy=0.5)
    return {reactions.pick(text, Feelings(**feelings), character, allowed, Random(seed)) for seed in range(300)}


def test_every_emoji_is_one_that_telegram_takes() -> None:
    every = {*reactions.GOOD, *reactions.BAD, *reactions.PLAIN, *reactions.ASKED, *reactions.LIVELY, *reactions.WARM}
    assert every <= emoji.ALLOWED
    assert reactions.POSITIVE | reactions.NEGATIVE <= emoji.ALLOWED


def test_a_question_good_news_and_bad_news_are_met_differently() -> None:
    assert picked("Sizce dolar ne olur?") == set(reactions.ASKED)
    assert picked("Harika bir gün, çok sevindim.") == set(reactions.GOOD)
    assert picked("Çok üzgünüm, berbat bir gün.") == set(reactions.BAD)


def test_who_is_excited_or_warm_has_more_to_show() -> None:
    assert set(reactions.LIVELY) < picked("Harika bir gün.", excitement=90)
    assert set(reactions.WARM) < picked("Harika bir gün.", warmth=90)


def test_only_what_the_chat_allows_is_picked_and_nothing_where_nothing_fits() -> None:
    assert picked("Harika bir gün.", allowed=("🔥", "💩")) == {"🔥"}
    assert picked("Harika bir gün.", allowed=("💩",)) == {""}


@pytest.mark.parametrize(("sign", "tone"), [("👍", 1), ("👎", -1), ("🤔", 0)])
def test_a_reaction_pleases_hurts_or_neither(sign: str, tone: int) -> None:
    assert reactions.tone(sign) == tone


# --- From the plan to the chat ---------------------------------------------------------------------------------------
@pytest.fixture
def room(db: None) -> Chat:
    control.start(by="tests")
    control.revise(by="tests", reaction_probability=1.0)
    return stagehands.room(stagehands.crowd(2))


@pytest.fixture
def group(telegram_server: TelegramFake, settings: Settings) -> Chat:
    """A group on a Telegram of this machine, in which a person has just said something."""
    settings.TELEGRAM_MODE, settings.TELEGRAM_API_BASE = "polling", telegram_server.address
    bot = roster.enrol(stagehands.sheet(memories=()), by="tests")
    roster.set_token(bot, telegram_server.add_bot(bot.username), by="tests")
    chat = stagehands.group([bot], telegram_server.add_group("Piyasa", bot.username))
    control.start(by="tests")
    control.revise(by="tests", reaction_probability=1.0)
    return chat


def hung(group: Chat, telegram_server: TelegramFake, sign: str) -> Turn:
    """What became of an emoji that was sent to the group."""
    assert group.telegram_id is not None
    number = telegram_server.say(group.telegram_id, "Deniz", "Harika bir gün.")
    said = stagehands.message(group, "Harika bir gün.", message_id=number)
    bot = Bot.objects.get()
    turn = stagehands.turn_in(State.COMPOSED, group, bot, text=sign, intent=REACTION, reply_to=said)
    return delivered(turn)


@pytest.mark.django_db
def test_telegram_hears_of_the_reaction(group: Chat, telegram_server: TelegramFake) -> None:
    turn = hung(group, telegram_server, "👍")
    asked = telegram_server.calls("setMessageReaction")[0]["params"]
    assert asked["reaction"] == [{"type": "emoji", "emoji": "👍"}]
    assert (turn.state, turn.sent_id) == (State.SENT, asked["message_id"])
    assert Reaction.objects.get().emoji == "👍"


@pytest.mark.django_db
def test_an_emoji_that_the_chat_does_not_take_is_not_tried_again(group: Chat, telegram_server: TelegramFake) -> None:
    turn = hung(group, telegram_server, "🦖")
    assert (turn.state, turn.reason) == (State.FAILED, "reaction_refused")
    assert not Reaction.objects.exists()
    group.refresh_from_db()
    assert group.reactions is not None
    assert "🦖" not in group.reactions
    assert "👍" in group.reactions


def composed(chat: Chat) -> Turn:
    stagehands.message(chat, "Harika bir gün, çok sevindim.")
    turn = stagehands.turn(chat)
    assert compose.one("tests")
    turn.refresh_from_db()
    return turn


def delivered(turn: Turn) -> Turn:
    Turn.objects.filter(pk=turn.pk).update(send_after=timezone.now() - timedelta(seconds=1))
    assert deliver.one("tests")
    turn.refresh_from_db()
    return turn


def test_a_reaction_is_composed_without_a_model_and_without_typing(room: Chat) -> None:
    turn = composed(room)
    assert (turn.state, turn.intent, turn.text in reactions.GOOD) == (State.COMPOSED, REACTION, True)
    assert turn.reply_to == Message.objects.get()
    assert turn.typing_from == turn.send_after
    assert turn.candidates
    assert not LLMCall.objects.exists()


def test_an_emoji_is_fresh_for_as_long_as_chatter(room: Chat) -> None:
    control.revise(by="tests", chatter_seconds=33)
    turn = composed(room)
    assert turn.intent == REACTION
    assert turn.send_after is not None
    assert (turn.expires_at - turn.send_after).total_seconds() == pytest.approx(33)


def test_in_a_room_the_emoji_hangs_on_the_message_and_nobody_has_spoken(room: Chat) -> None:
    turn = delivered(composed(room))
    said = Message.objects.get()
    hung = Reaction.objects.get()
    assert (turn.state, turn.sent_id, turn.message) == (State.SENT, said.message_id, None)
    assert (hung.message, hung.bot, hung.emoji) == (said, turn.bot, turn.text)
    room.refresh_from_db()
    assert (room.chain, room.after_person, room.spoke_at) == (0, 0, None)
    assert Event.objects.filter(kind=Event.Kind.MESSAGE, subject_id=said.pk).exists()


def test_a_second_emoji_of_the_same_bot_replaces_the_first(room: Chat) -> None:
    turn = delivered(composed(room))
    assert turn.reply_to is not None
    stagehands.breathe()
    again = stagehands.turn_in(
        State.COMPOSED, room, turn.bot, text="👀", intent=REACTION, reply_to=turn.reply_to, priority=5
    )
    delivered(again)
    assert Reaction.objects.get().emoji == "👀"


def test_a_reaction_to_a_message_that_is_gone_fails(room: Chat) -> None:
    turn = composed(room)
    Message.objects.all().delete()
    delivered(turn)
    assert (turn.state, turn.reason) == (State.FAILED, "reply_gone")


def test_the_page_shows_each_emoji_once_with_its_names(room: Chat) -> None:
    said = stagehands.message(room, "Güzel")
    first, second = Bot.objects.order_by("pk")
    for bot, sign in ((first, "👍"), (second, "👍")):
        Reaction.objects.create(message=said, bot=bot, emoji=sign, reacted_at=timezone.now())
    Reaction.objects.create(message=said, participant=stagehands.person(), emoji="🔥", reacted_at=timezone.now())
    line = thread.newest(room).lines[0]
    assert [(one.emoji, one.count) for one in thread.hung(line.message)] == [("👍", 2), ("🔥", 1)]
    assert thread.hung(line.message)[1].names == "Deniz"
