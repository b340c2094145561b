"""Chats, rules, the switch and the record at the desk."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from bots.models import AuditEntry
from conversations import control
from conversations.models import Chat, Engine, Membership, Message, Turn
from monitoring.grants import Role
from tests import desk, full_house, staff, stagehands

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    return staff.at_the_desk()


# --- Chats -----------------------------------------------------------------------------------------------------------
def test_a_rehearsal_room_is_opened_live_with_everybody(browser: Client) -> None:
    cast = stagehands.bots(2)
    desk.send(
        browser, desk.address(Chat, "add"), kind="rehearsal", title="Deneme", topics="BIST\nAltın", everybody="on"
    )
    chat = Chat.objects.get(title="Deneme")
    assert (chat.mode, chat.topics, chat.observes_hours) == (Chat.Mode.LIVE, ["BIST", "Altın"], False)
    assert set(chat.members.all()) == set(cast)
    assert AuditEntry.objects.get(action="chat.add").actor_name == "zeynep"


def test_a_group_waits_for_its_disclosure(browser: Client) -> None:
    bot = stagehands.bots(1)[0]
    desk.send(browser, desk.address(Chat, "add"), kind="telegram", title="Grup", telegram_id="-1005", bots=bot.pk)
    chat = Chat.objects.get(telegram_id=-1005)
    assert (chat.mode, chat.is_disclosed) == (Chat.Mode.DISABLED, False)
    answer = desk.send(browser, desk.address(Chat, "change", chat.pk), mode="live")
    assert answer.context["adminform"].form.errors["mode"]
    told = desk.act(browser, Chat, "go_live", chat).context["messages"]
    assert [note.level_tag for note in told] == ["error"]
    chat.refresh_from_db()
    assert chat.mode == Chat.Mode.DISABLED


def test_the_same_group_twice_is_an_error_in_words(browser: Client) -> None:
    stagehands.group(stagehands.bots(1), telegram_id=-1005)
    answer = desk.send(browser, desk.address(Chat, "add"), kind="telegram", title="Yine", telegram_id="-1005")
    assert answer.status_code == 200
    assert 'value="Yine"' in answer.content.decode()
    assert Chat.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"kind": "telegram"}, {"kind": "rehearsal", "telegram_id": "-1"}])
def test_a_chat_without_its_place_is_refused(browser: Client, wrong: dict[str, str]) -> None:
    assert desk.send(browser, desk.address(Chat, "add"), title="Yersiz", **wrong).status_code == 200
    assert not Chat.objects.exists()


def test_mode_settings_members_and_weights_are_changed_on_one_page(browser: Client) -> None:
    first, second = stagehands.bots(2)
    chat = stagehands.room([first])
    page = desk.address(Chat, "change", chat.pk)
    desk.send(browser, page, title="Yeni ad", mode="paused", more_bots=second.pk, **{"memberships-0-weight": "3"})
    chat.refresh_from_db()
    assert (chat.title, chat.mode) == ("Yeni ad", Chat.Mode.PAUSED)
    assert set(chat.members.all()) == {first, second}
    assert Membership.objects.get(chat=chat, bot=first).weight == 3
    actions = set(AuditEntry.objects.filter(actor_name="zeynep").values_list("action", flat=True))
    assert actions == {"chat.mode", "chat.members", "chat.change", "chat.adjust"}


def test_pausing_a_chat_skips_what_waits_there(browser: Client) -> None:
    chat = stagehands.room()
    turn = stagehands.turn(chat)
    desk.act(browser, Chat, "pause", chat, reason="Gece.")
    turn.refresh_from_db()
    assert turn.state == Turn.State.SKIPPED
    assert AuditEntry.objects.get(action="chat.mode").reason == "Gece."


# --- The switch ------------------------------------------------------------------------------------------------------
def test_the_switch_is_thrown_from_its_page_and_audited(browser: Client) -> None:
    desk.act(browser, Engine, "start", Engine.objects.get(), reason="Sabah.")
    assert control.is_running()
    desk.act(browser, Engine, "stop", Engine.objects.get(), reason="Akşam.")
    assert not control.is_running()
    assert AuditEntry.objects.get(action="engine.stop").reason == "Akşam."


def test_an_operator_may_stop_and_not_start() -> None:
    operator = staff.at_the_desk(Role.OPERATOR)
    desk.act(operator, Engine, "start", Engine.objects.get())
    assert not control.is_running()
    control.start(by="tests")
    desk.act(operator, Engine, "stop", Engine.objects.get())
    assert not control.is_running()


# --- The record ------------------------------------------------------------------------------------------------------
def test_messages_are_found_however_istanbul_is_written(browser: Client) -> None:
    stagehands.message(stagehands.room([]), "İSTANBUL ışıl ışıl")
    for words in ("istanbul", "İstanbul", "IŞIL"):
        assert browser.get(desk.address(Message, "changelist"), {"q": words}).context["cl"].result_count == 1, words


def test_who_sees_no_cost_sees_none() -> None:
    full_house.furnish(1)
    turn = Turn.objects.get()
    for role, sees in ((Role.OPERATOR, True), (Role.ANALYST, False)):
        browser = staff.at_the_desk(role, name=role.value)
        listed = browser.get(desk.address(Turn, "changelist")).content.decode()
        page = browser.get(desk.address(Turn, "change", turn.pk)).content.decode()
        assert ("column-cost_shown" in listed) is sees
        assert ("field-cost" in page) is sees


def test_what_waits_for_approval_is_let_go_or_dropped(browser: Client) -> None:
    chat = stagehands.room()
    held = {"state": Turn.State.HELD, "bot": chat.members.first(), "text": "Bekliyorum.", "text_sha256": "0" * 64}
    turns = [stagehands.turn(chat, **held, send_after=timezone.now()) for _n in range(2)]
    desk.act(browser, Turn, "approve", turns[0])
    desk.act(browser, Turn, "reject", turns[1], reason="Tonu yanlış.")
    assert [Turn.objects.get(pk=turn.pk).state for turn in turns] == [Turn.State.COMPOSED, Turn.State.SKIPPED]
    told = desk.act(browser, Turn, "approve", turns[1]).context["messages"]
    assert [note.level_tag for note in told] == ["error"]


def test_an_analyst_lets_nothing_go() -> None:
    chat = stagehands.room()
    turn = stagehands.turn(chat)
    answer = staff.at_the_desk(Role.ANALYST).get(desk.address(Turn, "changelist")).content.decode()
    assert 'value="approve"' not in answer
    desk.act(staff.at_the_desk(Role.ANALYST, name="ada"), Turn, "reject", turn)
    assert Turn.objects.get().state == Turn.State.PLANNED


def test_a_chat_is_adjusted_by_nothing_but_its_settings() -> None:
    with pytest.raises(ValidationError):
        control.adjust(stagehands.room(), by="tests", disclosed_by="kimse")


def test_who_left_a_chat_may_be_chosen_again(browser: Client) -> None:
    bot = stagehands.bots(1)[0]
    chat = stagehands.room([bot])
    Membership.objects.update(ended_at=timezone.now(), ended_reason="forbidden")
    desk.send(browser, desk.address(Chat, "change", chat.pk), more_bots=bot.pk)
    assert Membership.objects.get().ended_at is None


def test_evidence_is_shown_readably_and_escaped(browser: Client) -> None:
    turn = stagehands.turn(stagehands.room(), prompt=[{"role": "user", "content": "<script>alert(1)</script> ışık"}])
    page = browser.get(desk.address(Turn, "change", turn.pk)).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; ışık" in page


@pytest.mark.parametrize("sees", [True, False])
def test_no_filter_tells_what_is_not_shown(sees: bool) -> None:
    stagehands.turn(stagehands.room(stagehands.troupe(1)))
    browser = staff.at_the_desk(Role.OPERATOR if sees else Role.ANALYST)
    for address, status in {
        "/admin/conversations/turn/?cost__gte=0": 200 if sees else 400,
        "/admin/conversations/turn/?state__exact=sent": 200,
        "/admin/bots/bot/?token__startswith=k": 400,
    }.items():
        assert browser.get(address).status_code == status, address
