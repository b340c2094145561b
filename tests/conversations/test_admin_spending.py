"""Money at the desk."""

from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from bots.models import AuditEntry
from conversations.models import Breaker, Budget, LLMCall, Price, Provider
from monitoring.grants import Role
from tests import desk, staff, stagehands

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    return staff.at_the_desk()


def test_an_admin_sets_changes_and_lifts_a_budget(browser: Client) -> None:
    desk.send(browser, desk.address(Budget, "add"), dollars="5")
    made = Budget.objects.get()
    assert (made.scope, made.period, made.dollars) == ("cast", "day", Decimal(5))
    desk.send(browser, desk.address(Budget, "change", made.pk), dollars="7", tokens="1000")
    made.refresh_from_db()
    assert (made.dollars, made.tokens) == (Decimal(7), 1000)
    desk.act(browser, Budget, "lift", made)
    assert not Budget.objects.exists()
    actions = list(AuditEntry.objects.filter(action__startswith="budget").values_list("action", flat=True))
    assert sorted(actions) == ["budget.lift", "budget.set", "budget.set"]


def test_a_budget_without_its_chat_is_an_error_of_the_form(browser: Client) -> None:
    answer = desk.send(browser, desk.address(Budget, "add"), scope="chat", dollars="5")
    assert answer.context["adminform"].form.errors
    assert not Budget.objects.exists()


def test_an_operator_sees_budgets_and_changes_none(browser: Client) -> None:
    desk.send(browser, desk.address(Budget, "add"), dollars="5")
    operator = staff.at_the_desk(Role.OPERATOR, name="omer")
    assert operator.get(desk.address(Budget, "changelist")).status_code == 200
    assert operator.post(desk.address(Budget, "add"), {"dollars": "9"}).status_code == 403


def test_a_price_is_added_with_its_date(browser: Client) -> None:
    provider = stagehands.provider("https://8.8.8.8/v1")
    page = desk.address(Price, "add")
    desk.send(browser, page, provider=str(provider.pk), model="fake-1", prompt="0.5", completion="2",
              valid_from_0="2026-01-01", valid_from_1="00:00:00")  # fmt: skip
    made = Price.objects.get()
    assert (made.prompt, made.completion) == (Decimal("0.5"), Decimal(2))
    assert "holds" in browser.get(desk.address(Price, "changelist")).content.decode() or made.pk


def test_the_page_of_a_provider_tells_how_it_goes(browser: Client) -> None:
    provider = stagehands.provider("https://8.8.8.8/v1", prompt_price=3, requests_per_day=10)
    Provider.objects.update(day=timezone.localdate(), day_requests=4, under_way=2)
    LLMCall.objects.create(
        provider=provider, model="fake-1", outcome="llm_unavailable", detail="Uzun sürdü.", started_at=timezone.now()
    )
    Breaker.objects.create(provider=provider, model="fake-1", state="open", openings=1, until=timezone.now())
    page = browser.get(desk.address(Provider, "change", provider.pk)).content.decode()
    for told in ("4 / 10 (40 %)", "Uzun sürdü.", "$3.0000"):
        assert told in page
