"""One turn, one way: opened, composed, delivered and recorded, in a rehearsal room and in a Telegram group."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from bots import roster
from bots.models import Bot
from conversations import control, rehearsal
from conversations.engine import compose, deliver, turns
from conversations.models import Chat, Event, LLMCall, Message, SendAttempt, Turn
from tests import stagehands
from tests.fakes.handles import OpenAIFake, TelegramFake

pytestmark = pytest.mark.django_db
PLAIN_SEED = 10
"""With this seed, and the two after it, the voice leaves texts as they are."""


@pytest.fixture
def room(openai_server: OpenAIFake) -> Chat:
    stagehands.provider(openai_server.address)
    chat = stagehands.room()
    control.start(by="tests")
    return chat


@pytest.fixture
def group(openai_server: OpenAIFake, telegram_server: TelegramFake, settings: LazySettings) -> Chat:
    settings.TELEGRAM_MODE, settings.TELEGRAM_API_BASE = "polling", telegram_server.address
    stagehands.provider(openai_server.address)
    members = stagehands.bots(2)
    for bot in members:
        roster.set_token(bot, telegram_server.add_bot(bot.username), by="tests")
        roster.check_token(bot, by="tests")
    number = telegram_server.add_group("Piyasa", *(bot.username for bot in members))
    chat = stagehands.group(members, number)
    control.start(by="tests")
    return chat


def run(chat: Chat) -> Turn:
    """Open, compose and deliver what is due, as if its typing time had passed."""
    Chat.objects.filter(pk=chat.pk).update(next_due=timezone.now())
    turns.open_due(timezone.now())
    Turn.objects.update(seed=PLAIN_SEED)
    assert compose.one("tests")
    Turn.objects.filter(state=Turn.State.COMPOSED).update(send_after=timezone.now() - timedelta(seconds=1))
    deliver.one("tests")
    return Turn.objects.filter(chat=chat).order_by("-pk")[0]


def test_a_due_chat_hears_one_bot_and_the_turn_keeps_its_reasons(room: Chat, openai_server: OpenAIFake) -> None:
    openai_server.script("Bu aralar sabırla izlemek bana daha doğru geliyor.")
    turn = run(room)
    assert turn.state == Turn.State.SENT
    assert turn.text == "Bu aralar sabırla izlemek bana daha doğru geliyor."
    message = Message.objects.get()
    assert (message.bot, message.text, message.message_id) == (turn.bot, turn.text, turn.sent_id)
    assert len(turn.candidates) == 3
    assert turn.prompt[0]["content"].startswith("Sen Kulis")
    assert turn.prompt_tokens > 0
    assert LLMCall.objects.get().outcome == "ok"
    assert SendAttempt.objects.get().outcome == SendAttempt.Outcome.SENT
    assert Event.objects.filter(kind=Event.Kind.MESSAGE, subject_id=message.pk).exists()


def test_the_same_words_reach_the_telegram_group(
    group: Chat, openai_server: OpenAIFake, telegram_server: TelegramFake
) -> None:
    openai_server.script("Kur bu ara yatay, ben izliyorum.")
    turn = run(group)
    assert turn.state == Turn.State.SENT
    posted = telegram_server.posted(group.telegram_id, by_bots=True)
    assert [message["text"] for message in posted] == ["Kur bu ara yatay, ben izliyorum."]
    assert posted[0]["message_id"] == turn.sent_id


def test_a_draft_that_promises_gain_is_written_anew(room: Chat, openai_server: OpenAIFake) -> None:
    openai_server.script("Bu hisse garanti kazandırır.", "Ben yine de temkinliyim, acele yok.")
    turn = run(room)
    assert turn.text == "Ben yine de temkinliyim, acele yok."
    assert [v["rule"] for v in turn.verdicts if not v["passed"]] == ["promise"]
    assert LLMCall.objects.count() == 2


def test_a_turn_whose_every_draft_is_refused_is_skipped_with_its_reason(room: Chat, openai_server: OpenAIFake) -> None:
    openai_server.script(*["Garanti kazanç burada."] * 3)
    turn = run(room)
    assert (turn.state, turn.reason) == (Turn.State.SKIPPED, "guard:promise")
    assert Message.objects.count() == 0


def test_what_was_said_before_is_not_said_again(room: Chat, openai_server: OpenAIFake) -> None:
    other = Bot.objects.all()[1]
    stagehands.message(
        room, "Temettü sezonu yaklaşıyor, heyecan var.", bot=other, at=timezone.now() - timedelta(hours=1)
    )
    openai_server.script("Temettü sezonu yaklaşıyor, heyecan var!", "Bu yıl daha sakinim aslında.")
    turn = run(room)
    assert turn.text == "Bu yıl daha sakinim aslında."
    assert turn.verdicts[0]["rule"] == "duplicate"


def test_a_question_in_the_room_is_answered_by_the_bot_that_it_names(room: Chat, openai_server: OpenAIFake) -> None:
    openai_server.script("Ben bu sabah sakinim Deniz.")
    bot = Bot.objects.get(username="sevgi_sahne_bot")
    asked = rehearsal.say(room, participant=stagehands.person(), text="@sevgi_sahne_bot bugün nasılsın?")
    turn = Turn.objects.get(trigger=Turn.Trigger.MENTION)
    assert turn.bot == bot
    assert compose.one("tests")
    Turn.objects.update(send_after=timezone.now() - timedelta(seconds=1))
    assert deliver.one("tests")
    answer = Message.objects.get(bot=bot)
    assert answer.reply_to == asked


def test_a_dead_token_is_noted_and_the_turn_fails_with_its_reason(
    group: Chat, openai_server: OpenAIFake, telegram_server: TelegramFake
) -> None:
    openai_server.script("Bir şey diyecektim.")
    for bot in Bot.objects.all():
        telegram_server.revoke(bot.username)
    turn = run(group)
    assert (turn.state, turn.reason) == (Turn.State.FAILED, "token_revoked")
    turn.refresh_from_db()
    assert turn.bot is not None
    assert turn.bot.token_state == Bot.Token.DEAD


def test_a_rate_limit_gates_the_bot_and_loses_nothing(
    group: Chat, openai_server: OpenAIFake, telegram_server: TelegramFake
) -> None:
    openai_server.script("Sakin sakin izliyoruz.")
    telegram_server.fault("sendMessage", 429, retry_after=7)
    turn = run(group)
    assert turn.state == Turn.State.COMPOSED
    attempt = SendAttempt.objects.get()
    assert (attempt.outcome, attempt.retry_after) == (SendAttempt.Outcome.NOT_SENT, 7)
    assert turn.send_after is not None
    assert turn.send_after > timezone.now() + timedelta(seconds=5)
    assert telegram_server.posted(group.telegram_id, by_bots=True) == []


def test_a_lost_answer_is_uncertain_and_never_sent_again(
    group: Chat, openai_server: OpenAIFake, telegram_server: TelegramFake
) -> None:
    openai_server.script("Bu mesaj belki gitti.")
    telegram_server.fault("sendMessage", "reset", recorded=True)
    turn = run(group)
    assert turn.state == Turn.State.UNCERTAIN
    assert not deliver.one("tests")
    assert len(telegram_server.posted(group.telegram_id, by_bots=True)) == 1


def test_without_a_provider_the_turn_is_tried_again_and_then_fails(room: Chat, openai_server: OpenAIFake) -> None:
    openai_server.fault("chat/completions", 500, times=9)
    Chat.objects.update(next_due=timezone.now())
    turns.open_due(timezone.now())
    for _try in range(turns.MOST_TRIES):
        Turn.objects.update(due_at=timezone.now() - timedelta(seconds=1))
        assert compose.one("tests")
    turn = Turn.objects.get()
    assert (turn.state, turn.reason) == (Turn.State.FAILED, "llm_unavailable")
