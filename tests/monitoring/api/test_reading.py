"""What the API tells: page by page, filtered, in one's own language, and to nobody more than the pages do."""

import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from bots import roster
from bots.models import AuditEntry, Bot, Stance
from conversations import remits
from conversations.models import Membership, Message, Rules, Turn
from monitoring import second_factor
from monitoring.api import house, keys
from monitoring.grants import Role
from monitoring.models import ApiKey
from monitoring.views import errors
from tests import full_house, staff, stagehands
from tests.monitoring.api.asking import ROOT, get, send

pytestmark = pytest.mark.django_db
TOKEN = "123456789:AAF-kanarya_kanarya_kanarya_kanarya"
LISTS = (
    "bots/", "personas/", "stances/", "holdings/", "memories/", "chats/", "memberships/", "turns/", "rules/", "audit/",
)  # fmt: skip


@pytest.fixture
def desk() -> Client:
    return staff.at_the_desk()


# --- Lists -----------------------------------------------------------------------------------------------------------
def test_lists_cost_the_same_however_long_and_come_page_by_page(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    full_house.furnish(1)
    for address in LISTS:
        with django_assert_max_num_queries(8):
            whole = get(desk, address).json()["results"]
        assert _page_by_page(desk, address)[: len(whole)] == whole, address


def _page_by_page(desk: Client, address: str) -> list[Any]:
    answer = get(desk, f"{address}?limit={20 if address == 'audit/' else 1}").json()
    found = answer["results"]
    while answer["next"]:
        answer = desk.get(answer["next"]).json()
        found += answer["results"]
    return found  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("address", "field"),
    [("bots/?colour=red", "colour"), ("turns/?state=happy", "state"), ("bots/?limit=0", "limit"),
     ("bots/?limit=1e3", "limit"), ("chats/?bot=0", "bot"), ("series/?since=yesterday", "since")],
)  # fmt: skip
def test_a_filter_that_is_none_is_refused_by_name(desk: Client, address: str, field: str) -> None:
    answer = get(desk, address)
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (400, [field])


def test_lists_are_filtered(desk: Client) -> None:
    bots = stagehands.troupe(2)
    stagehands.turn_in("sent", stagehands.room(bots), bots[0])
    first, second = Bot.objects.order_by("pk")
    Bot.objects.filter(pk=second.pk).update(enabled=False)
    Membership.objects.filter(bot=second).update(ended_at=timezone.now(), ended_reason="tests")
    chat = Membership.objects.filter(bot=first).latest("pk").chat_id
    wanted = {
        "bots/?enabled=false": [second.pk], "bots/?enabled=true": [first.pk], f"bots/?chat={chat}": [first.pk],
        f"bots/?username=@{first.username.upper()}": [first.pk], "bots/?name=nerm": [first.pk],
        "bots/?retired=true": [], f"personas/?bot={second.pk}": [second.persona_id],
        f"stances/?bot={first.pk}&topic=BIST": [Stance.objects.get(bot=first).pk],
        "turns/?state=failed": [], f"turns/?bot={first.pk}": [Turn.objects.get(bot=first).pk],
        f"memberships/?bot={first.pk}&ended=true": [],
        "rules/": list(Rules.objects.filter(chat=None).order_by("-pk").values_list("pk", flat=True)),
    }  # fmt: skip
    assert {at: [row["id"] for row in get(desk, at).json()["results"]] for at in wanted} == wanted


@pytest.mark.parametrize(
    ("address", "body", "field"),
    [("engine/stop/", {"reason": 5}, "reason"), ("engine/scale/", {"value": "1"}, "value"),
     ("chats/", {"kind": "rehearsal", "title": "x", "bots": ["1"]}, "bots.0"),
     ("bots/1/check/", {"hours": "hep"}, "hours"),
     ("bots/1/try/", {"traits": {"energy": True}}, "traits.energy"), ("engine/stop/", [1], ""),
     ("bots/1/try/", {"traits": [], "colour": 1}, "traits")],
)  # fmt: skip
def test_what_is_of_another_kind_than_the_schema_says_is_refused_by_name(
    desk: Client, address: str, body: object, field: str
) -> None:
    answer = send(desk, "post", address, body)
    named = [one["field"] for one in answer.json().get("errors", [{"field": ""}])]
    assert (answer.status_code, named) == (400, [field])


def test_a_cursor_that_somebody_made_up_leads_nowhere(desk: Client) -> None:
    for made_up in ("x", "cD1hYmM=", "cj0xJnA9YWJj"):  # nonsense, p=abc, r=1&p=abc
        assert get(desk, f"turns/?cursor={made_up}").status_code == 404


def test_hours_add_up_to_what_sql_says(desk: Client) -> None:
    bots = stagehands.troupe(2)
    room = stagehands.room(bots)
    for number, bot in enumerate((*bots, None)):
        stagehands.message(room, f"söz {number}", bot=bot)
        stagehands.turn_in("sent", room, bots[0], chat_seq=number + 1)
    answer = get(desk, "series/").json()
    assert len(answer["hours"]) in {24, 25}
    sums = {name: sum(hour[name] for hour in answer["hours"]) for name in ("bots", "people", "sent", "failed")}
    assert sums == {
        "bots": Message.objects.filter(participant=None).count(), "people": Message.objects.filter(bot=None).count(),
        "sent": 0, "failed": 0,
    }  # fmt: skip
    Turn.objects.update(ended_at=timezone.now())
    assert sum(hour["sent"] for hour in get(desk, "series/").json()["hours"]) == Turn.objects.count()
    old = timezone.now() - timedelta(days=3)
    assert not any(hour["bots"] for hour in get(desk, f"series/?until={old:%Y-%m-%dT%H:%M:%SZ}").json()["hours"])
    assert "cost" in answer["hours"][0]
    analyst = staff.at_the_desk(Role.ANALYST, name="ayla")
    assert "cost" not in get(analyst, "series/").json()["hours"][0]


# --- Problems --------------------------------------------------------------------------------------------------------
def test_a_problem_is_told_in_the_language_that_is_asked_for(desk: Client) -> None:
    told = {}
    for language in ("en", "tr-TR,tr;q=0.9", "xx"):
        answer = get(desk, "bots/424242/", Accept_Language=language)
        assert (answer["Content-Type"], answer.json()["status"]) == ("application/problem+json", 404)
        told[language] = answer.json()["title"]
    assert told["en"] == "There is no such thing."
    assert told["tr-TR,tr;q=0.9"] == told["xx"] != told["en"]


def test_an_older_address_and_a_fault_of_ours_are_problems_too(desk: Client) -> None:
    old = desk.get("/api/status/")
    broken = errors.server_error(RequestFactory().post(f"{ROOT}engine/stop/"))
    assert [(one.status_code, one["Content-Type"]) for one in (old, broken)] == [
        (404, "application/problem+json"),
        (500, "application/problem+json"),
    ]


def test_every_answer_has_the_number_of_its_request(desk: Client) -> None:
    mine = "7d0b5e3c-1b1c-4a3e-9a57-0d7ab7a0a001"
    answer = get(desk, "bots/424242/", X_Request_ID=mine)
    assert (answer["X-Request-ID"], answer.json()["instance"]) == (mine, f"urn:uuid:{mine}")
    assert get(desk, "bots/", X_Request_ID="<b>")["X-Request-ID"] not in {"", "<b>"}


def test_what_is_no_address_is_a_problem_too_and_strangers_learn_nothing(desk: Client) -> None:
    assert get(desk, "nothing/")["Content-Type"] == get(desk, "bots")["Content-Type"] == "application/problem+json"
    assert (get(desk, "nothing/").status_code, get(Client(), "nothing/").status_code) == (404, 403)
    assert get(desk, "bots/", Accept="text/html").status_code == 406
    wrong = desk.post(f"{ROOT}engine/stop/", "<a/>", content_type="text/xml")
    assert (wrong.status_code, wrong["Content-Type"]) == (415, "application/problem+json")
    assert send(desk, "post", "engine/stop/", {"reasn": "x"}).json()["errors"][0]["field"] == "reasn"


# --- Who sees what ---------------------------------------------------------------------------------------------------
@pytest.fixture
def omer() -> User:
    """An operator of one chat; in another plays a bot of its own."""
    ours, theirs = stagehands.troupe(2)
    here, there = stagehands.room([ours]), stagehands.room([theirs], title="Gizli oda")
    for chat, bot in ((here, ours), (there, theirs)):
        said = stagehands.message(chat, f"söz {chat.pk}", bot=bot)
        stagehands.turn_in("sent", chat, bot, message=said)
    user = staff.equipped("omer", Role.OPERATOR)
    remits.limit(user, [here], by="tests")
    return user


def test_who_is_limited_to_some_chats_finds_nothing_of_the_others(omer: User) -> None:
    client = staff.browser(omer)
    bot = Bot.objects.latest("pk")
    chat = Membership.objects.get(bot=bot).chat
    for address in LISTS[:-1]:
        assert "Gizli" not in get(client, address).content.decode(), address
        assert bot.username not in get(client, address).content.decode(), address
    gone = (
        f"bots/{bot.pk}/", f"bots/{bot.pk}/sheet/", f"bots/{bot.pk}/versions/", f"bots/{bot.pk}/stances/",
        f"personas/{bot.persona_id}/", f"stances/{Stance.objects.get(bot=bot).pk}/", f"chats/{chat.pk}/",
        f"chats/{chat.pk}/messages/", f"messages/{chat.messages.get().pk}/", f"turns/{chat.turns.get().pk}/",
        f"memberships/{Membership.objects.get(bot=bot).pk}/", f"rules/current/?chat={chat.pk}",
    )  # fmt: skip
    assert {address: get(client, address).status_code for address in gone} == dict.fromkeys(gone, 404)
    acts = (
        f"bots/{bot.pk}/resume/", f"bots/{bot.pk}/check/", f"bots/{bot.pk}/try/", f"chats/{chat.pk}/disclose/",
        f"chats/{chat.pk}/bots/{bot.pk}/take/",
    )  # fmt: skip
    assert {address: send(client, "post", address).status_code for address in acts} == dict.fromkeys(acts, 404)
    assert send(client, "post", "chats/", {"kind": "rehearsal", "title": "x"}).status_code == 403
    assert send(client, "post", "bots/", {"username": "yeni_bot", "name": "x"}).status_code == 403
    assert "cost" not in get(client, "turns/").json()["results"][0]


def test_the_status_counts_what_one_has_to_do_with(omer: User, desk: Client) -> None:
    mine, whole = (get(client, "status/").json() for client in (staff.browser(omer), desk))
    assert [(told["bots"], told["chats"], told["turns"]["sent"]) for told in (mine, whole)] == [(1, 1, 1), (2, 2, 2)]
    assert sum(hour["bots"] for hour in get(staff.browser(omer), "series/").json()["hours"]) == 1


def test_no_answer_holds_a_token(desk: Client) -> None:
    bot = stagehands.troupe(1)[0]
    answer = send(desk, "post", f"bots/{bot.pk}/token/", {"token": TOKEN}, Idempotency_Key="anahtar")
    assert (answer.status_code, answer.json()["token_state"]) == (200, "untested")
    told = [answer.content.decode(), *(get(desk, address).content.decode() for address in LISTS)]
    told.append(get(desk, f"bots/{bot.pk}/").content.decode())
    sealed = Bot.objects.get().token
    assert not [text for text in told if "kanarya" in text or sealed in text]


@pytest.mark.parametrize("verb", ["token", "retire"])
def test_what_is_dangerous_wants_a_fresh_code_here_too(verb: str) -> None:
    bot = stagehands.troupe(1)[0]
    user = staff.equipped()
    device = second_factor.app(user)
    assert device is not None
    late = staff.browser(user, fresh=False)
    body = {"token": {"token": TOKEN}, "retire": {"username": bot.username, "reason": "yeter"}}[verb]
    refused = send(late, "post", f"bots/{bot.pk}/{verb}/", body)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "code")
    assert send(late, "post", f"bots/{bot.pk}/{verb}/", body | {"code": "000000"}).status_code == 400
    device.refresh_from_db()
    assert device.throttling_failure_count == 1
    device.throttle_reset()
    assert send(late, "post", f"bots/{bot.pk}/{verb}/", body | {"code": staff.code(device)}).status_code == 200
    if verb == "retire":
        assert Bot.objects.get().retired_at is not None
        assert send(late, "post", f"bots/{bot.pk}/resume/").status_code == 409


def test_retiring_wants_the_name_of_the_bot(desk: Client) -> None:
    bot = stagehands.troupe(1)[0]
    assert send(desk, "post", f"bots/{bot.pk}/retire/", {"username": "yok_bot"}).status_code == 400
    assert Bot.objects.get().retired_at is None


def test_a_list_is_taken_along_with_a_code_and_leaves_its_trace() -> None:
    stagehands.troupe(2)
    user = staff.equipped()
    client, device = staff.browser(user), second_factor.app(user)
    assert device is not None
    names = [one["list"] for one in get(client, "exports/").json()]
    assert {"bots.bot", "conversations.turn", "bots.auditentry"} <= set(names)
    asked = {"reason": "yedek", "filters": {"q": "nermin"}, "code": staff.code(device)}
    answer = send(client, "post", "exports/bots.bot/", asked, Accept="text/csv")
    assert answer["Content-Type"].startswith("text/csv")
    assert answer.content.decode("utf-8-sig").count("\r\n") == 2
    entry = AuditEntry.objects.get(action="export.csv")
    assert (entry.after["rows"], entry.reason) == (1, "yedek")
    assert send(client, "post", "exports/bots.bot/", asked).status_code == 400
    assert send(client, "post", "exports/auth.user/", asked).status_code == 404
    analyst = staff.at_the_desk(Role.ANALYST, name="ayla")
    assert send(analyst, "post", "exports/bots.bot/", asked).status_code == 403


def test_one_key_too_eager_slows_down_itself_and_all_together_the_account(settings: Settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    user = staff.equipped()
    made = [keys.make("x", list(ApiKey.Scope), by=user, good_for=timedelta(days=1)) for _ in range(2)]
    eager, calm = (Client(headers={"Authorization": f"Bearer {secret}"}) for _key, secret in made)
    cache.set(f"api-pace-key-{made[0][0].pk}", [time.time()] * 239, 60)  # as so many requests leave it
    assert [get(eager, "messages/1/").status_code for _ in range(2)] == [404, 429]
    slowed = get(eager, "messages/1/")
    assert (slowed.json()["type"], int(slowed["Retry-After"]) > 0) == ("urn:kulis:problem:throttled", True)
    assert get(calm, "messages/1/").status_code == 404
    cache.set(f"api-pace-all-{user.pk}", [time.time()] * 960, 60)
    assert get(calm, "messages/1/").status_code == 429
    cache.clear()


def test_an_authorization_of_another_kind_is_no_way_in(desk: Client) -> None:
    assert get(desk, "bots/", Authorization="Basic eDp5").status_code == 401


def test_the_schema_is_for_every_key_and_in_english(desk: Client) -> None:
    assert get(desk, "schema/").json()["info"]["title"] == "Kulis"
    assert "botlar" not in str(house.schema())


def test_a_paused_bot_says_until_when(desk: Client) -> None:
    bot = stagehands.troupe(1)[0]
    until = timezone.now() + timedelta(hours=2)
    told = send(desk, "post", f"bots/{bot.pk}/pause/", {"until": until.isoformat(), "reason": "dinlensin"}).json()
    assert datetime.fromisoformat(told["paused_until"]) == until
    assert send(desk, "post", f"bots/{bot.pk}/resume/").json()["paused_until"] is None
    roster.retire(Bot.objects.get(), by="tests")
    assert send(desk, "patch", f"bots/{bot.pk}/", {"pace": 2}, If_Match="*").status_code == 409
