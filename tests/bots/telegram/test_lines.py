import inspect
import time
from collections.abc import Callable

import pytest

from bots import telegram
from bots.telegram import lines
from bots.telegram.bot_api import BotApi
from bots.telegram.offline import Offline
from tests.fakes.handles import TelegramFake

TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz012345"


@pytest.mark.parametrize("mode", ["webhook", "polling"])
def test_a_line_calls_the_bot_api(mode: str, telegram_server: TelegramFake) -> None:
    line = lines.open_line(TOKEN, base=telegram_server.address, mode=mode)
    assert isinstance(line, BotApi)
    assert telegram_server.calls() == []


OFFLINE_CALLS: list[Callable[[telegram.Telegram], object]] = [
    lambda line: line.send(chat_id=1, text="x", deadline=time.monotonic() + 1),
    lambda line: line.typing(chat_id=1),
    lambda line: line.react(chat_id=1, message_id=1, emoji="👍"),
    lambda line: line.me(),
    lambda line: line.chat(1),
    lambda line: line.member(chat_id=1, user_id=1),
    lambda line: line.pin(chat_id=1, message_id=1),
    lambda line: line.managed_token(7),
    lambda line: line.offer([telegram.Command("help", "x")]),
    lambda line: line.set_webhook(url="https://kulis.example/", secret="s"),
    lambda line: line.delete_webhook(),
    lambda line: line.webhook(),
    lambda line: line.updates(offset=0, timeout=0),
]


@pytest.mark.parametrize("call", OFFLINE_CALLS)
def test_where_telegram_is_off_nothing_leaves(
    call: Callable[[telegram.Telegram], object], telegram_server: TelegramFake
) -> None:
    line = lines.open_line(TOKEN, base=telegram_server.address, mode="off")
    assert isinstance(line, Offline)
    with pytest.raises(telegram.NotSent, match="TELEGRAM_MODE=off"):
        call(line)
    assert telegram_server.calls() == []


def test_every_call_of_the_port_is_tried_above() -> None:
    methods = [name for name, _ in inspect.getmembers(Offline, inspect.isfunction) if not name.startswith("_")]
    assert len(OFFLINE_CALLS) == len(methods)
