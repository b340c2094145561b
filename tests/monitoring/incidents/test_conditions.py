"""Each kind of trouble: there when it is there, and silent when it is not."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from bots import audit
from bots.models import AuditLink, Bot
from conversations import spending
from conversations.models import (
    Breaker,
    Budget,
    Chat,
    Engine,
    LLMCall,
    Membership,
    Provider,
    SendAttempt,
    Turn,
)
from monitoring.faults import rows
from monitoring.faults.reading import Seen
from monitoring.incidents.kinds import SPECS, Range
from monitoring.incidents.looking import CONDITIONS
from monitoring.incidents.models import Channel, Delivery, Kind, Severity, Threshold
from monitoring.incidents.words import SENTENCES
from monitoring.models import Fault
from tests import stagehands
from tests.monitoring.incidents.seeing import running, signs

pytestmark = pytest.mark.django_db
NOW = timezone.now


@pytest.fixture
def cast() -> list[Bot]:
    return stagehands.troupe(4)


@pytest.fixture
def group(cast: list[Bot], settings: Settings) -> Chat:
    settings.TELEGRAM_MODE = "polling"
    return stagehands.group(cast)


def ago(**span: float) -> timedelta:
    return timedelta(**span)


def usual(asked: Range | None) -> float:
    return asked.default if asked else 1


def test_every_kind_has_its_threshold_its_sentences_and_its_condition() -> None:
    assert set(SPECS) == set(CONDITIONS) == set(SENTENCES) == set(Kind)
    rows = {row.kind: (row.severity, row.limit, row.minutes) for row in Threshold.objects.all()}
    asked = {kind.value: (spec.severity, usual(spec.limit), usual(spec.minutes)) for kind, spec in SPECS.items()}
    assert rows == asked
    for kind, spec in SPECS.items():
        for one in filter(None, (spec.limit, spec.minutes)):
            assert one.low <= one.default <= one.high, kind
        order = list(SPECS)
        assert all(order.index(cause) < order.index(kind) or cause == Kind.GUARD for cause in spec.explained_by), kind


# --- Machines --------------------------------------------------------------------------------------------------------
def test_a_broker_that_is_away(settings: Settings, loopback_port: int) -> None:
    assert signs(Kind.BROKER) == []
    settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{loopback_port}/0"
    assert [sign.subject for sign in signs(Kind.BROKER)] == ["house"]


def test_a_process_that_was_killed_or_hangs() -> None:
    stagehands.process("web")
    stagehands.process("writer", queues=["compose"])
    assert signs(Kind.PROCESS) == []
    stagehands.process("writer", silent=40, queues=["compose"])
    stagehands.process("sender", idle=90, queues=["deliver"])
    stuck, lost = signs(Kind.PROCESS)
    assert (lost.facts["seconds"], stuck.facts["seconds"]) == (40, 90)
    assert (lost.severity, stuck.severity) == (None, Severity.URGENT), "only the deliver queue has nobody now"


def test_a_process_that_died_long_ago_is_history() -> None:
    stagehands.process("writer", silent=1200)
    assert signs(Kind.PROCESS) == []


def test_a_clock_that_does_not_tick() -> None:
    running()
    assert signs(Kind.CLOCK) == []
    Engine.objects.update(ticked_at=NOW() - ago(seconds=50))
    assert signs(Kind.CLOCK)[0].facts == {"seconds": 50}
    Engine.objects.update(running=False)
    assert signs(Kind.CLOCK) == []


def test_an_engine_that_is_off_for_long_in_a_live_house(group: Chat) -> None:
    Engine.objects.update(running=False, changed_at=NOW() - ago(minutes=90), changed_by="ayse")
    assert signs(Kind.ENGINE_OFF)[0].facts == {"minutes": 90, "name": "ayse", "chats": 1}
    Engine.objects.update(changed_at=NOW() - ago(minutes=5))
    assert signs(Kind.ENGINE_OFF) == []
    Engine.objects.update(changed_at=NOW() - ago(minutes=90))
    Chat.objects.update(mode=Chat.Mode.PAUSED)
    assert signs(Kind.ENGINE_OFF) == []


def test_a_backup_that_is_old(group: Chat) -> None:
    assert signs(Kind.BACKUP) == [], "a new house has time for its first"
    assert signs(Kind.BACKUP, hours_on=8 * 24)[0].facts == {"days": 7}
    audit.record("backup.take", by="tests")
    assert signs(Kind.BACKUP, hours_on=6 * 24) == []


def test_a_trail_that_was_changed_past_kulis() -> None:
    entry = [audit.record("bot.adjust", by="tests") for _ in range(3)][-1]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert signs(Kind.AUDIT) == []
        cursor.execute("ALTER TABLE bots_auditentry DISABLE TRIGGER USER")
        cursor.execute("UPDATE bots_auditentry SET reason = 'x' WHERE id = %s", [entry.pk])
        cursor.execute("ALTER TABLE bots_auditentry ENABLE TRIGGER USER")
    assert signs(Kind.AUDIT)[0].facts["seq"] == AuditLink.objects.get(entry=entry).seq


def test_a_clock_that_is_wrong() -> None:
    assert signs(Kind.SKEW) == []
    assert signs(Kind.SKEW, limit=-1)[0].subject.startswith("host:"), "any clock differs by more than less than nothing"


# --- Telegram --------------------------------------------------------------------------------------------------------
def shut(**whose: object) -> Breaker:
    now = NOW()
    values = {"state": "open", "openings": 1, "until": now + ago(minutes=1), "opened_at": now - ago(minutes=2)}
    return Breaker.objects.create(**(values | {"failed_at": now, "reason": "unreachable", "in_a_row": 5} | whose))


def test_a_line_that_keeps_failing(cast: list[Bot]) -> None:
    shut(bot=cast[0], opened_at=NOW())
    assert signs(Kind.LINE) == [], "not for long enough yet"
    shut(bot=cast[1])
    assert [(sign.bot_id, sign.facts["count"]) for sign in signs(Kind.LINE)] == [(cast[1].pk, 1)]


def test_many_lines_that_fail_are_one_trouble(cast: list[Bot]) -> None:
    for bot in cast:
        shut(bot=bot)
    assert [(sign.subject, sign.facts) for sign in signs(Kind.LINE)] == [
        ("house", {"tries": 0, "failed": 0, "count": 4})
    ]


def test_most_tries_that_fail(group: Chat, cast: list[Bot]) -> None:
    for number in range(8):
        turn = stagehands.turn_in("composed", group, cast[0])
        outcome, reason = ("ambiguous", "") if number < 4 else ("not_sent", "rate_limited")
        stagehands.tried(turn, outcome=outcome, reason=reason)
    assert signs(Kind.LINE, limit=51) == []
    assert signs(Kind.LINE)[0].facts == {"tries": 8, "failed": 4, "count": 0}


def test_a_storm_of_429_in_one_chat(group: Chat, cast: list[Bot]) -> None:
    for number in range(5):
        turn = stagehands.turn_in("composed", group, cast[0])
        stagehands.tried(turn, outcome="not_sent", reason="rate_limited" if number else "unreachable")
    assert signs(Kind.GATES) == []
    SendAttempt.objects.update(reason="rate_limited")
    assert [(sign.chat_id, sign.facts["count"]) for sign in signs(Kind.GATES)] == [(group.pk, 5)]
    SendAttempt.objects.update(started_at=NOW() - ago(minutes=5))
    assert signs(Kind.GATES) == []


def test_a_token_that_was_refused(cast: list[Bot]) -> None:
    assert signs(Kind.TOKEN) == []
    Bot.objects.filter(pk=cast[0].pk).update(token="v1.k1.AAAA", token_state=Bot.Token.DEAD)
    assert [sign.bot_id for sign in signs(Kind.TOKEN)] == [cast[0].pk]
    Bot.objects.update(enabled=False)
    assert signs(Kind.TOKEN) == []


# --- Words and money -------------------------------------------------------------------------------------------------
def called(provider: Provider, outcome: str, *, times: int = 1) -> None:
    LLMCall.objects.bulk_create(
        [LLMCall(provider=provider, model="m", outcome=outcome, started_at=NOW()) for _ in range(times)]
    )


def test_a_provider_most_of_whose_calls_fail() -> None:
    provider = stagehands.provider("https://model.example/v1")
    called(provider, "ok", times=6)
    called(provider, "llm_unavailable", times=5)
    assert signs(Kind.PROVIDER) == []
    called(provider, "llm_unavailable")
    (sign,) = signs(Kind.PROVIDER)
    assert (sign.provider_id, sign.facts["failed"], sign.facts["code"]) == (provider.pk, 6, "llm_unavailable")
    Provider.objects.update(enabled=False)
    assert signs(Kind.PROVIDER) == []


def test_a_provider_that_is_left_alone() -> None:
    provider = stagehands.provider("https://model.example/v1")
    shut(provider=provider, model=provider.model, reason="llm_unavailable", calls=7, failures=7)
    assert signs(Kind.PROVIDER)[0].facts["failed"] == 7


@pytest.mark.parametrize(("spent", "expected"), [(7, []), (8, [Kind.BUDGET_TIGHT]), (10, [Kind.BUDGET_SPENT])])
def test_a_budget_that_comes_to_its_end(spent: int, expected: list[Kind]) -> None:
    budget = spending.limit(Budget.Scope.CAST, Budget.Period.DAY, by="tests", dollars=Decimal(10))
    Budget.objects.update(spent_cost=Decimal(spent), since=spending.today())
    found = [kind for kind in (Kind.BUDGET_TIGHT, Kind.BUDGET_SPENT) if signs(kind)]
    assert found == expected
    assert all(signs(kind)[0].subject == f"budget:{budget.pk}" for kind in expected)


# --- The talk --------------------------------------------------------------------------------------------------------
def test_a_message_that_stands_there_twice(group: Chat, cast: list[Bot]) -> None:
    turn = stagehands.turn_in("sent", group, cast[0])
    assert signs(Kind.DUPLICATE) == []
    Turn.objects.filter(pk=turn.pk).update(copies=1)
    assert [(sign.chat_id, sign.facts["count"]) for sign in signs(Kind.DUPLICATE)] == [(group.pk, 1)]


def test_many_that_are_uncertain(cast: list[Bot]) -> None:
    rooms = [stagehands.room(cast, title=f"Oda {number}") for number in range(5)]
    for room in rooms[:4]:
        stagehands.turn_in("uncertain", room, cast[0])
    assert signs(Kind.UNCERTAIN) == []
    stagehands.turn_in("uncertain", rooms[4], cast[0])
    assert signs(Kind.UNCERTAIN)[0].facts == {"count": 5}
    Turn.objects.update(uncertain_since=NOW() - ago(hours=2))
    assert signs(Kind.UNCERTAIN) == []


def test_an_observer_that_sees_nothing(group: Chat, cast: list[Bot]) -> None:
    seeing = Membership.objects.filter(chat=group, bot=cast[0])
    stagehands.message(group, "duyan var mı", bot=cast[1], at=NOW() - ago(minutes=3))
    assert signs(Kind.OBSERVER) == [], "nobody ever saw the others here"
    seeing.update(sees_bots_since=NOW() - ago(hours=1), sees_bots_at=NOW() - ago(minutes=5))
    assert [(sign.chat_id, sign.facts["minutes"]) for sign in signs(Kind.OBSERVER)] == [(group.pk, 5)]
    seeing.update(sees_bots_at=NOW() - ago(minutes=3))
    assert signs(Kind.OBSERVER) == []


def test_what_is_due_and_does_not_leave(group: Chat, cast: list[Bot]) -> None:
    running()
    stagehands.turn_in("composed", group, cast[0], send_after=NOW() - ago(minutes=3))
    assert signs(Kind.SILENT)[0].facts == {"count": 1, "minutes": 1.5}
    Membership.objects.filter(chat=group, bot=cast[0]).update(gated_until=NOW() + ago(minutes=1))
    assert signs(Kind.SILENT) == [], "Telegram asked for silence there"
    Membership.objects.update(gated_until=None)
    stagehands.turn_in("sent", group, cast[1])
    assert signs(Kind.SILENT) == [], "something leaves"


def test_a_chat_that_is_quiet_though_it_should_talk(group: Chat, cast: list[Bot]) -> None:
    running()
    Chat.objects.update(created_at=NOW() - ago(hours=5), spoke_at=NOW() - ago(minutes=70))
    for reason in ("llm_refused", "guard:promise", "guard:promise"):
        stagehands.turn_in("skipped", group, None, reason=reason, ended_at=NOW())
    (sign,) = signs(Kind.QUIET)
    assert (sign.chat_id, sign.facts["count"], sign.facts["code"]) == (group.pk, 3, "guard:promise")
    Turn.objects.update(reason="human_present")
    assert signs(Kind.QUIET) == [], "it keeps silent as it should"
    Turn.objects.update(reason="llm_refused")
    Chat.objects.update(spoke_at=NOW() - ago(minutes=10))
    assert signs(Kind.QUIET) == []


def test_one_bot_that_dominates(group: Chat, cast: list[Bot]) -> None:
    for number in range(20):
        stagehands.message(group, f"söz {number}", bot=cast[0 if number < 12 else 1])
    (sign,) = signs(Kind.DOMINANCE)
    assert (sign.bot_id, sign.chat_id, sign.facts["percent"]) == (cast[0].pk, group.pk, 60)
    assert signs(Kind.DOMINANCE, limit=61) == []


def test_a_guard_that_stops_unusually_much(group: Chat, cast: list[Bot]) -> None:
    for number in range(12):
        stagehands.turn_in("skipped", group, None, ended_at=NOW(), reason="guard:promise" if number < 4 else "expired")
    for number in range(7):
        stagehands.turn_in("sent", group, cast[0], chat_seq=number)
    assert signs(Kind.GUARD) == []
    Turn.objects.filter(reason="expired").update(reason="guard:advice")
    assert signs(Kind.GUARD)[0].facts["percent"] == 63


def test_notices_that_do_not_get_through() -> None:
    channel = Channel.objects.create(name="nöbet", kind="email", email="a@example.com")
    lost = Delivery.objects.create(channel=channel, what="test", key="1", next_at=NOW(), state="failed", error="yok")
    assert signs(Kind.NOTICES) == []
    Delivery.objects.filter(pk=lost.pk).update(ended_at=NOW())
    assert signs(Kind.NOTICES)[0].facts == {"count": 1, "name": "nöbet", "reason": "yok"}


def test_errors_of_our_programs_that_come_again_and_again() -> None:
    def seen(where: str, count: int) -> None:
        rows.keep(Seen(where, where, "ValueError", "", "", "", NOW(), count=count))

    seen("worker", 19)
    seen("script", 500)  # whoever opens a page can report that
    assert signs(Kind.FAULTS) == []
    seen("web", 1)
    assert signs(Kind.FAULTS)[0].facts == {"count": 20, "minutes": 15, "name": "ValueError"}
    Fault.objects.filter(where="worker").update(solved_at=NOW(), solved_by="ayse")
    assert signs(Kind.FAULTS) == []
