"""The page of spending: what words cost, who spends it, what is left."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from conversations import spending
from conversations.models import Breaker, Budget, LLMCall, Provider
from monitoring import money
from monitoring.grants import Role
from monitoring.probes import State, words
from tests import staff, stagehands

pytestmark = pytest.mark.django_db
DAY, CAST = Budget.Period.DAY, Budget.Scope.CAST


@pytest.fixture
def browser() -> Client:
    return staff.at_the_desk()


def call(cost: str, **more: Any) -> LLMCall:
    values: dict[str, Any] = {
        "provider": Provider.objects.first() or stagehands.provider("https://a.example/v1"), "model": "m",
        "outcome": "ok", "cost": Decimal(cost), "prompt_tokens": 900, "completion_tokens": 100,
        "started_at": timezone.now(),
    }  # fmt: skip
    return LLMCall.objects.create(**{**values, **more})


def test_an_empty_page_says_what_to_do(browser: Client) -> None:
    page = browser.get("/spending/").content.decode()
    assert "budget set cast" in page
    assert 'href="/spending/"' in page


def test_the_page_shows_days_budgets_spenders_and_troubles(browser: Client) -> None:
    bot = stagehands.crowd(1)[0]
    room = stagehands.room([bot])
    call("0.25", bot=bot, chat=room)
    call("0.75", bot=bot, chat=room, started_at=timezone.now() - timedelta(days=3))
    call("0", outcome="llm_garbage", detail="Okunamadı.")
    spending.limit(CAST, DAY, by="tests", dollars=Decimal("0.30"))
    Provider.objects.update(requests_per_day=10, day=timezone.localdate(), day_requests=9)
    Breaker.objects.create(
        provider=Provider.objects.get(), model="fake-1", state="open", openings=1, until=timezone.now()
    )
    page = browser.get("/spending/").content.decode()
    for told in ("kalabalik_0_bot", "Prova odası", "Okunamadı.", "9 / 10", "$0,25 / $0,30"):
        assert told in page
    found = money.of(timezone.now())
    assert (found.today, len(found.days), found.dearest) == (Decimal("0.25"), money.DAYS, Decimal("0.75"))
    assert found.days[-4].height == money.HEIGHT
    assert found.budgets[0].is_tight


def test_who_sees_no_cost_sees_no_page() -> None:
    analyst = staff.at_the_desk(Role.ANALYST, name="ada")
    assert analyst.get("/spending/").status_code == 403
    assert 'href="/spending/"' not in analyst.get("/").content.decode()


@pytest.mark.parametrize(
    ("spent", "state", "remedy"),
    [("0.1", State.OK, ""), ("0.9", State.WARN, "budget set"), ("1", State.FAIL, "budget set")],
)
def test_doctor_names_the_budget_and_its_remedy(spent: str, state: State, remedy: str) -> None:
    spending.limit(CAST, DAY, by="tests", dollars=Decimal(1))
    Budget.objects.update(spent_cost=Decimal(spent))
    (finding,) = words.budgets()
    assert finding.state is state
    assert remedy in finding.remedy


def test_without_a_budget_doctor_says_that_nothing_limits() -> None:
    assert [finding.state for finding in words.budgets()] == [State.OK]
