"""What a part answers with: rows of the table of invariants, and its counts."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of one invariant; `value` has to be `due`."""

    id: str
    fault: str
    times: int
    figure: str
    value: float
    due: float = 0
    or_more: bool = False
    """A figure that has to be reached rather than met."""

    @property
    def holds(self) -> bool:
        return self.value >= self.due if self.or_more else self.value <= self.due

    def as_line(self) -> str:
        goal = f"at least {self.due:g}" if self.or_more else f"at most {self.due:g}"
        mark = "  ok" if self.holds else "FAIL"
        return f"{mark} {self.id:11} {self.fault[:50]:50} {self.times:>6}  {self.figure}: {self.value:g} ({goal})"


@dataclass(frozen=True, slots=True)
class Outcome:
    part: str
    rows: list[Row]
    counts: dict[str, Any]

    @property
    def holds(self) -> bool:
        return all(row.holds for row in self.rows)

    def as_json(self) -> dict[str, Any]:
        return {"part": self.part, "holds": self.holds, **self.counts}


def table(outcomes: list[Outcome]) -> str:
    head = f"{'':4} {'id':11} {'fault':50} {'times':>6}  figure"
    return "\n".join([head, *(row.as_line() for outcome in outcomes for row in outcome.rows)])
