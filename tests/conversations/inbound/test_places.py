"""Groups that are noted, renamed, closed and moved; bots that come, go and may not write."""

from typing import Any

import pytest
from django.utils import timezone

from bots.models import Bot
from conversations import control
from conversations.models import Chat, Event, Membership, Message, Participant, Turn
from tests import stagehands
from tests.conversations.inbound import told

pytestmark = pytest.mark.django_db
PLACE: dict[str, Any] = {"id": told.GROUP, "type": "supergroup", "title": "Piyasa"}


@pytest.fixture
def group() -> Chat:
    return told.group()


def member(status: str, *, of: int = told.GROUP, kind: str = "supergroup", **more: Any) -> str:
    change = {"chat": {"id": of, "type": kind, "title": "Yeni"}, "from": told.DENIZ, "date": 1_700_000_000}
    return told.read(told.update("my_chat_member", **change, new_chat_member={"status": status, **more}))[0]


# --- Members ---------------------------------------------------------------------------------------------------------
def test_who_may_not_write_plays_no_more_until_it_may_again(group: Chat) -> None:
    turn = stagehands.turn_in("composed", group, told.bot())
    assert member("restricted", is_member=True, can_send_messages=False) == "membership:restricted"
    assert Membership.objects.get(bot=told.bot()).ended_reason == "restricted"
    turn.refresh_from_db()
    assert (turn.state, turn.reason) == ("skipped", "not_a_member")
    assert member("restricted", is_member=True, can_send_messages=True) == "membership:member"
    assert Membership.objects.get(bot=told.bot()).ended_at is None


def test_who_is_restricted_and_not_inside_has_left(group: Chat) -> None:
    assert member("restricted", is_member=False) == "membership:left"


def test_a_promotion_changes_nothing_but_is_understood(group: Chat) -> None:
    assert [member("administrator"), member("member")] == ["membership:administrator", "membership:member"]
    assert Membership.objects.filter(ended_at=None).count() == 2


def test_a_group_whose_listener_left_is_heard_by_another(group: Chat) -> None:
    control.adjust(group, by="tests", listener=told.bot())
    member("kicked")
    assert Chat.objects.get().listener == told.bot(1)


def test_a_bot_is_removed_from_every_topic_of_its_group(group: Chat) -> None:
    topic = Chat.objects.create(telegram_id=told.GROUP, thread_id=7, title="Döviz")
    Membership.objects.create(chat=topic, bot=told.bot())
    member("left")
    assert not Membership.objects.filter(bot=told.bot(), ended_at=None).exists()


def test_a_group_that_was_deleted_has_no_bot_left_and_says_nothing(group: Chat) -> None:
    stagehands.turn_in("composed", group, told.bot(1))
    for number in range(2):
        told.read(
            told.update("my_chat_member", chat=PLACE, date=1_700_000_000, new_chat_member={"status": "left"}),
            bot=number,
        )
    assert not Membership.objects.filter(ended_at=None).exists()
    assert Turn.objects.get().state == "skipped"


def test_who_brought_a_bot_into_an_unknown_group_is_noted(group: Chat) -> None:
    member("member", of=-77)
    noted = Chat.objects.get(telegram_id=-77)
    assert (noted.mode, str(noted.noted_by)) == (Chat.Mode.DISABLED, "Deniz Ak")
    change = {"chat": {"id": -77, "type": "group", "title": "Yeni"}, "from": {"id": 56, "first_name": "Ece"}}
    told.read(told.update("my_chat_member", **change, date=1, new_chat_member={"status": "administrator"}))
    assert str(Chat.objects.get(telegram_id=-77).noted_by) == "Deniz Ak"


@pytest.mark.parametrize(("kind", "outcome"), [("private", "private:kicked"), ("channel", "channel")])
def test_what_happens_elsewhere_is_noted_and_nothing_more(group: Chat, kind: str, outcome: str) -> None:
    assert member("kicked", of=55, kind=kind) == outcome
    assert Membership.objects.filter(ended_at=None).count() == 2


def test_changes_of_other_members_do_not_concern_us(group: Chat) -> None:
    assert told.read(told.update("chat_member", chat=PLACE, new_chat_member={"status": "left"})) == ["ignored"]


# --- Names, topics, moves --------------------------------------------------------------------------------------------
def test_a_new_title_is_followed(group: Chat) -> None:
    assert told.read(told.message(None, new_chat_title="Borsa\x00 sohbeti")) == ["renamed"]
    assert Chat.objects.get().title == "Borsa sohbeti"
    assert Event.objects.filter(kind=Event.Kind.CHAT, chat=group).exists()


def test_a_topic_that_is_closed_is_silent_until_it_opens(group: Chat) -> None:
    Chat.objects.update(thread_id=7)
    turn = stagehands.turn_in("composed", group, told.bot())
    in_topic = {"message_thread_id": 7, "is_topic_message": True}
    assert told.read(told.message(None, forum_topic_closed={}, **in_topic)) == ["topic_closed"]
    turn.refresh_from_db()
    assert (turn.state, turn.reason) == ("skipped", "topic_closed")
    assert not Chat.objects.talking().exists()
    assert told.read(told.message(None, forum_topic_reopened={}, **in_topic)) == ["topic_reopened"]
    assert Chat.objects.talking().exists()


def test_another_topic_that_is_closed_does_not_concern_this_one(group: Chat) -> None:
    in_topic = {"message_thread_id": 9, "is_topic_message": True}
    told.read(told.message(None, forum_topic_closed={}, **in_topic))
    assert Chat.objects.talking().exists()


def test_a_topic_is_renamed_alone(group: Chat) -> None:
    topic = Chat.objects.create(telegram_id=told.GROUP, thread_id=7, title="Döviz")
    edited: dict[str, Any] = {"forum_topic_edited": {"name": "Kur"}, "message_thread_id": 7, "is_topic_message": True}
    assert told.read(told.message(None, **edited)) == ["renamed"]
    topic.refresh_from_db()
    assert (topic.title, Chat.objects.get(thread_id=None).title) == ("Kur", "Piyasa")


NEW: dict[str, Any] = {"id": -2002, "type": "supergroup", "title": "Piyasa"}


@pytest.mark.parametrize("turned", [False, True])
def test_a_move_is_followed_once_whichever_side_tells_first(group: Chat, turned: bool) -> None:
    told.read(told.message("Eski", number=5))
    sides: list[dict[str, Any]] = [{"migrate_to_chat_id": -2002}, {"migrate_from_chat_id": told.GROUP, "chat": NEW}]
    for side in reversed(sides) if turned else sides:
        told.read(told.message(None, **side))
    assert Chat.objects.get().telegram_id == -2002
    assert Message.objects.get().message_id == -5


def test_what_was_said_in_the_new_place_before_the_news_stays(group: Chat) -> None:
    told.read(told.message("Eski", number=5), told.message("İlk!", number=1, chat=NEW))
    told.read(told.message(None, migrate_to_chat_id=-2002))
    found = Message.objects.order_by("id").values_list("text", "message_id", "chat")
    assert list(found) == [("Eski", -5, group.pk), ("İlk!", 1, group.pk)]
    assert Chat.objects.count() == 1


def test_what_was_chosen_under_the_new_number_outlives_late_news(group: Chat) -> None:
    old = {"id": -3003, "type": "group", "title": "Piyasa"}
    told.read(told.message("Eski", number=5, chat=old), told.message("Yeni", number=1, chat=NEW))
    Chat.objects.filter(telegram_id=-2002).update(topics=["BIST"])
    chosen = Chat.objects.get(telegram_id=-2002)
    told.read(told.message(None, migrate_to_chat_id=-2002, chat=old))
    assert set(Chat.objects.values_list("telegram_id", flat=True)) == {told.GROUP, -2002}
    assert sorted(chosen.messages.values_list("text", "message_id")) == [("Eski", -5), ("Yeni", 1)]


def test_other_service_messages_are_nobodys_words(group: Chat) -> None:
    assert (
        told.read(told.message(None, new_chat_members=[told.DENIZ]), told.message(None, pinned_message={}))
        == ["without_text"] * 2
    )
    assert not Participant.objects.exists()


def test_a_bot_that_comes_to_a_known_group_plays_there(group: Chat) -> None:
    Membership.objects.filter(bot=told.bot(1)).delete()
    told.read(
        told.update("my_chat_member", chat=PLACE, date=int(timezone.now().timestamp()),
                    new_chat_member={"status": "member"}), bot=1,
    )  # fmt: skip
    assert Membership.objects.get(bot=Bot.objects.get(pk=told.bot(1).pk)).chat == group
