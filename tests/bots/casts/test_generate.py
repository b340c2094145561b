from collections import Counter
from datetime import time
from itertools import combinations
from statistics import mean

import pytest

from bots.casts import generate
from bots.sheet import BotSheet, Hours, MemoryKind, Risk
from conversations.engine import guard
from conversations.llm.offline import leaning


@pytest.fixture(scope="module")
def cast() -> tuple[BotSheet, ...]:
    return generate.generate(200, 7)


def test_the_same_seed_makes_the_same_cast_and_another_seed_another() -> None:
    assert generate.generate(12, 3) == generate.generate(12, 3)
    assert generate.generate(12, 3) != generate.generate(12, 4)


@pytest.mark.parametrize("count", [-1, 0, 201])
def test_a_cast_of_impossible_size_is_refused_with_a_reason(count: int) -> None:
    with pytest.raises(ValueError, match=f"1 to 200 bots, not {count}"):
        generate.generate(count, 1)


def test_a_cast_of_one_has_somebody_to_argue_with() -> None:
    (alone,) = generate.generate(1, 5)
    assert any(memory.kind is MemoryKind.RELATIONSHIP for memory in alone.memories)


def test_no_two_bots_share_a_name_or_a_username(cast: tuple[BotSheet, ...]) -> None:
    assert len({bot.username for bot in cast}) == len({bot.persona.name for bot in cast}) == 200


def test_usernames_are_such_as_telegram_takes(cast: tuple[BotSheet, ...]) -> None:
    for bot in cast:
        assert 5 <= len(bot.username) <= 32
        assert bot.username.isascii()
        assert bot.username == bot.username.lower()
        assert bot.username.replace("_", "").isalnum()
        assert bot.username[0].isalpha()
        assert bot.username.endswith("bot")


def test_everybody_remembers_ten_things_or_more_and_few_of_them_are_anybody_elses(cast: tuple[BotSheet, ...]) -> None:
    told = [{memory.text for memory in bot.memories} for bot in cast]
    assert min(map(len, told)) >= 10
    shared = max(len(ours & theirs) for ours, theirs in combinations(told, 2))
    assert shared <= 3, f"two bots share {shared} memories"


def test_memories_come_from_the_persona_itself(cast: tuple[BotSheet, ...]) -> None:
    for bot in cast:
        facts = {*bot.persona.watchlist, *bot.persona.interests, *(stance.topic for stance in bot.stances)}
        own = [memory for memory in bot.memories if any(fact.lower() in memory.text.lower() for fact in facts)]
        assert len(own) >= 3, (bot.persona.name, facts, [memory.text for memory in bot.memories])


def test_both_sides_of_every_topic_are_taken_and_say_so(cast: tuple[BotSheet, ...]) -> None:
    sides: dict[str, Counter[str]] = {}
    for bot in cast:
        for stance in bot.stances:
            sides.setdefault(stance.topic, Counter())[leaning.of(stance.text)] += 1
    for topic, count in sides.items():
        assert count["open"] == 0, (topic, count)
        assert abs(count["for"] - count["against"]) <= 3, (topic, count)


def test_somebody_disagrees_with_everybody(cast: tuple[BotSheet, ...]) -> None:
    names = {bot.persona.name for bot in cast}
    for bot in cast:
        (relation,) = [memory for memory in bot.memories if memory.kind is MemoryKind.RELATIONSHIP]
        assert any(name in relation.text for name in names), relation.text


def test_risks_energies_and_manners_are_spread(cast: tuple[BotSheet, ...]) -> None:
    assert set(Counter(bot.persona.risk for bot in cast)) == set(Risk)
    for measure in ("energy", "empathy", "formality"):
        values = [getattr(bot.persona, measure) for bot in cast]
        assert 0 <= min(values) < 0.3 < 0.7 < max(values) <= 1, measure


def test_few_talk_much_and_many_little(cast: tuple[BotSheet, ...]) -> None:
    shares = sorted(bot.talkativeness for bot in cast)
    weighted = sum((2 * place - len(shares) - 1) * share for place, share in enumerate(shares, start=1))
    gini = weighted / (len(shares) * sum(shares))
    assert 0.45 <= gini <= 0.7, f"Gini {gini:.2f}"
    assert 0 < shares[0] < shares[-1] == 1


def hours_awake(ranges: tuple[Hours, ...]) -> float:
    minutes = sum((_minute(one.ends) - _minute(one.starts)) % 1440 for one in ranges)
    return minutes / 60


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def test_everybody_is_awake_about_twelve_hours_and_some_past_midnight(cast: tuple[BotSheet, ...]) -> None:
    awake = [hours_awake(bot.hours) for bot in cast]
    assert 10 <= min(awake) <= max(awake) <= 14
    assert 11.5 <= mean(awake) <= 12.5
    assert any(one.ends < one.starts for bot in cast for one in bot.hours)


def test_every_text_of_every_persona_passes_the_guard(cast: tuple[BotSheet, ...]) -> None:
    for bot in cast:
        persona = bot.persona
        texts = (
            persona.hint, persona.tone, persona.style_note, *persona.phrases, *persona.anecdotes, *persona.never_do,
            *(stance.text for stance in bot.stances), *(memory.text for memory in bot.memories),
        )  # fmt: skip
        for text in texts:
            assert not guard.persona(text), (text, guard.persona(text))


def test_ranges_of_the_sheet_are_kept(cast: tuple[BotSheet, ...]) -> None:
    for bot in cast:
        assert 20 <= bot.persona.wpm <= 60
        assert 0.1 <= bot.pace <= 10
        assert bot.hourly_cap >= 1
        assert 0 <= bot.persona.slip_rate <= 0.3
        assert len({stance.topic for stance in bot.stances}) == len(bot.stances) >= 3
        assert len({holding.symbol for holding in bot.holdings}) == len(bot.holdings)
        assert bot.token == ""
