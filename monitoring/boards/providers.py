"""Where words come from, in a time: who answered how fast, who failed, for whom another stood in, at what cost."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from conversations import spending
from conversations.models import Breaker, Budget, Provider
from monitoring import pulse
from monitoring.boards import usual, whys
from monitoring.boards.board import Board
from monitoring.charts import reading, waiting
from monitoring.charts.chart import Chart, Value
from monitoring.charts.reading import Calls
from monitoring.charts.waiting import Waits


@dataclass(frozen=True, slots=True)
class Voice:
    """A provider in the window; what it costs is None for who may not see it."""

    health: pulse.Health
    breaker: Breaker | None
    calls: int
    failed: int
    failovers: int
    tokens: int
    cost: float | None
    waits: Waits
    budgets: list[spending.Standing]

    @property
    def answered(self) -> Value:
        """Percent of the calls."""
        return round(100 * (self.calls - self.failed) / self.calls, 1) if self.calls else None


class ProvidersBoard(Board):
    name = "providers"
    keep = ("provider",)

    @cached_property
    def called(self) -> dict[int, Calls]:
        return reading.called(self.window, self.engine)

    @cached_property
    def took(self) -> dict[int, Waits]:
        return waiting.to_answer(self.window, self.engine)

    @cached_property
    def health(self) -> list[pulse.Health]:
        return pulse.providers(self.now, {})

    @cached_property
    def chosen(self) -> Provider | None:
        """Whose charts are shown: who is asked for, else who is asked first."""
        providers = [one.provider for one in self.health]
        asked = (one for one in providers if str(one.pk) == self.asked.get("provider"))
        used = (one for one in providers if one.enabled)
        return next(asked, None) or next(used, None) or next(iter(providers), None)

    @cached_property
    def charts(self) -> list[Chart]:
        if self.chosen is None:
            return []
        calls = self._of(self.chosen.pk)
        answered = [all_ - failed for all_, failed in zip(calls.calls, calls.failed, strict=True)]
        series = [
            self.series("answered", _("Answered"), "good", answered),
            self.series("failed", _("Failed"), "bad", calls.failed),
        ]
        took = self.took.get(self.chosen.pk) or waiting.nothing(self.window)
        failovers = self.series("failovers", _("Failovers"), "warn", calls.failovers)
        tokens = [
            self.series("prompt", _("Read"), "second", calls.prompt),
            self.series("completion", _("Written"), "bots", calls.completion),
        ]
        plain = usual.plain(self)
        note = _("Calls that came here because another provider had failed or had no room.")
        stood_in = Chart("failovers", _("Stood in for another"), self.window, [failovers], around=plain, note=note)
        none = _("No call had to stand in for another provider.")
        found = [
            Chart("calls", _("Calls"), self.window, series, around=self.around),
            usual.waits(self, "answers", _("Time to answer"), took),
            replace(stood_in, nothing=none),
            Chart("tokens", _("Tokens"), self.window, tokens, unit="tokens", around=plain),
        ]
        return [*found, usual.cost(self, "cost", _("Cost"), calls.cost)] if self.sees_cost else found

    def _of(self, provider: int) -> Calls:
        nothing = [0.0] * len(self.window.edges)
        return self.called.get(provider) or Calls(*(list(nothing) for _column in range(6)))

    @cached_property
    def figures(self) -> dict[str, Any]:
        outcomes = reading.outcomes(self.window, self.engine)
        names = {one.provider.pk: one.provider.name for one in self.health}
        troubles = [
            (names[provider], whys.calls(pair for number, *pair in outcomes if number == provider))  # type: ignore[misc]
            for provider in dict.fromkeys(number for number, *_rest in outcomes)
            if provider in names
        ]
        return {"voices": self._voices(), "chosen": self.chosen, "troubles": troubles}

    def _voices(self) -> list[Voice]:
        breakers = {one.provider_id: one for one in Breaker.objects.exclude(provider=None).select_related("provider")}
        budgets = spending.standings() if self.sees_cost else []
        return [self._voice(one, breakers.get(one.provider.pk), budgets) for one in self.health]

    def _voice(self, one: pulse.Health, breaker: Breaker | None, budgets: list[spending.Standing]) -> Voice:
        calls = self._of(one.provider.pk)
        return Voice(
            one,
            breaker,
            round(sum(calls.calls)),
            round(sum(calls.failed)),
            round(sum(calls.failovers)),
            round(sum(calls.prompt) + sum(calls.completion)),
            round(sum(calls.cost), 6) if self.sees_cost else None,
            self.took.get(one.provider.pk) or waiting.nothing(self.window),
            [
                budget for budget in budgets
                if budget.budget.scope == Budget.Scope.CAST or budget.budget.provider_id == one.provider.pk
            ],
        )  # fmt: skip
