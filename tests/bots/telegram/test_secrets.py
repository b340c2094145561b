"""A token is nowhere but on the wire."""

import logging
import time
import traceback

import pytest

from bots import telegram
from bots.telegram import lines
from tests.fakes.handles import TelegramFake

FAILURES = ["400", "401", "429", "500", "html", "garbage", "reset", "hang", "drip"]


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    for name in ("", "httpx", "httpcore", "bots"):
        caplog.set_level(logging.DEBUG, logger=name or None)
    return caplog


@pytest.mark.parametrize("how", FAILURES)
def test_no_failure_shows_the_token(
    how: str, telegram_server: TelegramFake, everything_logged: pytest.LogCaptureFixture
) -> None:
    token = telegram_server.add_bot("ayse_bot")
    chat = telegram_server.add_group("Borsa sohbeti", "ayse_bot")
    line = lines.open_line(token, base=telegram_server.address, mode="polling")
    telegram_server.fault("*", how, description=f"Bad Request: {token} is wrong" if how == "400" else "")
    seconds = 0.4 if how in ("hang", "drip") else 10
    with pytest.raises(telegram.TelegramError) as caught:
        line.send(chat_id=chat, text="Merhaba", deadline=time.monotonic() + seconds)
    line.me()
    error = caught.value
    shown = [str(error), repr(error), repr(line), str(line), everything_logged.text]
    shown += traceback.format_exception(error)
    secret = token.partition(":")[2]
    assert not [text for text in shown if secret in text]
    assert "/getMe" in everything_logged.text  # the log was looked at while it said something


def test_a_line_shows_the_bot_but_nothing_of_a_text_that_is_no_token() -> None:
    assert "123456" in repr(lines.open_line("123456:AAF-secret", base="https://t.example", mode="polling"))
    assert "AAF" not in repr(lines.open_line("AAF-secret-without-number", base="https://t.example", mode="polling"))
