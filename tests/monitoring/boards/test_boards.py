"""Boards: what they show, to whom, at what cost; as pages, as pieces of a page that is open, and as files."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bots.models import Bot
from conversations import chronicle, control, remits, spending
from conversations.models import Budget, Chat, LLMCall, Message, PlannedHour, Turn
from monitoring.boards import kept, opening, strands
from monitoring.boards.bot import BotBoard
from monitoring.boards.chat import ChatBoard
from monitoring.boards.overview import Overview
from monitoring.boards.providers import ProvidersBoard
from monitoring.grants import Role
from monitoring.watch import BoardWatch
from tests import staff, stagehands

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    return staff.at_the_desk()


def addresses() -> list[str]:
    first, last = Bot.objects.earliest("pk"), Bot.objects.latest("pk")
    chats = [f"/chats/{chat.pk}/board/" for chat in Chat.objects.all()]
    return [
        "/",
        "/bots/",
        "/providers/",
        "/delivery/",
        *chats,
        f"/bots/{first.pk}/",
        f"/bots/{first.pk}/?with={last.pk}",
    ]


def ended(chat: Chat, bot: Bot, state: str = "sent", **more: object) -> Turn:
    """A turn that ended three minutes ago."""
    told = {"ended_at": timezone.now() - timedelta(minutes=3)} | more
    if state == "sent":
        return stagehands.turn_in(state, chat, bot, **({"chat_seq": Turn.objects.count() + 50} | told))
    return stagehands.turn(chat, state=state, bot=bot, **({"reason": "expired"} | told))


def test_every_board_answers_and_costs_the_same_however_many_rows(desk: Client) -> None:
    bots = stagehands.troupe(2)
    chat = stagehands.room(bots)
    _busy(chat, bots, 2)
    stagehands.provider("http://127.0.0.1:1/v1")
    chronicle.fill(timezone.now())
    desk.get("/")
    few = {address: _cost(desk, address) for address in addresses()}
    _busy(chat, bots, 9)
    for name in ("üç", "dört"):
        stagehands.provider("http://127.0.0.1:1/v1", name=name)
    for address, cost in few.items():
        assert _cost(desk, address) <= cost + 1, address  # the first row of a list brings its relation
        assert cost < 30, address
    assert few["/"] < 20


def _busy(chat: Chat, bots: list[Bot], times: int) -> None:
    for number in range(times):
        said = stagehands.message(chat, f"söz {number}", bot=bots[number % 2])
        stagehands.message(chat, f"cevap {number}", reply_to=said)
        for state in ("sent", "skipped", "failed"):
            ended(chat, bots[number % 2], state)


def _cost(desk: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        answer = desk.get(address, query_params={"range": "7d"} if "?" not in address else None)
    assert answer.status_code == 200, address
    return len(queries)


def test_an_empty_house_says_what_each_board_is_for(desk: Client) -> None:
    stagehands.room([])
    for address in ("/", "/bots/", "/providers/", "/delivery/", f"/chats/{Chat.objects.get().pk}/board/"):
        page = desk.get(address)
        assert page.status_code == 200
        assert 'class="icon' in page.content.decode()


def test_a_chart_is_a_file_too_and_an_unknown_one_is_none(desk: Client) -> None:
    room = stagehands.room(stagehands.troupe(1))
    stagehands.message(room, "söz", at=timezone.now() - timedelta(minutes=5))
    answer = desk.get("/", {"csv": "talk", "range": "1h"})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(
        r'attachment; filename="kulis-overview-talk-1h-[\dT-]+\.csv"', answer.headers["Content-Disposition"]
    )
    heads, *lines = answer.content.decode().removeprefix("\ufeff").split("\r\n")
    assert heads.count(",") >= 3
    assert len([line for line in lines if line]) == 60
    assert sum(int(line.split(",")[3] or 0) for line in lines if line) == 1
    assert desk.get("/", {"csv": "nonsense"}).status_code == 404


def test_who_may_not_see_the_cost_sees_none_anywhere() -> None:
    bot, _other = stagehands.troupe(2)
    room, voice = stagehands.room(list(Bot.objects.all())), stagehands.provider("http://127.0.0.1:1/v1")
    spending.limit(Budget.Scope.CAST, Budget.Period.DAY, by="tests", dollars=Decimal(5), tokens=None)
    turn = ended(room, bot, cost=Decimal("77.77"))
    LLMCall.objects.create(
        provider=voice, model="m", turn=turn, outcome="ok", cost=Decimal("77.77"), started_at=timezone.now()
    )
    analyst, admin = staff.at_the_desk(Role.ANALYST, "ali"), staff.at_the_desk()
    for address in addresses():
        page = analyst.get(address)
        assert page.status_code == 200, address
        assert "$" not in page.content.decode(), address
    for address in ("/", "/providers/", f"/bots/{bot.pk}/"):
        assert analyst.get(address, {"csv": "cost"}).status_code == 404
        assert "77.77" in admin.get(address, {"csv": "cost"}).content.decode()


@pytest.fixture
def omer() -> User:
    """Limited to the first of two chats, each with a bot of its own."""
    mine, other = stagehands.troupe(2)
    room, foreign = stagehands.room([mine], title="Benim"), stagehands.room([other], title="Öteki")
    for chat, bot, times in ((room, mine, 2), (foreign, other, 5)):
        for number in range(times):
            stagehands.message(chat, f"söz {number}", bot=bot)
            ended(chat, bot, "skipped", reason="expired")
    user = staff.equipped("omer", Role.OPERATOR)
    remits.limit(user, [room], by="tests")
    return User.objects.get(pk=user.pk)


def test_who_is_limited_to_some_chats_sees_the_numbers_of_those_alone(omer: User) -> None:
    browser = staff.browser(omer)
    room, foreign = Chat.objects.order_by("pk")
    board = Overview(omer, {})
    assert (sum(board.happened.bots), sum(board.happened.skipped), board.standing.bots_said) == (2, 2, 2)
    assert not board.sees_cost
    assert browser.get(f"/chats/{room.pk}/board/").status_code == 200
    assert browser.get(f"/chats/{foreign.pk}/board/").status_code == 404
    mine, other = Bot.objects.order_by("pk")
    assert browser.get(f"/bots/{other.pk}/").status_code == 404
    assert BotBoard(omer, {"with": str(other.pk)}, bot=mine).other is None
    assert "Öteki" not in browser.get("/delivery/").content.decode()
    assert opening.opener("chat", foreign.pk, {})(omer) is None  # type: ignore[misc]  # a name that is known


def test_the_hour_is_held_against_its_plan_and_today_is_forecast() -> None:
    control.start(by="tests")
    room = stagehands.room(stagehands.troupe(1))
    now = timezone.now()
    for number in range(3):
        stagehands.message(room, f"söz {number}", bot=room.members.get(), at=now - timedelta(minutes=number))
    hour = chronicle.whole_hour(now)
    PlannedHour.objects.bulk_create(
        PlannedHour(at=hour + timedelta(hours=n), messages=6, binding="pace") for n in (-1, 0)
    )
    voice = stagehands.provider("http://127.0.0.1:1/v1")
    LLMCall.objects.create(provider=voice, model="m", outcome="ok", cost=Decimal(2), started_at=now)
    board = Overview(staff.equipped(), {}, now)
    assert (board.figures["pace"].said, board.figures["pace"].planned, board.figures["pace"].percent) == (3, 6, 50)
    left = (hour + timedelta(hours=1) - now) / timedelta(hours=1)
    assert float(board.figures["forecast"]) == pytest.approx(2 + 2 * 6 * left, rel=0.001)
    control.stop(by="tests", reason="deneme")
    assert Overview(staff.account("ali"), {}, now).figures["forecast"] == 2


def test_threads_hang_together_by_their_replies() -> None:
    room = stagehands.room(stagehands.troupe(1))
    first = stagehands.message(room, "kök")
    second = stagehands.message(room, "dal", bot=room.members.get(), reply_to=first)
    stagehands.message(room, "yaprak", reply_to=second)
    stagehands.message(room, "tek başına")
    (found,) = strands.of(Message.objects.filter(chat=room))
    assert (found.root, found.messages, found.voices) == (first, 3, 2)


def test_a_chat_tells_why_turns_came_to_nothing_and_who_was_passed_over() -> None:
    room = stagehands.room(stagehands.troupe(1))
    bot = room.members.get()
    blocked = [{"bot": bot.pk, "score": 1.0, "blocked": "own_gap"}, {"bot": 0, "score": 2.0, "blocked": ""}]
    for reason in ("expired", "expired", "guard:promise"):
        ended(room, bot, "skipped", reason=reason, candidates=blocked)
    ended(room, bot, "skipped", reason="expired", ended_at=timezone.now() - timedelta(hours=2))
    found = ChatBoard(staff.equipped(), {}, chat=room).figures
    assert [(why.code, why.times) for why in found["reasons"]] == [("expired", 2), ("guard:promise", 1)]
    assert [(why.code, why.times) for why in found["passed_over"]] == [("own_gap", 3)]
    assert len(found["decided"]) == 3


def test_an_hour_of_the_past_can_be_looked_at_and_leads_to_its_talk(desk: Client) -> None:
    room = stagehands.room(stagehands.troupe(1))
    hour = chronicle.whole_hour(timezone.now()) - timedelta(hours=5)
    then = stagehands.message(room, "o saatte", at=hour + timedelta(minutes=30))
    stagehands.message(room, "sonra")
    page = desk.get(f"/chats/{room.pk}/board/", {"until": (hour + timedelta(hours=1)).isoformat()})
    assert page.context["first"] == then.pk
    assert sum(page.context["board"].happened.people) == 1
    assert 'data-live="/ws/engine/"' in page.content.decode()
    assert f"?at={then.pk}" in page.content.decode()


def test_two_bots_lie_side_by_side_by_what_each_did() -> None:
    one, other = stagehands.troupe(2)
    room = stagehands.room([one, other])
    ended(room, one, model_ms=100, prompt_tokens=10, completion_tokens=5, cost=Decimal("0.5"), topic="BIST")
    ended(room, one, "failed", reason="forbidden")
    ended(room, other, model_ms=300)
    board = BotBoard(staff.equipped(), {"with": str(other.pk)}, bot=one)
    left, right = board.sides
    assert (left.said, left.success, left.tokens, left.dollars, left.waits.whole[0]) == (1, 50.0, 15, 0.5, 100)
    assert (right.said, right.success, right.waits.whole[2]) == (1, 100.0, 300)
    assert [chart.name for chart in board.charts][:4] == ["activity", "activity-other", "latency", "latency-other"]
    assert [(topic.name, topic.times) for topic in board.figures["topics"]] == [("BIST", 1)]
    assert [turn.reason for turn in board.figures["failed"]] == ["forbidden"]


def test_a_provider_that_stood_in_and_one_that_failed_are_told_apart() -> None:
    good, bad = (
        stagehands.provider("http://127.0.0.1:1/v1", name=name, priority=at) for at, name in enumerate(("iyi", "kötü"))
    )
    now = timezone.now()
    for provider, outcome, route in ((bad, "llm_unavailable", 1), (good, "ok", 2), (good, "ok", 1)):
        LLMCall.objects.create(
            provider=provider,
            model="m",
            outcome=outcome,
            route=route,
            latency_ms=400,
            started_at=now - timedelta(minutes=1),
        )
    board = ProvidersBoard(staff.equipped(), {"provider": str(bad.pk)})
    first, second = board.figures["voices"]
    assert (first.calls, first.answered, first.failovers, first.waits.whole) == (2, 100.0, 1, (400, 400, 400))
    assert (second.calls, second.answered, second.waits.whole) == (1, 0.0, (None, None, None))
    assert board.chosen == bad
    assert [(name, whys[0].code) for name, whys in board.figures["troubles"]] == [("kötü", "llm_unavailable")]
    assert ProvidersBoard(staff.account("ali"), {"provider": "x"}).chosen == good


def test_a_page_that_is_open_is_told_its_pieces_at_their_pace() -> None:
    control.start(by="tests")
    viewer = staff.equipped()
    room = stagehands.room(stagehands.troupe(1))
    show = opening.opener("overview", None, {"range": "24h"})
    assert show
    kept._drawings.clear()
    watch = BoardWatch(viewer, open=show)
    first = [piece.kind for piece in watch.state()]
    assert first == ["engine", "held", "alarm", "figures", "chart-talk", "chart-turns", "chart-cost"]
    stagehands.message(room, "söz", bot=room.members.get())
    assert [piece.kind for piece in watch.state()] == []
    kept._drawings.clear()
    assert [piece.kind for piece in watch.state()] == ["figures", "chart-talk"]


def test_what_many_look_at_is_drawn_once_and_never_for_who_may_see_less(omer: User) -> None:
    kept._drawings.clear()
    boss, other = staff.account(), staff.account("ayse")
    show = opening.opener("overview", None, {})
    assert show
    list(BoardWatch(boss, open=show).state())
    with CaptureQueriesContext(connection) as queries:
        told = {piece.kind: piece.html for piece in BoardWatch(other, open=show).state()}
    assert len(queries) < 6
    mine = {piece.kind: piece.html for piece in BoardWatch(omer, open=show).state()}
    assert set(told) - set(mine) == {"chart-cost"}
    assert told["chart-talk"] != mine["chart-talk"]


def test_a_board_that_nobody_knows_and_one_of_nobody_is_not_opened() -> None:
    viewer = staff.equipped()
    assert opening.opener("nonsense", None, {}) is None
    assert opening.opener("overview", 7, {}) is None
    missing = opening.opener("bot", 424242, {})
    assert missing
    assert missing(viewer) is None


def test_words_that_cost_nothing_are_not_taken_for_an_engine_that_stands_still(desk: Client) -> None:
    bot = stagehands.troupe(1)[0]
    stagehands.room([bot])
    stagehands.provider("http://127.0.0.1:1/v1")
    for address, charts in (("/", {"cost"}), ("/providers/", {"cost", "failovers"}), (f"/bots/{bot.pk}/", {"cost"})):
        page = desk.get(address).content.decode()
        for chart in charts:
            card = page.split(f'id="chart-{chart}"')[1].split("</section>")[0]
            assert 'class="nothing' in card
            assert "motorun çalışıp çalışmadığına" not in card, (address, chart)


def test_every_board_marks_its_place_in_the_menu(desk: Client) -> None:
    stagehands.room(stagehands.troupe(2))
    for address in addresses():
        bar = desk.get(address).content.decode().split("<nav")[1].split("</nav>")[0]
        assert bar.count('aria-current="page"') == 1, address
