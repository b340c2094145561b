"""What reading a file found: for people, by entry and field, as they stand in the file."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    NOTE = "note"
    """Worth knowing; nothing of it is taken over."""
    REPAIR = "repair"
    """Taken over in another form than it stands in the file, or left out on purpose."""
    REFUSAL = "refusal"
    """Not to be read without guessing. One of these and nothing is written."""


@dataclass(frozen=True, slots=True)
class Remark:
    verdict: Verdict
    entry: str
    """Whose: "2 · Ayşe Scalper", or empty for the file as a whole."""
    field: str
    """Where: "stances 2 · confidence", or empty for the entry as a whole."""
    text: str


def refused(remarks: Iterable[Remark]) -> bool:
    return any(remark.verdict is Verdict.REFUSAL for remark in remarks)
