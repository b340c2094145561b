"""The cast that a newcomer meets."""

import json
from pathlib import Path

import pytest

import bots.casts
from bots.casts import sheets_json
from bots.exchange import document, reading
from bots.sheet import BotSheet
from conversations.engine import guard
from conversations.llm.offline import leaning, topics

FILE = Path(bots.casts.__file__).with_name("demo.json")


@pytest.fixture(scope="module")
def cast() -> tuple[BotSheet, ...]:
    paper = document.read(FILE.read_bytes())
    sheets = tuple(reading.bots(paper, check=guard.persona))
    assert not paper.remarks
    return sheets


def test_eight_bots_are_read_without_a_remark(cast: tuple[BotSheet, ...]) -> None:
    assert len(cast) == 8


def test_what_is_written_and_read_again_is_the_same_cast(cast: tuple[BotSheet, ...]) -> None:
    written = json.dumps(sheets_json.dump(cast), ensure_ascii=False).encode()
    assert tuple(reading.bots(document.read(written), check=guard.persona)) == cast


def test_everybody_is_made_with_care(cast: tuple[BotSheet, ...]) -> None:
    for bot in cast:
        assert bot.username.endswith("bot")
        assert "Simülasyon" in bot.persona.hint
        assert len(bot.memories) >= 10
        assert 3 <= len(bot.stances) <= 5
        assert len(bot.persona.anecdotes) >= 3
        assert len(bot.persona.phrases) >= 3
        assert bot.holdings
        assert bot.hours
        assert not bot.token


def test_they_have_something_to_disagree_about(cast: tuple[BotSheet, ...]) -> None:
    sides: dict[str, set[str]] = {}
    for bot in cast:
        for stance in bot.stances:
            sides.setdefault(topics.of(stance.topic).key, set()).add(leaning.of(stance.text))
    contested = [topic for topic, taken in sides.items() if {"for", "against"} <= taken]
    assert len(contested) >= 6, sides


def test_they_are_of_many_kinds(cast: tuple[BotSheet, ...]) -> None:
    assert {bot.persona.risk for bot in cast} == {"very_low", "low", "medium", "high"}
    assert len({bot.talkativeness for bot in cast}) == len(cast)
    assert max(bot.talkativeness for bot in cast) > 5 * min(bot.talkativeness for bot in cast)
    assert max(bot.persona.formality for bot in cast) - min(bot.persona.formality for bot in cast) > 0.5
    assert max(bot.persona.energy for bot in cast) - min(bot.persona.energy for bot in cast) > 0.5
