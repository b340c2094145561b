"""What limits the cast now: as the command, the API and the overview tell it."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from bots.models import ActiveHours, Bot
from conversations import ceilings, control, standing
from conversations.models import Chat, Provider
from tests import stagehands

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Chat:
    control.start(by="tests")
    return stagehands.room(stagehands.crowd(3))


def found() -> dict[str, float]:
    return {ceiling.name: ceiling.per_hour for ceiling in ceilings.now(timezone.now())}


def test_where_no_chat_talks_nothing_limits() -> None:
    assert ceilings.now(timezone.now()) == ()
    assert standing.now()["ceiling"] is None


def test_the_lowest_ceiling_is_the_one_that_is_told(room: Chat) -> None:
    Bot.objects.update(hourly_cap=2)
    assert standing.now()["ceiling"] == {"name": "hourly_cap", "messages_per_hour": 6}


def test_each_chat_adds_by_its_own_rules(room: Chat) -> None:
    control.revise(by="tests", own_gap=3600)
    assert found()["own_gap"] == 3
    control.revise(by="tests", chat=room, own_gap=600)
    assert found()["own_gap"] == 18


def test_who_is_asleep_paused_or_off_adds_nothing(room: Chat) -> None:
    Chat.objects.update(observes_hours=True)
    sleeper, switched_off, _awake = Bot.objects.order_by("pk")
    now = timezone.localtime()
    later = [now.replace(hour=(now.hour + hours) % 24).time() for hours in (2, 3)]
    ActiveHours.objects.create(bot=sleeper, starts=later[0], ends=later[1])
    Bot.objects.filter(pk=switched_off.pk).update(enabled=False)
    assert found()["hourly_cap"] == 12


@pytest.mark.parametrize(("quotas", "ceiling"), [([5], 300), ([5, 7], 720), ([5, None], None), ([], None)])
def test_the_quota_of_the_providers_is_theirs_together(
    room: Chat, quotas: list[int | None], ceiling: float | None
) -> None:
    for number, quota in enumerate(quotas):
        stagehands.provider("https://llm.example/v1", name=f"p{number}", requests_per_minute=quota)
    assert found().get("provider_quota") == ceiling


def test_it_takes_as_many_queries_for_many_chats_as_for_one(room: Chat, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(7):
        found()
    for number in range(5):
        stagehands.room(list(Bot.objects.all()), title=f"Oda {number}")
    with django_assert_num_queries(7):
        found()


def test_the_command_names_the_limit_that_binds(room: Chat) -> None:
    Provider.objects.all().delete()
    Bot.objects.update(hourly_cap=1)
    out = StringIO()
    call_command("engine", "status", stdout=out)
    assert "3 messages an hour, by hourly_cap" in out.getvalue()
    out = StringIO()
    call_command("engine", "status", "--json", stdout=out)
    assert json.loads(out.getvalue())["ceiling"] == {"name": "hourly_cap", "messages_per_hour": 3}
