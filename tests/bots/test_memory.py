from datetime import timedelta

import pytest
from django.utils import timezone

from bots import embedding, memory, roster
from bots.models import Bot, Memory
from tests.bots import people

pytestmark = pytest.mark.django_db
Kind = Memory.Kind


@pytest.fixture
def bot() -> Bot:
    return roster.enrol(people.named("hatirlayan_bot"), by="test")


def told(bot: Bot, kind: Memory.Kind, text: str, *, importance: float = 0.5) -> Memory:
    return Memory.objects.create(bot=bot, kind=kind, text=text, importance=importance, embedding=embedding.vector(text))


def test_bots_do_not_share_memories(bot: Bot) -> None:
    other = roster.enrol(people.named("baska_bot"), by="test")
    text = "Sabah kahvemi balkonda içerim."
    mine, theirs = (told(one, Kind.ROUTINE, text) for one in (bot, other))
    assert mine.pk != theirs.pk
    assert [found.id for found in memory.recall(bot, "kahve", 5)] == [mine.pk]


def test_what_is_near_in_meaning_comes_first(bot: Bot) -> None:
    told(bot, Kind.ROUTINE, "Bahçede domates yetiştiriyorum.")
    told(bot, Kind.PAST_EVENT, "Dolar kriz döneminde çok yükselmişti.")
    told(bot, Kind.PERSONAL_FACT, "Kızım üniversitede okuyor.")
    assert memory.recall(bot, "Dolar kuru yükselir mi?", 3)[0].text.startswith("Dolar")


def test_among_equals_the_important_one_comes_first(bot: Bot) -> None:
    for text, importance in (("Altın alırım.", 0.1), ("Kitap okurum.", 0.9)):
        told(bot, Kind.PREFERENCE, text, importance=importance)
    Memory.objects.filter(bot=bot).update(embedding=[1.0] + [0.0] * 511)
    assert [found.text for found in memory.recall(bot, "her şey", 2)] == ["Kitap okurum.", "Altın alırım."]


def test_a_memory_just_used_lets_the_others_speak(bot: Bot) -> None:
    for text in ("Altın alırım.", "Kitap okurum."):
        told(bot, Kind.PREFERENCE, text)
    Memory.objects.filter(bot=bot).update(embedding=[1.0] + [0.0] * 511)
    first, second = memory.recall(bot, "her şey", 2)
    memory.used([first.id])
    assert memory.recall(bot, "her şey", 2) == [second, first]


def test_use_is_counted_and_dated(bot: Bot) -> None:
    kept = told(bot, Kind.ROUTINE, "Erken kalkarım.")
    for _ in range(2):
        memory.used([kept.pk])
    kept.refresh_from_db()
    assert kept.use_count == 2
    assert kept.last_used_at is not None


def test_a_very_old_memory_can_still_be_recalled(bot: Bot) -> None:
    kept = told(bot, Kind.PAST_EVENT, "Eskiden fiziki altın biriktirirdim.")
    long_ago = timezone.now() - timedelta(days=40_000)
    Memory.objects.filter(pk=kept.pk).update(created_at=long_ago, last_used_at=long_ago)
    assert [found.id for found in memory.recall(bot, "altın", 1)] == [kept.pk]


def test_recall_is_bounded_whatever_is_asked(bot: Bot) -> None:
    rows = [Memory(bot=bot, kind=Kind.ROUTINE, text=str(n), embedding=[1.0] + [0.0] * 511) for n in range(30)]
    Memory.objects.bulk_create(rows)
    assert len(memory.recall(bot, "her şey", 500)) == memory.MOST


def test_recall_takes_one_query(bot: Bot, django_assert_num_queries: object) -> None:
    told(bot, Kind.ROUTINE, "Erken kalkarım.")
    with django_assert_num_queries(1):  # type: ignore[operator]
        memory.recall(bot, "sabah", 3)
