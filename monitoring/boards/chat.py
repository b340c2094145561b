"""One chat in a time: what was said, what was decided and why, who is about to speak."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from conversations.engine import policy
from conversations.models import Chat, Message, Turn
from monitoring import room
from monitoring.boards import strands, usual, whys
from monitoring.boards.board import Board
from monitoring.charts import meanwhile, reading, waiting
from monitoring.charts.chart import Around, Chart

DECIDED = 30
"""Turns of the window that are listed; the newest."""


@dataclass(frozen=True, slots=True)
class Coming:
    """Who is about to speak: turns on their way, and those who may speak next."""

    turns: Sequence[Turn]
    players: Sequence[room.Player]


@dataclass
class ChatBoard(Board):
    chat: Chat = None  # type: ignore[assignment]  # given by keyword, after fields with defaults

    name = "chat"

    @property
    def about(self) -> int:
        return self.chat.pk

    @cached_property
    def happened(self) -> reading.Happened:
        return reading.happened(self.window, self.engine, [self.chat.pk])

    @cached_property
    def around_talk(self) -> Around:
        return meanwhile.of_chat(self.window, self.around, self.chat, self.viewer)

    @cached_property
    def charts(self) -> list[Chart]:
        late = waiting.to_arrive(self.window, self.engine, [self.chat.pk])
        return [
            usual.talk(self, self.happened, self.around_talk),
            usual.outcomes(self, self.happened),
            usual.waits(self, "late", _("From due to sent"), late),
        ]

    @cached_property
    def figures(self) -> dict[str, Any]:
        people = sum(self.happened.people)
        return {
            "chat": self.chat,
            "situation": room.situation(self.chat),
            "coming": self._coming(),
            "strands": strands.of(self._messages()),
            "reasons": whys.of(reading.reasons(self.window, self.engine, [self.chat.pk])),
            "passed_over": whys.passed_over(self._turns()),
            "decided": self._decided(),
            "first": self._messages().order_by("said_at", "id").values_list("pk", flat=True).first(),
            "ratio": round(sum(self.happened.bots) / people, 1) if people else None,
            "success": usual.success(self.happened),
        }

    def _coming(self) -> Coming:
        under_way = self.chat.turns.filter(state__in=Turn.OPEN).select_related("bot__persona").defer(*Turn.HEAVY)
        players = room.players(self.chat, own_gap=policy.current(self.chat).own_gap)
        return Coming(list(under_way.order_by("priority", "due_at")[:8]), players)

    def _messages(self) -> QuerySet[Message]:
        return self.chat.messages.filter(said_at__gte=self.window.since, said_at__lt=self.window.until)

    def _turns(self) -> QuerySet[Turn]:
        """The newest turns of this chat that ended in the window."""
        ended = self.chat.turns.filter(ended_at__gte=self.window.since, ended_at__lt=self.window.until)
        return ended.order_by("-ended_at")

    def _decided(self) -> Sequence[Turn]:
        return list(self._turns().select_related("bot__persona").defer(*Turn.HEAVY)[:DECIDED])
