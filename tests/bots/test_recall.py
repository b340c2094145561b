"""A hundred questions to the demo cast, each with the memory that answers it: how often it is among the first three."""

import json
from pathlib import Path

import pytest

from bots import memory, roster
from bots.exchange import document, reading
from bots.models import Bot, Memory
from conversations import demo
from conversations.engine import guard

LABELLED = Path(__file__).with_name("recall.txt")
FIRST = 3
PROMISED = 0.8


@pytest.mark.django_db
def test_four_of_five_questions_recall_the_memory_that_answers_them(capsys: pytest.CaptureFixture[str]) -> None:
    paper = demo.CAST.read_bytes()
    roster.enrol_all(reading.bots(document.read(paper), check=guard.persona), by="tests")
    texts = {bot["username"]: [one["text"] for one in bot["memories"]] for bot in json.loads(paper)["bots"]}
    cast = {bot.username: bot for bot in Bot.objects.all()}
    asked = [line.split(" ", 2) for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    missed = [
        question
        for username, number, question in asked
        if texts[username][int(number)] not in {m.text for m in memory.recall(cast[username], question, FIRST)}
    ]
    share = 1 - len(missed) / len(asked)
    with capsys.disabled():
        print(f"\n  memory: {share:.0%} of {len(asked)} questions recalled over {Memory.objects.count()} memories")
    assert len(asked) >= 100
    assert share >= PROMISED, missed
