"""Sets the stage through the same verbs that people use: bots, rooms, groups, providers."""

from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from django.utils import timezone

from bots import casing, roster, vault
from bots.models import Bot
from bots.sheet import BotSheet, HoldingSheet, MemoryKind, MemorySheet, PersonaSheet, StanceSheet
from conversations import control
from conversations.engine import course, likeness
from conversations.models import Chat, Membership, Message, Participant, Price, Process, Provider, SendAttempt, Turn

NAMES = ("Nermin", "Tolga", "Sevgi", "Kerem", "Aylin", "Ragıp")
TOPICS = ("BIST", "Dolar", "Altın", "Kripto")


def sheet(name: str = "Nermin", **changes: object) -> BotSheet:
    plain = casing.plain(name)
    values: dict[str, object] = {
        "username": f"{plain}_sahne_bot",
        "persona": PersonaSheet(
            name=name,
            hint="Temettüyle geçinen kurgusal bir karakter.",
            tone="sakin",
            watchlist=("THYAO", "GARAN"),
            interests=("BIST", "temettü"),
            emoji_rate=0.0,
            slip_rate=0.0,
        ),
        "talkativeness": 0.5,
        "stances": (StanceSheet("BIST", "Uzun vadede sabır öğretir.", 0.8),),
        "holdings": (HoldingSheet("THYAO", Decimal("185.5"), Decimal(100)),),
        "memories": (MemorySheet(MemoryKind.ROUTINE, f"{name} sabahları çayını içmeden ekranı açmaz.", 0.6),),
    }
    return BotSheet(**(values | changes))  # type: ignore[arg-type]  # tests name the fields of a sheet


def bots(count: int = 3) -> list[Bot]:
    return roster.enrol_all([sheet(name) for name in NAMES[:count]], by="tests")


def troupe(count: int = 3) -> list[Bot]:
    """The same without memories, which take a model to write down."""
    return roster.enrol_all([sheet(name, memories=()) for name in NAMES[:count]], by="tests")


def crowd(count: int) -> list[Bot]:
    """Many bots, as plain as they come."""
    plain = [
        BotSheet(username=f"kalabalik_{number}_bot", persona=PersonaSheet(name=f"Kişi {number}"))
        for number in range(count)
    ]
    return roster.enrol_all(plain, by="tests")


def room(members: list[Bot] | None = None, title: str = "Prova odası") -> Chat:
    return control.add_room(title, members=members if members is not None else bots(), topics=TOPICS, by="tests")


def group(members: list[Bot], telegram_id: int = -1001, title: str = "Piyasa", *, disclosed: bool = True) -> Chat:
    who = "tests" if disclosed else ""
    return control.add_group(
        title, telegram_id=telegram_id, members=members, topics=TOPICS, disclosed_by=who, by="tests"
    )


def provider(
    base_url: str, *, name: str = "prova", model: str = "fake-1", key: str = "sk-test", **more: object
) -> Provider:
    priced = {kind: more.pop(f"{kind}_price", 0) for kind in ("prompt", "cached", "completion")}
    made = Provider(name=name, base_url=base_url, model=model, trusted_address=True, **more)
    made.api_key = vault.seal(key, place=made.place("api_key"))
    made.save()
    if any(priced.values()):
        Price.objects.create(provider=made, model=model, valid_from=timezone.now() - timedelta(days=1), **priced)
    return made


def person(name: str = "Deniz", telegram_id: int = 501) -> Participant:
    return Participant.objects.get_or_create(telegram_id=telegram_id, defaults={"name": name})[0]


def message(chat: Chat, text: str, *, bot: Bot | None = None, at: datetime | None = None, **more: object) -> Message:
    values: dict[str, object] = {
        "message_id": Message.objects.filter(chat=chat).count() + 10_000,
        "bot": bot,
        "participant": None if bot else person(),
        "text": text,
        "folded": casing.fold(text),
        "said_at": at or timezone.now(),
    }
    said = Message.objects.create(chat=chat, **(values | more))
    _run_on(chat, said)
    return said


def _run_on(chat: Chat, said: Message) -> None:
    """The course of the talk, as hearing and recording would have left it."""
    now = course.of(Chat.objects.get(pk=chat.pk))
    after = (
        course.bot_spoke(now, said.said_at, news=False, rest=float("inf"))
        if said.bot_id
        else course.person_spoke(now, said.said_at)
    )
    for name, value in asdict(after).items():
        setattr(chat, name, value)
    Chat.objects.filter(pk=chat.pk).update(**asdict(after))


def breathe() -> None:
    """As if enough time had passed for every pace and gate."""
    Chat.objects.update(next_at=None)
    Membership.objects.update(next_at=None, gated_until=None)
    Bot.objects.update(next_at=None, gated_until=None)


def turn_in(state: str, chat: Chat, bot: Bot | None, **changes: object) -> Turn:
    """A turn in any state, with all that the state asks for and no more."""
    now = timezone.now()
    values: dict[str, object] = {"state": state, "gen": 3}
    if state in {"composing", "sending"}:
        values |= {"lease_owner": "tests", "lease_until": now + timedelta(seconds=60), "tries": 1}
    if state not in {"planned", "skipped", "failed"}:
        values |= {"bot": bot}
    if state not in {"planned", "composing", "skipped", "failed"}:
        text = str(changes.get("text", "Sakinim."))
        values |= {"text": text, "text_sha256": likeness.fingerprint(text), "send_after": now - timedelta(seconds=1)}
    if state in {"sending", "sent", "uncertain", "unresolved"}:
        values |= {"chat_seq": 1}
    if state in {"skipped", "failed", "unresolved"}:
        values |= {"reason": "tests"}
    if state == "uncertain":
        values |= {"uncertain_since": now}
    if state == "sent":
        values |= {"sent_id": 1, "sent_at": now}
    return turn(chat, **(values | changes))


def tried(turn: Turn, *, ago: float = 2, **changes: object) -> SendAttempt:
    """A try of a turn that began so many seconds ago and has no answer yet."""
    began = timezone.now() - timedelta(seconds=ago)
    values: dict[str, object] = {"turn": turn, "gen": turn.gen, "started_at": began}
    return SendAttempt.objects.create(**(values | changes))


def turn(chat: Chat, **changes: object) -> Turn:
    """A planned turn, due now."""
    now = timezone.now()
    values: dict[str, object] = {
        "chat": chat,
        "trigger": Turn.Trigger.SCHEDULE,
        "plan_key": f"{chat.pk}:test:{uuid4()}",
        "priority": 5,
        "due_at": now - timedelta(seconds=1),
        "expires_at": now + timedelta(minutes=5),
        "seed": 7,
    }
    return Turn.objects.create(**(values | changes))


def process(kind: str, *, idle: float = 0, silent: float = 0, **more: object) -> Process:
    """A running process, as its row tells; `idle` and `silent` are seconds."""
    now = timezone.now()
    values: dict[str, object] = {"host": "sahne", "pid": Process.objects.count() + 100, "version": "0.1.0"}
    moments = {
        "started_at": now,
        "beat_at": now - timedelta(seconds=silent),
        "worked_at": now - timedelta(seconds=idle),
    }
    return Process.objects.create(kind=kind, **(values | moments | more))
