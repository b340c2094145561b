"""The rows of the scorecard with their bands: `bands.toml`, and what staff took from a group of their own."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

HOURS = 24
_SHIPPED = Path(__file__).with_name("bands.toml")


class NoBands(ValueError):
    """A bands file that cannot be used, in one line."""


@dataclass(frozen=True, slots=True)
class Band:
    """A measured number and where it should lie. `None`: no limit on that side."""

    name: str
    definition: str
    unit: str = ""
    low: float | None = None
    high: float | None = None

    def holds(self, value: float) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    @property
    def is_open(self) -> bool:
        """Told for information: no value is out of it."""
        return self.low is None and self.high is None


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    group: str
    """time, people, talk or words."""
    band: Band
    parts: tuple[Band, ...]
    source: str
    predecessor: str = ""

    @property
    def bands(self) -> tuple[Band, ...]:
        return (self.band, *self.parts)


@dataclass(frozen=True, slots=True)
class Bands:
    rows: tuple[Row, ...]
    profile: tuple[float, ...]
    """24 shares that sum to 1."""
    source: str = ""
    """The group that they were taken from; empty: as shipped."""


@cache
def shipped() -> Bands:
    data = tomllib.loads(_SHIPPED.read_text(encoding="utf-8"))
    return Bands(tuple(_row(row) for row in data["rows"]), _normal(data["profile"]))


def current(folder: Path) -> Bands:
    """As calibrated by staff, or as shipped. Raises NoBands for a file that has been damaged."""
    file = place(folder)
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return shipped()
    except (OSError, UnicodeDecodeError) as error:
        raise NoBands(f"{file}: cannot be read. Calibrate again, or delete it.") from error
    return load(text, name=str(file))


def place(folder: Path) -> Path:
    return folder / "realism.json"


def load(text: str, *, name: str) -> Bands:
    try:
        data = json.loads(text)
        return _calibrated(data["bands"], data.get("profile"), str(data["source"]))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise NoBands(f"{name}: this is no file of bands. Calibrate again, or delete it.") from error


def dump(bands: Bands) -> str:
    """Only what differs from the shipped bands: the rest follows them."""
    plain = {band.name: band for row in shipped().rows for band in row.bands}
    changed = {b.name: [b.low, b.high] for row in bands.rows for b in row.bands if b != plain[b.name]}
    return json.dumps({"source": bands.source, "bands": changed, "profile": list(bands.profile)}, indent=2) + "\n"


def narrowed(found: Mapping[str, tuple[float | None, float | None]], profile: tuple[float, ...], source: str) -> Bands:
    """The shipped bands with those of `found` in their place."""

    def placed(band: Band) -> Band:
        low, high = found.get(band.name, (band.low, band.high))
        return replace(band, low=low, high=high)

    rows = tuple(
        replace(row, band=placed(row.band), parts=tuple(placed(part) for part in row.parts)) for row in shipped().rows
    )
    return Bands(rows, profile, source)


def _calibrated(limits: dict[str, list[float | None]], profile: list[float] | None, source: str) -> Bands:
    found = {name: (_number(low), _number(high)) for name, (low, high) in limits.items()}
    return narrowed(found, _normal(profile) if profile else shipped().profile, source)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _normal(profile: list[float]) -> tuple[float, ...]:
    if len(profile) != HOURS or min(profile) < 0 or not sum(profile):
        raise ValueError("A profile has 24 numbers from 0 up.")
    return tuple(share / sum(profile) for share in profile)


def _row(data: dict[str, Any]) -> Row:
    parts = tuple(Band(**part) for part in data.pop("parts", ()))
    about = {name: data.pop(name) for name in ("number", "group", "source", "predecessor") if name in data}
    return Row(band=Band(**data), parts=parts, **about)
