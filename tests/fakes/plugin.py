"""Fixtures: one process of each fake for the whole run, empty at the start of every test that asks for it."""

from collections.abc import Iterator

import pytest

from tests.fakes.handles import FeedFake, OpenAIFake, TelegramFake


@pytest.fixture(scope="session")
def _telegram_process() -> Iterator[TelegramFake]:
    with TelegramFake() as fake:
        yield fake


@pytest.fixture(scope="session")
def _openai_process() -> Iterator[OpenAIFake]:
    with OpenAIFake() as fake:
        yield fake


@pytest.fixture
def telegram_server(_telegram_process: TelegramFake) -> TelegramFake:
    """A Telegram on the loopback, without limits of speed until `limits(on=True)`."""
    _telegram_process.reset()
    return _telegram_process


@pytest.fixture
def openai_server(_openai_process: OpenAIFake) -> OpenAIFake:
    """An OpenAI-compatible provider on the loopback; it offers the model `fake-1` and takes any key."""
    _openai_process.reset()
    return _openai_process


@pytest.fixture(scope="session")
def _feed_process() -> Iterator[FeedFake]:
    with FeedFake() as fake:
        yield fake


@pytest.fixture
def feed_server(_feed_process: FeedFake) -> FeedFake:
    """Somebody who publishes feeds and prices on the loopback."""
    _feed_process.reset()
    return _feed_process
