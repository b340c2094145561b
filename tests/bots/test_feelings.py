"""Moods move by events, keep their causes, and calm down."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bots import feelings
from bots.models import Bot, Mood
from bots.models.mind import FEELINGS, MoodChange
from tests import stagehands

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def bot() -> Bot:
    return stagehands.crowd(2)[0]


def mood(bot: Bot) -> dict[str, int]:
    row = Mood.objects.get(bot=bot)
    return {name: getattr(row, name) for name in FEELINGS}


@pytest.mark.parametrize("event", sorted(feelings.EVENTS))
def test_an_event_moves_what_it_says_and_nothing_else(bot: Bot, event: str) -> None:
    before = mood(bot)
    feelings.felt([bot.pk], event, at=NOW)
    moved = {name: value - before[name] for name, value in mood(bot).items() if value != before[name]}
    assert moved == feelings.EVENTS[event]
    assert mood(Bot.objects.exclude(pk=bot.pk).get()) == before


def test_no_feeling_leaves_its_range(bot: Bot) -> None:
    for _ in range(30):
        feelings.felt([bot.pk], "hurt", at=NOW)
    assert (mood(bot)["mood"], mood(bot)["stress"]) == (0, 90)
    for _ in range(60):
        feelings.felt([bot.pk], "pleased", at=NOW)
    assert mood(bot)["mood"] == 100


def test_the_last_ten_causes_are_kept(bot: Bot) -> None:
    for number in range(12):
        feelings.felt([bot.pk], "mentioned", at=NOW + timedelta(seconds=number), about=f"Söz {number}")
    causes = list(MoodChange.objects.filter(bot=bot).values_list("about", flat=True))
    assert causes == [f"Söz {number}" for number in range(11, 1, -1)]


def test_speaking_is_too_common_to_be_a_cause(bot: Bot) -> None:
    feelings.felt([bot.pk], "spoke", at=NOW)
    assert not MoodChange.objects.exists()


def test_an_event_that_nobody_knows_is_a_mistake(bot: Bot) -> None:
    with pytest.raises(KeyError):
        feelings.felt([bot.pk], "sneezed", at=NOW)


def test_moods_calm_down_and_get_home(bot: Bot) -> None:
    Mood.objects.filter(bot=bot).update(mood=90, stress=40, warmth=49)
    feelings.calm(0.1, hour=feelings._HIGH_NOON)
    assert (mood(bot)["mood"], mood(bot)["stress"], mood(bot)["warmth"]) == (86, 36, 50)
    for _ in range(80):
        feelings.calm(0.1, hour=17)
    assert {**mood(bot), "energy": 0} == {**feelings.START, "energy": 0}


def test_how_fast_is_a_share(bot: Bot) -> None:
    Mood.objects.filter(bot=bot).update(mood=90)
    feelings.calm(0.5, hour=12)
    assert mood(bot)["mood"] == 70


def test_energy_follows_the_day() -> None:
    day = [feelings.energy_at(hour) for hour in range(24)]
    assert max(day) == day[11] > 60
    assert min(day) == day[23] < 40
