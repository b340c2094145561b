"""Lists that never stop growing: found by word and name, counted as far as anybody leafs, filtered by the newest."""

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone

from bots import audit
from bots.admin import large
from bots.models import AuditEntry, Bot, Memory
from bots.models.audit import FOUND_BY
from conversations.admin.inbound import ResponseAdmin
from conversations.models import Message, Response, Turn
from tests import desk, staff, stagehands

NOW = timezone.now()
pytestmark = pytest.mark.django_db
MESSAGES, TURNS = desk.address(Message, "changelist"), desk.address(Turn, "changelist")


@pytest.fixture
def browser() -> Client:
    return staff.at_the_desk()


def found(browser: Client, address: str, typed: str) -> set[int]:
    return {row.pk for row in browser.get(address, {"q": typed}).context["cl"].result_list}


def test_a_message_is_found_by_its_words_and_by_who_said_it(browser: Client) -> None:
    one, other = stagehands.bots(2)
    room = stagehands.room([one, other])
    said = [stagehands.message(room, text, bot=bot) for bot in (one, other) for text in ("Işık yandı", "Altın durgun")]
    assert found(browser, MESSAGES, "isik") == {said[0].pk, said[2].pk}
    assert found(browser, MESSAGES, one.username) == {said[0].pk, said[1].pk}
    assert found(browser, MESSAGES, f"{other.username} altin") == {said[3].pk}
    assert found(browser, MESSAGES, "altin isik") == set()


def test_a_turn_is_found_by_what_it_said_by_what_it_waits_to_say_and_by_its_chat(browser: Client) -> None:
    bots = stagehands.bots(1)
    room = stagehands.room(bots, title="Borsa köşesi")
    sent = stagehands.turn(room)
    Turn.objects.filter(pk=sent.pk).update(message=stagehands.message(room, "Faiz sabit kaldı", bot=bots[0]))
    held = stagehands.turn_in("held", room, bots[0], text="Faiz artar mı?")
    assert found(browser, TURNS, "faiz") == {sent.pk, held.pk}
    assert found(browser, TURNS, "faiz artar") == {held.pk}
    assert found(browser, TURNS, "kosesi") == {sent.pk, held.pk}
    assert found(browser, TURNS, "kosesi sabit") == {sent.pk}
    assert found(browser, TURNS, "zürafa") == set()


def test_rows_are_counted_as_far_as_anybody_leafs(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    room = stagehands.room(stagehands.bots(1))
    for number in range(4):
        stagehands.message(room, f"Söz {number}.")
    assert "4 kayıt" in browser.get(MESSAGES).content.decode()
    monkeypatch.setattr(large, "MOST", 3)
    page = browser.get(MESSAGES, {"q": "söz"}).content.decode()
    assert "İlk 3 kayıt ve fazlası" in page
    assert "3 sonuç ve fazlası" in page


def test_a_filter_offers_what_the_newest_rows_hold_and_what_is_chosen(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = stagehands.room(stagehands.bots(1))
    for topic in ("Dolar", "BIST"):
        Message.objects.filter(pk=stagehands.message(room, "Söz.").pk).update(topic=topic)
    monkeypatch.setattr(large, "LOOKED_AT", 1)
    assert _offered(browser, MESSAGES) == ["BIST"]
    assert _offered(browser, f"{MESSAGES}?topic=Dolar") == ["BIST", "Dolar"]


def _offered(browser: Client, address: str) -> list[str]:
    specs = browser.get(address).context["cl"].filter_specs
    return [value for spec in specs if isinstance(spec, large.Recent) for value in spec.lookup_choices]


def test_words_of_the_trail_and_of_memories_are_found_by_their_index() -> None:
    """Whatever word is asked for: a plan that is forbidden to read every row still finds its way."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    trail = AuditEntry.objects.order_by().filter(large.holding("zurafa", FOUND_BY))
    assert "audit_by_word" in trail.explain()
    memories: QuerySet[Memory] = Memory.objects.order_by().filter(large.holding("zurafa", ["text"]))
    assert "memory_by_word" in memories.explain()


def test_an_entry_of_the_trail_is_found_by_words_of_several_columns(browser: Client) -> None:
    audit.record("bot.pause", by="Nermin", reason="Işık söndü")
    trail = desk.address(AuditEntry, "changelist")
    for typed in ("isik", "nermin söndü", "bot.pause IŞIK"):
        assert len(found(browser, trail, typed)) == 1, typed
    assert found(browser, trail, "nermin zürafa") == set()


def test_a_ledger_is_searched_as_far_back_as_it_says(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    bots = stagehands.bots(1)
    rows = [_answer(bots[0], str(n)).pk for n in range(3)]
    monkeypatch.setattr(ResponseAdmin, "searched", 2)
    answers = desk.address(Response, "changelist")
    assert found(browser, answers, "privacy") == set(rows[1:])
    assert "son 2 kayıt içinde" in browser.get(answers, {"q": "privacy"}).content.decode()


def _answer(bot: Bot, key: str) -> Response:
    return Response.objects.create(
        bot=bot, command="privacy", key=key, asker=key, text="Söz.", chat_number=-1, send_after=NOW, expires_at=NOW
    )
