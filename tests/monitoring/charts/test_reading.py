"""Every number of every window is what SQL says over the rows, at the awkward moments too."""

import random
from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from bots.models import AuditEntry
from conversations import chronicle, control
from conversations.models import Chat, Engine, LLMCall, Message, Outage, Provider, Turn
from monitoring.charts import meanwhile, reading, waiting, window
from monitoring.charts.window import DAY, HOUR, SPANS, Window
from tests import stagehands

pytestmark = pytest.mark.django_db

ISTANBUL = ZoneInfo("Europe/Istanbul")
RANGES = 200
TINY = timedelta(microseconds=1)


def awkward(now: datetime, dice: random.Random) -> list[datetime]:
    """Midnights of both clocks, full hours, and a hair beside them, over a hundred days; and anything."""
    moments = [now - TINY, now - timedelta(seconds=1), chronicle.whole_hour(now), chronicle.whole_hour(now) - TINY]
    for _number in range(60):
        day = (now - dice.randrange(100) * DAY).astimezone(dice.choice([ISTANBUL, UTC]))
        midnight = day.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
        moments += [midnight + dice.choice([-TINY, timedelta(), TINY]), now - dice.random() * 100 * DAY]
        moments.append(chronicle.whole_hour(now - dice.random() * 8 * DAY) + dice.choice([-TINY, timedelta(), TINY]))
        moments.append(now - dice.random() * DAY)
    return [moment for moment in moments if moment < now]


@pytest.fixture
def store() -> datetime:
    """Messages, turns and calls at awkward moments in two chats, of which all whole hours are counted."""
    now, dice = timezone.now(), random.Random(7)
    bot = stagehands.troupe(1)[0]
    chats = [stagehands.room([bot]), stagehands.room([bot], title="Yan oda")]
    voices = [stagehands.provider("http://127.0.0.1:1/v1", name=name) for name in ("bir", "iki")]
    moments = awkward(now, dice)
    person = stagehands.person()
    Message.objects.bulk_create(
        Message(chat=dice.choice(chats), message_id=number, said_at=at, text="x", folded="x",
                **({"bot": bot} if dice.random() < 0.7 else {"participant": person}))
        for number, at in enumerate(moments)
    )  # fmt: skip
    Turn.objects.bulk_create(
        _turn(dice, number, at, chat=dice.choice(chats), bot=bot) for number, at in enumerate(moments)
    )
    LLMCall.objects.bulk_create(
        LLMCall(provider=dice.choice(voices), model="m", outcome=dice.choice(["ok", "ok", "llm_unavailable"]),
                cost=Decimal(number) / 1000, route=dice.choice([1, 2]), prompt_tokens=number, started_at=at,
                latency_ms=dice.randrange(20, 9000))
        for number, at in enumerate(moments)
    )  # fmt: skip
    chronicle.fill(now)
    return now


def _turn(dice: random.Random, number: int, at: datetime, **more: Any) -> Turn:
    common = more | {
        "trigger": "schedule",
        "priority": 5,
        "seed": 1,
        "due_at": at,
        "expires_at": at + DAY,
        "ended_at": at,
    }
    common["plan_key"] = str(number)
    state = dice.choice(["sent", "sent", "skipped", "failed"])
    if state != "sent":
        return Turn(state=state, reason=dice.choice(["expired", "guard:promise"]), **common)
    late = timedelta(seconds=dice.random() * 40)
    words = {"text": "x", "text_sha256": "0", "sent_id": number, "chat_seq": number}
    return Turn(state=state, sent_at=at, send_after=at - late, **words, **common)


def anywhere(now: datetime, dice: random.Random) -> Window:
    """Any span, by any clock, that ends now, somewhere, or just at an edge."""
    span, zone = dice.choice(list(SPANS.values())), dice.choice([ISTANBUL, UTC])
    until = dice.choice([now, now - dice.random() * 20 * DAY, chronicle.whole_hour(now - dice.randrange(200) * HOUR)])
    return window.of(span, until, zone)


def slotted(of: Window, rows: Sequence[tuple[datetime | None, Any]], width: int) -> list[list[float]]:
    """What rows of (moment, numbers) come to in each slot: counted by hand."""
    columns = [[0.0] * len(of.edges) for _ in range(width)]
    for at, numbers in rows:
        if at and of.since <= at < of.until:
            for column, number in zip(columns, numbers, strict=True):
                column[bisect_right(of.edges, at) - 1] += float(number)
    return [[round(value, 6) for value in column] for column in columns]


def test_two_hundred_windows_equal_the_rows(store: datetime) -> None:
    dice, engine = random.Random(11), Engine.objects.get()
    chats = list(Chat.objects.values_list("pk", flat=True))
    said = list(Message.objects.values_list("chat", "said_at", "bot", "participant"))
    ended = list(Turn.objects.values_list("chat", "ended_at", "state"))
    calls = list(LLMCall.objects.values_list("provider", "started_at", "outcome", "route", "prompt_tokens", "cost"))
    counted = 0
    for _number in range(RANGES):
        of = anywhere(store, dice)
        mine = dice.choice([None, chats[:1], chats])
        counted += reading.settled(of, engine) > of.since
        found = reading.happened(of, engine, mine)
        told = [
            (at, (bot is not None, person is not None))
            for chat, at, bot, person in said
            if mine is None or chat in mine
        ]
        assert [found.bots, found.people] == slotted(of, told, 2), of
        turns = [
            (at, [state == one for one in ("sent", "skipped", "failed")])
            for chat, at, state in ended
            if mine is None or chat in mine
        ]
        assert [found.sent, found.skipped, found.failed] == slotted(of, turns, 3), of
        for voice in Provider.objects.all() if _number % 10 == 0 else ():
            asked = [
                (at, (1, outcome != "ok", route > 1, tokens, cost))
                for provider, at, outcome, route, tokens, cost in calls
                if provider == voice.pk
            ]
            got = reading.called(of, engine).get(voice.pk)
            columns = (
                [got.calls, got.failed, got.failovers, got.prompt, got.cost] if got else [[0.0] * len(of.edges)] * 5
            )
            assert columns == slotted(of, asked, 5), of
    assert 40 < counted < RANGES - 40


def test_reasons_are_the_same_from_rows_and_from_tallies(store: datetime) -> None:
    engine, of = Engine.objects.get(), window.of(SPANS["90d"], store, ISTANBUL)
    rows = Turn.objects.exclude(state="sent").filter(ended_at__gte=of.since, ended_at__lt=of.until)
    truth = sorted((code, rows.filter(reason=code).count()) for code in ("expired", "guard:promise"))
    assert reading.settled(of, engine) > of.since
    assert sorted(reading.reasons(of, engine)) == truth


def test_slow_ones_are_exact_for_a_day_and_near_for_months(store: datetime) -> None:
    engine = Engine.objects.get()
    day, months = (waiting.to_arrive(window.of(SPANS[key], store, ISTANBUL), engine) for key in ("24h", "90d"))
    assert (day.exact, months.exact) == (True, False)
    Engine.objects.update(counted_until=None)
    truth = waiting.to_arrive(window.of(SPANS["90d"], store, ISTANBUL), Engine.objects.get())
    assert (truth.exact, truth.count) == (True, months.count)
    for near, exact in zip(months.whole[:2], truth.whole[:2], strict=True):
        assert near == pytest.approx(exact, rel=0.12)
    found = waiting.to_answer(window.of(SPANS["24h"], store, ISTANBUL), engine)
    ms = LLMCall.objects.filter(
        outcome="ok", started_at__gte=window.of(SPANS["24h"], store, ISTANBUL).since
    ).values_list("provider", "latency_ms")
    for provider, one in found.items():
        mine = sorted(took for voice, took in ms if voice == provider)
        assert one.count == len(mine)
        assert mine[0] <= (one.whole[0] or 0) <= mine[-1]


def switched(*switches: tuple[str, float]) -> None:
    """The engine was started or stopped so many minutes ago."""
    for action, ago in switches:
        with time_machine.travel(timezone.now() - timedelta(minutes=ago), tick=False):
            AuditEntry.objects.create(action=f"engine.{action}", actor_name="ayşe")


@pytest.mark.parametrize(
    ("switches", "off"),
    [((), 60), ((("start", 120),), 0), ((("start", 120), ("stop", 90)), 60),
     ((("start", 120), ("stop", 30), ("start", 20)), 10), ((("stop", 120), ("start", 10)), 50)],
)  # fmt: skip
def test_time_off_follows_the_audit_trail(switches: tuple[tuple[str, float], ...], off: float) -> None:
    AuditEntry.objects.create(action="house.began", actor_name="tests")
    switched(*switches)
    now = timezone.now()
    of = window.of(SPANS["1h"], now, UTC)
    found = meanwhile.around(of, Engine.objects.get(), now)
    minutes = sum(((gap.until - gap.since) for gap in found.gaps if gap.code == "off"), timedelta()) / timedelta(
        minutes=1
    )
    assert minutes == pytest.approx(off, abs=1.1)
    assert len(found.marks) == sum(ago < 59 for _action, ago in switches)


def test_what_was_away_is_a_gap_and_a_process_that_died_is_a_mark() -> None:
    control.start(by="tests")
    now = timezone.now()
    Outage.objects.create(what="clock", since=now - timedelta(minutes=20), until=now - timedelta(minutes=10))
    chronicle.away("writer", now - timedelta(minutes=5))
    stagehands.process("sender", silent=90)
    Engine.objects.update(ticked_at=now - timedelta(minutes=2))
    found = meanwhile.around(window.of(SPANS["1h"], now, UTC), Engine.objects.get(), now)
    away = [round((gap.until - gap.since) / timedelta(minutes=1)) for gap in found.gaps if gap.code == "away"]
    assert away == [10, 2]
    assert [mark.code for mark in found.marks].count("gone") == 2
    assert any(gap.code == "before" for gap in found.gaps)


def test_a_chat_shows_its_news_and_when_the_market_was_open() -> None:
    chat = stagehands.room(stagehands.troupe(1))
    monday = datetime(2026, 11, 23, 12, tzinfo=ISTANBUL)
    of = window.of(SPANS["24h"], monday, ISTANBUL)
    plain = meanwhile.around(of, Engine.objects.get(), monday)
    (zone,) = meanwhile.of_chat(of, plain, chat, None).zones
    assert (of.local(zone.since).hour, zone.until) == (10, monday)
    months = window.of(SPANS["90d"], monday, ISTANBUL)
    assert not meanwhile.of_chat(months, plain, chat, None).zones
