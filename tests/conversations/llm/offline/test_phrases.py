"""The phrase files themselves: every frame can be spoken, and nothing in them breaks a rule."""

import re
from collections.abc import Iterator
from random import Random

import pytest

from conversations.engine import guard
from conversations.llm.offline import grammar, moves, names, phrasebook, plans, questions, rules, topics
from conversations.llm.offline.grammar import Frame, Scope
from conversations.llm.offline.turkish import Noun

THROWS = 3
TRAITS = {
    "careful", "bold", "lively", "calm", "warm", "formal", "street", "open", "closed", "novice", "chartist", "macro",
    "elder", "coder", "crypto",
}  # fmt: skip
SLOTS = {"t", "d", "d2", "k", "who", "s", "s2", "speaker", "story"}


def books() -> Iterator[tuple[str, str, Frame]]:
    for section, frames in phrasebook.general().sections.items():
        yield from (("general", section, frame) for frame in frames)
    for name, book in phrasebook.topics().items():
        for section, frames in book.sections.items():
            yield from ((name, section, frame) for frame in frames)


def spoken(book: str, frame: Frame, dice: Random) -> str:
    key = dice.choice(sorted(phrasebook.topics())) if book == "general" else book
    topic = topics.of(topics.label(key))
    first, second = dice.sample(topic.drivers, 2)
    slots = {
        "t": topic.noun, "d": first, "d2": second, "k": first, "who": Noun(dice.choice(("", "Defne", "Nermin Hanım"))),
        "s": names.symbol(dice.choice(topic.tickers or ("GARAN",))), "s2": names.symbol("KCHOL"),
        "speaker": Noun("Baran", apostrophe=True), "story": Noun("ilk günümü"),
    }  # fmt: skip
    scope = Scope(slots, phrasebook.general().sections, frame.wants, dice.random() < 0.5)
    return grammar.speak(frame, scope, dice)


def test_there_is_much_to_say() -> None:
    said = [frame for _, _, frame in books()]
    assert len(said) > 1200
    assert len(phrasebook.topics()) >= 20


def test_every_frame_keeps_every_rule_whatever_the_dice_say() -> None:
    dice = Random(7)
    for book, section, frame in books():
        for _ in range(THROWS):
            text = spoken(book, frame, dice)
            assert not rules.broken(text), f"{book}/{section}: {text}"
            assert all(verdict.passed for verdict in guard.judge(text)), f"{book}/{section}: {text}"


def test_no_frame_leaves_its_own_marks_or_a_hole_in_the_text() -> None:
    dice = Random(8)
    for book, section, frame in books():
        text = spoken(book, frame, dice)
        assert text, f"{book}/{section}"
        assert not re.search(r"[{}|<>@\[\]]|\d=|\s{2}|\s[,.;:!?]|,,", text), f"{book}/{section}: {text}"


def test_frames_ask_only_for_traits_and_slots_that_exist() -> None:
    for book, section, frame in books():
        assert frame.wants | frame.shuns <= TRAITS, f"{book}/{section}: {frame.wants | frame.shuns}"
        assert frame.needs <= SLOTS, f"{book}/{section}: {frame.needs}"


@pytest.mark.parametrize("name", sorted(phrasebook.topics()))
def test_every_topic_has_words_a_name_and_things_to_watch(name: str) -> None:
    facts = phrasebook.topics()[name].facts
    assert len(facts["words"]) >= 5
    assert len(facts["name"]) == 1
    assert len(set(facts["drivers"])) >= 8
    assert topics.of(facts["name"][0]).key == name


def test_every_move_of_every_plan_has_words() -> None:
    known = set(moves.MOVES) | set(phrasebook.general().sections)
    named = {move for table in plans.TABLES for written in table.values() for move in re.findall(r"[a-z_]+", written)}
    assert named <= known
    assert set(questions.KINDS) - {"statement", "question", "why", "how", "joke"} <= set(phrasebook.general().sections)


def test_a_section_stands_in_one_file_only() -> None:
    files = list(phrasebook.FOLDER.glob("*.txt"))
    sections = [name for path in files for name in phrasebook.book(path.stem).sections]
    assert sorted(sections) == sorted(set(sections))
