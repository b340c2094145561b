"""What a measurement under load is made of; the measurement itself takes minutes and is no test."""

from typing import Any

import httpx
import pytest
from pytest_django import Settings

from conversations import control
from conversations.engine import compose, deliver
from conversations.models import Chat, Message, Provider, Turn
from monitoring.bench import floor, ground, load, stage, throughput
from tests import stagehands
from tests.fakes.handles import OpenAIFake, TelegramFake


@pytest.fixture
def staged(db: None, telegram_server: TelegramFake, openai_server: OpenAIFake, settings: Settings) -> list[Chat]:
    settings.TELEGRAM_API_BASE, settings.TELEGRAM_MODE = telegram_server.address, "webhook"
    stage.set_up(telegram_server.root, openai_server.root, bots=3, chats=2)
    return list(Chat.objects.order_by("pk"))


def test_the_stage_has_groups_with_a_talk_behind_them_and_bots_that_may_speak(staged: list[Chat]) -> None:
    assert [chat.members.count() for chat in staged] == [3, 3]
    assert [chat.is_disclosed and not chat.observes_hours for chat in staged] == [True, True]
    assert Message.objects.count() == 2 * stage.TALK
    assert Provider.objects.get().trusted_address
    assert not Chat.objects.filter(next_due__isnull=False).exists()


def test_the_feeder_keeps_a_few_turns_under_way_in_every_group(staged: list[Chat]) -> None:
    feeder = load.Feeder()
    feeder._feed()
    feeder._feed()
    assert [chat.turns.open().count() for chat in staged] == [load.WAITING] * 2


def test_the_floor_is_measured_with_a_prompt_that_a_turn_has_carried(
    staged: list[Chat], telegram_server: TelegramFake, openai_server: OpenAIFake
) -> None:
    control.start(by="tests")
    load.Feeder()._feed()
    assert compose.one("tests")
    Turn.objects.filter(state="composed").update(send_after=staged[0].created_at, typing_from=staged[0].created_at)
    stagehands.breathe()
    assert deliver.one("tests")
    before = len(telegram_server.posted())
    assert floor.cpu_ms(times=2) > 0
    assert len(telegram_server.posted()) == before + 3  # and one more, so that connections stand
    assert len(openai_server.requests()) >= 4


def test_a_big_cast_is_made_of_the_characters_that_there_are() -> None:
    sheets = stage._sheets(203)
    assert len({sheet.username for sheet in sheets}) == 203
    assert sheets[200].persona == sheets[0].persona


def test_the_ground_has_servers_of_its_own_and_leaves_none_behind() -> None:
    with ground.laid() as place:
        assert "kulis-bench-" in str(place.folder)
        assert place.durations.is_file()
        assert httpx.get(f"{place.telegram}/control/state", trust_env=False).status_code == 200
        assert place.environment["DATABASE_URL"] != place.admin
    assert not place.folder.exists()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{place.provider}/v1/models", trust_env=False)


def test_people_read_a_configuration_line_by_line() -> None:
    found: dict[str, Any] = {
        "name": "4 bots", "messages_per_second": 21.5, "p99_seconds": 0.9, "error_rate": 0.01, "reasons": {"late": 1},
        "cpu_ms_per_message": 9.0, "ratio": 5.3, "floor_cpu_ms": 1.7, "statements_per_message": 7.9,
        "cpu_ms_by_process": {"beat": 0.1, "writer 1": 6.0}, "rss_mb": 420.0, "pool_used": 12, "db_p99_ms": 8.0,
        "bytes_per_turn": 9000, "lost": 0, "unrecorded": 0, "stages": {"late": {"p50": 0.1, "p95": 0.5, "p99": 0.9}},
    }  # fmt: skip
    told = "\n".join(throughput.as_lines(found))
    assert "21.5 messages/s" in told
    assert "5.3 floors" in told
    assert "lost 0" in told
