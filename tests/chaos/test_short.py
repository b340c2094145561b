"""The short form of the harness: a few kills. `make chaos` is the long one, and shows that it sees broken promises."""

import json

import pytest
from pytest_django import Settings

from tests.chaos import theatre
from tests.chaos.ground import Fakes
from tests.chaos.parts import kills
from tests.chaos.theatre import House
from tests.fakes.handles import OpenAIFake, TelegramFake

pytestmark = [pytest.mark.commits, pytest.mark.processes, pytest.mark.usefixtures("committed")]


@pytest.fixture
def house(telegram_server: TelegramFake, openai_server: OpenAIFake, settings: Settings) -> House:
    settings.TELEGRAM_MODE, settings.TELEGRAM_API_BASE = "polling", telegram_server.address
    return theatre.House(Fakes(telegram_server, openai_server), longest=15.0)


def test_killed_workers_lose_nothing_and_double_nothing(house: House) -> None:
    house.times = 3
    outcome = kills.run(house, groups=3)
    print(json.dumps(outcome.as_json()))
    assert outcome.holds, outcome.as_json()
