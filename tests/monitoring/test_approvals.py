"""The queue of what waits for a person: what a card shows, the order, the doors to decide, and who was faster."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from bots.models import AuditEntry, Bot
from conversations import control
from conversations.models import Chat, Headline, Message, Symbol, Turn
from monitoring import approvals, live
from monitoring.approvals import Filter
from monitoring.grants import Role
from monitoring.watch import ApprovalsWatch, EngineWatch
from tests import staff, stagehands

pytestmark = pytest.mark.django_db
State = Turn.State
QUIET = "Bugün sakin bir gün."


@pytest.fixture
def group() -> Chat:
    control.start(by="tests")
    return asking(stagehands.group(stagehands.crowd(2)))


def asking(chat: Chat) -> Chat:
    control.set_mode(chat, Chat.Mode.APPROVAL, by="tests")
    return Chat.objects.get(pk=chat.pk)


def held(chat: Chat, text: str = QUIET, *, left: float = 90, **changes: Any) -> Turn:
    now = timezone.now()
    moments = {"due_at": now - timedelta(minutes=5), "expires_at": now + timedelta(seconds=left)}
    return stagehands.turn_in(State.HELD, chat, Bot.objects.order_by("pk")[0], text=text, **(moments | changes))


def page(browser: Client, query: str = "") -> str:
    return html.unescape(browser.get(f"/approvals/{query}").content.decode())


def decide(browser: Client, turn: Turn, verb: str, **typed: Any) -> Any:
    """As a script does it: the answer is a piece of the page."""
    typed = {"gen": turn.gen} | typed
    return browser.post(f"/approvals/{turn.pk}/{verb}/", typed, headers={"HX-Request": "true"})


def state_of(turn: Turn) -> tuple[str, str]:
    turn.refresh_from_db()
    return turn.state, turn.text


# --- What is shown ---------------------------------------------------------------------------------------------------
def test_a_card_shows_what_the_decision_needs(group: Chat) -> None:
    Symbol.objects.get_or_create(code="THYAO", defaults={"aliases": []})
    early = stagehands.message(group, "Günaydın herkese.")
    asked = stagehands.message(group, "THYAO ne olur sizce?")
    stagehands.message(group, "Sonradan gelen söz.")
    turn = held(
        group, "THYAO bence yükselecek.", trigger=Turn.Trigger.QUESTION, cause=asked, topic="Havacılık",
        verdicts=[{"stage": "guard", "rule": "promise", "passed": False, "draft": 0},
                  {"stage": "guard", "rule": "unclear_stance", "passed": True, "draft": 1}],
    )  # fmt: skip
    (card,) = approvals.of(Filter()).cards
    assert (card.turn, card.parent, list(card.before)) == (turn, asked, [early])
    assert card.risk.grounds == ("direction", "person", "doubt", "symbol")
    assert [finding.rule for finding in card.findings] == ["unclear_stance"]
    shown = page(staff.at_the_desk())
    for words in (group.title, early.text, asked.text, "Havacılık", "THYAO", f'datetime="{turn.expires_at:%Y-%m-%d}'):
        assert words in shown
    assert "Sonradan gelen söz." not in shown


def test_the_riskiest_comes_first_and_then_what_is_over_soonest(group: Chat) -> None:
    news = Headline.objects.create(
        title="Haber", link="https://haber.example/1", source="AA", published_at=timezone.now()
    )
    late, soon = held(group, "Sakin bir gün.", left=90), held(group, "Çay içelim.", left=30)
    risky = held(group, "Haberi gördünüz mü?", left=200, trigger=Turn.Trigger.NEWS, headline=news)
    assert [card.turn for card in approvals.of(Filter()).cards] == [risky, soon, late]
    orders = [card.order for card in approvals.of(Filter()).cards]
    assert orders == sorted(orders)


def test_the_address_filters_by_risk_and_chat(group: Chat) -> None:
    other = asking(stagehands.group(list(Bot.objects.all()), telegram_id=-1002, title="Öteki"))
    asked = stagehands.message(other, "Ne dersiniz?")
    quiet, risky = held(group), held(other, "Bence de.", trigger=Turn.Trigger.QUESTION, cause=asked)
    browser = staff.at_the_desk()
    for query, shown in {
        "": {quiet, risky}, "?risk=high": {risky}, "?risk=low": {quiet}, f"?chat={other.pk}": {risky},
        f"?chat={other.pk}&risk=low": set(), "?risk=odd&chat=x": {quiet, risky}, "?chat=999999": set(),
    }.items():  # fmt: skip
        keys = {int(pk) for pk in re.findall(r'<li id="held-(\d+)-', page(browser, query))}
        assert keys == {turn.pk for turn in shown}, query


def test_what_is_past_its_time_is_neither_shown_nor_counted(group: Chat) -> None:
    held(group, left=-1)
    assert (approvals.count(), approvals.in_chat(group)) == (0, 0)
    assert approvals.of(Filter()).cards == []


def test_an_empty_queue_teaches() -> None:
    browser = staff.at_the_desk()
    assert "/admin/conversations/chat/" in page(browser)
    asking(stagehands.group([], title="Onaylı grup"))
    assert "Onaylı grup" in page(browser)


def test_the_queue_costs_the_same_however_much_waits(
    group: Chat, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(2):
        asked = stagehands.message(group, f"Soru {number}?")
        held(group, f"Söz {number}.", trigger=Turn.Trigger.QUESTION, cause=asked)
    with django_assert_num_queries(3):
        approvals.of(Filter())
    for number in range(2, 9):
        held(group, f"Söz {number}.", reply_to=Message.objects.earliest("pk"))
    with django_assert_num_queries(3):
        assert len(approvals.of(Filter()).cards) == 9


def test_text_from_outside_stays_text(group: Chat) -> None:
    payload = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
    held(group, payload, cause=stagehands.message(group, payload), topic=payload[:64])
    shown = staff.at_the_desk().get("/approvals/").content.decode()
    assert "<img src=x" not in shown
    assert "<script>alert" not in shown


# --- Deciding --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("verb", "typed", "end"),
    [
        ("approve", {}, (State.COMPOSED, QUIET)),
        ("reword", {"text": QUIET}, (State.COMPOSED, QUIET)),
        ("reword", {"text": "Daha da sakin."}, (State.COMPOSED, "Daha da sakin.")),
        ("reject", {"reason": "Konu dışı"}, (State.SKIPPED, QUIET)),
        ("reject", {"reason": "", "other": "Kendi nedenim"}, (State.SKIPPED, QUIET)),
    ],
)
def test_a_person_decides_with_and_without_script(
    group: Chat, verb: str, typed: dict[str, str], end: tuple[str, str]
) -> None:
    browser = staff.at_the_desk()
    for script in (True, False):
        turn = held(group)
        if script:
            answer = decide(browser, turn, verb, **typed)
            assert f'id="outcome-{turn.pk}"' in answer.content.decode()
        else:
            answer = browser.post(f"/approvals/{turn.pk}/{verb}/", {"gen": turn.gen, "risk": "low"} | typed)
            assert answer.headers["Location"] == "/approvals/?risk=low"
        assert state_of(turn) == end
        if verb == "reject":
            assert turn.detail == (typed.get("other") or typed["reason"])
        turn.delete()


def test_an_approval_waits_and_is_taken_back(group: Chat) -> None:
    turn, browser = held(group), staff.at_the_desk()
    assert f"/approvals/{turn.pk}/back/" in decide(browser, turn, "approve").content.decode()
    turn.refresh_from_db()
    assert turn.send_after is not None
    assert turn.send_after > timezone.now() + timedelta(seconds=5)
    assert f"/approvals/{turn.pk}/back/" in page(browser)
    assert "is-done" in decide(browser, turn, "back").content.decode()
    assert state_of(turn)[0] == State.HELD
    assert "is-late" in decide(browser, turn, "back").content.decode()


def test_the_second_of_two_people_is_told_who_was_faster(group: Chat) -> None:
    turn = held(group)
    first, second = staff.at_the_desk(name="ayla"), staff.at_the_desk(name="bora")
    decide(first, turn, "approve")
    for verb, status in (("approve", 200), ("reject", 200), ("reword", 422)):
        answer = decide(second, turn, verb, text="Başka söz.")
        assert answer.status_code == status
        assert "ayla" in answer.content.decode()
    assert state_of(turn) == (State.COMPOSED, QUIET)
    assert AuditEntry.objects.filter(action__startswith="turn.").count() == 1


def test_nobody_approves_words_that_were_changed_meanwhile(group: Chat) -> None:
    turn = held(group)
    first, second = staff.at_the_desk(name="ayla"), staff.at_the_desk(name="bora")
    decide(first, turn, "reword", text="Bambaşka bir söz.")
    now = Turn.objects.get(pk=turn.pk)
    decide(first, now, "back")
    assert "is-late" in decide(second, turn, "approve").content.decode()
    assert state_of(turn) == (State.HELD, "Bambaşka bir söz.")


def test_refused_words_come_back_as_they_were_typed_and_are_never_lost(group: Chat) -> None:
    turn, browser = held(group), staff.at_the_desk()
    bad = "Garanti kazanç, hemen alın!"
    answer = browser.post(f"/approvals/{turn.pk}/reword/", {"gen": turn.gen, "text": bad})
    assert answer.status_code == 422
    assert f">{bad}</textarea>" in answer.content.decode()
    control.reject(turn, by="ayla")
    answer = browser.post(f"/approvals/{turn.pk}/reword/", {"gen": turn.gen, "text": "Bunu uzun uzun yazdım."})
    assert "Bunu uzun uzun yazdım.</blockquote>" in answer.content.decode()
    assert "ayla" in answer.content.decode()


def test_an_approval_that_comes_too_late_says_so_and_nothing_is_said(group: Chat) -> None:
    turn = held(group, left=-1)
    assert "is-late" in decide(staff.at_the_desk(), turn, "approve").content.decode()
    assert state_of(turn)[0] == State.HELD


# --- Several at once -------------------------------------------------------------------------------------------------
def test_several_are_named_first_and_then_told_one_by_one(group: Chat) -> None:
    browser = staff.at_the_desk()
    turns = [held(group, f"Söz {number}.") for number in range(3)]
    sent = {"verb": "approve", "turn": [f"{turn.pk}:{turn.gen}" for turn in turns]}
    asked = browser.post("/approvals/several/", sent).content.decode()
    assert [f"Söz {number}." in asked for number in range(3)] == [True] * 3
    assert "3" in re.findall(r"<h1>(.*?)</h1>", asked)[0]
    assert not Turn.objects.filter(state=State.COMPOSED).exists()
    control.reject(turns[1], by="ayla")
    told = browser.post("/approvals/several/", sent | {"confirmed": "yes"}).content.decode()
    assert (told.count("is-done"), told.count("is-late")) == (2, 1)
    assert "ayla" in told
    assert [state_of(turn)[0] for turn in turns] == [State.COMPOSED, State.SKIPPED, State.COMPOSED]


def test_nonsense_chooses_nothing() -> None:
    browser = staff.at_the_desk()
    for chosen in ([], ["x", "1:", "999999:1", "9" * 40]):
        for more in ({}, {"confirmed": "yes"}):
            answer = browser.post("/approvals/several/", {"verb": "reject", "turn": chosen, **more})
            assert answer.status_code == 200
            assert b"outcome-" not in answer.content
    assert browser.post("/approvals/several/", {"verb": "explode"}).status_code == 404


# --- Who may ---------------------------------------------------------------------------------------------------------
def test_who_only_watches_sees_the_queue_without_its_buttons(group: Chat) -> None:
    turn, browser = held(group), staff.at_the_desk(Role.ANALYST)
    shown = page(browser)
    assert turn.text in shown
    assert f"/approvals/{turn.pk}/" not in shown
    assert "/approvals/several/" not in shown
    assert decide(browser, turn, "approve").status_code == 403
    assert browser.post("/approvals/several/", {"verb": "approve"}).status_code == 403
    assert staff.at_the_desk(Role.AUDITOR, name="denetci").get("/approvals/").status_code == 403
    assert Client().get("/approvals/").status_code == 302


def test_an_unknown_verb_or_turn_is_turned_away(group: Chat) -> None:
    turn, browser = held(group), staff.at_the_desk()
    assert browser.post(f"/approvals/{turn.pk}/explode/").status_code == 404
    assert browser.post("/approvals/9999/approve/").status_code == 404
    assert browser.get(f"/approvals/{turn.pk}/approve/").status_code == 405
    assert "is-late" in decide(browser, turn, "approve", gen="x").content.decode()


# --- Live ------------------------------------------------------------------------------------------------------------
def test_an_open_queue_is_told_what_came_and_who_decided(group: Chat) -> None:
    viewer = staff.equipped()
    first = held(group)
    watch = ApprovalsWatch(viewer, asked=Filter())
    assert [piece.target for piece in watch.state() if piece.kind == "card"] == ["queue"]
    second = held(group, "İkinci söz.")
    control.approve(first, by="ayla")
    pieces = {piece.kind: piece for piece in watch.state()}
    assert f'id="held-{second.pk}-3"' in pieces["card"].html
    assert f'data-keys="held-{second.pk}-3"' in pieces["queue"].html
    assert "ayla" in pieces["decided"].html
    assert list(watch.state()) == []
    assert live.can_resume(live.mark(), watch.concerns())


def test_every_page_counts_what_waits(group: Chat) -> None:
    viewer = staff.equipped()
    browser, watch = staff.browser(viewer), EngineWatch(viewer)
    list(watch.state())
    held(group)
    (piece,) = watch.state()
    assert piece.html.count(">1<") == 2
    assert page(browser).count('-held" data-live-root>1<') == 2
    assert f"/approvals/?chat={group.pk}" in browser.get(group.get_absolute_url()).content.decode()
    assert 'href="/approvals/"' in browser.get("/turns/").content.decode()


# --- Cancel and retry, in the talk -----------------------------------------------------------------------------------
def test_what_is_under_way_is_cancelled_in_the_talk(group: Chat) -> None:
    control.set_mode(group, Chat.Mode.LIVE, by="tests")
    bot, browser = Bot.objects.order_by("pk")[0], staff.at_the_desk()
    turn = stagehands.turn_in(State.COMPOSED, group, bot)
    address = f"/turns/{turn.pk}/cancel/"
    assert address in browser.get(group.get_absolute_url()).content.decode()
    assert address in browser.get(turn.get_absolute_url()).content.decode()
    answer = browser.post(address, {"talk": "yes"}, headers={"HX-Request": "true"})
    assert 'id="behind"' in answer.content.decode()
    turn.refresh_from_db()
    assert (turn.state, turn.reason) == (State.SKIPPED, "cancelled")
    assert browser.post(address, {"talk": "yes"}, headers={"HX-Request": "true"}).status_code == 422


def test_what_failed_is_tried_again_in_the_talk(group: Chat) -> None:
    now = timezone.now()
    turn = stagehands.turn(group, state=State.FAILED, reason="crashed", ended_at=now)
    browser, address = staff.at_the_desk(), f"/turns/{turn.pk}/retry/"
    assert address in browser.get(group.get_absolute_url()).content.decode()
    assert address in browser.get(turn.get_absolute_url()).content.decode()
    assert browser.post(address, {"talk": "yes"}).headers["Location"] == group.get_absolute_url()
    assert turn.retries.get().state == State.PLANNED
    assert address not in browser.get(group.get_absolute_url()).content.decode()


def test_who_only_watches_cancels_and_retries_nothing(group: Chat) -> None:
    turn = stagehands.turn_in(State.COMPOSED, group, Bot.objects.order_by("pk")[0])
    browser = staff.at_the_desk(Role.ANALYST)
    assert "/cancel/" not in browser.get(group.get_absolute_url()).content.decode()
    assert browser.post(f"/turns/{turn.pk}/cancel/").status_code == 403
