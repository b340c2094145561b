"""What Prometheus reads: equal to the rows, steady over restarts and pruning, listed in the docs, free of text."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import DjangoAssertNumQueries, Settings

from bots import counting
from bots.models import Tally
from config.embedded.state import CLONE
from conversations import control, labour, presence, spending
from conversations.engine import turns
from conversations.models import Budget, Chat, LLMCall, Process, Provider, Turn
from monitoring import counted, metrics, promises
from monitoring.models import Counted
from tests import full_house, stagehands

pytestmark = pytest.mark.django_db
CODE = re.compile(r"[A-Za-z0-9_.+-]{0,60}")
STATE = Turn.State


@pytest.fixture(autouse=True)
def _nothing_waits() -> None:
    counting._waiting.clear()


def value(name: str, **labels: str) -> float:
    """What one series of the exposition says; 0 where it does not exist."""
    families = text_string_to_metric_families(metrics.exposition().decode())
    samples = (sample for family in families for sample in family.samples)
    return next((one.value for one in samples if one.name == name and one.labels == labels), 0.0)


def begin_counting(at: datetime) -> None:
    Counted.objects.bulk_create(Counted(source=source, until=at) for source in ("turns", "calls"))


@pytest.fixture
def room() -> Chat:
    return stagehands.room(stagehands.troupe(2))


def ended(room: Chat, state: Turn.State, reason: str = "", *, ago: float, took: float = 3, **more: object) -> Turn:
    """A turn that ended `ago` seconds ago, `took` seconds after its moment."""
    end = timezone.now() - timedelta(seconds=ago)
    place = {"chat_seq": Turn.objects.count() + 1} if state == STATE.SENT else {}
    turn = stagehands.turn_in(state, room, room.memberships.all()[0].bot, **(place | more))
    Turn.objects.filter(pk=turn.pk).update(
        reason=reason, ended_at=end, send_after=end - timedelta(seconds=took), due_at=end - timedelta(seconds=took),
        sent_at=end if state == STATE.SENT else None,
    )  # fmt: skip
    return turn


def test_turns_are_counted_once_however_often_somebody_counts(room: Chat) -> None:
    begin_counting(timezone.now() - timedelta(minutes=10))
    for ago in (300, 200):
        ended(room, STATE.SENT, ago=ago)
    ended(room, STATE.SKIPPED, "expired", ago=100)
    ended(room, STATE.SKIPPED, "ein satz aus dem chat", ago=90)
    for _times in range(3):
        counted.count()
    assert value("kulis_turns_ended_total", state="sent", reason="") == 2
    assert value("kulis_turns_ended_total", state="skipped", reason="expired") == 1
    assert value("kulis_turns_ended_total", state="skipped", reason="other") == 1


def test_what_is_pruned_stays_counted(room: Chat) -> None:
    begin_counting(timezone.now() - timedelta(minutes=10))
    ended(room, STATE.SENT, ago=60)
    counted.count()
    Turn.objects.all().delete()
    counted.count()
    assert value("kulis_turns_ended_total", state="sent", reason="") == 1
    assert value("kulis_delivery_seconds_count", purpose="chatter") == 1


def test_counting_begins_where_it_is_begun_and_reads_long_gaps_in_steps(room: Chat) -> None:
    ended(room, STATE.SENT, ago=60)
    counted.count()
    assert value("kulis_turns_ended_total", state="sent", reason="") == 0
    Counted.objects.update(until=timezone.now() - 3 * counted.STEP)
    counted.count()
    assert value("kulis_turns_ended_total", state="sent", reason="") == 1


@pytest.mark.parametrize(
    ("state", "reason", "trigger", "took", "missed"),
    [
        (STATE.SENT, "", "schedule", 30, set()),
        (STATE.SENT, "", "schedule", 90, {"delivery"}),
        (STATE.SENT, "", "mention", 30, {"answers"}),
        (STATE.FAILED, "unreachable", "mention", 1, {"delivery", "answers"}),
        (STATE.SKIPPED, "gated", "schedule", 1, {"delivery"}),
        (STATE.SKIPPED, "superseded", "schedule", 90, set()),
        (STATE.SKIPPED, "llm_unavailable", "schedule", 1, {"words"}),
    ],
)
def test_a_promise_is_missed_when_it_is_missed(
    room: Chat, state: Turn.State, reason: str, trigger: str, took: float, missed: set[str]
) -> None:
    begin_counting(timezone.now() - timedelta(minutes=10))
    ended(room, state, reason, ago=60, took=took, trigger=trigger)
    counted.count()
    found = {name for name in promises.OBJECTIVES if value("kulis_promises_missed_total", promise=name)}
    assert found == missed


def test_calls_of_models_are_counted_with_tokens_and_cost(room: Chat) -> None:
    begin_counting(timezone.now() - timedelta(minutes=10))
    provider = stagehands.provider("https://model.example/v1")
    spoke = {"provider": provider, "model": "m", "started_at": timezone.now() - timedelta(minutes=2)}
    LLMCall.objects.create(**spoke, outcome="ok", prompt_tokens=90, completion_tokens=9, cost=Decimal("0.5"))
    LLMCall.objects.create(**spoke, outcome="llm_unavailable", latency_ms=30_000)
    counted.count()
    who = str(provider.pk)
    assert value("kulis_model_calls_total", provider=who, outcome="ok") == 1
    assert value("kulis_model_tokens_total", provider=who, kind="prompt") == 90
    assert value("kulis_model_dollars_total", provider=who) == 0.5
    assert value("kulis_model_seconds_bucket", provider=who, le="20") == 1
    assert value("kulis_model_seconds_sum", provider=who) == 30


def test_a_call_under_way_is_waited_for() -> None:
    begin_counting(timezone.now() - timedelta(minutes=10))
    provider = stagehands.provider("https://model.example/v1")
    moment = timezone.now() - timedelta(minutes=2)
    slow = {"provider": provider, "model": "m", "until": timezone.now() + timedelta(minutes=1)}
    call = LLMCall.objects.create(**slow, outcome="open", started_at=moment)
    LLMCall.objects.create(**slow, outcome="ok", started_at=moment + timedelta(seconds=1))
    counted.count()
    assert not Tally.objects.exists()
    LLMCall.objects.filter(pk=call.pk).update(outcome="ok")
    counted.count()
    assert value("kulis_model_calls_total", provider=str(provider.pk), outcome="ok") == 2


def test_two_processes_add_to_the_same_row_and_a_restart_loses_nothing() -> None:
    for _process in range(2):
        counting.add("kulis_fenced", by=3)
        counting.hand_over()
    assert not counting.waiting()
    assert value("kulis_fenced_total") == 6


def test_what_the_database_does_not_take_is_handed_over_later() -> None:
    counting.add("kulis_fenced")
    counting.add("x" * 61)
    with pytest.raises(DatabaseError):
        counting.hand_over()
    connection.needs_rollback = True
    assert counting.waiting() == {("kulis_fenced", ()): 1, ("x" * 61, ()): 1}


def test_a_process_hands_over_with_its_signs_of_life() -> None:
    sign = presence.Sign(Process.Kind.WRITER, 8, ["compose"])
    labour.begin("1")
    labour.end("1", "conversations.tick", failed=True)
    presence.tell(sign)
    assert not Tally.objects.exists()
    sign.handed_over -= presence.HAND_OVER
    presence.tell(sign)
    assert value("kulis_task_failures_total", task="conversations.tick") == 1
    assert value("kulis_task_seconds_count", task="conversations.tick") == 1


def test_a_move_that_came_too_late_is_counted(room: Chat) -> None:
    turn = stagehands.turn_in(STATE.PLANNED, room, None)
    turn.gen += 1
    assert not turns.end(turn, STATE.SKIPPED, "expired", came=[STATE.PLANNED])
    assert counting.waiting() == {("kulis_fenced", ()): 1}


def test_the_tightest_budget_of_its_kind_is_told(room: Chat) -> None:
    spending.limit(Budget.Scope.CAST, Budget.Period.DAY, by="tests", tokens=100)
    for number, chat in enumerate([room, stagehands.room([], title="b")]):
        spending.limit(Budget.Scope.CHAT, Budget.Period.DAY, by="tests", tokens=100, subject=chat)
        Budget.objects.filter(chat=chat).update(since=timezone.localdate(), spent_tokens=30 * (number + 1))
    assert value("kulis_budget_left_ratio", scope="chat", period="day") == pytest.approx(0.4)
    assert value("kulis_budget_left_ratio", scope="cast", period="day") == 1


def test_nothing_that_people_typed_stands_in_a_label() -> None:
    """Whatever is in the tables: a label is a code, or the number of a row."""
    full_house.furnish(3)
    Process.objects.update(host="kanarya host ğ")
    Counted.objects.update(until=timezone.now() - timedelta(days=1))
    counted.count()
    for family in text_string_to_metric_families(metrics.exposition().decode()):
        for sample in family.samples:
            assert all(CODE.fullmatch(label) for label in sample.labels.values()), sample


def series() -> int:
    return sum(len(family.samples) for family in text_string_to_metric_families(metrics.exposition().decode()))


def test_bots_and_chats_add_no_series_and_no_query(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    stagehands.room(stagehands.crowd(2))
    control.start(by="tests")
    few = series()
    for number in range(5):
        stagehands.room([], title=f"oda {number}")
    for number in range(counted.PROVIDERS + 5):
        Provider.objects.create(name=f"p{number}", kind=Provider.Kind.OFFLINE, model="m")
    with django_assert_max_num_queries(45):
        assert series() == few


def test_without_its_database_a_page_still_answers_with_its_own_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    connection.close()
    told = metrics.exposition().decode()
    monkeypatch.undo()
    connection.close()
    assert "kulis_database_up 0.0" in told
    assert "kulis_loop_lag_seconds" in told


def test_without_the_broker_everything_else_is_still_told(settings: Settings) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    told = metrics.exposition().decode()
    assert "kulis_broker_up 0.0" in told
    assert "kulis_database_up 1.0" in told


def documented() -> set[str]:
    table = (CLONE / "docs" / "metrics.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `(kulis_\w+)", table, re.MULTILINE))


def exposed() -> dict[str, Metric]:
    return metrics.families()


def test_the_table_in_the_docs_holds_every_metric_and_no_other() -> None:
    suffix: dict[str, Callable[[str], str]] = {"counter": lambda name: f"{name}_total"}
    names = {suffix.get(family.type, str)(name) for name, family in exposed().items()}
    assert documented() == names
