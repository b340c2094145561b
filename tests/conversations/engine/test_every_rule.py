"""Rules that are tested nowhere by their own name: each changes what it says it changes."""

from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from bots import embedding
from bots.models import Bot, Persona
from conversations import control, leanings, symbols
from conversations.engine import compose, likeness, pace, policy, scene, turns, voice
from conversations.models import Chat, Headline, Turn
from conversations.models.rules import FIELDS
from tests import stagehands
from tests.conversations.engine import paper
from tests.fakes.handles import OpenAIFake


def ago(**span: float) -> datetime:
    return timezone.now() - timedelta(**span)


def rule(**changes: Any) -> None:
    control.revise(by="tests", **changes)


@pytest.fixture
def room(db: None, openai_server: OpenAIFake) -> Chat:
    stagehands.provider(openai_server.address)
    control.start(by="tests")
    rule(reaction_probability=0.0)
    return stagehands.room(stagehands.bots(1))


def composed(room: Chat, **changes: Any) -> Turn:
    turn = stagehands.turn(room, **changes)
    assert compose.one("tests")
    turn.refresh_from_db()
    return turn


# --- News ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("boost", "mean"), [(1.0, 30), (3.0, 10), (6.0, 5)])
def test_news_boost(boost: float, mean: float) -> None:
    beat = pace.Beat(paper.NOW, observes_hours=False, since_news=0)
    assert pace.mean(paper.policy(news_boost=boost), beat) == pytest.approx(mean)


def test_news_decay_minutes() -> None:
    left = [pace.stir(paper.policy(news_decay_minutes=minutes), 600) for minutes in (5.0, 10.0, 60.0)]
    assert left == sorted(left)
    assert left[1] == pytest.approx(1 + 2 * 0.368, abs=0.01)


def headline(minutes: float, number: int = 1) -> Headline:
    told = {"title": "Altın yönünü arıyor", "source": "Ajans", "link": f"https://haber.example/{number}"}
    return Headline.objects.create(**told, published_at=ago(minutes=minutes))


@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "found"), [(30, 0), (90, 1)])
def test_news_minutes(minutes: int, found: int) -> None:
    room = stagehands.room([])
    Chat.objects.update(topics=["Altın"])
    headline(60)
    rule(news_minutes=minutes)
    assert len(scene.load(stagehands.turn(room)).news) == found


@pytest.mark.django_db
@pytest.mark.parametrize(("times", "found"), [(1, 0), (2, 1)])
def test_news_per_cast(times: int, found: int) -> None:
    bots = stagehands.crowd(1)
    first, second = stagehands.room(bots), stagehands.room(bots, title="Öteki")
    stagehands.turn_in("composed", first, bots[0], headline=headline(5))
    rule(news_per_cast=times)
    assert len(scene.load(stagehands.turn(second)).news) == found


@pytest.mark.django_db
def test_news_minutes_and_what_was_taken_up_before() -> None:
    """However long news stay fresh, what the chat has had is not offered again."""
    bots = stagehands.crowd(1)
    room = stagehands.room(bots)
    stagehands.turn_in("composed", room, bots[0], headline=headline(60 * 5))
    rule(news_minutes=600)
    assert scene.load(stagehands.turn(room)).news == ()


# --- What the model is told -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("count", "told"), [(0, 0), (1, 1)])
def test_memories_recalled(room: Chat, openai_server: OpenAIFake, count: int, told: int) -> None:
    rule(memories_recalled=count)
    assert len(composed(room).memories) == told


@pytest.mark.parametrize(("count", "told"), [(0, 0), (1, 1), (3, 2)])
def test_own_words(room: Chat, openai_server: OpenAIFake, count: int, told: int) -> None:
    bot = Bot.objects.get()
    for number in (1, 2):
        text = f"BIST için {number} yıl önce de böyle demiştim."
        stagehands.message(room, text, bot=bot, topic="BIST", at=ago(hours=3 + number))
    Chat.objects.update(topics=["BIST"])
    rule(own_words=count)
    prompt = composed(room).prompt[1]["content"]
    assert sum(f"{number} yıl önce" in prompt for number in (1, 2)) == told


@pytest.mark.parametrize(("days", "rests"), [(1.0, False), (3.0, True)])
def test_anecdote_days(room: Chat, days: float, rests: bool) -> None:
    bot = Bot.objects.get()
    turn = stagehands.turn_in("sent", room, bot, sent_id=1, chat_seq=1, anecdote="Anım")
    Turn.objects.filter(pk=turn.pk).update(created_at=ago(days=2))
    rule(anecdote_days=days)
    assert bool(scene.members(room.pk, timezone.now())[0].told) is rests


REMINDER = "Unutma, sen"


def spoke(room: Chat, times: int) -> None:
    """The bot of the room, the last time ten minutes ago."""
    for number in range(times):
        stagehands.message(room, f"BIST sakin {number}.", bot=Bot.objects.get(), at=ago(minutes=10 + number))
    room.memberships.update(last_said_at=ago(minutes=10))


@pytest.mark.parametrize(("minutes", "reminded"), [(5, True), (20, False)])
def test_refresh_minutes(room: Chat, minutes: int, reminded: bool) -> None:
    """Since its last words here, ten minutes ago."""
    spoke(room, 1)
    rule(refresh_minutes=minutes, refresh_messages=100)
    assert (REMINDER in composed(room).prompt[1]["content"]) is reminded


@pytest.mark.parametrize(("messages", "reminded"), [(2, True), (3, False), (4, True)])
def test_refresh_messages(room: Chat, messages: int, reminded: bool) -> None:
    """After every so many of its own words; four were said today."""
    spoke(room, 4)
    rule(refresh_minutes=1440, refresh_messages=messages)
    assert (REMINDER in composed(room).prompt[1]["content"]) is reminded


@pytest.mark.parametrize(("slips", "slipped"), [(0.0, False), (1.0, True)])
def test_slip_probability(room: Chat, openai_server: OpenAIFake, slips: float, slipped: bool) -> None:
    Persona.objects.update(slip_rate=0.3, emoji_rate=0)
    rule(slip_probability=slips)
    assert ("\n*" in composed(room, seed=slipping_at_full()).text) is slipped


def slipping_at_full() -> int:
    """A seed with which the voice slips where all the rules allow is allowed, and not where half of it is."""
    slippery = paper.character(slip_rate=0.3)
    text = "Bu konuda sabırlı olmak bana doğru geliyor."

    def slips(seed: int, share: float) -> bool:
        return "\n*" in voice.colour(text, slippery, slips=share, seed=seed)

    return next(seed for seed in range(1000) if slips(seed, 1.0) and not slips(seed, 0.5))


# --- Freshness -------------------------------------------------------------------------------------------------------
def fresh(turn: Turn) -> float:
    assert turn.send_after is not None
    return (turn.expires_at - turn.send_after).total_seconds()


def test_chatter_seconds(room: Chat, openai_server: OpenAIFake) -> None:
    rule(chatter_seconds=33)
    assert fresh(composed(room)) == pytest.approx(33)


def test_answer_minutes(room: Chat, openai_server: OpenAIFake) -> None:
    rule(answer_minutes=3)
    late = stagehands.message(room, "Sen ne dersin?", at=ago(minutes=4))
    bot = Bot.objects.get()
    assert turns.open_answers(late, [(Turn.Trigger.MENTION, bot)], rules=policy.current()) == 0
    asked = stagehands.message(room, "Peki ya şimdi?")
    turn = composed(room, trigger=Turn.Trigger.MENTION, bot=bot, cause=asked, priority=0)
    assert fresh(turn) == pytest.approx(180)


# --- Likeness and the fleet -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("similarity", "reason"), [(0.95, ""), (0.6, "near_duplicate")])
def test_duplicate_similarity(room: Chat, openai_server: OpenAIFake, similarity: float, reason: str) -> None:
    rule(duplicate_similarity=similarity, meaning_similarity=1.0, rewrites=0)
    stagehands.message(room, "Bu konuda sabırlı olmak bana doğru geliyor.", at=ago(minutes=30))
    openai_server.script("Bu konuda sabırlı olmak herkese doğru gelir.")
    assert composed(room).reason == reason


@pytest.mark.parametrize(("hours", "reason"), [(2, ""), (6, "duplicate")])
def test_duplicate_hours(room: Chat, openai_server: OpenAIFake, hours: int, reason: str) -> None:
    rule(duplicate_hours=hours, rewrites=0)
    stagehands.message(room, "Bu konuda sabırlı olmak bana doğru geliyor.", at=ago(hours=4))
    openai_server.script("Bu konuda sabırlı olmak bana doğru geliyor.")
    assert composed(room).reason == reason


@pytest.mark.parametrize(("similarity", "reason"), [(0.5, "same_meaning"), (1.0, "")])
def test_meaning_similarity_of_a_draft(room: Chat, openai_server: OpenAIFake, similarity: float, reason: str) -> None:
    """Against what the chat said in other words."""
    said = "Dolar kurunun bugün yükselmesini beklemiyorum."
    turn = stagehands.turn_in("sent", room, Bot.objects.get(), text=said)
    Turn.objects.filter(pk=turn.pk).update(embedding=embedding.vector(said))
    rule(duplicate_similarity=1.0, meaning_similarity=similarity, rewrites=0)
    openai_server.script("Bugün dolar kuru bence yükselmez.")
    assert composed(room).reason == reason


@pytest.mark.parametrize(("threshold", "passed"), [(0.9, True), (0.7, False)])
def test_meaning_similarity(threshold: float, passed: bool) -> None:
    assert likeness.judge_meaning("Söz", 0.8, threshold=threshold).passed is passed


@pytest.mark.django_db
@pytest.mark.parametrize(("hours", "found"), [(2, 0), (6, 1)])
def test_fleet_hours(hours: int, found: int) -> None:
    room = stagehands.room(stagehands.crowd(1))
    stagehands.message(room, "THYAO yükselir bence.", bot=Bot.objects.get(), at=ago(hours=4))
    rule(fleet_hours=hours)
    assert len(leanings.lately("THYAO yükselir.", policy.current(), symbols.table())) == found


# --- None is forgotten ------------------------------------------------------------------------------------------------
def test_the_dice_and_the_rules_alone_decide_a_wait() -> None:
    beat = pace.Beat(paper.NOW)
    assert len({pace.wait(paper.POLICY, beat, Random(4)) for _ in range(3)}) == 1


def test_every_rule_is_named_by_a_test() -> None:
    tests = Path(__file__).resolve().parents[2]
    read = "\n".join(
        file.read_text(encoding="utf-8") for file in tests.rglob("test_*.py") if file.name != "test_rulesets.py"
    )
    assert [name for name in FIELDS if f"{name}=" not in read and f'"{name}"' not in read] == []
