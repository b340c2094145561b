"""Every table with rows in it, for pages that must also work when there is something to show."""

from datetime import time, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, SolarSchedule

from bots import counting
from bots.models import ActiveHours, BondChange, Bot, Fragment, MoodChange, Origin, Relationship, Version
from conversations import chronicle, control, events, retries, schedule, spending
from conversations.models import (
    Breaker,
    Budget,
    Chat,
    Event,
    Feed,
    Headline,
    InboundUpdate,
    LLMCall,
    Participant,
    Process,
    Provider,
    Quote,
    QuoteSource,
    Reaction,
    Response,
    Retry,
    SendAttempt,
    Steward,
    Symbol,
    Turn,
)  # fmt: skip
from conversations.models.hour import ChatHour, Outage, PlannedHour, ProviderHour
from monitoring import counted
from monitoring.faults import rows as faults
from monitoring.faults.reading import Seen
from monitoring.health import checkup
from monitoring.incidents.models import Kind
from monitoring.models import Channel, Checkup, Delivery, Incident, Report
from monitoring.probes import finding
from monitoring.reports import making
from tests import stagehands


@transaction.atomic
def furnish(rows: int = 3) -> None:
    """About `rows` rows in each table, as the application itself writes them."""
    cast = stagehands.bots(rows)
    room = stagehands.room(cast)
    stagehands.group(cast, telegram_id=-1002)
    control.revise(by="tests", note="Daha sakin.", base_delay=40.0)
    control.revise(by="tests", note="Provada canlı.", chat=room, scale=2.0)
    voices = [stagehands.provider(f"https://model{n}.example/v1", name=f"model {n}") for n in range(rows)]
    Breaker.objects.create(
        bot=cast[0], state="open", openings=1, in_a_row=5, until=timezone.now(), reason="unreachable"
    )
    retries.take()
    faults.keep(
        Seen("furnished", "worker", "ValueError", "bozuk", "conversations.compose", "Traceback", timezone.now())
    )
    spending.limit(Budget.Scope.CAST, Budget.Period.DAY, by="tests", dollars=Decimal(5), tokens=1_000_000)
    for voice in voices:
        spending.price(voice, by="tests", prompt=Decimal(1), completion=Decimal(4))
        Breaker.objects.create(provider=voice, model=voice.model, in_a_row=1, reason="llm_unavailable")
        Retry.objects.create(provider=voice, at=timezone.now())
    for number, bot in enumerate(cast):
        _mind(bot, cast[number - 1])
        _talk(room, bot, voices[number])
        _world(number)
    room.feeds.set(Feed.objects.filter(name__startswith="Ajans"))
    schedule.restore()
    Process.objects.create(
        kind=Process.Kind.WRITER, host="sahne", pid=7, version="0", queues=["compose"],
        started_at=timezone.now(), beat_at=timezone.now(), worked_at=timezone.now(),
    )  # fmt: skip
    _watched()
    _trouble(room, cast[0], rows)
    hour = chronicle.whole_hour(timezone.now())
    ChatHour.objects.create(chat=room, at=hour - timedelta(days=3), people=2)
    ProviderHour.objects.create(provider=voices[0], at=hour - timedelta(days=3), calls=1)
    PlannedHour.objects.create(at=hour, messages=3.0)
    chronicle.away(Outage.What.WRITER, hour - timedelta(days=2))
    CrontabSchedule.objects.create(minute="5")
    ClockedSchedule.objects.create(clocked_time=timezone.now())
    SolarSchedule.objects.create(event="sunrise", latitude=Decimal("41.01"), longitude=Decimal("28.97"))


def _watched() -> None:
    """What was counted, and what a system check found."""
    counting.add("kulis_fenced")
    counting.hand_over()
    counted.count()
    made = Checkup.objects.create(slot=1)
    checkup.keep(
        made, [finding.ok("broker", "Yanıt veriyor."), finding.fail("token @nermin_bot", "Geçersiz.", "Yenile.")]
    )


def _mind(bot: Bot, other: Bot) -> None:
    ActiveHours.objects.create(bot=bot, starts=time(9), ends=time(18))
    if bot != other:
        bond = Relationship.objects.create(bot=bot, other=other)
        BondChange.objects.create(relationship=bond, event="agreement", happened_at=timezone.now())
    MoodChange.objects.create(bot=bot, event="mentioned", happened_at=timezone.now())
    kept = Version.objects.create(bot=bot, number=1, facts={"name": bot.name}, author_name="zeynep")
    Fragment.objects.create(kind="style", name=f"Sade {bot.pk}", version=kept, author_name="zeynep")
    Origin.objects.create(bot=bot, format="eliza", document={"name": bot.name, "plugins": []}, sha256="0" * 64)


def _talk(chat: Chat, bot: Bot, voice: Provider) -> None:
    now = timezone.now()
    stagehands.message(chat, "THYAO bugün ne yapar sizce?")
    said = stagehands.message(chat, "Acele etmeden izliyorum.", bot=bot)
    turn = stagehands.turn(
        chat,
        state=Turn.State.SENT,
        bot=bot,
        persona=bot.persona,
        text=said.text,
        text_sha256="0" * 64,
        send_after=now,
        chat_seq=said.message_id,
        sent_id=said.message_id,
        sent_at=now,
        message=said,
        provider=voice,
        model=voice.model,
        candidates=[{"bot": bot.pk, "score": 1.5}],
        prompt=[{"role": "system", "content": "Sen bir karaktersin."}],
        verdicts=[{"rule": "clean", "passed": True}],
    )
    Reaction.objects.create(message=said, bot=bot, emoji="👍", reacted_at=now)
    SendAttempt.objects.create(turn=turn, gen=1, outcome="sent", sent_id=said.message_id, started_at=now)
    told: dict[str, Any] = {"bot": bot, "update_id": said.message_id, "payload": {"message": {"text": "selam"}}}
    InboundUpdate.objects.create(**told)
    InboundUpdate.objects.create(**told | {"update_id": -said.message_id, "state": "discarded"})
    _asked(bot, said.message_id)
    LLMCall.objects.create(
        turn=turn,
        chat=chat,
        bot=bot,
        cost=Decimal("0.0021"),
        provider=voice,
        model="m",
        outcome="ok",
        latency_ms=120,
        started_at=now,
    )
    events.publish(Event.Kind.MESSAGE, chat=chat, subject_id=said.pk)


def _trouble(room: Chat, bot: Bot, rows: int) -> None:
    """Incidents open and over, one who is told of them, and the report of a day."""
    now = timezone.now()
    channel = Channel.objects.create(name="nöbet", kind="email", email="nobet@example.com", least=None)
    facts = {"count": 4, "minutes": 2, "seconds": 40, "name": "writer sahne:7"}
    for number in range(rows):
        incident = Incident.objects.create(
            kind=Kind.PROCESS, subject=f"process:sahne:{number}", severity=2, facts=facts, opened_at=now, seen_at=now
        )
        Delivery.objects.create(channel=channel, what="opened", incident=incident, key=f"opened:{number}", next_at=now)
    Incident.objects.create(
        kind=Kind.GATES, subject=f"chat:{room.pk}", chat=room, severity=3, facts=facts, opened_at=now, seen_at=now
    )
    Incident.objects.create(
        kind=Kind.TOKEN, subject=f"bot:{bot.pk}", bot=bot, severity=3, facts=facts, opened_at=now, seen_at=now,
        closed_at=now,
    )  # fmt: skip
    making.make(Report.Period.DAY, timezone.localdate())


def _asked(bot: Bot, number: int) -> None:
    """A person asked for deletion, and somebody of the staff may stop the cast by Telegram."""
    now = timezone.now()
    Participant.objects.create(forgotten_at=now)
    Response.objects.create(
        bot=bot, command="forget", key=f"{bot.pk}:{number}", state="sent", text="x", send_after=now, expires_at=now,
        ended_at=now,
    )  # fmt: skip
    user = User.objects.create_user(f"gorevli_{bot.pk}", is_staff=True)
    Steward.objects.create(user=user, telegram_id=9000 + bot.pk, bound_at=now)


def _world(number: int) -> None:
    at = timezone.now() - timedelta(minutes=number)
    feed = Feed.objects.create(name=f"Ajans {number}", url=f"https://haber.example/{number}.xml")
    Headline.objects.create(
        title=f"Haber {number}", link=f"https://haber.example/{number}", source="AA", published_at=at, feed=feed
    )
    QuoteSource.objects.create(name=f"Borsa {number}", kind="feed", url=f"https://haber.example/{number}.csv")
    Symbol.objects.create(code=f"DENEME{number}", aliases=[f"deneme {number}"])
    Quote.objects.create(symbol="THYAO", price=Decimal("185.5"), source="örnek veri", as_of=at)
