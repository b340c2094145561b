"""What people hang on messages in a group: kept, changed, taken away, and felt by whom it is given to."""

from itertools import count
from typing import Any

import pytest
from django.utils import timezone

from bots.models import Bot
from bots.models.mind import MoodChange
from bots.telegram import port
from conversations import control, inbox
from conversations.models import Chat, Event, InboundUpdate, Message, Reaction
from tests import stagehands

pytestmark = pytest.mark.django_db
GROUP = -1001
_numbers = count(1)


@pytest.fixture
def said() -> Message:
    """A bot's message in a group."""
    control.start(by="tests")
    chat = stagehands.group(stagehands.troupe(2), GROUP)
    return stagehands.message(chat, "Bence sakin.", bot=Bot.objects.order_by("pk")[0], message_id=900)


def told(*emoji: str, **more: Any) -> str:
    """What an update was that says which emoji a person has on message 900 now."""
    number = next(_numbers)
    content: dict[str, Any] = {
        "chat": {"id": GROUP, "type": "supergroup", "title": "Piyasa"},
        "message_id": 900,
        "user": {"id": 55, "is_bot": False, "first_name": "Deniz"},
        "date": int(timezone.now().timestamp()),
        "old_reaction": [],
        "new_reaction": [{"type": "emoji", "emoji": one} for one in emoji],
    }
    inbox.store(Bot.objects.all()[0], port.Update(number, {"update_id": number, "message_reaction": content | more}))
    while inbox.process_one():
        pass
    return InboundUpdate.objects.latest("pk").outcome


def test_an_emoji_of_a_person_is_kept_felt_and_shown(said: Message) -> None:
    assert told("👍") == "reaction"
    hung = Reaction.objects.get()
    assert (hung.message, str(hung.participant), hung.emoji) == (said, "Deniz", "👍")
    assert MoodChange.objects.get().event == "pleased"
    assert Event.objects.filter(kind=Event.Kind.MESSAGE, subject_id=said.pk).exists()


def test_a_change_of_mind_is_kept_and_felt_once(said: Message) -> None:
    told("👍")
    told("🔥")
    assert Reaction.objects.get().emoji == "🔥"
    assert MoodChange.objects.count() == 1
    told()
    assert not Reaction.objects.exists()


def test_an_emoji_of_ones_own_making_is_none_that_counts(said: Message) -> None:
    told(new_reaction=[{"type": "custom_emoji", "custom_emoji_id": "1"}])
    assert not Reaction.objects.exists()


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({"message_id": 901}, "unknown_message"),
        ({"user": {"id": 7, "is_bot": True, "first_name": "Bot"}}, "ignored"),
        ({"user": None, "actor_chat": {"id": -5, "type": "channel"}}, "ignored"),
    ],
)
def test_what_does_not_concern_us_is_left_alone(said: Message, more: dict[str, Any], outcome: str) -> None:
    assert told("👍", **more) == outcome
    assert not Reaction.objects.exists()


def test_a_group_that_moved_is_found_by_its_new_number(said: Message) -> None:
    Chat.objects.update(telegram_id=-1002)
    assert told("👍", chat={"id": -1002, "type": "supergroup"}) == "reaction"
