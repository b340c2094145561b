"""One bot in a time: what it said, how well, how fast, at what cost, and what it had in mind; beside another one."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from bots.models import Bot, Memory, Stance, Version
from bots.studio import facts
from conversations import remits
from conversations.models import Turn
from monitoring.boards import usual, whys
from monitoring.boards.board import Board
from monitoring.charts import reading, waiting
from monitoring.charts.chart import Chart, Value
from monitoring.charts.waiting import Waits
from monitoring.studio import labels

FAILED, TOPICS, MEMORIES, VERSIONS, CHANGES = 6, 8, 5, 20, 10


@dataclass(frozen=True, slots=True)
class Topic:
    name: str
    times: int
    share: float
    """0..100, against the commonest."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A stance as it became another one."""

    version: Version
    difference: labels.Difference


@dataclass(frozen=True, slots=True)
class Side:
    """The numbers of one bot in the window."""

    bot: Bot
    sent: list[float]
    skipped: list[float]
    failed: list[float]
    prompt: list[float]
    completion: list[float]
    cost: list[float]
    waits: Waits

    @property
    def success(self) -> Value:
        ended = sum(self.sent) + sum(self.skipped) + sum(self.failed)
        return round(100 * sum(self.sent) / ended, 1) if ended else None

    @property
    def said(self) -> float:
        return sum(self.sent)

    @property
    def tokens(self) -> float:
        return sum(self.prompt) + sum(self.completion)

    @property
    def dollars(self) -> float:
        return round(sum(self.cost), 6)


@dataclass
class BotBoard(Board):
    bot: Bot = None  # type: ignore[assignment]  # given by keyword, after fields with defaults

    name = "bot"
    keep = ("with",)

    @property
    def about(self) -> int:
        return self.bot.pk

    @cached_property
    def other(self) -> Bot | None:
        """With whom it is compared; what cannot be read counts as not asked."""
        asked = self.asked.get("with", "")
        if not (asked.isascii() and asked.isdecimal() and len(asked) < 10) or int(asked) == self.bot.pk:
            return None
        mine = remits.within(self.viewer, Bot.objects.select_related("persona"))
        return mine.filter(pk=int(asked)).first()

    @cached_property
    def sides(self) -> list[Side]:
        return [self._side(bot) for bot in (self.bot, self.other) if bot]

    def _side(self, bot: Bot) -> Side:
        sums = reading.columns(self.window, self._rows(_SUMS, bot), 6)
        sent, skipped, failed, prompt, completion, cost = sums
        waits = waiting.exact(self.window, self._rows(_WAITS, bot))
        return Side(bot, sent, skipped, failed, prompt, completion, cost, waits)

    def _rows(self, statement: str, bot: Bot) -> list[tuple[Any, ...]]:
        return reading.rows(statement, self.window, self.engine, self.chats, bot=bot.pk)

    @cached_property
    def charts(self) -> list[Chart]:
        """Kind by kind, so that two bots stand side by side."""
        kinds = [[self._activity(side), self._waits(side), self._tokens(side)] for side in self.sides]
        if self.sees_cost:
            for charts, side in zip(kinds, self.sides, strict=True):
                charts.append(self._cost(side))
        return [chart for pair in zip(*kinds, strict=True) for chart in pair]

    def _name(self, kind: str, side: Side) -> str:
        return kind if side.bot == self.bot else f"{kind}-other"

    def _title(self, kind: str, side: Side) -> str:
        return f"{kind} · {side.bot.name}" if self.other else kind

    def _activity(self, side: Side) -> Chart:
        series = [
            self.series("sent", _("Sent"), "good", side.sent),
            self.series("skipped", _("Skipped"), "quiet", side.skipped),
            self.series("failed", _("Failed"), "bad", side.failed),
        ]
        around = self.around if side.bot == self.bot else usual.plain(self)
        return Chart(self._name("activity", side), self._title(_("Turns"), side), self.window, series, around=around)

    def _waits(self, side: Side) -> Chart:
        return usual.waits(self, self._name("latency", side), self._title(_("Time to write"), side), side.waits)

    def _tokens(self, side: Side) -> Chart:
        series = [
            self.series("prompt", _("Read"), "second", side.prompt),
            self.series("completion", _("Written"), "bots", side.completion),
        ]
        name, title = self._name("tokens", side), self._title(_("Tokens"), side)
        return Chart(name, title, self.window, series, unit="tokens", around=usual.plain(self))

    def _cost(self, side: Side) -> Chart:
        return usual.cost(self, self._name("cost", side), self._title(_("Cost"), side), side.cost)

    @cached_property
    def figures(self) -> dict[str, Any]:
        counts = [(code, times) for code, times in self._rows(_REASONS, self.bot)]
        failed = self._turns().filter(state=Turn.State.FAILED).select_related("chat")
        return {
            "bot": self.bot,
            "other": self.other,
            "sides": self.sides,
            "reasons": whys.of(pair for pair in counts if not whys.is_rule(pair[0])),
            "violations": whys.violations(counts),
            "topics": self._topics(),
            "failed": list(failed.order_by("-ended_at")[:FAILED]),
            **(self._mind() if self.reads_cast else {}),
        }

    def _turns(self) -> QuerySet[Turn]:
        turns = Turn.objects.filter(bot=self.bot)
        mine = turns if self.chats is None else turns.filter(chat__in=self.chats)
        return mine.filter(ended_at__gte=self.window.since, ended_at__lt=self.window.until).defer(*Turn.HEAVY)

    def _topics(self) -> list[Topic]:
        sent = self._turns().filter(state=Turn.State.SENT).exclude(topic="")
        rows = list(sent.order_by().values_list("topic").annotate(n=Count("pk")).order_by("-n", "topic")[:TOPICS])
        most = max((times for _name, times in rows), default=1)
        return [Topic(name, times, round(100 * times / most, 1)) for name, times in rows]

    def _mind(self) -> dict[str, Any]:
        memories = remits.within(self.viewer, Memory.objects.filter(bot=self.bot)).defer("embedding")
        kinds = memories.order_by().values_list("kind").annotate(n=Count("pk")).order_by("-n")
        return {
            "stances": self._stances(),
            "changed": self._changed(),
            "memory_kinds": [(Memory.Kind(kind).label, count) for kind, count in kinds],
            "memories": list(memories.filter(last_used_at__isnull=False).order_by("-last_used_at")[:MEMORIES]),
        }

    def _stances(self) -> Sequence[Stance]:
        """With how often each was brought up in the window, in the chats that this viewer sees."""
        uses = Turn.objects.filter(
            pk__in=self._turns().filter(state=Turn.State.SENT, stance__isnull=False).values("pk")
        )
        counts = dict(uses.order_by().values_list("stance").annotate(n=Count("pk")))
        found = list(self.bot.stances.all())
        for stance in found:
            stance.uses = counts.get(stance.pk, 0)  # type: ignore[attr-defined]  # for the page alone
        return found

    def _changed(self) -> list[Changed]:
        """How stances came to be what they are: the newest changes between the versions of the bot."""
        kept = list(Version.objects.filter(bot=self.bot).order_by("-number")[: VERSIONS + 1])
        pairs = itertools.pairwise(kept)
        return [
            Changed(new, labels.difference(change))
            for new, old in pairs
            for change in facts.changes(old.facts, new.facts)
            if change.key.startswith("stance:")
        ][:CHANGES]


_ENDED = f"""FROM conversations_turn
WHERE bot_id = %(bot)s AND ended_at >= %(since)s AND ended_at < %(until)s AND {reading.MINE}"""
_SUMS = f"""
SELECT width_bucket(ended_at, %(edges)s::timestamptz[]) - 1, count(*) FILTER (WHERE state = 'sent'),
    count(*) FILTER (WHERE state = 'skipped'), count(*) FILTER (WHERE state = 'failed'),
    sum(prompt_tokens), sum(completion_tokens), sum(cost) {_ENDED} GROUP BY 1
"""
_WAITS = f"""
SELECT width_bucket(ended_at, %(edges)s::timestamptz[]) - 1,
    percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY model_ms::float8), count(model_ms)
{_ENDED} AND model_ms IS NOT NULL GROUP BY GROUPING SETS ((1), ())
"""
_REASONS = f"""
SELECT reason, count(*) {_ENDED} AND state IN ('skipped', 'failed') GROUP BY 1 ORDER BY 2 DESC, 1
"""
