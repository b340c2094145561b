from datetime import timedelta

import pytest
from django.utils import timezone

from bots import memory, roster
from bots.models import Bot, Memory
from tests.bots import people

pytestmark = pytest.mark.django_db
Kind = Memory.Kind


@pytest.fixture
def bot() -> Bot:
    return roster.enrol(people.named("hatirlayan_bot"), by="test")


def test_a_new_text_is_kept_with_its_meaning(bot: Bot) -> None:
    kept = memory.remember(bot, Kind.ROUTINE, "  Sabahları   önce haberleri okurum. ", importance=0.7)
    kept.refresh_from_db()
    assert (kept.text, kept.kind, kept.importance) == ("Sabahları önce haberleri okurum.", Kind.ROUTINE, 0.7)
    assert len(kept.embedding) == 512


def test_the_same_text_again_is_one_memory_that_matters_more(bot: Bot) -> None:
    first = memory.remember(bot, Kind.ROUTINE, "Akşam defterime yazarım.", importance=0.5)
    again = memory.remember(bot, Kind.ROUTINE, "Akşam defterime yazarım.", importance=0.2)
    assert again.pk == first.pk
    assert again.importance == pytest.approx(0.55)


@pytest.mark.parametrize(
    "retold", ["temettü hisselerini uzun süre TUTMAYI severim!", "Temettü hisselerini uzun süre tutmayı çok severim."]
)
def test_nearly_the_same_words_are_the_same_memory(bot: Bot, retold: str) -> None:
    first = memory.remember(bot, Kind.PREFERENCE, "Temettü hisselerini uzun süre tutmayı severim.")
    again = memory.remember(bot, Kind.PREFERENCE, retold, importance=0.9)
    assert again.pk == first.pk
    assert again.text == first.text
    assert again.importance == pytest.approx(0.95)


def test_importance_never_passes_one(bot: Bot) -> None:
    for _ in range(3):
        kept = memory.remember(bot, Kind.REFLECTION, "Sabır en zor iş.", importance=1.0)
    assert kept.importance == 1.0


def test_another_thought_is_another_memory(bot: Bot) -> None:
    memory.remember(bot, Kind.PAST_EVENT, "2001 krizinde altınlarımı bozdurmadım.")
    memory.remember(bot, Kind.ROUTINE, "Sabah kahvemi balkonda içerim.")
    assert bot.memories.count() == 2


def test_bots_do_not_share_memories(bot: Bot) -> None:
    other = roster.enrol(people.named("baska_bot"), by="test")
    text = "Sabah kahvemi balkonda içerim."
    mine, theirs = (memory.remember(one, Kind.ROUTINE, text) for one in (bot, other))
    assert mine.pk != theirs.pk
    assert [found.id for found in memory.recall(bot, "kahve", 5)] == [mine.pk]


def test_what_is_near_in_meaning_comes_first(bot: Bot) -> None:
    memory.remember(bot, Kind.ROUTINE, "Bahçede domates yetiştiriyorum.")
    memory.remember(bot, Kind.PAST_EVENT, "Dolar kriz döneminde çok yükselmişti.")
    memory.remember(bot, Kind.PERSONAL_FACT, "Kızım üniversitede okuyor.")
    assert memory.recall(bot, "Dolar kuru yükselir mi?", 3)[0].text.startswith("Dolar")


def test_among_equals_the_important_one_comes_first(bot: Bot) -> None:
    for text, importance in (("Altın alırım.", 0.1), ("Kitap okurum.", 0.9)):
        memory.remember(bot, Kind.PREFERENCE, text, importance=importance)
    Memory.objects.filter(bot=bot).update(embedding=[1.0] + [0.0] * 511)
    assert [found.text for found in memory.recall(bot, "her şey", 2)] == ["Kitap okurum.", "Altın alırım."]


def test_a_memory_just_used_lets_the_others_speak(bot: Bot) -> None:
    for text in ("Altın alırım.", "Kitap okurum."):
        memory.remember(bot, Kind.PREFERENCE, text)
    Memory.objects.filter(bot=bot).update(embedding=[1.0] + [0.0] * 511)
    first, second = memory.recall(bot, "her şey", 2)
    memory.used([first.id])
    assert memory.recall(bot, "her şey", 2) == [second, first]


def test_use_is_counted_and_dated(bot: Bot) -> None:
    kept = memory.remember(bot, Kind.ROUTINE, "Erken kalkarım.")
    for _ in range(2):
        memory.used([kept.pk])
    kept.refresh_from_db()
    assert kept.use_count == 2
    assert kept.last_used_at is not None


def test_a_very_old_memory_can_still_be_recalled(bot: Bot) -> None:
    kept = memory.remember(bot, Kind.PAST_EVENT, "Eskiden fiziki altın biriktirirdim.")
    long_ago = timezone.now() - timedelta(days=40_000)
    Memory.objects.filter(pk=kept.pk).update(created_at=long_ago, last_used_at=long_ago)
    assert [found.id for found in memory.recall(bot, "altın", 1)] == [kept.pk]


def test_recall_is_bounded_whatever_is_asked(bot: Bot) -> None:
    rows = [Memory(bot=bot, kind=Kind.ROUTINE, text=str(n), embedding=[1.0] + [0.0] * 511) for n in range(30)]
    Memory.objects.bulk_create(rows)
    assert len(memory.recall(bot, "her şey", 500)) == memory.MOST


def test_recall_takes_one_query(bot: Bot, django_assert_num_queries: object) -> None:
    memory.remember(bot, Kind.ROUTINE, "Erken kalkarım.")
    with django_assert_num_queries(1):  # type: ignore[operator]
        memory.recall(bot, "sabah", 3)
