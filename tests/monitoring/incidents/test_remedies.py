"""One click, by its right, on what the page showed; each leaves the verb's own entry and one on the incident."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone
from pytest_django import Settings

from bots import roster
from bots.models import AuditEntry, Bot
from conversations import control, remits
from conversations.engine import policy
from conversations.models import Breaker, Chat, Engine
from monitoring.grants import Role
from monitoring.incidents import remedies
from monitoring.incidents.kinds import SPECS
from monitoring.incidents.models import Incident, Kind
from tests import staff, stagehands
from tests.fakes.handles import TelegramFake
from tests.monitoring.incidents.seeing import began

pytestmark = pytest.mark.django_db


@pytest.fixture
def ayse() -> Any:
    return staff.account("ayse")


def offered(incident: Incident, who: Any) -> list[str]:
    return [offer.name for offer in remedies.offered(incident, who)]


def apply(incident: Incident, who: Any, name: str) -> str:
    """As a page does: with what it showed."""
    (offer,) = (offer for offer in remedies.offered(incident, who) if offer.name == name)
    return remedies.apply(name, incident, by=who, seen=offer.seen)


def actions() -> set[str]:
    return set(AuditEntry.objects.filter(actor_name="ayse").values_list("action", flat=True))


def test_every_remedy_is_offered_by_some_kind() -> None:
    assert {name for spec in SPECS.values() for name in spec.remedies} == set(remedies.REMEDIES)


def test_the_pace_of_a_chat_is_halved_once(ayse: Any) -> None:
    incident = began(Kind.GATES, f"chat:{stagehands.room([]).pk}", count=9, minutes=2)
    (offer,) = remedies.offered(incident, ayse)
    assert "2" in remedies.apply(offer.name, incident, by=ayse, seen=offer.seen)
    with pytest.raises(ValidationError, match="2"):
        remedies.apply(offer.name, incident, by=ayse, seen=offer.seen)
    assert Chat.objects.get().tempo == 2
    assert {"chat.adjust", "incident.remedy"} <= actions()


def test_the_pace_of_the_cast_is_halved_unless_somebody_was_faster(ayse: Any) -> None:
    incident = began(Kind.GATES, count=30, minutes=2)
    (offer,) = remedies.offered(incident, ayse)
    control.scale(0.8, by="tests")
    with pytest.raises(ValidationError):
        remedies.apply(offer.name, incident, by=ayse, seen=offer.seen)
    apply(incident, ayse, "slow_cast")
    assert policy.current().scale == 0.4


def test_lines_and_models_are_tried_again(ayse: Any) -> None:
    (bot,), voice = stagehands.troupe(1), stagehands.provider("https://model.example/v1")
    until = timezone.now() + timedelta(minutes=1)
    shut: dict[str, Any] = {"state": "open", "openings": 1, "until": until, "opened_at": timezone.now()}
    Breaker.objects.create(bot=bot, **shut)
    Breaker.objects.create(provider=voice, model=voice.model, **shut)
    line, words = began(Kind.LINE, f"bot:{bot.pk}", count=1, failed=5, tries=5), began(Kind.PROVIDER, name="m")
    Incident.objects.filter(pk=words.pk).update(provider=voice)
    apply(line, ayse, "try_line")
    assert [one.bot_id for one in Breaker.objects.filter(state="open")] == [None]
    words.refresh_from_db()
    limited = staff.account("sinirli", Role.OPERATOR)
    assert "try_provider" in offered(words, limited)
    remits.limit(limited, [stagehands.room([])], by="tests")
    assert offered(words, User.objects.get(pk=limited.pk)) == [], "every chat asks this provider"
    apply(words, ayse, "try_provider")
    assert not Breaker.objects.filter(state="open").exists()
    assert offered(words, ayse) == ["test_provider"], "nothing is left to try again"


def test_a_bot_is_paused_for_an_hour(ayse: Any) -> None:
    (bot,) = stagehands.troupe(1)
    incident = began(Kind.LINE, f"bot:{bot.pk}", count=1, failed=5, tries=5)
    apply(incident, ayse, "pause_bot")
    until = Bot.objects.get(pk=bot.pk).paused_until
    assert until
    assert timedelta(minutes=59) < until - timezone.now() < timedelta(minutes=61)


def test_a_token_is_tested_and_a_refusal_is_told(ayse: Any, telegram_server: TelegramFake, settings: Settings) -> None:
    settings.TELEGRAM_MODE, settings.TELEGRAM_API_BASE = "polling", telegram_server.address
    sheet = stagehands.sheet("Nermin", memories=(), token=telegram_server.add_bot("nermin_sahne_bot"))
    (bot,) = roster.enrol_all([sheet], by="tests")
    Bot.objects.update(token_state=Bot.Token.DEAD)
    incident = began(Kind.TOKEN, f"bot:{bot.pk}", count=1)
    apply(incident, ayse, "test_token")
    assert Bot.objects.get().token_state == Bot.Token.HEALTHY
    telegram_server.do("revoke", bot="nermin_sahne_bot")
    with pytest.raises(ValidationError):
        apply(incident, ayse, "test_token")
    told = AuditEntry.objects.filter(action="incident.remedy").latest("pk")
    assert told.after["worked"] is False


def test_a_provider_is_tested(ayse: Any) -> None:
    incident = began(Kind.PROVIDER, name="m")
    Incident.objects.update(provider=stagehands.provider("", name="sufle", kind="offline"))
    incident.refresh_from_db()
    apply(incident, ayse, "test_provider")
    assert "incident.remedy" in actions()


def test_the_engine_is_started(ayse: Any) -> None:
    apply(began(Kind.ENGINE_OFF, minutes=60, name="x", chats=1), ayse, "start_engine")
    assert Engine.objects.get().running


def test_rights_and_remits_decide_what_is_offered() -> None:
    (bot,), room = stagehands.troupe(1), stagehands.room([])
    operator, analyst = staff.account("kadir", Role.OPERATOR), staff.account("deniz", Role.ANALYST)
    limited = staff.account("sinirli", Role.OPERATOR)
    remits.limit(limited, [room], by="tests")
    storm, calm = began(Kind.GATES, count=30, minutes=2), began(Kind.GATES, f"chat:{room.pk}", count=9, minutes=2)
    token = began(Kind.TOKEN, f"bot:{bot.pk}", count=1)
    assert [offered(storm, who) for who in (operator, analyst, limited)] == [["slow_cast"], [], []]
    assert [offered(calm, who) for who in (operator, analyst, limited)] == [["slow_chat"], [], ["slow_chat"]]
    assert offered(token, operator) == [], "tokens are for admins"
    Incident.objects.update(closed_at=timezone.now())
    assert offered(Incident.objects.get(pk=calm.pk), operator) == []
