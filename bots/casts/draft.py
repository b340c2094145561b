"""What is decided about a generated bot before anything is written: the facts that its texts are built from."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bots import casing
from bots.casts.parts import all_parts
from bots.sheet import Horizon, Risk, StanceSheet

_TITLES = {"elder": ("Hanım", "Bey"), "artisan": ("Abla", "Usta")}
_RISKS = (Risk.LOW, Risk.MEDIUM, Risk.HIGH, Risk.MEDIUM, Risk.VERY_LOW, Risk.LOW, Risk.HIGH)
_HORIZONS = (Horizon.LONG, Horizon.MEDIUM, Horizon.SHORT, Horizon.MEDIUM, Horizon.LONG)


@dataclass(slots=True)
class Draft:
    first_name: str
    name: str
    job: dict[str, Any]
    city: tuple[str, str]
    """The city, and in the city."""
    hobby: tuple[str, str, str]
    """Its name, a sentence about it, its emoji."""
    risk: Risk
    horizon: Horizon
    energy: float
    empathy: float
    formality: float
    watchlist: tuple[str, ...] = ()
    stances: tuple[StanceSheet, ...] = ()
    sides: dict[str, str] = field(default_factory=dict)
    """Topic to "for" or "against"."""

    @property
    def kind(self) -> str:
        """elder, adult, artisan, young or student."""
        kind: str = self.job["title"]
        return kind

    @property
    def username(self) -> str:
        return f"{casing.plain(self.first_name)}_{self.job['handle']}_bot"

    @property
    def companies(self) -> tuple[str, ...]:
        """Of the watchlist what has a balance sheet: neither currencies nor coins nor gold."""
        return tuple(name for name in self.watchlist if name.isupper() and len(name) <= 5) or ("BIMAS",)

    def tell(self, template: str, dice: Random) -> str:
        """A template of parts.json, filled with this bot's own facts."""
        topics = list(self.sides) or self.job["knows"]
        text = template.format(
            city=self.city[0],
            city_in=self.city[1],
            hobby=self.hobby[0],
            job=self.job["job"],
            share=dice.choice(self.companies),
            topic=dice.choice(topics),
            place=dice.choice(all_parts()["places"]),
            year=dice.randint(1996, 2023) if self.kind in {"elder", "artisan"} else dice.randint(2016, 2024),
        )
        return casing.capital(text)


def draw(count: int, dice: Random) -> list[Draft]:
    """The people of a cast: no two of one first name; jobs, risks and horizons go round, so that all kinds appear."""
    parts = all_parts()
    people = [(name, 0) for name in parts["women"]] + [(name, 1) for name in parts["men"]]
    chosen = dice.sample(people, count)
    jobs, risks, horizons = (_round(items, count, dice) for items in (parts["jobs"], _RISKS, _HORIZONS))
    rest = zip(chosen, jobs, risks, horizons, strict=True)
    return [_draft(*person, job, risk, horizon, dice) for person, job, risk, horizon in rest]


def _draft(first_name: str, sex: int, job: dict[str, Any], risk: Risk, horizon: Horizon, dice: Random) -> Draft:
    parts = all_parts()
    title = _TITLES.get(job["title"])
    if job["title"] == "student" and risk is Risk.HIGH:
        risk = Risk.VERY_LOW
    return Draft(
        first_name=first_name,
        name=f"{first_name} {title[sex]}" if title else first_name,
        job=job,
        city=tuple(dice.choice(parts["cities"])),
        hobby=tuple(dice.choice(parts["hobbies"])),
        risk=risk,
        horizon=horizon,
        energy=_near(job["energy"], dice),
        empathy=_near(dice.choice((0.3, 0.5, 0.7, 0.85)), dice),
        formality=_near(job["formality"], dice),
    )


def _near(value: float, dice: Random) -> float:
    return round(min(0.95, max(0.05, dice.gauss(value, 0.08))), 2)


def _round(items: Any, count: int, dice: Random) -> Iterator[Any]:
    """`count` items: all of them in a drawn order, then all again in another."""
    left: list[Any] = []
    for _ in range(count):
        left = left or dice.sample(list(items), len(items))
        yield left.pop()
