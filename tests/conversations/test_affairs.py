"""What is said changes how bots feel and how they stand, and that changes who speaks, how soon and in which words."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from bots.models import Bot, Mood, Relationship
from bots.models.mind import MoodChange
from conversations import affairs, control, hearing, tasks
from conversations.engine import pace, policy, scene
from conversations.engine.values import Feelings
from conversations.models import Chat, Membership, Message, Reaction
from tests import stagehands

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Chat:
    """Nermin and Tolga."""
    control.start(by="tests")
    return stagehands.room(stagehands.troupe(2))


def nermin() -> Bot:
    return Bot.objects.get(persona__name="Nermin")


def tolga() -> Bot:
    return Bot.objects.get(persona__name="Tolga")


def ago(**span: float) -> datetime:
    return timezone.now() - timedelta(**span)


def causes(bot: Bot) -> list[str]:
    return list(MoodChange.objects.filter(bot=bot).values_list("event", flat=True))


# --- Bots among themselves -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("reply", "trust", "conflict"), [("Katılıyorum, aynen öyle.", 51, 0), ("Hiç katılmıyorum, yanlış.", 49, 1)]
)
def test_a_reply_that_takes_a_side_moves_both(room: Chat, reply: str, trust: int, conflict: int) -> None:
    parent = stagehands.message(room, "Bence dolar sakin kalır.", bot=tolga())
    affairs.spoke([stagehands.message(room, reply, bot=nermin(), reply_to=parent)])
    there, back = Relationship.objects.get(bot=nermin(), other=tolga()), Relationship.objects.get(bot=tolga())
    assert (there.trust, there.conflict) == (back.trust, back.conflict) == (trust, conflict)


def test_speaking_takes_energy(room: Chat) -> None:
    affairs.spoke([stagehands.message(room, "Selam.", bot=nermin()) for _ in range(2)])
    assert Mood.objects.get(bot=nermin()).energy == 48


# --- People ----------------------------------------------------------------------------------------------------------
def test_who_is_mentioned_is_excited(room: Chat) -> None:
    hearing.heard(stagehands.message(room, "@nermin_sahne_bot ne dersin?"))
    assert Mood.objects.get(bot=nermin()).excitement == 60
    assert causes(nermin()) == ["mentioned"]


@pytest.mark.parametrize(
    ("text", "event", "affection"),
    [("Harika dedin, çok güzel!", "pleased", 51), ("Berbat bir laf, rezalet.", "hurt", 49)],
)
def test_a_kind_or_unkind_reply_of_a_person_is_felt(room: Chat, text: str, event: str, affection: int) -> None:
    parent = stagehands.message(room, "Bence sakin.", bot=nermin())
    said = stagehands.message(room, text, reply_to=parent)
    affairs.heard(said, [])
    assert causes(nermin()) == [event]
    assert Relationship.objects.get(bot=nermin(), person_id=said.participant_id).affection == affection


@pytest.mark.parametrize(("emoji", "event"), [("👍", ["pleased"]), ("👎", ["hurt"]), ("🤔", [])])
def test_an_emoji_is_felt_by_whom_it_is_given_to(room: Chat, emoji: str, event: list[str]) -> None:
    said = stagehands.message(room, "Bence sakin.", bot=nermin())
    affairs.reacted(Reaction.objects.create(message=said, bot=tolga(), emoji=emoji, reacted_at=timezone.now()))
    assert causes(nermin()) == event


# --- Time ------------------------------------------------------------------------------------------------------------
def test_who_is_not_answered_for_so_long_is_hurt_once(room: Chat) -> None:
    stagehands.message(room, "Kimse var mı", bot=nermin(), at=ago(minutes=35))
    answered = stagehands.message(room, "Ben buradayım", bot=tolga(), at=ago(minutes=35))
    stagehands.message(room, "Ben de", reply_to=answered)
    rules = policy.current()
    assert [affairs.neglected(rules, timezone.now()) for _ in range(2)] == [1, 0]
    assert causes(nermin()) == ["ignored"]
    assert causes(tolga()) == []


def test_each_message_that_nobody_answered_counts(room: Chat) -> None:
    for number in (31, 40):
        stagehands.message(room, f"Kimse yok mu {number}", bot=nermin(), at=ago(minutes=number))
    rules = policy.current()
    assert [affairs.neglected(rules, timezone.now()) for _ in range(2)] == [2, 0]
    assert causes(nermin()) == ["ignored", "ignored"]


def test_how_long_is_a_rule(room: Chat) -> None:
    stagehands.message(room, "Kimse var mı", bot=nermin(), at=ago(minutes=35))
    control.revise(by="tests", ignored_minutes=60)
    assert affairs.neglected(policy.current(), timezone.now()) == 0


def test_who_has_not_spoken_for_so_long_grows_curious_once_in_as_long(room: Chat) -> None:
    Membership.objects.filter(bot=nermin()).update(last_said_at=ago(minutes=130))
    Membership.objects.filter(bot=tolga()).update(last_said_at=ago(minutes=10))
    tasks.minds()
    tasks.minds()
    assert causes(nermin()) == ["silent"]
    assert causes(tolga()) == []
    control.revise(by="tests", silence_minutes=5)
    assert affairs.fallen_silent(policy.current(), timezone.now()) == 1


def test_moods_calm_down_by_the_share_of_the_rules(room: Chat) -> None:
    Mood.objects.update(mood=90)
    control.revise(by="tests", mood_decay=0.5)
    tasks.calm()
    assert set(Mood.objects.values_list("mood", flat=True)) == {70}


# --- And back into the talk ------------------------------------------------------------------------------------------
def test_moods_and_relationships_reach_the_plan(room: Chat) -> None:
    Mood.objects.filter(bot=nermin()).update(energy=90, warmth=20)
    Relationship.objects.create(bot=nermin(), other=tolga(), trust=70, affection=70, familiarity=60)
    member = next(m for m in scene.members(room.pk, timezone.now()) if m.bot_id == nermin().pk)
    assert member.feelings == Feelings(energy=90, warmth=20)
    assert member.bonds["bot", tolga().pk].standing == "friend"
    assert pace.own_factor(member) < member.pace


def test_a_message_that_never_left_moves_nobody(room: Chat) -> None:
    assert not Message.objects.exists()
    assert not Relationship.objects.exists()
    assert set(Mood.objects.values_list("energy", flat=True)) == {50}
