"""What has been kept for long enough goes, and nothing else."""

import json
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from conversations import control, tasks
from conversations.engine import policy, retention
from conversations.models import Chat, Event, InboundUpdate, LLMCall, Message, Provider, Response, SendAttempt, Turn
from tests import stagehands

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Chat:
    return stagehands.room(stagehands.troupe(2))


def ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


def turn(room: Chat, days: float, state: str = "skipped", **changes: object) -> Turn:
    """A turn of so many days ago, with evidence."""
    over = {"ended_at": ago(days)} if state in {"sent", "skipped", "failed", "unresolved"} else {}
    evidence = {
        "prompt": [{"role": "system", "content": "Sen Nermin'sin."}],
        "candidates": [{"bot": 1}],
        "draft": "Taslak",
    }
    made = stagehands.turn_in(state, room, room.members.first(), **evidence, **over, **changes)
    Turn.objects.filter(pk=made.pk).update(created_at=ago(days))
    return made


def pruned() -> retention.Pruned:
    return retention.prune(timezone.now(), policy.current())


def test_evidence_goes_after_its_days_and_the_turn_stays(room: Chat) -> None:
    old, fresh = turn(room, 31), turn(room, 29)
    assert pruned().evidence == 1
    old.refresh_from_db()
    fresh.refresh_from_db()
    assert (old.prompt, old.candidates, old.draft) == ([], [], "")
    assert all([fresh.prompt, fresh.candidates, fresh.draft])
    assert pruned() == retention.Pruned()


def test_turns_go_with_attempts_and_calls_and_leave_those_that_point_at_them(room: Chat) -> None:
    old = turn(room, 181)
    provider = Provider.objects.create(name="prova", kind=Provider.Kind.OFFLINE, model="prova")
    LLMCall.objects.create(turn=old, provider=provider, model="prova", outcome="ok", latency_ms=5, started_at=ago(181))
    SendAttempt.objects.create(turn=old, gen=1, started_at=ago(181))
    again = turn(room, 1, retry_of=old)
    assert pruned().turns == 1
    again.refresh_from_db()
    assert again.retry_of is None
    assert not LLMCall.objects.exists()
    assert not SendAttempt.objects.exists()


@pytest.mark.parametrize("state", ["planned", "held", "composed", "sending", "uncertain"])
def test_what_is_not_over_stays_however_old(room: Chat, state: str) -> None:
    waiting = turn(room, 400, state)
    assert pruned() == retention.Pruned()
    assert Turn.objects.get(pk=waiting.pk).prompt


def test_messages_go_with_their_turns_and_leave_answers_to_them(room: Chat) -> None:
    asked = stagehands.message(room, "Altın ne olur?")
    answer = stagehands.message(room, "Bekliyorum.", bot=room.members.first(), reply_to=asked)
    Message.objects.filter(pk=asked.pk).update(created_at=ago(181))
    assert pruned().messages == 1
    answer.refresh_from_db()
    assert answer.reply_to is None


def test_updates_that_are_over_go_and_those_that_wait_for_somebody_stay(room: Chat) -> None:
    bot = room.members.first()
    assert bot is not None
    for number, state in enumerate(InboundUpdate.State.values):
        InboundUpdate.objects.create(bot=bot, update_id=number, payload={}, state=state)
    InboundUpdate.objects.update(received_at=ago(31))
    assert pruned().updates == 2
    left = InboundUpdate.objects.order_by("update_id").values_list("state", flat=True)
    assert list(left) == [InboundUpdate.State.STORED, InboundUpdate.State.PARKED]


def test_answers_to_commands_go_once_they_are_over(room: Chat) -> None:
    bot, now = room.members.first(), timezone.now()
    kept = {"bot": bot, "command": "help", "text": "Yardım", "send_after": now, "expires_at": now, "chat_number": -5}
    Response.objects.create(key="waits", **kept)
    Response.objects.create(key="over", state="sent", ended_at=ago(31), **kept | {"chat_number": None})
    assert pruned().responses == 1
    assert Response.objects.get().key == "waits"


def test_the_ledger_outlives_turns_so_that_a_month_can_be_counted(room: Chat) -> None:
    control.revise(by="tests", turn_days=10)
    provider = Provider.objects.create(name="prova", kind=Provider.Kind.OFFLINE, model="prova")
    for days in (20, 70):
        call = {"provider": provider, "model": "prova", "outcome": "ok", "started_at": ago(days)}
        LLMCall.objects.create(turn=turn(room, days), **call)
    found = pruned()
    assert (found.turns, found.calls) == (2, 1)
    assert LLMCall.objects.get().turn is None


def test_events_go_after_two_days(room: Chat) -> None:
    Event.objects.update(at=ago(3))
    count = Event.objects.count()
    assert count
    assert pruned().events == count


@pytest.mark.parametrize(("days", "left"), [(5, False), (50, True)])
def test_prompt_days(room: Chat, days: int, left: bool) -> None:
    control.revise(by="tests", prompt_days=days)
    old = turn(room, 20)
    pruned()
    assert bool(Turn.objects.get(pk=old.pk).prompt) is left


@pytest.mark.parametrize(("days", "left"), [(10, 0), (40, 1)])
def test_turn_days(room: Chat, days: int, left: int) -> None:
    control.revise(by="tests", turn_days=days)
    turn(room, 20)
    pruned()
    assert Turn.objects.count() == left


def test_more_than_a_batch_goes_batch_by_batch(room: Chat) -> None:
    for _ in range(3):
        turn(room, 181)
    looks = iter([True, True, False])
    found = retention.prune(timezone.now(), policy.current(), going_on=lambda: next(looks, False))
    assert found.evidence == 3
    assert Turn.objects.count() == 3


def test_a_dry_run_counts_and_changes_nothing_and_the_command_says_what_went(room: Chat) -> None:
    turn(room, 181)
    out = StringIO()
    call_command("prune", "--dry-run", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert (told["dry_run"], told["turns"], told["evidence"]) == (True, 1, 1)
    assert Turn.objects.get().prompt
    out = StringIO()
    call_command("prune", stdout=out)
    assert "Gone:" in out.getvalue()
    assert not Turn.objects.exists()


def test_the_worker_prunes_by_itself(room: Chat) -> None:
    turn(room, 181)
    tasks.prune()
    assert not Turn.objects.exists()
