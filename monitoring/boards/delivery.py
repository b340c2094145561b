"""The way to the audience: what is under way and how old it is, who must be silent, what nobody is sure of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Count, Min
from django.utils.translation import gettext as _

from bots.models import Bot
from conversations import limits, remits
from conversations.models import SendAttempt, Turn
from monitoring import attention, pulse
from monitoring.boards import usual, whys
from monitoring.boards.board import Board
from monitoring.charts import reading, waiting
from monitoring.charts.chart import Chart, Tone

DOUBTS = 10
_TONES: dict[str, Tone] = {"sent": "good", "not_sent": "quiet", "rejected": "bad", "ambiguous": "warn"}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Turns of one state that are not over, and since when the oldest of them is due."""

    state: Turn.State
    count: int
    oldest: datetime | None
    seconds: float


class DeliveryBoard(Board):
    name = "delivery"

    @cached_property
    def happened(self) -> reading.Happened:
        return reading.happened(self.window, self.engine, self.chats)

    @cached_property
    def charts(self) -> list[Chart]:
        late = waiting.to_arrive(self.window, self.engine, self.chats)
        note = _("From the moment in which a message may leave until Telegram or the room has it.")
        return [
            usual.outcomes(self, self.happened),
            usual.waits(self, "late", _("From due to sent"), late, note),
            self._tries(),
        ]

    def _tries(self) -> Chart:
        found = reading.tried(self.window, self.engine, self.chats)
        nothing = [0.0] * len(self.window.edges)
        series = [
            self.series(outcome, SendAttempt.Outcome(outcome).label.capitalize(), tone, found.get(outcome, nothing))
            for outcome, tone in _TONES.items()
        ]
        return Chart("tries", _("Tries to send"), self.window, series, around=usual.plain(self))

    @cached_property
    def figures(self) -> dict[str, Any]:
        doubts = remits.within(self.viewer, attention.doubtful(self.now))
        return {
            "waiting": self._waiting(),
            "gates": self._gates(),
            "breakers": [one for one in limits.breakers() if one.bot_id and self._is_mine(one.bot_id)],
            "doubts": list(doubts.select_related("bot__persona", "chat").defer(*Turn.HEAVY).order_by("-id")[:DOUBTS]),
            "reasons": whys.of(reading.reasons(self.window, self.engine, self.chats)),
            "success": usual.success(self.happened),
        }

    def _waiting(self) -> list[Waiting]:
        rows = remits.within(self.viewer, Turn.objects.filter(state__in=pulse.STANDING)).order_by().values_list("state")
        found = {state: (count, oldest) for state, count, oldest in rows.annotate(n=Count("pk"), oldest=Min("due_at"))}
        lines = []
        for state in pulse.STANDING:
            count, oldest = found.get(state, (0, None))
            seconds = max((self.now - oldest).total_seconds(), 0.0) if oldest else 0.0
            lines.append(Waiting(Turn.State(state), count, oldest, seconds))
        return lines

    def _gates(self) -> Sequence[limits.Gate]:
        return [one for one in limits.gates() if self._is_mine(one.bot.pk)]

    def _is_mine(self, bot: int) -> bool:
        return self._bots is None or bot in self._bots

    @cached_property
    def _bots(self) -> set[int] | None:
        """The bots of a viewer who is limited to some chats."""
        if self.chats is None:
            return None
        return set(remits.within(self.viewer, Bot.objects.all()).values_list("pk", flat=True))
