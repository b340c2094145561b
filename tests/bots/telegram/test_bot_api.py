"""The adapter against a Telegram on the loopback that refuses what the real one refuses."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from bots import telegram
from bots.telegram import lines
from tests.fakes.handles import TelegramFake


@dataclass(frozen=True, slots=True)
class Stage:
    """One bot in one group, and its line."""

    fake: TelegramFake
    line: telegram.Telegram
    chat: int

    def send(
        self, text: str = "Merhaba", *, reply_to: int | None = None, thread_id: int | None = None
    ) -> telegram.Sent:
        moment = time.monotonic() + 10
        return self.line.send(chat_id=self.chat, text=text, reply_to=reply_to, thread_id=thread_id, deadline=moment)


@pytest.fixture
def stage(telegram_server: TelegramFake) -> Stage:
    token = telegram_server.add_bot("ayse_bot", name="Ayşe")
    chat = telegram_server.add_group("Borsa sohbeti", "ayse_bot")
    return Stage(telegram_server, lines.open_line(token, base=telegram_server.address, mode="polling"), chat)


def test_a_message_arrives_as_plain_text_without_a_preview(stage: Stage) -> None:
    sent = stage.send("<b>THYAO</b> için _plan_ https://ornek.example 😀")
    [posted] = stage.fake.posted(stage.chat)
    assert posted["message_id"] == sent.message_id
    assert posted["text"] == "<b>THYAO</b> için _plan_ https://ornek.example 😀"
    assert sent.date.tzinfo is not None
    [call] = stage.fake.calls("sendMessage")
    assert call["params"]["link_preview_options"] == {"is_disabled": True}
    assert "parse_mode" not in call["params"]


def test_a_reply_answers_its_message(stage: Stage) -> None:
    asked = stage.fake.say(stage.chat, "Zeynep", "Ne düşünüyorsun?")
    stage.send("Bekliyorum.", reply_to=asked)
    assert stage.fake.posted(stage.chat)[-1]["reply_to"] == asked


def test_a_reply_to_a_message_that_is_gone_is_still_sent(stage: Stage) -> None:
    asked = stage.fake.say(stage.chat, "Zeynep", "Ne düşünüyorsun?")
    stage.fake.delete(stage.chat, asked)
    stage.send("Bekliyorum.", reply_to=asked)
    assert stage.fake.posted(stage.chat)[-1]["reply_to"] is None


def test_a_message_goes_into_its_topic(stage: Stage) -> None:
    forum = stage.fake.add_group("Forum", "ayse_bot", topics={"7": "Döviz"})
    stage.line.send(chat_id=forum, text="Dolar", thread_id=7, deadline=time.monotonic() + 10)
    assert stage.fake.posted(forum)[-1]["thread"] == 7
    with pytest.raises(telegram.BadRequest, match="message thread not found"):
        stage.line.send(chat_id=forum, text="Dolar", thread_id=8, deadline=time.monotonic() + 10)


def test_typing_and_reactions_are_seen(stage: Stage) -> None:
    asked = stage.fake.say(stage.chat, "Zeynep", "Kâr ettim!")
    stage.line.typing(chat_id=stage.chat)
    stage.line.react(chat_id=stage.chat, message_id=asked, emoji="❤️")
    assert stage.fake.calls("sendChatAction")[0]["params"]["action"] == "typing"
    assert stage.fake.chat(stage.chat)["reacted"] == [[asked, "ayse_bot", "❤"]]


def test_a_reaction_that_telegram_does_not_know_is_refused(stage: Stage) -> None:
    asked = stage.fake.say(stage.chat, "Zeynep", "Kâr ettim!")
    with pytest.raises(telegram.BadRequest, match="REACTION_INVALID"):
        stage.line.react(chat_id=stage.chat, message_id=asked, emoji="📈")


def test_a_bot_learns_who_it_is(stage: Stage) -> None:
    me = stage.line.me()
    assert (me.username, me.name, me.reads_all_messages) == ("ayse_bot", "Ayşe", False)
    listener = stage.fake.add_bot("listener_bot", privacy=False)
    assert lines.open_line(listener, base=stage.fake.address, mode="polling").me().reads_all_messages


def test_a_chat_tells_what_it_allows_and_what_is_pinned(stage: Stage) -> None:
    forum = stage.fake.add_group("Forum", "ayse_bot", topics={"7": "Döviz"}, reactions=["👍", "🔥"])
    stage.fake.member(forum, "ayse_bot", "administrator")
    notice = stage.line.send(chat_id=forum, text="Bu bir simülasyondur.", deadline=time.monotonic() + 10)
    stage.line.pin(chat_id=forum, message_id=notice.message_id)
    assert stage.line.chat(forum) == telegram.ChatInfo(
        id=forum,
        kind="supergroup",
        title="Forum",
        is_forum=True,
        pinned_text="Bu bir simülasyondur.",
        reactions=("👍", "🔥"),
    )
    assert stage.line.chat(stage.chat).reactions is None


def test_a_member_tells_whether_it_may_pin(stage: Stage) -> None:
    me = stage.line.me().id
    assert stage.line.member(chat_id=stage.chat, user_id=me) == telegram.MemberInfo(me, "member", can_pin=False)
    with pytest.raises(telegram.BadRequest, match="not enough rights"):
        stage.line.pin(chat_id=stage.chat, message_id=stage.send().message_id)
    stage.fake.member(stage.chat, "ayse_bot", "administrator")
    assert stage.line.member(chat_id=stage.chat, user_id=me).can_pin


def test_updates_come_once_when_their_offset_moves_on(stage: Stage) -> None:
    stage.fake.say(stage.chat, "Zeynep", "@ayse_bot naber?")
    seen = stage.line.updates(offset=0, timeout=0)
    assert [next(iter(update.payload.keys() - {"update_id"})) for update in seen] == ["my_chat_member", "message"]
    assert stage.line.updates(offset=seen[-1].update_id, timeout=0) == seen[-1:]
    assert stage.line.updates(offset=seen[-1].update_id + 1, timeout=0) == []


def test_a_long_poll_ends_when_something_happens(stage: Stage) -> None:
    [joined] = stage.line.updates(offset=0, timeout=0)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(stage.line.updates, offset=joined.update_id + 1, timeout=30)
        stage.fake.say(stage.chat, "Zeynep", "@ayse_bot orada mısın?")
        [update] = waiting.result()
    assert update.payload["message"]["text"] == "@ayse_bot orada mısın?"


def test_a_webhook_is_set_seen_and_taken_back(stage: Stage) -> None:
    stage.line.set_webhook(url="https://kulis.example/telegram/7/", secret="s" * 40)
    assert stage.line.webhook().url == "https://kulis.example/telegram/7/"
    [call] = stage.fake.calls("setWebhook")
    assert call["params"]["secret_token"] == "s" * 40
    assert call["params"]["drop_pending_updates"] is False
    with pytest.raises(telegram.PollConflict, match="webhook is active"):
        stage.line.updates(offset=0, timeout=0)
    stage.line.delete_webhook()
    assert stage.line.webhook() == telegram.WebhookInfo(url="", pending=1, last_error="")


def test_many_threads_share_one_line(stage: Stage) -> None:
    with ThreadPoolExecutor(24) as pool:
        ids = {sent.message_id for sent in pool.map(stage.send, [f"mesaj {n}" for n in range(120)])}
    assert len(ids) == len(stage.fake.posted(stage.chat)) == 120


def test_commands_are_listed_for_a_language_and_for_everybody_else(stage: Stage) -> None:
    stage.line.offer([telegram.Command("unut", "Verilerimi sil")], language="tr")
    stage.line.offer([telegram.Command("forget", "Delete my data")])
    listed = stage.fake.bot("ayse_bot")["commands"]
    assert listed["tr"] == [{"command": "unut", "description": "Verilerimi sil"}]
    assert listed[""][0]["command"] == "forget"
    with pytest.raises(telegram.Rejected, match="BOT_COMMAND_INVALID"):
        stage.line.offer([telegram.Command("Ş", "x")])
