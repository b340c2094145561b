"""The Telegram on the loopback is strict where the product leans on it."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any, ClassVar

import pytest
from typing_extensions import override

from tests.fakes.handles import TelegramFake, eventually


class Caller:
    """A bot as plain HTTP, without the product's adapter."""

    def __init__(self, fake: TelegramFake, token: str) -> None:
        self._fake, self._token = fake, token

    def call(self, method: str, **order: Any) -> dict[str, Any]:
        answer = self._fake.client.post(f"/bot{self._token}/{method}", json=order).json()
        assert isinstance(answer, dict)
        return answer

    def refused(self, method: str, **order: Any) -> tuple[int, str]:
        answer = self.call(method, **order)
        assert answer["ok"] is False
        return answer["error_code"], answer["description"]

    def heard(self) -> list[str]:
        return [update["message"]["text"] for update in self.call("getUpdates")["result"] if "message" in update]


@pytest.fixture
def bot(telegram_server: TelegramFake) -> Caller:
    return Caller(telegram_server, telegram_server.add_bot("ayse_bot"))


@pytest.fixture
def chat(telegram_server: TelegramFake, bot: Caller) -> int:
    return telegram_server.add_group("Borsa sohbeti", "ayse_bot")


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ({"text": ""}, "Bad Request: message text is empty"),
        ({"text": " \n "}, "Bad Request: message text is empty"),
        ({"text": "x" * 4097}, "Bad Request: message is too long"),
        ({"text": "😀" * 2049}, "Bad Request: message is too long"),
        ({"text": "x", "chat_id": -100999}, "Bad Request: chat not found"),
        ({"text": "x", "chat_id": "kulis"}, "Bad Request: chat_id is empty"),
        ({"text": 5}, "Bad Request: field text must be of type String"),
        ({"text": "x", "message_thread_id": 3}, "Bad Request: message thread not found"),
        ({"text": "x", "reply_parameters": "["}, "Bad Request: can't parse reply_parameters JSON object"),
        ({"text": "x", "reply_parameters": [1]}, "Bad Request: object expected as reply parameters"),
        ({"text": "x", "reply_parameters": {"message_id": 99}}, "Bad Request: message to be replied not found"),
        ({"text": "x", "link_preview_options": True}, "Bad Request: object expected as link preview options"),
        ({"text": "x", "reply_to": 3}, "Bad Request: unknown parameter reply_to"),
    ],
)
def test_a_wrong_message_is_refused(bot: Caller, chat: int, order: dict[str, Any], said: str) -> None:
    assert bot.refused("sendMessage", **({"chat_id": chat} | order)) == (400, said)


def test_the_longest_text_passes(bot: Caller, chat: int) -> None:
    assert bot.call("sendMessage", chat_id=chat, text="😀" * 2048)["ok"]


def test_strangers_and_unknown_methods_are_refused(telegram_server: TelegramFake, bot: Caller, chat: int) -> None:
    other = telegram_server.add_group("Başka")
    assert bot.refused("sendMessage", chat_id=other, text="x")[0] == 403
    assert bot.refused("sendMessages", chat_id=chat, text="x")[0] == 404
    assert Caller(telegram_server, "1:nobody").refused("getMe") == (401, "Unauthorized")


def test_reactions_are_one_of_telegrams_and_of_the_chats(telegram_server: TelegramFake, bot: Caller, chat: int) -> None:
    asked = telegram_server.say(chat, "Zeynep", "selam")
    narrow = telegram_server.add_group("Dar", "ayse_bot", reactions=["👍"])
    there = telegram_server.say(narrow, "Zeynep", "selam")

    def react(where: int, message: int, *emoji: str) -> Any:
        reaction = [{"type": "emoji", "emoji": one} for one in emoji]
        return bot.call("setMessageReaction", chat_id=where, message_id=message, reaction=reaction).get("description")

    assert react(chat, asked, "🔥") is None
    assert react(chat, asked, "❤️") == "Bad Request: REACTION_INVALID"
    assert react(chat, asked, "👍", "🔥") == "Bad Request: REACTIONS_TOO_MANY"
    assert react(chat, 99, "🔥") == "Bad Request: message to react not found"
    assert react(narrow, there, "🔥") == "Bad Request: REACTION_INVALID"


def test_privacy_mode_shows_only_what_is_meant_for_the_bot(
    telegram_server: TelegramFake, bot: Caller, chat: int
) -> None:
    listener = Caller(telegram_server, telegram_server.add_bot("listener_bot", privacy=False))
    telegram_server.member(chat, "listener_bot")
    mine = bot.call("sendMessage", chat_id=chat, text="Bence yatay.")["result"]["message_id"]
    telegram_server.say(chat, "Zeynep", "Herkese merhaba")
    telegram_server.say(chat, "Zeynep", "@ayse_bot ne dersin?")
    telegram_server.say(chat, "Zeynep", "Katılmıyorum", reply_to=mine)
    telegram_server.say(chat, "Zeynep", "/help@listener_bot")
    assert bot.heard() == ["@ayse_bot ne dersin?", "Katılmıyorum"]
    assert listener.heard() == ["Herkese merhaba", "@ayse_bot ne dersin?", "Katılmıyorum", "/help@listener_bot"]


def test_bots_see_bots_only_when_told_to(telegram_server: TelegramFake, bot: Caller, chat: int) -> None:
    observer = Caller(telegram_server, telegram_server.add_bot("observer_bot", privacy=False, sees_bots=True))
    listener = Caller(telegram_server, telegram_server.add_bot("listener_bot", privacy=False))
    for name in ("observer_bot", "listener_bot"):
        telegram_server.member(chat, name)
    bot.call("sendMessage", chat_id=chat, text="Bence yatay.")
    assert observer.heard() == ["Bence yatay."]
    assert listener.heard() == bot.heard() == []


def test_mentions_count_in_utf_16_units(telegram_server: TelegramFake, bot: Caller, chat: int) -> None:
    telegram_server.say(chat, "Zeynep", "😀 @ayse_bot $THYAO #borsa")
    [*_, update] = bot.call("getUpdates")["result"]
    assert update["message"]["entities"] == [
        {"type": "mention", "offset": 3, "length": 9},
        {"type": "cashtag", "offset": 13, "length": 6},
        {"type": "hashtag", "offset": 20, "length": 6},
    ]


def test_private_chats_are_between_two(telegram_server: TelegramFake, bot: Caller) -> None:
    other = Caller(telegram_server, telegram_server.add_bot("mehmet_bot"))
    telegram_server.say_privately("ayse_bot", "Zeynep", "Gizli")
    [update] = bot.call("getUpdates")["result"]
    assert update["message"]["chat"]["type"] == "private"
    assert other.heard() == []
    assert bot.call("sendMessage", chat_id=update["message"]["chat"]["id"], text="Merhaba")["ok"]


def test_a_second_poller_ends_the_first_with_409(telegram_server: TelegramFake, bot: Caller) -> None:
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(bot.call, "getUpdates", timeout=30)
        eventually(lambda: telegram_server.calls("getUpdates"))
        bot.call("getUpdates")
        assert first.result()["error_code"] == 409


def test_limits_hold_when_they_are_on(telegram_server: TelegramFake, bot: Caller, chat: int) -> None:
    telegram_server.limits(on=True)
    answers = [bot.call("sendMessage", chat_id=chat, text=f"{n}") for n in range(4)]
    assert [answer["ok"] for answer in answers] == [True, True, False, False]
    assert answers[-1]["error_code"] == 429
    assert answers[-1]["parameters"]["retry_after"] in (1, 2)
    assert len(telegram_server.posted(chat)) == 2


def test_faults_end_when_they_are_used_up(telegram_server: TelegramFake, bot: Caller, chat: int) -> None:
    telegram_server.fault("sendMessage", 500, times=2, only="ayse_bot")
    telegram_server.fault("sendMessage", 403, only="mehmet_bot")
    codes = [bot.call("sendMessage", chat_id=chat, text="x").get("error_code") for _ in range(3)]
    assert codes == [500, 500, None]
    telegram_server.fault("*", 401, times=-1)
    assert bot.refused("getMe")[0] == bot.refused("getMe")[0] == 401
    telegram_server.mend()
    assert bot.call("getMe")["ok"]


def test_the_truth_tells_calls_apart_from_messages(telegram_server: TelegramFake, bot: Caller, chat: int) -> None:
    telegram_server.fault("sendMessage", 500, recorded=True)
    telegram_server.fault("sendMessage", 500)
    for text in ("arrived", "lost", "plain"):
        bot.call("sendMessage", chat_id=chat, text=text)
    assert [said["text"] for said in telegram_server.posted(chat)] == ["arrived", "plain"]
    calls = telegram_server.calls("sendMessage")
    assert [(call["status"], call["message_id"], call["params"]["text"]) for call in calls] == [
        (500, 1, "arrived"),
        (500, None, "lost"),
        (200, 2, "plain"),
    ]


class Site(BaseHTTPRequestHandler):
    """Where a webhook leads: refuses the first delivery, takes the rest."""

    taken: ClassVar[list[tuple[str | None, dict[str, Any]]]] = []
    statuses: ClassVar[list[int]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 200:
            self.taken.append((self.headers["x-telegram-bot-api-secret-token"], body))
        self.send_response(status)
        self.end_headers()

    @override
    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    Site.taken, Site.statuses = [], []
    with HTTPServer(("127.0.0.1", 0), Site) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/telegram/opaque/"
        server.shutdown()
        thread.join()


def test_a_webhook_gets_every_update_with_its_secret_until_it_takes_it(
    telegram_server: TelegramFake, bot: Caller, chat: int, site: str
) -> None:
    Site.statuses = [500]
    assert bot.call("setWebhook", url=site, secret_token="s3cret", allowed_updates=["message"])["ok"]
    telegram_server.say(chat, "Zeynep", "@ayse_bot bir")
    telegram_server.say(chat, "Zeynep", "@ayse_bot iki")
    eventually(lambda: len(Site.taken) == 3)
    assert {secret for secret, _ in Site.taken} == {"s3cret"}
    texts = [update["message"]["text"] for _, update in Site.taken if "message" in update]
    assert texts == ["@ayse_bot bir", "@ayse_bot iki"]
    eventually(lambda: bot.call("getWebhookInfo")["result"]["pending_update_count"] == 0)
    assert bot.call("getWebhookInfo")["result"]["last_error_message"] == "Wrong response from the webhook: 500"


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ({"url": "http://kulis.example/"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "kulis"}, "bad webhook: invalid webhook URL specified"),
        ({"url": "https://kulis.example/", "secret_token": "a b"}, "secret token contains unallowed characters"),
        ({"url": "https://kulis.example/", "allowed_updates": "message"}, "can't parse allowed_updates JSON object"),
        ({"url": "https://kulis.example/", "max_connections": 101}, "max_connections must be between 1 and 100"),
    ],
)
def test_a_wrong_webhook_is_refused(bot: Caller, order: dict[str, Any], said: str) -> None:
    assert bot.refused("setWebhook", **order) == (400, f"Bad Request: {said}")
