"""Reader: many bots at once, for the pages beside the studio."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max, QuerySet

from bots import casing
from bots.models import Bot
from bots.studio import facts
from conversations import remits
from monitoring.studio import labels

MOST = 300


@dataclass(frozen=True, slots=True)
class Beside:
    """One place of two bots."""

    label: str
    left: str
    right: str
    same: bool


def listed(asked: str, viewer: remits.Person) -> Sequence[Bot]:
    """Bots whose name, username or description holds what is asked for; `kept` is their newest version. One query."""
    found = _everybody(viewer).annotate(kept=Max("versions__number"))
    wanted = casing.fold(asked)
    return [bot for bot in found[:MOST] if wanted in casing.fold(f"{bot.name} {bot.username} {bot.persona.hint}")]


def names(viewer: remits.Person) -> QuerySet[Bot]:
    return _everybody(viewer)[:MOST]


def chosen(raw: Sequence[str], viewer: remits.Person) -> list[Bot]:
    """Those that were chosen, in that order. Nonsense is nobody."""
    numbers = [int(one) for one in dict.fromkeys(raw) if one.isascii() and one.isdecimal() and len(one) < 16][:MOST]
    found = remits.within(viewer, Bot.objects.select_related("persona")).in_bulk(numbers)
    return [found[number] for number in numbers if number in found]


def beside(left: Bot, right: Bot, *, everything: bool) -> list[Beside]:
    """What is not the same in the two, or all that there is."""
    first, second = facts.of(left), facts.of(right)
    places = [change.key for change in facts.changes(first, second)]
    if everything:
        places = list(dict.fromkeys((*first, *second)))
    rows = [(place, labels.shown(place, first.get(place)), labels.shown(place, second.get(place))) for place in places]
    return [Beside(labels.of(place), one, other, one == other) for place, one, other in rows if one or other]


def _everybody(viewer: remits.Person) -> QuerySet[Bot]:
    mine = remits.within(viewer, Bot.objects.filter(retired_at=None))
    return mine.select_related("persona").order_by("persona__name", "username")
