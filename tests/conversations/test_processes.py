"""The application as people start it: commands with their exit codes, a worker and a beat that do the work."""

import json

import pytest
from django.core.management import call_command
from pytest_django import Settings

from bots import roster
from bots.models import Bot
from conversations import control
from conversations.llm import offline
from conversations.models import Engine, InboundUpdate, Message, Provider, Turn
from tests import stagehands
from tests.conversations import outside
from tests.fakes.handles import TelegramFake, eventually

pytestmark = [pytest.mark.commits, pytest.mark.processes, pytest.mark.usefixtures("committed")]


def test_a_command_ends_with_the_code_that_fits() -> None:
    good = outside.manage("engine", "status", "--json")
    assert (good.returncode, json.loads(good.stdout)["running"]) == (0, False)
    bad = outside.manage("engine", "scale", "99")
    assert (bad.returncode, bad.stdout, len(bad.stderr.splitlines())) == (1, "", 1)


def test_one_round_of_listening_stores_what_was_written(telegram_server: TelegramFake, settings: Settings) -> None:
    settings.TELEGRAM_MODE, settings.TELEGRAM_API_BASE = "polling", telegram_server.address
    bot = stagehands.crowd(1)[0]
    roster.set_token(bot, telegram_server.add_bot(bot.username, privacy=False), by="tests")
    telegram_server.say(telegram_server.add_group("Piyasa", bot.username), "Deniz", "Selam")
    call_command("listen", "--once")
    assert InboundUpdate.objects.count() == 2
    assert Bot.objects.get().update_offset > 0


def test_a_worker_and_a_beat_let_a_room_talk() -> None:
    """What was due is opened and written, and a question is answered, with nobody calling a task by hand."""
    Provider.objects.create(name="çevrimdışı", kind=Provider.Kind.OFFLINE, model=offline.MODEL)
    room = stagehands.room(stagehands.crowd(2))
    control.start(by="tests")
    worker = (*outside.CELERY, "worker", "-P", "threads", "-c", "4", "-Q", "compose,deliver,inbox,upkeep")
    beat = (*outside.CELERY, "beat", "--pidfile=")
    with outside.running((*worker, "--without-gossip", "--without-mingle"), beat):
        eventually(lambda: Engine.objects.get().ticked_at, seconds=60)
        eventually(lambda: Turn.objects.exclude(text="").filter(trigger="schedule").exists(), seconds=60)
        asked = outside.manage("rehearse", "--say", "@kalabalik_1_bot sen ne dersin?", "--seconds", "60", "--json")
        control.stop(by="tests")
    answer = json.loads(asked.stdout)
    assert (asked.returncode, answer["bot"]) == (0, True)
    assert Message.objects.get(pk=answer["id"]).reply_to == Message.objects.get(participant__isnull=False)
    assert room.turns.filter(state=Turn.State.SENT, trigger="mention").count() == 1
