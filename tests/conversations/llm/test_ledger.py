"""Reserved before, settled after: by many at once, never twice, and never for ever."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations import pool, spending
from conversations.llm import ledger, port, routes, tariff
from conversations.llm.ledger import Refusal, Ticket
from conversations.llm.port import Allowance, PromptMessage, Room, Usage
from conversations.models import Budget, Chat, LLMCall, Provider, Turn
from tests import stagehands
from tests.conversations import apart

WORDS = (PromptMessage("user", "THYAO bugün ne yapar?"),)
NOTHING = Decimal(0)
CALL = Usage(prompt=40, completion=20)


def size(max_tokens: int = 100) -> tariff.Size:
    return tariff.size(WORDS, max_tokens)


def provider(**more: Any) -> Provider:
    return stagehands.provider("http://127.0.0.1:9/v1", **{"prompt_price": 1000, "completion_price": 1000, **more})


def reserve(turn: Turn | None, asked: Provider | None = None, *, kept_back: float = 0.0) -> Ticket | Refusal:
    route = routes.of(asked or Provider.objects.get())
    return ledger.reserve(turn, route, size(), number=1, kept_back=kept_back)


def held(turn: Turn | None, asked: Provider | None = None) -> Ticket:
    got = reserve(turn, asked)
    assert isinstance(got, Ticket), got
    return got


def why(turn: Turn | None, asked: Provider | None = None, **more: Any) -> str:
    got = reserve(turn, asked, **more)
    return got.why if isinstance(got, Refusal) else ""


def settle(ticket: Ticket, used: Usage | None = CALL, allowance: Allowance | None = None) -> list[int]:
    answered = ledger.answered(ticket, port.Completion("Bekle.", "m", used, allowance), 5)
    return list(ledger.settle(ticket, answered).tight)


def budget(dollars: str | None = "1", *, scope: str = "cast", subject: Any = None, **more: Any) -> Budget:
    amounts = {"dollars": None if dollars is None else Decimal(dollars), **more}
    period = amounts.pop("period", Budget.Period.DAY)
    return spending.limit(Budget.Scope(scope), period, subject=subject, by="tests", **amounts)


@pytest.fixture
def turn(db: None) -> Turn:
    bot = stagehands.crowd(1)[0]
    return stagehands.turn_in("composing", stagehands.room([bot]), bot)


def test_what_is_reserved_is_given_back_but_for_what_it_cost(turn: Turn) -> None:
    provider()
    mine = budget()
    ticket = held(turn)
    mine.refresh_from_db()
    assert mine.held_cost == ticket.cost > Decimal("0.1")
    settle(ticket)
    mine.refresh_from_db()
    assert (mine.held_cost, mine.held_tokens, mine.spent_cost, mine.spent_tokens) == (NOTHING, 0, Decimal("0.06"), 60)
    call = LLMCall.objects.get()
    assert (call.outcome, call.cost, call.prompt_price, call.chat, call.bot) == (
        "ok",
        Decimal("0.06"),
        Decimal(1000),
        turn.chat,
        turn.bot,
    )
    assert Provider.objects.get().under_way == 0


def test_one_statement_reserves_and_one_settles(turn: Turn) -> None:
    provider()
    budget()
    route = routes.of(Provider.objects.get())
    with CaptureQueriesContext(connection) as asked:
        ticket = ledger.reserve(turn, route, size(), number=1, kept_back=0.0)
        assert isinstance(ticket, Ticket)
        settle(ticket)
    assert len(asked) == 2


def test_all_budgets_that_apply_hold_or_none_does(turn: Turn) -> None:
    asked = provider()
    rich = [
        budget("100"),
        budget("100", scope="chat", subject=turn.chat),
        budget("100", scope="provider", subject=asked),
    ]
    poor = budget("0.0001", scope="bot", subject=turn.bot)
    budget("0.0001", scope="chat", subject=stagehands.room([], title="Başka"))
    refused = reserve(turn)
    assert refused == Refusal("budget", poor.pk)
    assert not Budget.objects.exclude(held_cost=0).exists()
    assert Provider.objects.get().under_way == 0
    spending.lift(poor, by="tests")
    held(turn)
    assert set(Budget.objects.exclude(held_cost=0)) == set(rich)


def test_chatter_leaves_the_share_that_is_kept_for_people(turn: Turn) -> None:
    provider()
    assert Decimal("0.12") < held(turn).cost < Decimal("0.15")
    budget("0.3")
    assert why(turn, kept_back=0.6) == "budget"
    assert why(turn) == ""


def test_tokens_can_be_limited_without_money(turn: Turn) -> None:
    provider(prompt_price=0, completion_price=0)
    budget(None, tokens=200)
    settle(held(turn), Usage(100, 60))
    assert why(turn) == "budget"


def test_a_new_day_begins_with_nothing_spent_and_what_is_under_way_stays_held(turn: Turn) -> None:
    provider()
    mine = budget()
    settle(held(turn))
    held(turn)
    Budget.objects.update(since=timezone.localdate() - timedelta(days=1))
    (standing,) = spending.standings()
    mine.refresh_from_db()
    assert standing.cost == mine.held_cost > 0
    settle(held(turn))
    mine.refresh_from_db()
    assert (mine.spent_cost, mine.since) == (Decimal("0.06"), timezone.localdate())


def test_a_month_goes_on_the_next_day(turn: Turn) -> None:
    provider()
    mine = budget(period=Budget.Period.MONTH)
    settle(held(turn))
    mine.refresh_from_db()
    assert mine.since == timezone.localdate().replace(day=1)
    settle(held(turn))
    mine.refresh_from_db()
    assert mine.spent_cost == Decimal("0.12")


def test_what_was_spent_before_the_budget_counts(turn: Turn) -> None:
    provider()
    settle(held(turn))
    assert budget().spent_cost == Decimal("0.06")


def test_a_dead_workers_reservation_is_released_when_its_lease_is_past(turn: Turn) -> None:
    provider()
    mine = budget()
    ticket = held(turn)
    assert ledger.release() == 0
    LLMCall.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert (ledger.release(), ledger.release()) == (1, 0)
    mine.refresh_from_db()
    assert (mine.held_cost, mine.spent_cost, Provider.objects.get().under_way) == (NOTHING, NOTHING, 0)
    settle(ticket)  # it lived after all
    mine.refresh_from_db()
    assert (mine.held_cost, mine.spent_cost, LLMCall.objects.get().outcome) == (NOTHING, Decimal("0.06"), "ok")


def test_what_was_cut_off_costs_what_was_reserved(turn: Turn) -> None:
    provider()
    ticket, lost = held(turn), port.Unavailable("Kesildi.")
    lost.cut_off = True
    ledger.settle(ticket, ledger.failed(ticket, lost, 10))
    call = LLMCall.objects.get()
    assert (call.cost, call.estimated, call.outcome) == (ticket.cost, True, "llm_unavailable")


def test_a_provider_that_names_no_usage_gets_an_estimate_that_says_so(turn: Turn) -> None:
    provider()
    settle(held(turn), None)
    call = LLMCall.objects.get()
    assert call.estimated
    assert call.cost > 0


def test_at_80_percent_people_hear_of_it_once_a_day(turn: Turn) -> None:
    provider()
    mine = budget("0.07", tokens=10_000)
    Budget.objects.update(dollars=Decimal("10"))
    ticket = held(turn)
    Budget.objects.update(dollars=Decimal("0.07"))
    crowded = settle(ticket)
    assert crowded == [mine.pk]
    spending.warn(crowded)
    assert routes.at(None).is_tight(timezone.localdate(), chat=None, bot=None)
    Budget.objects.update(dollars=Decimal("10"))
    again = held(turn)
    Budget.objects.update(dollars=Decimal("0.07"))
    assert settle(again) == []


# --- Quotas of the provider ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("limit", "value"),
    [("requests_per_minute", 1), ("requests_per_day", 1), ("tokens_per_minute", 200), ("tokens_per_day", 200)],
)
def test_a_quota_is_respected_before_it_is_hit(turn: Turn, limit: str, value: int) -> None:
    provider(**{limit: value})
    held(turn)
    assert why(turn) == limit


def test_what_the_headers_leave_is_not_passed(turn: Turn) -> None:
    provider()
    settle(held(turn), allowance=Allowance(requests=Room(limit=10, left=2, seconds=60)))
    assert [why(turn) for _ in range(3)] == ["", "", "told_to_wait"]


def test_when_their_time_is_over_the_limit_they_named_holds_anew(turn: Turn) -> None:
    provider()
    settle(held(turn), allowance=Allowance(tokens=Room(limit=300, left=1, seconds=60)))
    assert why(turn) == "told_to_wait"
    Provider.objects.update(left_tokens_until=timezone.now() - timedelta(seconds=1))
    assert [why(turn) for _ in range(3)] == ["", "", "told_to_wait"]


# --- How many at once ------------------------------------------------------------------------------------------------
def test_a_timeout_halves_the_calls_at_once_and_successes_widen_it_again(turn: Turn) -> None:
    provider(most_at_once=8)
    lost = port.RateLimited("Bekle.")
    tickets = [held(turn) for _ in range(8)]
    assert why(turn) == "busy"
    for ticket in tickets[:4]:  # they were asked before the first refusal: one halving for all of them
        ledger.settle(ticket, ledger.failed(ticket, lost, 10))
    assert Provider.objects.get().width == 4
    Provider.objects.update(resting_until=None)
    for ticket in tickets[4:]:
        settle(ticket)
    for _ in range(46):
        settle(held(turn))
    assert Provider.objects.get().width == pytest.approx(5)


def test_one_call_at_a_time_always_remains(turn: Turn) -> None:
    provider(most_at_once=2)
    for _ in range(4):
        ticket = held(turn)
        ledger.settle(ticket, ledger.failed(ticket, port.RateLimited("Bekle.", seconds=0.001), 10))
        Provider.objects.update(resting_until=None)
    assert Provider.objects.get().width == 1
    held(turn)
    assert why(turn) == "busy"


# --- Many at once ----------------------------------------------------------------------------------------------------
@pytest.mark.commits
@pytest.mark.usefixtures("committed")
def test_sixteen_spenders_at_once_never_overspend() -> None:
    provider(most_at_once=100)
    bot = stagehands.crowd(1)[0]
    turns = [stagehands.turn_in("composing", stagehands.room([], title=f"Oda {n}"), bot) for n in range(16)]
    mine, theirs = budget("1"), budget("0.9", scope="bot", subject=bot)

    def spend(turn: Turn) -> int:
        made = 0
        for _ in range(12):
            got = reserve(turn)
            if isinstance(got, Ticket):
                assert settle(got, Usage(30, 20)) is not None
                made += 1
        return made

    pool.give_back()
    made = sum(apart.at_once(*[lambda turn=turn: spend(turn) for turn in turns]))
    mine.refresh_from_db()
    theirs.refresh_from_db()
    spent = LLMCall.objects.aggregate(cost=Sum("cost"))["cost"]
    assert 10 < made < 16 * 12
    assert mine.spent_cost == theirs.spent_cost == spent <= Decimal("0.9")
    assert (mine.held_cost, theirs.held_cost, Provider.objects.get().under_way) == (NOTHING, NOTHING, 0)
    assert Chat.objects.count() == 16


@pytest.mark.commits
@pytest.mark.usefixtures("committed")
def test_a_quota_is_exact_however_many_ask() -> None:
    provider(requests_per_minute=20, most_at_once=1000)
    turn = stagehands.turn(stagehands.room([]))
    pool.give_back()
    taken = apart.at_once(*[lambda: [why(turn) for _ in range(4)] for _ in range(16)])
    assert sum(answer == "" for answers in taken for answer in answers) == 20


def test_what_is_asked_stands_on_the_turn_before_anybody_is_asked(turn: Turn) -> None:
    asked = [{"role": "system", "content": "Sen bir botsun."}]
    turn.noted = {"prompt": asked, "memories": [7]}
    provider()
    Provider.objects.update(enabled=False)
    assert why(turn) == "off"
    turn.refresh_from_db()
    assert (turn.prompt, bool(turn.noted)) == ([], True)
    Provider.objects.update(enabled=True)
    held(turn)
    turn.refresh_from_db()
    assert (turn.prompt, turn.memories, turn.noted) == (asked, [7], {})
