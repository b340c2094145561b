"""What people say: in words, pictures, in a channel's name, and changed afterwards."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from conversations.engine import scene
from conversations.models import Chat, Message, Participant, Turn
from tests import stagehands
from tests.conversations.inbound import told

pytestmark = pytest.mark.django_db
CHANNEL: dict[str, Any] = {"id": -500, "type": "channel", "title": "Borsa Kanalı", "username": "borsa_kanali"}
ANONYMOUS: dict[str, Any] = {
    "from": {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"},
    "sender_chat": {"id": told.GROUP, "type": "supergroup", "title": "Piyasa"},
}


@pytest.fixture
def group() -> Chat:
    return told.group()


# --- Without words ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("what", "kind"),
    [
        ({"photo": [{}]}, "photo"), ({"sticker": {"emoji": "🙂"}}, "sticker"), ({"voice": {"duration": 3}}, "voice"),
        ({"poll": {"question": "?"}}, "poll"), ({"animation": {"a": 1}, "document": {"a": 1}}, "animation"),
        ({"video_note": {"a": 1}}, "video_note"), ({"location": {"latitude": 1}}, "location"),
    ],
)  # fmt: skip
def test_a_picture_without_words_keeps_the_shape_of_the_talk(group: Chat, what: dict[str, Any], kind: str) -> None:
    assert told.read(told.message(None, **what)) == ["message"]
    kept = Message.objects.get()
    assert (kept.kind, kept.text, str(kept.participant)) == (kind, "", "Deniz Ak")
    assert kept.shown == f"[{kept.get_kind_display()}]"


def test_no_model_sees_what_has_no_words_and_nobody_answers_it(group: Chat) -> None:
    earlier = timezone.now() - timedelta(minutes=1)
    mine = stagehands.message(group, "Ben sakinim.", bot=told.bot(), message_id=30, at=earlier)
    told.read(told.message(None, photo=[{}], reply_to_message={"message_id": 30}), told.message("Güzel oldu."))
    assert not Turn.objects.exists()
    assert Message.objects.get(kind="photo").reply_to == mine
    seen = scene.load(stagehands.turn(group)).history
    assert [said.text for said in seen] == ["Ben sakinim.", "Güzel oldu."]
    assert Chat.objects.get().heard_at is not None


def test_a_picture_with_words_says_them(group: Chat) -> None:
    told.read(told.message(None, photo=[{}], caption="@nermin_sahne_bot bu ne?"))
    assert (Message.objects.get().kind, Turn.objects.get().trigger) == ("photo", "mention")


# --- In another name -------------------------------------------------------------------------------------------------
def test_an_anonymous_administrator_is_kept_as_the_group_and_answered(group: Chat) -> None:
    assert told.read(told.message("@nermin_sahne_bot ne dersin?", **ANONYMOUS)) == ["message"]
    assert list(Participant.objects.values_list("telegram_id", "name")) == [(told.GROUP, "Piyasa")]
    assert Turn.objects.get().trigger == "mention"


def test_who_writes_as_a_channel_is_kept_as_the_channel(group: Chat) -> None:
    fake = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
    assert told.read(told.message("Merhaba", **{"from": fake}, sender_chat=CHANNEL)) == ["message"]
    assert Participant.objects.get().telegram_id == CHANNEL["id"]


def test_a_post_that_telegram_carries_in_is_kept_and_asks_nobody(group: Chat) -> None:
    post = {"from": {"id": 777000, "is_bot": False, "first_name": "Telegram"}, "sender_chat": CHANNEL}
    assert told.read(told.message("Sizce ALTIN ne olur?", **post, is_automatic_forward=True)) == ["channel_post"]
    assert (str(Message.objects.get().participant), Turn.objects.exists()) == ("Borsa Kanalı", False)


def test_a_channel_itself_is_no_place_of_ours(group: Chat) -> None:
    assert told.read(told.message("Duyuru", chat=CHANNEL)) == ["channel"]
    assert not Message.objects.exists()


# --- Changed afterwards ----------------------------------------------------------------------------------------------
def edit(text: str | None, number: int = 40, at: int = 1_900_000_000, **more: Any) -> str:
    return told.read(told.update("edited_message", **told.content(text, number=number, edit_date=at, **more)))[0]


def test_an_edit_that_first_calls_a_bot_is_answered_once(group: Chat) -> None:
    told.read(told.message("Bugün sakin.", number=40))
    assert edit("@nermin_sahne_bot bugün sakin mi?") == "edited"
    assert edit("@tolga_sahne_bot bugün sakin mi?", at=1_900_000_005) == "edited"
    assert [turn.bot for turn in Turn.objects.all()] == [told.bot()]


def test_an_edit_of_an_answered_message_opens_nothing_more(group: Chat) -> None:
    told.read(told.message("@nermin_sahne_bot nasılsın?", number=40))
    edit("@tolga_sahne_bot nasılsın?")
    assert Turn.objects.count() == 1


def test_an_edit_into_a_question_to_everybody_opens_nothing(group: Chat) -> None:
    told.read(told.message("Bugün sakin.", number=40))
    edit("Bugün sakin mi?")
    assert not Turn.objects.exists()


def test_the_newest_edit_counts_whichever_comes_last(group: Chat) -> None:
    told.read(told.message("Bir", number=40))
    assert [edit("Üç", at=1_900_000_003), edit("İki", at=1_900_000_002)] == ["edited", "ignored"]
    assert Message.objects.get().text == "Üç"


def test_a_caption_is_edited_too(group: Chat) -> None:
    told.read(told.message(None, number=40, photo=[{}], caption="Grafik"))
    assert edit(None, photo=[{}], caption="Grafiğe bakın") == "edited"
    assert (Message.objects.get().text, Message.objects.get().kind) == ("Grafiğe bakın", "photo")


# --- Replies and mentions --------------------------------------------------------------------------------------------
def test_a_reply_finds_its_message_in_another_topic(group: Chat) -> None:
    topic = Chat.objects.create(telegram_id=told.GROUP, thread_id=7, title="Döviz")
    told.read(told.message("Ben sattım.", number=30))
    in_topic = {"message_thread_id": 7, "is_topic_message": True}
    outside = {"chat": {"id": told.GROUP, "type": "supergroup"}, "message_id": 30}
    told.read(told.message("Neden?", number=31, external_reply=outside, **in_topic))
    told.read(told.message("Kim?", number=32, external_reply=outside | {"chat": {"id": -9}}, **in_topic))
    found = Message.objects.filter(chat=topic).order_by("message_id").values_list("reply_to__message_id", flat=True)
    assert list(found) == [30, None]


def test_an_address_with_an_at_sign_calls_nobody(group: Chat) -> None:
    text = "🙂 https://x.example/@nermin_sahne_bot"
    told.read(told.message(text, entities=[{"type": "url", "offset": 3, "length": len(text) - 2}]))
    assert not Turn.objects.exists()
