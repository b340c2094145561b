"""A day of the present cast, foretold."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from bots.models import Bot
from conversations import control, forecasting
from conversations.forecasting import Forecast
from conversations.models import Chat, Provider
from tests import stagehands

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Chat:
    control.start(by="tests")
    return stagehands.room(stagehands.troupe(4))


def measured(room: Chat, count: int = forecasting.ENOUGH) -> None:
    """Sent turns of which each read 1000 tokens, 400 of them cached, and wrote 50."""
    bot = Bot.objects.all()[0]
    for number in range(count):
        stagehands.turn_in(
            "sent", room, bot, sent_id=number + 1, chat_seq=number, prompt_tokens=1000, cached_tokens=400,
            completion_tokens=50,
        )  # fmt: skip


def foretold(seed: int = 1) -> Forecast:
    found = forecasting.a_day(timezone.localtime(), seed=seed)
    assert found is not None
    return found


def test_without_a_chat_that_talks_there_is_nothing_to_foretell() -> None:
    assert forecasting.a_day(timezone.localtime()) is None
    with pytest.raises(CommandError, match="No chat talks"):
        call_command("forecast")


def test_token_counts_of_the_last_week_are_used_when_there_are_enough(room: Chat) -> None:
    measured(room)
    tokens = foretold().tokens
    assert (tokens.prompt, tokens.cached, tokens.completion, tokens.measured) == (1000, 400, 50, True)


def test_the_cost_is_at_the_prices_of_the_provider_that_is_asked_first(room: Chat) -> None:
    measured(room)
    stagehands.provider("https://dear.example/v1", name="dear", priority=20, prompt_price=100)
    stagehands.provider("https://first.example/v1", name="first", priority=1, prompt_price=10, completion_price=20)
    found = foretold()
    assert found.provider == "first"
    assert float(found.cost) == pytest.approx(found.messages * (600 * 10 + 50 * 20) / 1e6, rel=0.01)


def test_the_same_seed_foretells_the_same_day(room: Chat) -> None:
    measured(room)
    assert foretold(3) == foretold(3)
    assert foretold(3).messages != foretold(4).messages


def test_a_livelier_rule_foretells_more_messages(room: Chat) -> None:
    measured(room)
    Bot.objects.update(hourly_cap=100)
    calm = foretold().messages
    control.revise(by="tests", chat=room, base_delay=10.0, prime_delay=10.0, chain_rest_minutes=2.0)
    assert foretold().messages > 1.5 * calm


def test_without_sent_turns_the_tokens_are_estimated(room: Chat) -> None:
    Provider.objects.all().delete()
    control.revise(by="tests", scale=0.1)
    out = StringIO()
    call_command("forecast", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert told["tokens"]["measured"] is False
    assert told["tokens"]["prompt"] > told["tokens"]["completion"] > 0
    out = StringIO()
    call_command("forecast", stdout=out)
    assert f"{told['messages']} a day" in out.getvalue()
    assert "estimated" in out.getvalue()


def test_the_limit_that_binds_is_named_a_rule_or_the_quota_of_the_providers(room: Chat) -> None:
    measured(room)
    Provider.objects.all().delete()
    Bot.objects.update(hourly_cap=2)
    assert "8 messages an hour now, by hourly_cap" in printed()
    stagehands.provider("https://llm.example/v1", requests_per_day=24)
    assert "1 messages an hour now, by provider_quota" in printed()


def printed() -> str:
    out = StringIO()
    call_command("forecast", stdout=out)
    return out.getvalue()
