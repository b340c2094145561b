"""An hour in the rehearsal room does not repeat itself."""

from collections import Counter
from functools import cache

import pytest
from rapidfuzz import fuzz

from conversations.engine import guard, likeness
from conversations.llm.offline import words
from tests.conversations.llm.offline import hour
from tests.conversations.llm.offline.hour import Said

FEW = 3
"""Words of a message that only nods."""
FRAGMENT = 4
"""Words of a fragment: "fon lafına güldüm" may be said by two in an hour."""
SEEDS = (101, 102, 103)


@cache
def said(seed: int) -> tuple[Said, ...]:
    return tuple(hour.play(seed))


def trigrams(text: str) -> set[str]:
    return {f" {text} "[start : start + 3] for start in range(len(text))}


def alike(first: str, second: str) -> bool:
    ours, theirs = trigrams(first), trigrams(second)
    return fuzz.token_set_ratio(first, second) > 85 or len(ours & theirs) / len(ours | theirs) > 0.85


@pytest.mark.parametrize("seed", SEEDS)
def test_no_sentence_is_said_twice_in_an_hour(seed: int) -> None:
    counts = Counter(
        words.plain(sentence)
        for one in said(seed)
        for sentence in words.sentences(one.text)
        if len(sentence.split()) > FRAGMENT
    )
    twice = [sentence for sentence, count in counts.items() if count > 1 and sentence]
    assert not twice, f"{len(twice)} of {len(counts)} sentences came twice: {twice}"


@pytest.mark.parametrize("seed", SEEDS)
def test_hardly_a_message_is_like_one_of_the_two_hundred_before_it(seed: int) -> None:
    plain = [words.plain(one.text) for one in said(seed) if len(one.text.split()) > FRAGMENT]
    near = [
        (text, other)
        for place, text in enumerate(plain)
        for other in [next((old for old in plain[max(0, place - 200) : place] if alike(text, old)), None)]
        if other is not None
    ]
    share = len(near) / len(plain)
    assert share < 0.02, f"{share:.1%} of {len(plain)} messages are near-duplicates, for example {near[:2]}"


def test_the_engine_would_let_the_whole_hour_pass() -> None:
    texts = [one.text for one in said(SEEDS[0])]
    refused = [text for text in texts if not all(verdict.passed for verdict in guard.judge(text))]
    assert not refused, f"{len(refused)} of {len(texts)} refused: {refused[:3]}"
    doubles = [
        text for place, text in enumerate(texts) if not likeness.judge(text, texts[:place], threshold=0.85).passed
    ]
    assert len(doubles) <= 1, f"{len(doubles)} of {len(texts)} duplicates: {doubles}"


def test_nobody_opens_like_everybody() -> None:
    openings = Counter(" ".join(words.words(one.text)[:2]) for one in said(SEEDS[1]))
    worst, count = openings.most_common(1)[0]
    # Six people in one room call each other by name: of a whole cast the simulated day asks for less.
    assert count / len(said(SEEDS[1])) < 0.05, f"{count} messages begin with {worst!r}"


def test_most_messages_are_short() -> None:
    lengths = sorted(len(one.text) for one in said(SEEDS[2]))
    assert 35 <= lengths[len(lengths) // 2] <= 70, f"the median message has {lengths[len(lengths) // 2]} characters"
    assert lengths[-1] < 400
    few = sum(len(one.text.split()) <= FEW for one in said(SEEDS[2])) / len(lengths)
    assert 0.1 <= few <= 0.35, f"{few:.0%} of the messages have three words or fewer"
