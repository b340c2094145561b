"""The people of a simulated day: when each writes, what kind of line, in which words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from importlib import resources
from json import loads
from random import Random
from typing import Literal, get_args

from conversations.simulation.setup import ZONE, Setup

Kind = Literal["question", "mention", "reply", "remark", "aside"]
"""A question to nobody, a bot called by its @name, a reply to a bot, a remark to all, a word to another person."""
KINDS: tuple[Kind, ...] = get_args(Kind)
_SHARES = (0.3, 0.2, 0.2, 0.2, 0.1)
VISITS = (2, 6)
LINES = (1, 4)
PAUSE = 45.0
"""Median seconds between two lines of one visit."""
LINES_A_DAY = sum(VISITS) / 2 * sum(LINES) / 2
"""Lines of one person on average."""
WAKING = (7.5, 24.0)
Words = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    name: str
    room: int


@dataclass(frozen=True, slots=True)
class Visit:
    """One line that a person will write."""

    at: datetime
    person: Person
    kind: Kind


@cache
def _words() -> Words:
    words: Words = loads(resources.files(__package__).joinpath("people.json").read_text(encoding="utf-8"))
    return words


def day(setup: Setup) -> list[Visit]:
    """What people will write, by time. Each comes by a few times a day and stays for some lines."""
    dice = Random(f"{setup.seed}:people")
    names = dice.sample(_words()["names"], min(setup.people, len(_words()["names"])))
    lines: list[Visit] = []
    for number in range(setup.people):
        person = Person(number + 1, names[number % len(names)], 1 + dice.randrange(setup.chats))
        for _ in range(dice.randint(*VISITS)):
            lines += _visit(person, setup, dice)
    return sorted(lines, key=lambda line: (line.at, line.person.id))


def _visit(person: Person, setup: Setup, dice: Random) -> Iterator[Visit]:
    hour = dice.triangular(*WAKING, 15.0)
    at = datetime.combine(setup.day, time(), ZONE) + timedelta(hours=hour)
    for _ in range(dice.randint(*LINES)):
        yield Visit(at, person, dice.choices(KINDS, _SHARES)[0])
        at += timedelta(seconds=dice.lognormvariate(0, 0.8) * PAUSE)


def line(kind: Kind, topics: Sequence[str], called: str, dice: Random) -> str:
    """The words: `called` is the @name of a bot, or the name of another person."""
    text = dice.choice(_words()[kind]).format(topic=dice.choice(list(topics)), who=called)
    return f"{text}{dice.choice(_words()['tails'])}" if dice.random() < 0.4 else text
