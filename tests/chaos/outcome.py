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
    lines = [f"{'':4} {'id':5} {'fault':44} {'times':>6}  figure"]
    for outcome in outcomes:
        for row in outcome.rows:
            goal = f"at least {row.due:g}" if row.or_more else f"at most {row.due:g}"
            mark = "  ok" if row.holds else "FAIL"
            lines.append(f"{mark} {row.id:5} {row.fault[:44]:44} {row.times:>6}  {row.figure}: {row.value:g} ({goal})")
    return "\n".join(lines)
