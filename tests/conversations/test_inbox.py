"""What Telegram tells us: each update once, each human message once, and poison holds up nobody."""

from itertools import count
from typing import Any

import pytest
from django.utils import timezone

from bots.models import Bot
from bots.telegram import port
from conversations import control, inbox
from conversations.models import Chat, Event, InboundUpdate, Membership, Message, Participant, Turn
from tests import stagehands

pytestmark = pytest.mark.django_db
GROUP = -1001
_numbers = count(1)


@pytest.fixture
def group() -> Chat:
    control.start(by="tests")
    chat = stagehands.group(stagehands.troupe(2), GROUP)
    for number, bot in enumerate(Bot.objects.order_by("pk")):
        Bot.objects.filter(pk=bot.pk).update(telegram_id=7000 + number)
    return chat


def update(kind: str = "message", **content: Any) -> port.Update:
    number = next(_numbers)
    return port.Update(number, {"update_id": number, kind: content})


def message(text: Any = "Bugün sakin.", *, number: Any = None, **more: Any) -> port.Update:
    """A message as a group's listener gets it."""
    content: dict[str, Any] = {
        "message_id": number or next(_numbers),
        "from": {"id": 55, "is_bot": False, "first_name": "Deniz", "last_name": "Ak", "username": "deniz_ak"},
        "chat": {"id": GROUP, "type": "supergroup", "title": "Piyasa"},
        "date": int(timezone.now().timestamp()),
    }
    return update(**(content | ({"text": text} if text is not None else {}) | more))


def told(*updates: port.Update, bot: int = 0) -> list[str]:
    """Store and read these; what each of them was."""
    listener = Bot.objects.order_by("pk")[bot]
    rows = [inbox.store(listener, one) for one in updates]
    assert all(rows)
    while inbox.process_one():
        pass
    numbers = [one.update_id for one in updates]
    found = InboundUpdate.objects.filter(bot=listener, update_id__in=numbers).order_by("id")
    return list(found.values_list("outcome", flat=True))


# --- Once ------------------------------------------------------------------------------------------------------------
def test_an_update_is_kept_once_however_often_it_comes(group: Chat) -> None:
    bot, one = Bot.objects.all()[0], message()
    assert [inbox.store(bot, one) for _time in range(3)] == [True, False, False]
    assert InboundUpdate.objects.count() == 1


def test_two_bots_may_count_their_updates_alike(group: Chat) -> None:
    one = message()
    assert all(inbox.store(bot, one) for bot in Bot.objects.all())


def test_a_message_that_two_bots_saw_is_one_message_and_one_answer(group: Chat) -> None:
    said: dict[str, Any] = {"text": "@nermin_sahne_bot ne dersin?", "number": 900}
    assert told(message(**said), bot=0) == ["message"]
    assert told(message(**said), bot=1) == ["seen"]
    assert (Message.objects.count(), Turn.objects.count()) == (1, 1)


def test_with_nothing_stored_there_is_nothing_to_read() -> None:
    assert not inbox.process_one()


# --- People ----------------------------------------------------------------------------------------------------------
def test_a_persons_message_is_kept_with_who_said_it_and_when(group: Chat) -> None:
    assert told(message("Sizce ALTIN ne olur?", number=12)) == ["message"]
    kept = Message.objects.get()
    assert (kept.chat, kept.message_id, kept.text, kept.folded) == (
        group, 12, "Sizce ALTIN ne olur?", "sizce altın ne olur?",
    )  # fmt: skip
    assert kept.participant == Participant.objects.get(telegram_id=55, name="Deniz Ak", username="deniz_ak")
    assert Event.objects.filter(kind=Event.Kind.MESSAGE, subject_id=kept.pk).count() == 1


def test_who_changes_the_name_is_still_the_same_person(group: Chat) -> None:
    told(message(), message(**{"from": {"id": 55, "is_bot": False, "first_name": "D" * 300}}))
    assert Participant.objects.get().name == "D" * 128


def test_who_has_no_name_is_called_by_number(group: Chat) -> None:
    told(message(**{"from": {"id": 55, "is_bot": False}}))
    assert Participant.objects.get().name == "55"


def test_a_caption_is_what_a_picture_says(group: Chat) -> None:
    assert told(message(None, caption="Grafiğe bakın", photo=[{}])) == ["message"]
    assert Message.objects.get().text == "Grafiğe bakın"


@pytest.mark.parametrize("more", [{"text": None}, {"text": ""}, {"from": None}])
def test_what_says_nothing_is_not_kept(group: Chat, more: dict[str, Any]) -> None:
    assert told(message(**({"text": "x"} | more))) == ["without_text"]
    assert not Message.objects.exists()


@pytest.mark.parametrize("text", ["sel\x00am", "sel\ud83dam", "\udc00selam"])
def test_signs_that_no_database_holds_do_not_stop_a_message(group: Chat, text: str) -> None:
    assert told(message(text, **{"from": {"id": 55, "is_bot": False, "first_name": text}})) == ["message"]
    assert Message.objects.get().text.replace("?", "") == "selam"


def test_a_reply_knows_what_it_replies_to(group: Chat) -> None:
    told(message("Ben sattım.", number=30))
    told(message("Neden?", number=31, reply_to_message={"message_id": 30}))
    told(message("Kime?", number=32, reply_to_message={"message_id": 999}))
    found = Message.objects.order_by("message_id").values_list("message_id", "reply_to__message_id")
    assert list(found) == [(30, None), (31, 30), (32, None)]


def test_a_mention_that_the_text_does_not_show_counts(group: Chat) -> None:
    entity = {"type": "text_mention", "offset": 0, "length": 5, "user": {"id": 56}}
    told(message("Sizce ne olur?", entities=[entity]))
    assert Message.objects.get().mentions_other
    assert not Turn.objects.exists()


def test_an_old_message_is_kept_and_not_answered(group: Chat) -> None:
    date = int(timezone.now().timestamp()) - 3600
    assert told(message("@nermin_sahne_bot ne dersin?", date=date)) == ["message"]
    assert not Turn.objects.exists()


def test_an_edit_changes_the_words_and_opens_nothing(group: Chat) -> None:
    told(message("Bugün sakn.", number=40))
    content = message("Bugün SAKİN.", number=40, edit_date=1_700_000_000).payload["message"]
    assert told(update("edited_message", **content)) == ["edited"]
    kept = Message.objects.get()
    assert (kept.text, kept.folded, kept.edited_at is not None) == ("Bugün SAKİN.", "bugün sakin.", True)
    assert not Turn.objects.exists()


@pytest.mark.parametrize(("text", "number"), [("Yeni", 41), (None, 40)])
def test_an_edit_of_something_unknown_or_to_nothing_is_ignored(group: Chat, text: str | None, number: int) -> None:
    told(message("Bugün sakin.", number=40))
    content = message(text, number=number, edit_date=1_700_000_000).payload["message"]
    assert told(update("edited_message", **content)) == ["ignored"]
    assert Message.objects.get().text == "Bugün sakin."


# --- Bots ------------------------------------------------------------------------------------------------------------
def by_bot(text: str, author: int = 7000, **more: Any) -> port.Update:
    return message(text, **({"from": {"id": author, "is_bot": True, "first_name": "Bot"}} | more))


def test_a_message_of_ours_is_a_receipt_and_asks_for_nothing(group: Chat) -> None:
    author = Bot.objects.order_by("pk")[0]
    turn = stagehands.turn_in("uncertain", group, author, text="Ne dersiniz?")
    stagehands.tried(turn)
    assert told(by_bot("Ne dersiniz?", number=50), bot=1) == ["receipt"]
    turn.refresh_from_db()
    assert (turn.state, turn.sent_id, turn.message) == ("sent", 50, Message.objects.get(bot=author))
    assert not Turn.objects.filter(cause__isnull=False).exists()


def test_a_receipt_without_such_a_turn_is_a_message(group: Chat) -> None:
    assert told(by_bot("Sakinim."), bot=1) == ["receipt"]
    assert Message.objects.get().participant is None


def test_other_peoples_bots_are_left_alone(group: Chat) -> None:
    assert told(by_bot("Sinyal!", author=999)) == ["foreign_bot"]
    assert not Message.objects.exists()


# --- Places ----------------------------------------------------------------------------------------------------------
def test_a_private_message_is_noted_and_nothing_more(group: Chat) -> None:
    assert told(message(chat={"id": 55, "type": "private"})) == ["private"]
    assert not Message.objects.exists()


def test_an_unknown_group_is_noted_and_stays_disabled(group: Chat) -> None:
    assert told(message("@nermin_sahne_bot selam?", chat={"id": -77, "type": "group", "title": "Yeni\x00"})) == [
        "message"
    ]
    noted = Chat.objects.get(telegram_id=-77)
    assert (noted.mode, noted.title, noted.is_disclosed) == (Chat.Mode.DISABLED, "Yeni", False)
    assert [member.bot for member in noted.memberships.all()] == [Bot.objects.order_by("pk")[0]]
    assert not Turn.objects.exists()
    assert Event.objects.filter(kind=Event.Kind.CHAT, chat=noted).count() == 1


def test_a_topic_of_a_forum_is_a_place_of_its_own(group: Chat) -> None:
    Chat.objects.filter(pk=group.pk).update(thread_id=7)
    told(message("Burası", message_thread_id=7, is_topic_message=True))
    told(message("Orası", message_thread_id=8, is_topic_message=True))
    told(message("Genel", message_thread_id=8))
    places = Message.objects.order_by("id").values_list("text", "chat__thread_id")
    assert list(places) == [("Burası", 7), ("Orası", 8), ("Genel", None)]


def test_a_group_registered_as_a_whole_hears_all_its_topics(group: Chat) -> None:
    told(message("Burası", message_thread_id=7, is_topic_message=True))
    assert Message.objects.get().chat == group


@pytest.mark.parametrize(
    "content",
    [
        {"migrate_to_chat_id": -2002},
        {"migrate_from_chat_id": GROUP, "chat": {"id": -2002, "type": "supergroup", "title": "Piyasa"}},
    ],
)
def test_a_group_that_moves_is_followed_from_either_side(group: Chat, content: dict[str, Any]) -> None:
    assert told(message(None, **content)) == ["migrated"]
    assert Chat.objects.get().telegram_id == -2002


def test_a_move_is_followed_even_if_the_new_place_was_noted_before(group: Chat) -> None:
    new = {"id": -2002, "type": "supergroup", "title": "Piyasa"}
    told(message("İlk!", chat=new))
    assert told(message(None, migrate_to_chat_id=-2002), message(None, migrate_from_chat_id=GROUP, chat=new)) == [
        "migrated",
        "ignored",
    ]
    assert (Chat.objects.get(), Chat.objects.get().telegram_id) == (group, -2002)


def test_the_move_of_a_group_that_nobody_knows_is_ignored(group: Chat) -> None:
    moved = message(None, chat={"id": -9, "type": "group"}, migrate_to_chat_id=-10)
    assert told(moved) == ["ignored"]


def my_chat_member(status: str, **more: Any) -> port.Update:
    place = {"id": GROUP, "type": "supergroup", "title": "Piyasa"}
    return update("my_chat_member", **({"chat": place, "new_chat_member": {"status": status}} | more))


@pytest.mark.parametrize("status", ["left", "kicked"])
def test_a_bot_that_was_removed_plays_there_no_more(group: Chat, status: str) -> None:
    bot = Bot.objects.order_by("pk")[0]
    turn = stagehands.turn_in("composed", group, bot)
    assert told(my_chat_member(status)) == [f"membership:{status}"]
    membership = Membership.objects.get(bot=bot)
    assert (membership.ended_at is None, membership.ended_reason) == (False, status)
    turn.refresh_from_db()
    assert (turn.state, turn.reason) == ("skipped", "not_a_member")


def test_a_bot_that_comes_back_plays_again(group: Chat) -> None:
    told(my_chat_member("kicked"), my_chat_member("member"))
    assert set(Membership.objects.values_list("ended_at", "ended_reason")) == {(None, "")}


def test_a_bot_that_was_added_to_an_unknown_group_is_noted_there(group: Chat) -> None:
    told(my_chat_member("administrator", chat={"id": -5, "type": "group", "title": "Yeni"}))
    assert Membership.objects.get(chat__telegram_id=-5).ended_at is None


def test_a_block_in_private_is_noted(group: Chat) -> None:
    assert told(my_chat_member("kicked", chat={"id": 55, "type": "private"})) == ["private:kicked"]


def test_what_was_not_asked_for_is_ignored(group: Chat) -> None:
    assert told(update("channel_post", text="Kanal")) == ["ignored"]


# --- Poison ----------------------------------------------------------------------------------------------------------
POISON: list[dict[str, Any]] = [
    {"chat": None},
    {"chat": {"id": "x", "type": "group"}},
    {"date": 10**20},
    {"date": "yesterday"},
    {"from": {"is_bot": False}},
    {"message_id": None},
    {"message_id": 2**70},
    {"entities": [None]},
    {"text": ["a"]},
    {"reply_to_message": 5},
]


@pytest.mark.parametrize("content", POISON)
def test_what_cannot_be_read_is_parked_and_the_others_go_on(group: Chat, content: dict[str, Any]) -> None:
    outcomes = told(message(**content), message("Merhaba"))
    assert outcomes[1] == "message"
    assert outcomes[0] == "unreadable"
    parked = InboundUpdate.objects.get(state=InboundUpdate.State.PARKED)
    assert (parked.tries, parked.cause != "") == (inbox.MOST_TRIES, True)
    assert Message.objects.get().text == "Merhaba"
