"""One measured number, with what it should be."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    value: float
    unit: str
    goal: str = ""
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def as_line(self) -> str:
        goal = f"  (goal: {self.goal})" if self.goal else ""
        note = f"  {self.note}" if self.note else ""
        return f"{self.name:<58} {self.value:>10g} {self.unit}{goal}{note}"
