"""Every way a call can fail: what the adapter says, and what really happened at the other end."""

import time
from dataclasses import dataclass

import pytest

from bots import telegram
from bots.telegram import lines
from tests.fakes.handles import TelegramFake


def patience(how: str) -> float:
    """Long enough for a busy machine, short where the wait is the point."""
    return 0.4 if how in ("hang", "drip") else 10


@dataclass(frozen=True, slots=True)
class Stage:
    fake: TelegramFake
    line: telegram.Telegram
    chat: int

    def send(self, *, seconds: float = 10) -> telegram.Sent:
        return self.line.send(chat_id=self.chat, text="Merhaba", deadline=time.monotonic() + seconds)


@pytest.fixture
def stage(telegram_server: TelegramFake) -> Stage:
    token = telegram_server.add_bot("ayse_bot")
    chat = telegram_server.add_group("Borsa sohbeti", "ayse_bot")
    return Stage(telegram_server, lines.open_line(token, base=telegram_server.address, mode="polling"), chat)


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        ("400", telegram.BadRequest),
        ("401", telegram.InvalidToken),
        ("403", telegram.Forbidden),
        ("404", telegram.NotFound),
        ("409", telegram.PollConflict),
        ("429", telegram.RetryAfter),
        ("500", telegram.Ambiguous),
        ("502", telegram.Ambiguous),
        ("html", telegram.Ambiguous),
        ("garbage", telegram.Ambiguous),
        ("hollow", telegram.Ambiguous),
        ("hang", telegram.Ambiguous),
        ("reset", telegram.Ambiguous),
    ],
)
def test_a_send_that_goes_wrong_has_its_class(stage: Stage, how: str, kind: type[telegram.TelegramError]) -> None:
    stage.fake.fault("sendMessage", how)
    with pytest.raises(telegram.TelegramError) as caught:
        stage.send(seconds=patience(how))
    assert type(caught.value) is kind
    assert stage.fake.posted(stage.chat) == []


@pytest.mark.parametrize("how", ["500", "html", "garbage", "hang", "reset", "cut", "drip"])
def test_a_message_whose_answer_was_lost_is_ambiguous_because_it_did_arrive(stage: Stage, how: str) -> None:
    stage.fake.fault("sendMessage", how, recorded=True)
    with pytest.raises(telegram.Ambiguous):
        stage.send(seconds=patience(how))
    assert len(stage.fake.posted(stage.chat)) == 1


def test_a_send_past_its_deadline_is_not_sent(stage: Stage) -> None:
    with pytest.raises(telegram.NotSent, match="deadline passed"):
        stage.send(seconds=0)
    assert stage.fake.calls("sendMessage") == []


def test_a_telegram_that_refuses_connections_is_not_sent(loopback_port: int) -> None:
    line = lines.open_line("1:abc", base=f"http://127.0.0.1:{loopback_port}", mode="polling")
    with pytest.raises(telegram.Unreachable, match="refused"):
        line.send(chat_id=1, text="x", deadline=time.monotonic() + 5)


def test_the_time_to_wait_comes_from_telegram(stage: Stage) -> None:
    stage.fake.fault("sendMessage", 429, retry_after=37)
    with pytest.raises(telegram.RetryAfter) as caught:
        stage.send()
    assert caught.value.seconds == 37


def test_a_429_that_names_no_time_waits_a_sane_one(stage: Stage) -> None:
    stage.fake.fault("sendMessage", 429, retry_after=-1)
    with pytest.raises(telegram.RetryAfter) as caught:
        stage.send()
    assert caught.value.seconds == 30


def test_a_group_that_moved_says_where_to(stage: Stage) -> None:
    new = stage.fake.migrate(stage.chat)
    with pytest.raises(telegram.Migrated) as caught:
        stage.send()
    assert caught.value.chat_id == new
    assert stage.line.send(chat_id=new, text="Buradayım", deadline=time.monotonic() + 10).message_id


def test_a_bot_that_was_removed_is_forbidden(stage: Stage) -> None:
    stage.fake.member(stage.chat, "ayse_bot", "kicked")
    with pytest.raises(telegram.Forbidden, match="kicked"):
        stage.send()


def test_a_revoked_token_is_dead(stage: Stage) -> None:
    stage.fake.revoke("ayse_bot")
    with pytest.raises(telegram.InvalidToken):
        stage.send()


@pytest.mark.parametrize("token", ["", "kulis", "1:abc/../2:def", "1:a b", "1:ğ", "1:abc\n"])
def test_what_cannot_be_a_token_calls_nobody(stage: Stage, token: str) -> None:
    with pytest.raises(telegram.InvalidToken, match="bot anahtarı değil"):
        lines.open_line(token, base=stage.fake.address, mode="polling").me()
    assert stage.fake.calls() == []


def test_half_a_character_is_refused_before_anything_leaves(stage: Stage) -> None:
    with pytest.raises(telegram.BadRequest, match="yarım bir karakter"):
        stage.line.send(chat_id=stage.chat, text="\ud83d", deadline=time.monotonic() + 10)
    assert stage.fake.calls("sendMessage") == []


@pytest.mark.parametrize("how", ["500", "html", "garbage", "hollow", "reset"])
def test_a_question_without_a_clear_answer_may_be_asked_again(stage: Stage, how: str) -> None:
    stage.fake.fault("*", how, times=3)
    with pytest.raises(telegram.Unreachable):
        stage.line.me()
    with pytest.raises(telegram.Unreachable):
        stage.line.chat(stage.chat)
    with pytest.raises(telegram.Unreachable):
        stage.line.updates(offset=0, timeout=0)


@pytest.mark.parametrize("how", ["500", "html", "garbage", "reset"])
def test_a_webhook_that_may_not_have_been_set_may_be_set_again(stage: Stage, how: str) -> None:
    stage.fake.fault("setWebhook", how)
    with pytest.raises(telegram.Unreachable):
        stage.line.set_webhook(url="https://kulis.example/", secret="s")


def test_what_a_chat_may_have_seen_stays_ambiguous(stage: Stage) -> None:
    asked = stage.fake.say(stage.chat, "Zeynep", "Selam")
    stage.fake.fault("*", "reset", times=3)
    with pytest.raises(telegram.Ambiguous):
        stage.line.typing(chat_id=stage.chat)
    with pytest.raises(telegram.Ambiguous):
        stage.line.react(chat_id=stage.chat, message_id=asked, emoji="👍")
    with pytest.raises(telegram.Ambiguous):
        stage.line.pin(chat_id=stage.chat, message_id=asked)


def test_a_second_poller_ends_the_first(stage: Stage) -> None:
    stage.fake.fault("getUpdates", 409)
    with pytest.raises(telegram.PollConflict, match="other getUpdates"):
        stage.line.updates(offset=0, timeout=0)
