"""What may never be true is refused by the database itself: every constraint of ours has a row that breaks it."""

from collections.abc import Callable, Iterator
from datetime import time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone

from bots.models import ActiveHours, Bot, Holding, Memory, Mood, Origin, Persona, Relationship, Stance, Tally, studio
from conversations.models import (
    Breaker,
    Budget,
    Chat,
    Engine,
    InboundUpdate,
    LLMCall,
    Membership,
    Message,
    Participant,
    Price,
    Process,
    Provider,
    Quote,
    QuoteSource,
    Reaction,
    Response,
    Rules,
    SendAttempt,
    Steward,
    Turn,
)  # fmt: skip
from conversations.models.hour import ChatHour, Outage, PlannedHour, ProviderHour
from conversations.models.rules import FIELDS
from tests import stagehands

pytestmark = pytest.mark.django_db
NOW = timezone.now()
SEALED, HOURLY = "v1.k1.YWJj", ("bots", "calls", "messages")


def constraints() -> dict[str, tuple[type[models.Model], models.BaseConstraint]]:
    ours = [model for app in ("bots", "conversations") for model in apps.get_app_config(app).get_models()]
    return {constraint.name: (model, constraint) for model in ours for constraint in model._meta.constraints}


def cast() -> list[Bot]:
    return list(Bot.objects.order_by("pk"))


def whole(model: type[models.Model]) -> models.Model:
    """A row that could be written as it is."""
    bot, other, without_mood = cast()
    chat = Chat.objects.get(kind="rehearsal")
    turn: dict[str, Any] = {"chat": chat, "trigger": "schedule", "plan_key": "x", "priority": 5, "seed": 1}
    rows: dict[type[models.Model], Callable[[], dict[str, Any]]] = {
        Persona: lambda: {"name": "Yeni"},
        Bot: lambda: {"username": "yepyeni_bot", "persona": bot.persona},
        ActiveHours: lambda: {"bot": bot, "starts": time(9), "ends": time(18)},
        Stance: lambda: {"bot": bot, "topic": "Dolar", "text": "Sabır."},
        Holding: lambda: {"bot": bot, "symbol": "THYAO", "average_price": Decimal(1), "size": Decimal(1)},
        Memory: lambda: {"bot": bot, "kind": "routine", "text": "Çay içer.", "embedding": [0.1] * 512},
        Mood: lambda: {"bot": without_mood},
        Relationship: lambda: {"bot": bot, "other": other},
        studio.Version: lambda: {"bot": bot, "number": 1, "facts": {}},
        studio.Fragment: lambda: {
            "kind": "style",
            "name": "Sade",
            "version": studio.Version.objects.get_or_create(bot=bot, number=7, defaults={"facts": {}})[0],
        },
        Origin: lambda: {"bot": bot, "format": "eliza", "document": {}, "sha256": "0" * 64},
        Tally: lambda: {"metric": "kulis_fenced"},
        ChatHour: lambda: {"chat": chat, "at": NOW},
        ProviderHour: lambda: {"provider": writer(), "at": NOW},
        PlannedHour: lambda: {"at": NOW, "messages": 1.0},
        Outage: lambda: {"what": "clock", "since": NOW},
        Chat: lambda: {"kind": "telegram", "telegram_id": -9, "title": "Yeni"},
        Membership: lambda: {"chat": Chat.objects.get(kind="telegram"), "bot": bot},
        Participant: lambda: {"telegram_id": 77, "name": "Deniz"},
        Engine: lambda: {"pk": 1},
        InboundUpdate: lambda: {"bot": bot, "update_id": 1, "payload": {}},
        Response: lambda: (
            {"bot": bot, "command": "help", "key": "k", "chat_number": -9, "text": "x"}
            | {"send_after": NOW, "expires_at": NOW}
        ),
        Steward: lambda: {"user": User.objects.get()},
        Message: lambda: {"chat": chat, "message_id": 5, "bot": bot, "text": "a", "folded": "a", "said_at": NOW},
        Reaction: lambda: {"message": Message.objects.all()[0], "bot": bot, "emoji": "👍", "reacted_at": NOW},
        Breaker: lambda: {"bot": other},
        Process: lambda: {"kind": "beat", "host": "a", "pid": 1, "started_at": NOW, "beat_at": NOW, "worked_at": NOW},
        Provider: lambda: {"name": "yeni", "base_url": "https://x.example/v1", "model": "m"},
        Rules: lambda: {"author_name": "x"} | Rules.objects.values(*FIELDS).get(),
        Turn: lambda: turn | {"due_at": NOW, "expires_at": NOW + timedelta(minutes=1)},
        SendAttempt: lambda: {"turn": Turn.objects.get(), "gen": 9, "started_at": NOW},
        LLMCall: lambda: {"provider": writer(), "model": "m", "outcome": "ok", "started_at": NOW},
        Price: lambda: {"provider": writer(), "model": "m", "valid_from": NOW, "prompt": Decimal(1)},
        Budget: lambda: {"scope": "cast", "period": "day", "dollars": Decimal(1)},
        QuoteSource: lambda: {"name": "yeni", "kind": "feed", "url": "https://x.example/q.csv"},
        Quote: lambda: {"symbol": "THYAO", "price": Decimal(1), "source": "örnek", "as_of": NOW},
    }
    return model(**rows[model]())


@pytest.fixture(autouse=True)
def stage() -> None:
    """One of everything, so that what must be unique has something to clash with."""
    bots = stagehands.crowd(3)
    Mood.objects.filter(bot=bots[2]).delete()
    room = stagehands.room([], title="Prova")
    group = stagehands.group([])
    stagehands.turn_in("sending", room, bots[0])
    Membership.objects.create(chat=group, bot=bots[1])
    stagehands.message(room, "Selam")
    User.objects.create(username="gorevli")


# --- Ranges, which tell themselves what breaks them ------------------------------------------------------------------
Bounds = dict[str, dict[str, float]]


def bounds(condition: Q) -> Bounds:
    """The lowest and highest value by field, as a condition names them."""
    found: Bounds = {}
    child: Any
    for child in condition.children:
        if isinstance(child, Q):
            found |= bounds(child)
        else:
            field, _, end = str(child[0]).rpartition("__")
            if end in {"gte", "lte"}:
                found.setdefault(field, {})[end] = float(child[1])
    return found


def outside() -> Iterator[tuple[str, str, float]]:
    """Constraint, field, and a value just outside. Whole numbers below zero are refused by their very type."""
    for name, (model, constraint) in constraints().items():
        if not name.endswith("_in_range") or not isinstance(constraint, models.CheckConstraint):
            continue
        for field, ends in bounds(constraint.condition).items():  # type: ignore[arg-type]  # ours are all Q
            step = 1 if isinstance(model._meta.get_field(field), models.IntegerField) else 0.001
            yield name, field, ends["lte"] + step
            if step != 1 or ends["gte"] > 0:
                yield name, field, ends["gte"] - step


def beyond(name: str, field: str, value: float) -> models.Model:
    row = whole(constraints()[name][0])
    setattr(row, field, value)
    return row


def test_a_value_out_of_its_range_is_refused() -> None:
    refused = {case: refusing(partial(beyond, *case)) for case in outside()}
    assert refused == {case: case[0] for case in refused}


# --- The others, each with a row that breaks it alone ----------------------------------------------------------------
def clash(**more: Any) -> Callable[[models.Model], models.Model]:
    """The same row twice; `more` differs in the first."""

    def make(row: models.Model) -> models.Model:
        first = whole(type(row))
        for field, value in more.items():
            setattr(first, field, value)
        first.save(force_insert=True)
        return row

    return make


def having(**values: Any) -> Callable[[models.Model], models.Model]:
    def make(row: models.Model) -> models.Model:
        for field, value in values.items():
            setattr(row, field, value() if callable(value) else value)
        return row

    return make


def ready(state: str, **values: Any) -> Callable[[models.Model], models.Model]:
    """A turn in this state with all it needs, but for these."""

    def make(_row: models.Model) -> models.Model:
        # Built where nothing clashes, then put together anew without being written.
        made = stagehands.turn_in(state, stagehands.room([], title="Öteki"), cast()[0])
        Turn.objects.filter(pk=made.pk).delete()
        made.pk = None
        return having(**values)(made)

    return make


def composing_twice(row: models.Model) -> models.Model:
    room = Chat.objects.get(title="Prova")
    stagehands.turn_in("composing", room, cast()[0])
    return ready("composing", chat=room)(row)


BREAKS: dict[str, Callable[[models.Model], models.Model]] = {
    "persona_version_once": having(lineage=lambda: cast()[0].persona.lineage),
    "persona_has_a_name": having(name=""),
    "bot_username_once": having(username="KALABALIK_0_BOT"),
    "bot_token_is_sealed": having(token="123:AAF-offen", token_state="untested"),
    "bot_token_state_fits": having(token=SEALED, token_state="missing"),
    "hours_start_once": clash(ends=time(12)),
    "hours_are_a_range": having(ends=time(9)),
    "hours_have_days": having(days=0),
    "version_once": clash(reason="Bir daha."),
    "version_counts_from_one": having(number=0),
    "fragment_once": clash(author_name="b"),
    "tally_once": clash(value=2.0),
    **{f"{of}_hour_once": clash(**{what: 2}) for of, what in zip(("chat", "provider", "planned"), HOURLY, strict=True)},
    "outage_once": clash(until=NOW),
    "fragment_has_a_name": having(name=""),
    "stance_once_per_topic": clash(text="Başka."),
    "stance_says_something": having(text=""),
    "holding_once_per_symbol": clash(size=Decimal(2)),
    "holding_is_positive": having(size=Decimal(0)),
    "memory_once": clash(importance=0.9),
    "memory_says_something": having(text=""),
    "relationship_once_per_bot": clash(trust=60),
    "relationship_once_per_person": lambda row: having(other=None, person_id=5)(clash(other=None, person_id=5)(row)),
    "relationship_has_one_other": having(other=None),
    "relationship_is_with_another": having(other=lambda: cast()[0]),
    "origin_is_of_a_known_format": having(format="excel"),
    "origin_names_its_file": having(sha256="0" * 63),
    "chat_place_once": having(telegram_id=-1001),
    "chat_has_its_place": having(telegram_id=None),
    "chat_thread_needs_telegram": having(kind="rehearsal", telegram_id=None, thread_id=5),
    "chat_disclosure_is_signed": having(disclosed_at=NOW),
    "chat_quiet_is_a_range": having(quiet_starts=time(23)),
    "membership_is_taken_for_a_while": having(taken_at=NOW),
    "membership_once": having(bot=lambda: cast()[1]),
    "membership_end_has_a_reason": having(ended_at=NOW),
    "participant_is_known_one_way": having(forgotten_at=NOW),
    "process_once": clash(kind="web"),
    "response_sending_has_a_lease": having(state="sending"),
    "response_forgets_where_it_went": having(state="sent", ended_at=NOW),
    "response_ended_needs_a_reason": having(state="failed", chat_number=None, ended_at=NOW),
    "steward_is_a_person_who_proved_it": having(telegram_id=5),
    "steward_code_ends": having(code="x"),
    "engine_is_one": having(pk=2),
    "update_once": clash(payload={"a": 1}),
    "message_once": clash(text="b"),
    "message_has_one_author": having(bot=None),
    "reaction_once_per_bot": clash(emoji="🔥"),
    "reaction_once_per_person": lambda row: having(bot=None, participant=Participant.objects.get)(
        clash(bot=None, participant=Participant.objects.get())(row)
    ),
    "reaction_has_one_author": having(bot=None),
    "breaker_of_model_once": lambda row: having(bot=None, provider=writer, model="m")(
        clash(bot=None, provider=writer(), model="m")(row)
    ),
    "breaker_is_of_one_thing": having(model="m"),
    "breaker_ends_its_rest": having(state="open", openings=1),
    "provider_key_is_sealed": having(api_key="sk-offen"),
    "provider_has_an_address": having(base_url=""),
    "open_call_ends_once": having(outcome="open"),
    "price_once": clash(prompt=Decimal(2)),
    "price_not_negative": having(cached=Decimal("-0.1")),
    "budget_is_for_one": having(chat=lambda: Chat.objects.all()[0]),
    "budget_limits_something": having(dollars=None),
    "budget_holds_nothing_negative": having(held_cost=Decimal(-1)),
    "budget_once": clash(dollars=Decimal(2)),
    "rules_are_complete": having(own_gap=None),
    "rules_hourly_activity_has_24_hours": having(hourly_activity=[0.5] * 23),
    "rules_hourly_activity_is_shares": having(hourly_activity=[0.5] * 23 + [1.5]),
    "rules_morning_is_a_range": having(prime_morning_ends=time(1)),
    "rules_afternoon_is_a_range": having(prime_afternoon_ends=time(1)),
    "one_sending_per_chat": ready("sending", chat=lambda: Chat.objects.get(title="Prova"), chat_seq=9),
    "one_unasked_turn_per_bot": composing_twice,
    "turn_order_once": ready("uncertain", chat=lambda: Chat.objects.get(title="Prova")),
    "sent_needs_a_message_id": ready("sent", sent_id=None),
    "claimed_needs_a_lease": ready("composing", lease_until=None),
    "ended_needs_a_reason": ready("skipped", reason=""),
    "composed_has_text_and_speaker": ready("composed", bot=None),
    "sending_has_its_place": ready("sending", chat_seq=None),
    "uncertain_since_when": ready("uncertain", uncertain_since=None),
    "turn_expires_after_due": having(expires_at=NOW),
    "attempt_once_per_claim": clash(outcome="rejected"),
    "attempt_sent_needs_a_message_id": having(outcome="sent"),
    "quote_source_has_an_address": having(url=""),
    "quote_once": clash(price=Decimal(2)),
    "quote_has_price_and_source": having(source=""),
}


def writer() -> Provider:
    return Provider.objects.get_or_create(name="yazar", defaults={"kind": "offline", "model": "m"})[0]


def refusing(make: Callable[[], models.Model]) -> str:
    """The constraint that refuses this row, by the word of PostgreSQL. Nothing stays written."""
    refused_by = "nobody"
    with transaction.atomic():
        row = make()
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as refusal:
            refused_by = str(getattr(refusal.__cause__, "diag").constraint_name)  # noqa: B009 - of psycopg's error
        transaction.set_rollback(True)
    return refused_by


def test_what_may_never_be_is_refused() -> None:
    refused = {name: refusing(partial(broken, name)) for name in BREAKS}
    assert refused == {name: name for name in BREAKS}


def broken(name: str) -> models.Model:
    return BREAKS[name](whole(constraints()[name][0]))


def test_every_constraint_has_a_row_that_breaks_it() -> None:
    ranges = {name for name, _field, _value in outside()}
    assert ranges | set(BREAKS) == set(constraints())


def test_the_row_that_is_broken_is_whole_before() -> None:
    written = {model: refusing(partial(whole, model)) for model, _ in constraints().values() if model is not Engine}
    assert set(written.values()) == {"nobody"}, written
