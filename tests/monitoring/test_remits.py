"""Who is limited to some chats sees and does nothing of the others, whichever door is tried."""

import json
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bots import roster
from bots.admin.desk import Desk
from bots.models import AuditEntry, Bot, Fragment, Memory
from bots.models.mind import EMBEDDING_SIZE
from bots.sheet import BotSheet, PersonaSheet
from bots.studio import casting
from conversations import control, remits
from conversations.admin import by_words
from conversations.models import Chat, Event, Message, Rules, Turn
from monitoring import access, room
from monitoring.boards.overview import Overview
from monitoring.consumers import ChatConsumer
from monitoring.grants import Role
from monitoring.watch import BoardWatch, ChatWatch
from tests import desk, full_house, staff, stagehands

pytestmark = pytest.mark.django_db


@pytest.fixture
def omer() -> User:
    """An operator of the first chat alone."""
    stagehands.room([_extra("benim_bot")], title="Benim odam")
    user = staff.equipped("omer", Role.OPERATOR)
    remits.limit(user, [mine()], by="tests")
    return User.objects.get(pk=user.pk)


@pytest.fixture
def browser(omer: User) -> Client:
    return staff.browser(omer)


def _extra(username: str) -> Bot:
    """A bot beside those of the full house."""
    return roster.enrol(BotSheet(username=username, persona=PersonaSheet(name=username[:5])), by="tests")


def mine() -> Chat:
    return Chat.objects.earliest("pk")


def foreign() -> Chat:
    """Another chat, with a bot of its own, a word and a turn that nobody else should see."""
    chat = Chat.objects.filter(title="Gizli oda").first()
    if chat is None:
        bot = _extra("gizli_bot")
        chat = stagehands.room([bot], title="Gizli oda")
        stagehands.message(chat, "gizli söz", bot=bot)
        held = {"state": Turn.State.HELD, "text": "gizli niyet", "text_sha256": "0" * 64}
        stagehands.turn(chat, bot=bot, persona=bot.persona, send_after=timezone.now(), **held)
    return chat


def test_no_page_names_what_is_none_of_their_business(browser: Client) -> None:
    full_house.furnish(1)
    there, here = foreign(), mine()
    for address in (
        "/",
        "/chats/",
        here.get_absolute_url(),
        "/approvals/",
        "/turns/",
        "/realism/",
        "/search/?q=gizli",
        *desk.lists(),
    ):
        page = browser.get(address, follow=True).content.decode()
        for secret in (there.title, "gizli söz", "gizli niyet", "gizli_bot"):
            assert secret not in page, (address, secret)
    assert here.title in browser.get("/chats/").content.decode()


def test_no_address_of_a_foreign_chat_answers(browser: Client) -> None:
    there = foreign()
    said, turn = there.messages.get(), there.turns.get()
    pages = [
        there.get_absolute_url(),
        f"/chats/{there.pk}/",
        reverse("older", args=[there.pk, said.pk]),
        turn.get_absolute_url(),
        f"/api/v1/chats/{there.pk}/messages/",
        f"/api/v1/turns/{turn.pk}/",
    ]
    acts = [
        reverse("say", args=[there.pk]),
        reverse("react", args=[there.pk]),
        *(reverse("approval", args=[turn.pk, verb]) for verb in ("approve", "reject", "reword", "back")),
        *(
            reverse("turn-decide", args=[turn.pk, verb])
            for verb in ("reject", "cancel", "retry", "reword", "delivered")
        ),
        f"/api/v1/chats/{there.pk}/pause/",
        *(f"/api/v1/turns/{turn.pk}/{verb}/" for verb in ("approve", "reject", "retry")),
    ]
    assert [page for page in pages if browser.get(page).status_code != 404] == []
    assert [act for act in acts if _post(browser, act).status_code != 404] == []
    assert Turn.objects.get(pk=turn.pk).state == Turn.State.HELD
    assert [chat["id"] for chat in browser.get("/api/v1/chats/").json()["results"]] == [mine().pk]


def _post(browser: Client, address: str) -> Any:
    if address.startswith("/api/v1/"):
        return browser.post(address, json.dumps({"reason": "x"}), content_type="application/json")
    return browser.post(address, {"text": "x", "reason": "x"})


def test_every_table_that_leads_to_a_chat_shows_only_theirs(omer: User) -> None:
    """A new table with a chat, a bot or a turn must say in `remits.PATHS` how it leads there."""
    full_house.furnish(1)
    there = foreign()
    for model in desk.registered():
        fields = {field.name for field in model._meta.get_fields() if field.many_to_one or field.one_to_one}
        about_chats = bool(fields & {"chat", "turn", "bot", "message"}) or model in {Chat, Bot}
        label = model._meta.label_lower
        assert not about_chats or label in remits.PATHS, model
        if label in {"conversations.message", "conversations.turn", "conversations.membership", "bots.bot"}:
            assert remits.within(omer, model._default_manager.all()).count() < model._default_manager.count()
    assert there not in remits.within(omer, Chat.objects.all())


def test_no_row_and_no_act_of_the_desk_reaches_a_foreign_chat(browser: Client) -> None:
    there = foreign()
    bot = there.members.get()
    for page in (desk.address(Chat, "change", there.pk), desk.address(Bot, "change", bot.pk)):
        assert browser.get(page).status_code == 302
    desk.act(browser, Chat, "pause", there)
    desk.act(browser, Bot, "disable", bot)
    assert Chat.objects.get(pk=there.pk).mode == Chat.Mode.LIVE
    assert Bot.objects.get(pk=bot.pk).enabled
    assert browser.get(desk.address(Bot, "add")).status_code == 403


def test_rules_are_written_for_their_chats_alone(browser: Client) -> None:
    there, before = foreign(), Rules.objects.count()
    page = desk.address(Rules, "add")
    for chat in (there.pk, ""):
        browser.post(f"{page}?chat={chat}", {"chat": chat, "note": "x", "scale": "2"})
    assert Rules.objects.count() == before


def test_their_own_chat_is_theirs_to_run(browser: Client) -> None:
    desk.act(browser, Chat, "pause", mine())
    assert mine().mode == Chat.Mode.PAUSED
    assert browser.post("/engine/stop/").status_code == 302


def test_a_socket_of_a_foreign_chat_is_refused_and_one_that_is_lost_ends(omer: User) -> None:
    consumer: Any = ChatConsumer()
    consumer.scope = {"url_route": {"kwargs": {"pk": foreign().pk}}}
    assert consumer.open_watch(omer) is None
    watch = ChatWatch(omer, chat=mine())
    assert watch.admits(omer)
    remits.limit(omer, [foreign()], by="tests")
    assert not watch.admits(User.objects.get(pk=omer.pk))


def test_the_dashboard_is_told_of_their_chats_alone(omer: User) -> None:
    there = foreign()
    control.set_mode(there, Chat.Mode.PAUSED, by="tests")
    events = [event.chat_id for event in _events(BoardWatch(omer, open=lambda who: Overview(who, {})))]
    assert there.pk not in events
    assert mine().pk in events


def _events(watch: BoardWatch) -> Any:
    return Event.objects.filter(watch.concerns())


def test_who_is_limited_sees_no_cost(omer: User, browser: Client) -> None:
    assert not access.may(omer, access.COST)
    assert browser.get("/spending/").status_code == 403


def test_an_admin_is_never_limited_and_the_list_without_limits_is_whole() -> None:
    chat, other = stagehands.room([]), stagehands.room([], title="Öteki")
    boss = staff.account("zeynep")
    remits.limit(boss, [chat], by="tests")
    assert len(room.listed(User.objects.get(pk=boss.pk))) == 2
    ali = staff.account("ali", Role.ANALYST)
    remits.limit(ali, [other], by="tests")
    assert [one.chat for one in room.listed(User.objects.get(pk=ali.pk))] == [other]
    remits.limit(ali, [], by="tests")
    assert len(room.listed(User.objects.get(pk=ali.pk))) == 2
    entry = AuditEntry.objects.filter(action="account.chats").first()
    assert entry is not None
    assert (entry.before, entry.after) == ({"chats": ["Öteki"]}, {"chats": []})


def test_an_admin_limits_an_account_on_its_page() -> None:
    chat, ali = stagehands.room([]), staff.account("ali", Role.ANALYST)
    desk.send(staff.at_the_desk(), desk.address(User, "change", ali.pk), chats=[chat.pk])
    assert list(remits.of(ali)) == [chat]


def test_every_desk_asks_what_its_person_has_to_do_with() -> None:
    assert [model for model in desk.registered() if not isinstance(admin.site.get_model_admin(model), Desk)] == []


def test_cost_is_the_whole_houses_wherever_it_stands(browser: Client) -> None:
    full_house.furnish(1)
    for model in ("llmcall", "budget", "price"):
        assert browser.get(f"/admin/conversations/{model}/").status_code == 403
    for address in (f"/admin/conversations/rules/?chat={mine().pk}", f"/admin/conversations/chat/{mine().pk}/change/"):
        assert "Günlük maliyet" not in browser.get(address).content.decode()


def test_a_bot_that_has_left_is_theirs_no_more_nor_is_what_it_heard_elsewhere(browser: Client, omer: User) -> None:
    bot = Bot.objects.get(username="benim_bot")
    for text, number in (("Elle yazıldı.", None), ("Başka odada duyuldu.", 7)):
        bot.memories.create(text=text, message_id=number, embedding=[0.0] * EMBEDDING_SIZE)
    page = browser.get(f"/personas/{bot.pk}/").content.decode()
    assert ("Elle yazıldı." in page, "Başka odada duyuldu." in page) == (True, False)
    bot.memberships.update(ended_at=timezone.now(), ended_reason="left")
    assert browser.get(f"/personas/{bot.pk}/").status_code == 404


def test_rehearsing_a_group_opens_no_room_that_would_be_none_of_theirs(browser: Client) -> None:
    before = Chat.objects.count()
    answer = desk.act(browser, Chat, "rehearse", mine())
    assert answer.status_code == 403
    assert Chat.objects.count() == before


def test_a_fragment_does_not_tell_whose_it_was_to_who_does_not_know_the_bot(browser: Client) -> None:
    foreign()
    casting.cut(Bot.objects.get(username="gizli_bot"), kind="style", name="Kısa", by="tests")
    casting.cut(Bot.objects.get(username="benim_bot"), kind="style", name="Uzun", by="tests")
    told = browser.get(reverse("fragments")).content.decode()
    assert ("Kısa" in told, "benim" in told, "gizli" in told) == (True, True, False)
    for row in Fragment.objects.all():
        assert "gizli" not in browser.get(desk.address(Fragment, "change", row.pk)).content.decode()


def test_a_search_looks_through_ones_own_chats_alone(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A chat that talks a lot does not push what is theirs out of the newest that are found."""
    ours = stagehands.message(mine(), "Işık yandı.")
    for number in range(3):
        stagehands.message(foreign(), f"Işık {number}.")
    monkeypatch.setattr(by_words, "MOST", 2)
    found = browser.get(desk.address(Message, "changelist"), {"q": "ışık"}).context["cl"].result_list
    assert [row.pk for row in found] == [ours.pk]


def test_a_turn_tells_nothing_that_its_bot_learned_elsewhere(omer: User, browser: Client) -> None:
    bot, secret = Bot.objects.get(username="benim_bot"), "Deniz evini satmış."
    heard: dict[str, Any] = {"kind": "personal_fact", "text": secret, "quoted": "evimi sattım", "message_id": 77}
    memory = Memory.objects.create(bot=bot, embedding=[0.1] * EMBEDDING_SIZE, **heard)
    prompt = [{"role": "user", "content": f"Hatırla: {secret}"}]
    turn = stagehands.turn(mine(), bot=bot, memories=[memory.pk], prompt=prompt)
    doors = (turn.get_absolute_url(), f"/api/v1/turns/{turn.pk}/", desk.address(Turn, "change", turn.pk))
    whole = staff.at_the_desk(Role.OPERATOR, name="kadir")
    for door in doors:
        for asking, told in ((browser, False), (whole, True)):
            answer = asking.get(door)
            assert answer.status_code == 200
            assert (secret in answer.content.decode()) is told, door
