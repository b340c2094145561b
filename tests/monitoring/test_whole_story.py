"""A few minutes of a group, by the real path: every message leads back to what brought it about, and who saw it."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db.models import QuerySet
from django.utils import timezone

from bots import audit, roster, traces
from bots.models import Bot, Memory
from conversations import control, inbox, polling
from conversations.engine import compose, deliver, receipts, turns
from conversations.models import Chat, InboundUpdate, Message, Turn
from monitoring import links, story
from monitoring.grants import Role
from tests import staff, stagehands
from tests.fakes.handles import OpenAIFake, TelegramFake

pytestmark = pytest.mark.django_db
SLOTS, ASKED = 3, 2
OPENINGS = ("Altın", "Dolar", "Banka hisseleri", "Kripto", "Endeks", "Gram altın", "Temettü")


@pytest.fixture
def day(openai_server: OpenAIFake, telegram_server: TelegramFake, settings: LazySettings) -> Chat:
    """Bots that talk by themselves, people who ask them, and a bot that sees it all."""
    settings.TELEGRAM_MODE, settings.TELEGRAM_API_BASE = "polling", telegram_server.address
    stagehands.provider(openai_server.address)
    openai_server.script(
        *(f"{word} tarafında acele etmiyorum, {n} gündür bekliyorum." for n, word in enumerate(OPENINGS, 2))
    )
    watcher, *speakers = stagehands.troupe(4)
    for bot in (watcher, *speakers):
        token = telegram_server.add_bot(bot.username, privacy=bot != watcher, sees_bots=bot == watcher)
        roster.set_token(bot, token, by="tests")
        roster.check_token(bot, by="tests")
    number = telegram_server.add_group("Piyasa", *(bot.username for bot in (watcher, *speakers)))
    chat = stagehands.group([watcher, *speakers], number)
    control.start(by="tests")
    control.revise(
        by="tests",
        own_gap=0,
        chat_max_per_minute=1000,
        typing_at_once=10,
        duplicate_similarity=1.0,
        meaning_similarity=1.0,
    )
    for number_of_slot in range(SLOTS):
        if number_of_slot < ASKED:
            called = speakers[number_of_slot]
            telegram_server.say(chat.telegram_id or 0, "Deniz", f"@{called.username} sen ne dersin, {number_of_slot}?")
            hear(watcher)
            speak(chat)
        Chat.objects.filter(pk=chat.pk).update(next_due=timezone.now())
        turns.open_due(timezone.now())
        speak(chat)
        hear(watcher)
    return chat


def hear(watcher: Bot) -> None:
    polling.ask(watcher.pk, wait=0)
    while inbox.process_one():
        pass


def speak(chat: Chat) -> None:
    while compose.one("tests"):
        pass
    Turn.objects.filter(state=Turn.State.COMPOSED).update(send_after=timezone.now() - timedelta(seconds=1))
    chat.memberships.update(next_at=None)
    Chat.objects.update(next_at=None)
    Bot.objects.update(next_at=None)
    while deliver.one("tests"):
        chat.memberships.update(next_at=None)
        Chat.objects.update(next_at=None)


def answer(*words: str, **more: Any) -> Any:
    out = StringIO()
    call_command("story", *words, json=True, stdout=out, **more)
    return json.loads(out.getvalue())


def sent() -> QuerySet[Turn]:
    """What has words; an emoji is no message."""
    return Turn.objects.filter(state=Turn.State.SENT, message__isnull=False).order_by("pk")


def test_no_link_of_a_day_is_broken_and_each_story_is_whole(day: Chat) -> None:
    assert sent().count() > ASKED
    watcher = day.members.earliest("pk")
    looked, broken = links.broken(1000, timezone.now())
    assert looked == Message.objects.count() == sent().count() + ASKED
    assert broken == []
    for turn in sent():
        names = [step.name for step in story.of(turn.pk).steps]
        assert {"due", "composing", "called", "answered", "composed", "told", "sent"} <= set(names)
        assert ("seen" in names) == (turn.bot != watcher), "whoever said it does not see it"
        if turn.cause:
            assert names.index("said") <= names.index("brought") < names.index("read") < names.index("called")
    slots, answers = sent().filter(trigger="schedule"), sent().filter(trigger="mention")
    assert len({turn.traced for turn in slots}) == slots.count()
    brought = InboundUpdate.objects.exclude(outcome="receipt").values_list("trace", flat=True)
    assert {turn.traced for turn in answers} <= set(brought)
    _every_way_to_ask_tells_the_same(answers[0])
    _a_link_that_leads_nowhere_is_found(answers[0])


def _every_way_to_ask_tells_the_same(turn: Turn) -> None:
    update = InboundUpdate.objects.exclude(outcome="receipt").get(trace=turn.traced)
    ways = (
        str(turn.pk),
        f"turn:{turn.pk}",
        f"message:{turn.message_id}",
        f"message:{turn.cause_id}",
        f"update:{update.pk}",
        turn.traced.hex,
    )
    stories = [answer(way) for way in ways]
    assert [one["id"] for one in stories[0]["turns"]] == [turn.pk]
    assert all(one == stories[0] for one in stories)
    (told,) = stories[0]["turns"]
    assert len(told["steps"]) >= 6
    assert told["receipts"] == ["nermin_sahne_bot"]
    out = StringIO()
    call_command("story", str(turn.pk), stdout=out)
    assert turn.text in out.getvalue()
    assert turn.traced.hex in out.getvalue()


def _a_link_that_leads_nowhere_is_found(turn: Turn) -> None:
    assert answer(check=1000)["broken"] == []
    turn.attempts.all().delete()
    InboundUpdate.objects.filter(trace=turn.traced).delete()
    Message.objects.filter(pk=turn.message_id or 0).update(trace=traces.own())
    _looked, broken = links.broken(1000, timezone.now())
    assert {(one.turn, one.link) for one in broken} == {(turn.pk, "message"), (None, "message"), (turn.pk, "attempt")}
    with pytest.raises(CommandError):
        call_command("story", check=1000, stdout=StringIO())


def test_a_message_that_nobody_was_asked_by_tells_of_its_update() -> None:
    (bot,) = stagehands.troupe(1)
    chat = stagehands.group([bot])
    update = InboundUpdate.objects.create(bot=bot, update_id=1, payload={}, kind="message", outcome="message")
    said = stagehands.message(chat, "Günaydın", trace=update.trace)
    told = answer(f"message:{said.pk}")
    assert told["turns"] == []
    assert [one["id"] for one in told["updates"]] == [update.pk]


@pytest.mark.parametrize("subject", ["424242", "message:1", "update:x", "room:3", "0" * 32, "z" * 32, ""])
def test_what_leads_to_no_story_is_said(subject: str) -> None:
    with pytest.raises(CommandError):
        call_command("story", subject, stdout=StringIO())


def test_a_receipt_that_outruns_the_answer_of_telegram_belongs_to_its_turn() -> None:
    bot, watcher = stagehands.troupe(2)
    chat = stagehands.group([bot, watcher])
    turn = stagehands.turn_in("sending", chat, bot)
    stagehands.tried(turn, ago=0)
    seen = stagehands.message(chat, turn.text, bot=bot)
    assert receipts.whose(seen) == turn
    assert receipts.whose(stagehands.message(chat, "Başka bir söz.", bot=bot)) is None


def test_what_people_did_and_what_was_learned_stands_in_the_story() -> None:
    user = staff.equipped("yonetici", Role.ADMIN)
    bot = stagehands.bots(1)[0]
    chat = stagehands.group([bot])
    turn = stagehands.turn(chat, bot=bot, cause=stagehands.message(chat, "Ben emekliyim."), trigger="mention")
    audit.record("turn.reject", by=user, subject=turn)
    memory = Memory.objects.filter(bot=bot)[0]
    Memory.objects.filter(pk=memory.pk).update(message_id=turn.cause_id)
    told = {step.name: step.detail for step in story.of(turn.pk, user).steps}
    assert told["decided"] == "yonetici: turn.reject"
    assert told["learned"] == memory.text
    assert "decided" not in {step.name for step in story.of(turn.pk, staff.equipped("izleyen", Role.ANALYST)).steps}
    assert "yonetici: turn.reject" in staff.browser(user).get(turn.get_absolute_url()).content.decode()
