"""The news of a simulated day: when headlines come, and what they say."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from importlib import resources
from json import loads
from random import Random

from conversations.engine.values import News
from conversations.simulation.setup import ZONE, Setup

A_DAY = 24
SOURCE = "Örnek Haber"
Templates = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Bulletin:
    at: datetime
    news: News


@cache
def _words() -> Templates:
    words: Templates = loads(resources.files(__package__).joinpath("wire.json").read_text(encoding="utf-8"))
    return words


def day(setup: Setup) -> list[Bulletin]:
    """The bulletins by time: most while the market trades, each about one topic."""
    dice = Random(f"{setup.seed}:news")
    topics = sorted(_words())
    hours = sorted(dice.triangular(7, 23, 11.5) for _ in range(A_DAY))
    return [_bulletin(number, hour, dice.choice(topics), setup, dice) for number, hour in enumerate(hours, 1)]


def _bulletin(number: int, hour: float, topic: str, setup: Setup, dice: Random) -> Bulletin:
    at = datetime.combine(setup.day, time(), ZONE) + timedelta(hours=hour)
    title = dice.choice(_words()[topic])
    link = f"https://haber.example/{setup.day:%Y-%m-%d}/{number}"
    return Bulletin(at, News(number, title, "", SOURCE, link, at))
