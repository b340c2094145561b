"""Reader: whom to ask and at which price, kept by each process for as long as nobody changes anything about it.

The revision counts providers, prices and budgets; the claim of a turn brings it along, so no call asks for it again.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from conversations.llm import tariff
from conversations.llm.port import Usage
from conversations.llm.tariff import Tariff
from conversations.models import Budget, Price, Provider

_SAMPLE = Usage(prompt=10, completion=1)
"""The usual proportion of read and written tokens, to compare prices by."""


@dataclass(frozen=True, slots=True)
class Route:
    provider: Provider
    tariffs: tuple[Tariff, ...] = ()
    """The newest first."""

    def tariff(self, moment: datetime) -> Tariff:
        return tariff.at(self.tariffs, moment)

    @property
    def is_free(self) -> bool:
        return self.provider.is_offline


@dataclass(frozen=True, slots=True)
class Strained:
    """A budget that is nearly used up."""

    scope: str
    subject: int | None
    period: str
    warned_on: date

    def holds(self, today: date, *, chat: int | None, bot: int | None) -> bool:
        whose = {"cast": None, "chat": chat, "bot": bot}
        mine = self.scope in whose and self.subject == whose[self.scope]
        return mine and self.warned_on >= (today if self.period == "day" else today.replace(day=1))


@dataclass(frozen=True, slots=True)
class Routes:
    every: tuple[Route, ...]
    """Enabled, in the order in which they are asked."""
    strained: tuple[Strained, ...] = ()

    def is_tight(self, today: date, *, chat: int | None, bot: int | None) -> bool:
        return any(one.holds(today, chat=chat, bot=bot) for one in self.strained)

    def in_order(self, moment: datetime, *, thrift: bool) -> list[Route]:
        """By priority; the cheapest first where a budget is nearly used up."""
        if not thrift:
            return list(self.every)
        return sorted(self.every, key=lambda route: (route.is_free, route.tariff(moment).cost(_SAMPLE)))


_kept: tuple[int, Routes] | None = None


def at(revision: int | None) -> Routes:
    """No query while nothing has changed; without a revision it is read anew."""
    global _kept
    if revision is None:
        return _read()
    if _kept is None or _kept[0] != revision:
        _kept = (revision, _read())
    return _kept[1]


def of(provider: Provider) -> Route:
    """A single one, enabled or not."""
    return Route(provider, _tariffs(provider=provider).get((provider.pk, provider.model), ()))


def _read() -> Routes:
    tariffs = _tariffs(provider__enabled=True)
    enabled = Provider.objects.filter(enabled=True).order_by("priority", "pk")
    strained = Budget.objects.filter(enabled=True, warned_on__isnull=False)
    return Routes(
        tuple(Route(one, tariffs.get((one.pk, one.model), ())) for one in enabled),
        tuple(
            Strained(one.scope, one.chat_id or one.bot_id or one.provider_id, one.period, one.warned_on)
            for one in strained
            if one.warned_on
        ),
    )


def _tariffs(**which: object) -> dict[tuple[int, str], tuple[Tariff, ...]]:
    found: dict[tuple[int, str], list[Tariff]] = defaultdict(list)
    for price in Price.objects.filter(**which).order_by("-valid_from"):
        found[price.provider_id, price.model].append(
            Tariff(price.valid_from, price.prompt, price.cached, price.completion)
        )
    return {place: tuple(tariffs) for place, tariffs in found.items()}
