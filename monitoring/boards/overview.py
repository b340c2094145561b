"""The overview: how the cast stands now, and how it fared in the window."""

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from conversations import running, spending
from conversations.models import Engine, Turn
from monitoring import live, pulse, thread
from monitoring.boards import pace, parts, usual
from monitoring.boards.board import Board
from monitoring.charts import reading
from monitoring.charts.chart import Chart, Series
from monitoring.charts.window import HOUR
from monitoring.probes import State, processes
from monitoring.probes.finding import Finding

NEWEST = 8


@dataclass(frozen=True, slots=True)
class Pace:
    """The last hour against what the rules let expect of it."""

    said: int
    planned: float | None
    percent: int | None
    limit: str


@dataclass(frozen=True, slots=True)
class StateCount:
    state: Turn.State
    count: int


class Overview(Board):
    name = "overview"

    @cached_property
    def standing(self) -> pulse.Standing:
        return pulse.standing(self.now, self.viewer)

    @cached_property
    def engine(self) -> Engine:
        return self.standing.engine

    @cached_property
    def mark(self) -> live.Mark:
        return self.standing.mark

    @cached_property
    def happened(self) -> reading.Happened:
        return reading.happened(self.window, self.engine, self.chats)

    @cached_property
    def plan(self) -> pace.Plan:
        return pace.of(self.window, self.now, self.chats)

    @cached_property
    def spent(self) -> dict[int, pulse.Spent]:
        return pulse.today(self.now)

    @cached_property
    def charts(self) -> list[Chart]:
        talk = usual.talk(self, self.happened)
        planned = Series("planned", _("Planned for the bots"), "plan", self.plan.slots(self.window))
        if planned.known:
            talk = replace(talk, line=planned)
        found = [talk, usual.outcomes(self, self.happened)]
        return [*found, self._cost()] if self.sees_cost else found

    def _cost(self) -> Chart:
        calls = reading.called(self.window, self.engine)
        slots = [sum(slot) for slot in zip(*(one.cost for one in calls.values()), strict=True)]
        return usual.cost(self, "cost", _("Cost of words"), slots or [0.0] * len(self.window.edges))

    @cached_property
    def figures(self) -> dict[str, Any]:
        stands, found = self.standing, running.now()
        voices = pulse.providers(self.now, self.spent)
        return {
            "standing": stands,
            "cast": stands.cast,
            "states": [StateCount(state, count) for state, count in stands.states.items()],
            "pace": self._pace(),
            "parts": parts.of(self.now, stands, found, voices),
            "stuck": self._stuck(found),
            "next_due": pulse.next_due(viewer=self.viewer),
            "worries": pulse.worries(self.now, viewer=self.viewer),
            "providers": voices,
            "ratio": self._ratio(),
            "success": usual.success(self.happened),
            **(self._money() if self.sees_cost else {}),
        }

    def _stuck(self, found: list[running.Running]) -> list[Finding]:
        if not self.engine.running:
            return []
        return [one for one in processes.among(found) if one.state is not State.OK]

    def _pace(self) -> Pace:
        said = self.standing.bots_said
        planned = self.plan.between(self.now - HOUR, self.now)
        percent = round(100 * said / planned) if planned else None
        return Pace(said, planned, percent, self.plan.limit(self.now))

    def _ratio(self) -> float | None:
        """Messages of bots for each of a person, in the window."""
        people = sum(self.happened.people)
        return round(sum(self.happened.bots) / people, 1) if people else None

    def _money(self) -> dict[str, Any]:
        spent = pulse.together(self.spent.values())
        return {"spent": spent, "forecast": self._forecast(spent), "budget": spending.binding()}

    def _forecast(self, spent: pulse.Spent) -> Decimal | None:
        """What today will have cost: what it has, and what is still planned at what a call took so far."""
        if not spent.calls:
            return None
        ahead = self.plan.rest_of_the_day(self.now) if self.engine.running else 0.0
        return spent.cost + spent.cost / spent.calls * Decimal(ahead)

    @cached_property
    def newest(self) -> tuple[thread.Line, ...]:
        return thread.latest(NEWEST, self.viewer)
