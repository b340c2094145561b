"""What people change holds from the next claim on, in every process; what is kept meanwhile is counted and bounded."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from bots import roster
from bots.models import Bot
from conversations import control, revision, wake
from conversations.engine import claims, settled
from conversations.models import Chat, Process, Rules, Turn
from tests import stagehands
from tests.conversations import outside
from tests.fakes.handles import OpenAIFake, eventually

PATIENCE = 120
"""Seconds; a busy machine is slow, only a fault takes so long."""
EDITS = 12
"""Three of each kind. A hundred take a minute more and show no more."""


# --- What is kept ----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_what_is_kept_costs_no_query_and_is_counted(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    room, at = stagehands.room(stagehands.troupe(2)), revision.current()
    before = settled.counts()
    settled.of(room.pk, at)
    with django_assert_num_queries(0):
        settled.of(room.pk, at)
        settled.of(room.pk, at)
    now = settled.counts()
    assert (now.hits - before.hits, now.misses - before.misses) == (2, 1)


@pytest.mark.django_db
def test_no_more_chats_are_kept_than_there_is_room_for() -> None:
    room, at = stagehands.room([]), revision.current()
    known = settled.of(room.pk, at)
    for number in range(settled.MOST_KEPT + 10):
        settled._keep(-number, at, known)
    assert len(settled._kept) == settled.MOST_KEPT
    assert room.pk not in settled._kept


@pytest.mark.django_db
def test_a_claim_keeps_the_revision_on_its_turn() -> None:
    control.start(by="tests")
    room = stagehands.room(stagehands.troupe(1))
    stagehands.turn(room)
    turn = claims.claim_to_compose("tests")
    assert turn is not None
    assert turn.revision == Turn.objects.get().revision == revision.current()
    control.revise(by="tests", base_delay=44.0)
    assert revision.current() > turn.revision


# --- Edits under way --------------------------------------------------------------------------------------------------
def edit(number: int, room: Chat, bot: Bot) -> None:
    """Of a chat, a persona, a bot or a rule, by turns. Each shows in the prompt or on the turn."""
    match number % 4:
        case 0:
            control.adjust(room, topics=[f"Konu{number}"], by="tests")
        case 1:
            roster.revise(Bot.objects.get(pk=bot.pk), hint=f"İpucu {number}.", by="tests")
        case 2:
            roster.adjust(Bot.objects.get(pk=bot.pk), hourly_cap=20 + number % 100, by="tests")
        case 3:
            control.revise(by="tests", history_length=5 + number % 95)


def truth(room: Chat, bot: Bot) -> dict[str, Any]:
    """What holds now, by the rows themselves."""
    speaker = Bot.objects.get(pk=bot.pk)
    return {
        "topic": Chat.objects.get(pk=room.pk).topics[0],
        "hint": speaker.persona.hint,
        "persona": speaker.persona_id,
        "rules": Rules.objects.filter(chat=None).latest("id").pk,
        "revision": revision.current(),
    }


def stale(turn: Turn, held: dict[str, Any]) -> list[str]:
    """What a turn that was opened after `held` did not know."""
    prompt = " ".join(message["content"] for message in turn.prompt)
    return [
        name
        for name, fresh in {
            "topic": turn.topic == held["topic"],
            "hint": held["hint"] in prompt,
            "persona": turn.persona_id == held["persona"],
            "rules": turn.rules_id == held["rules"],
            "revision": (turn.revision or 0) >= held["revision"],
        }.items()
        if not fresh
    ]


def written(turn: Turn) -> bool:
    """Whether a worker has dealt with it; wakes them, because a wake-up does not live long."""
    wake._send("compose")
    time.sleep(0.05)
    turn.refresh_from_db()
    return turn.state not in {Turn.State.PLANNED, Turn.State.COMPOSING}


@pytest.mark.commits
@pytest.mark.processes
@pytest.mark.usefixtures("committed")
def test_after_an_edit_no_claim_of_two_workers_uses_what_was_before(openai_server: OpenAIFake) -> None:
    """Each turn is opened right after an edit and before the next: it must show exactly what held then."""
    stagehands.provider(openai_server.address)
    [bot] = stagehands.troupe(1)
    room = stagehands.room([bot])
    Chat.objects.update(next_due=None, topics=["Konu"])
    control.start(by="tests")
    found: dict[int, list[str]] = {}
    names = [tuple(word.replace("writer@", f"writer{number}@") for word in outside.WRITER) for number in range(2)]
    with outside.running(*names):
        eventually(lambda: Process.objects.alive().filter(kind="writer").count() == 2, seconds=PATIENCE)
        for number in range(EDITS):
            edit(number, room, bot)
            held = truth(room, bot)
            turn = stagehands.turn(room, trigger="mention", bot=bot, expires_at=timezone.now() + timedelta(minutes=9))
            eventually(lambda asked=turn: written(asked), seconds=PATIENCE)
            found[turn.pk] = stale(turn, held) if turn.prompt else [turn.reason]
            Turn.objects.filter(pk=turn.pk).update(state=Turn.State.SKIPPED, reason="tests")
    assert {pk: wrong for pk, wrong in found.items() if wrong} == {}
