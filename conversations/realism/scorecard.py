"""How alive a talk is: every row with its value, its band and whether the one lies in the other."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from conversations.realism import (
    alike,
    bands,
    coherence,
    daily,
    replying,
    stirred,
    taking_part,
    talk,
    timing,
    with_people,
    wording,
)
from conversations.realism.bands import Band, Bands, Row
from conversations.realism.measure import Found
from conversations.realism.talk import Talk
from conversations.realism.utterance import Context, Utterance


class Verdict(StrEnum):
    IN = "in"
    OUT = "out"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Part:
    band: Band
    found: Found

    @property
    def verdict(self) -> Verdict:
        if self.found.value is None or self.band.is_open:
            return Verdict.UNKNOWN
        return Verdict.IN if self.band.holds(self.found.value) else Verdict.OUT


@dataclass(frozen=True, slots=True)
class Scored:
    row: Row
    parts: tuple[Part, ...]
    """The measure of the row, then what goes with it."""

    @property
    def main(self) -> Part:
        return self.parts[0]

    @property
    def verdict(self) -> Verdict:
        """Out when any part is; in when the main measure is and nothing speaks against it."""
        told = {part.verdict for part in self.parts}
        return Verdict.OUT if Verdict.OUT in told else self.main.verdict


@dataclass(frozen=True, slots=True)
class Scorecard:
    rows: tuple[Scored, ...]
    messages: int
    chats: int
    speakers: int
    since: datetime | None
    until: datetime | None

    def count(self, verdict: Verdict) -> int:
        return sum(row.verdict is verdict for row in self.rows)


def card(utterances: Iterable[Utterance], context: Context | None = None, limits: Bands | None = None) -> Scorecard:
    """`limits`: bands of one's own; without them, the shipped ones."""
    said, limits = talk.of(utterances, context or Context()), limits or bands.shipped()
    found = measured(said, limits.profile)
    moments = [each.at for each in said]
    return Scorecard(
        rows=tuple(_scored(row, found) for row in limits.rows),
        messages=len(said),
        chats=len(said.chats),
        speakers=len({each.speaker for each in said}),
        since=min(moments, default=None),
        until=max(moments, default=None),
    )


def measured(said: Talk, profile: tuple[float, ...]) -> dict[str, Found]:
    """Every number by its name."""
    return {
        **timing.found(said),
        **taking_part.found(said),
        **replying.found(said),
        **daily.found(said, profile),
        **stirred.found(said),
        **wording.found(said),
        **alike.found(said),
        **with_people.found(said),
        **coherence.found(said),
    }


def facts(scored: Scorecard) -> dict[str, Any]:
    """As programs read it: rows with name, value, low, high, in_band (null: not enough to tell)."""
    return {
        "rows": [_row_facts(row) for row in scored.rows],
        "in_band": scored.count(Verdict.IN),
        "out_of_band": scored.count(Verdict.OUT),
        "unknown": scored.count(Verdict.UNKNOWN),
        "messages": scored.messages,
        "chats": scored.chats,
        "speakers": scored.speakers,
        "since": scored.since and scored.since.isoformat(),
        "until": scored.until and scored.until.isoformat(),
    }


def _scored(row: Row, found: dict[str, Found]) -> Scored:
    return Scored(row, tuple(Part(band, found[band.name]) for band in row.bands))


def _row_facts(row: Scored) -> dict[str, Any]:
    return {
        "number": row.row.number,
        **_part_facts(row.main),
        "in_band": _in_band(row.verdict),
        "parts": [_part_facts(part) for part in row.parts[1:]],
    }


def _part_facts(part: Part) -> dict[str, Any]:
    return {
        "name": part.band.name,
        "value": part.found.value,
        "low": part.band.low,
        "high": part.band.high,
        "in_band": _in_band(part.verdict),
        "interval": part.found.interval,
        "count": part.found.count,
    }


def _in_band(verdict: Verdict) -> bool | None:
    return None if verdict is Verdict.UNKNOWN else verdict is Verdict.IN
