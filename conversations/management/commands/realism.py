"""manage.py realism: how alive the talk is, in numbers, against bands."""

import textwrap
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from conversations.engine import rulesets
from conversations.management import doors
from conversations.models import Chat
from conversations.realism import export, rows, scorecard
from conversations.realism.scorecard import Scorecard, Verdict
from conversations.simulation import day, scored
from conversations.simulation.setup import Setup

DAY = timedelta(days=1)


class Command(doors.Door):
    help = (
        "Measure how alive a talk is: a chat of Kulis, an export of Telegram Desktop, a simulated day, or several "
        "side by side."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--chat", type=int, action="append", default=[], metavar="NUMBER", help="a chat of Kulis")
        parser.add_argument("--since", metavar="TIME", help="ISO 8601; default: a day ago")
        parser.add_argument("--until", metavar="TIME", help="ISO 8601; default: now")
        parser.add_argument("--export", type=Path, action="append", default=[], metavar="FILE", help="result.json")
        parser.add_argument("--simulate", action="store_true", help="a simulated day: 200 bots, 12 chats, 30 people")
        parser.add_argument("--rules", choices=sorted(rulesets.NAMED), default="lively", help="rules of that day")
        parser.add_argument("--hours", type=int, default=24, choices=range(1, 25), metavar="1..24", help="of that day")
        parser.add_argument("--seed", type=int, default=1, help="another seed, another day")
        self.add_json(parser)

    def handle(self, *, json: bool, **wish: Any) -> None:
        cards = self._cards(wish)
        sources = [{"source": name, **scorecard.facts(card)} for name, card in cards.items()]
        facts: dict[str, Any] = sources[0] if len(sources) == 1 else {"sources": sources}
        sets = rulesets.told() if wish["simulate"] else {}
        self.answer(facts | ({"rule_sets": sets} if sets else {}), table(cards) + "".join(_rules(sets)), as_json=json)

    def _cards(self, wish: dict[str, Any]) -> dict[str, Scorecard]:
        cards: dict[str, Scorecard] = {}
        if wish["simulate"]:
            outcome = day.run(Setup(rulesets.NAMED[wish["rules"]], seed=wish["seed"], hours=wish["hours"]))
            cards[f"simulated day, {wish['rules']}"] = scored.card(outcome)
        for file in wish["export"]:
            try:
                cards[file.name] = scorecard.card(*export.read(file))
            except export.NoExport as problem:
                raise CommandError(str(problem)) from problem
        chats = _chats(wish["chat"], everything=not cards)
        for chat in chats:
            cards[chat.title] = scorecard.card(*rows.read([chat], *_period(wish)))
        return cards


def _chats(numbers: list[int], *, everything: bool) -> list[Chat]:
    if not numbers and everything:
        numbers = list(Chat.objects.talking().order_by("pk").values_list("pk", flat=True)[:1])
        if not numbers:
            raise CommandError("There is nothing to measure: name --chat, --export or --simulate.")
    found = {chat.pk: chat for chat in Chat.objects.filter(pk__in=numbers)}
    if unknown := [str(number) for number in numbers if number not in found]:
        raise CommandError(f"There is no chat {', '.join(unknown)}. `manage.py chat list` shows them.")
    return [found[number] for number in numbers]


def _period(wish: dict[str, Any]) -> tuple[datetime, datetime]:
    until = _moment(wish["until"]) or timezone.now()
    since = _moment(wish["since"]) or until - DAY
    if since >= until:
        raise CommandError("--since has to lie before --until.")
    return since, until


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"“{text}” is no time. Example: 2026-11-24T09:00.")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def table(cards: dict[str, Scorecard]) -> str:
    """One line for each number, one column for each source."""
    first = next(iter(cards.values()))
    lines = [f"{'':28}{'band':>14}" + "".join(f"{name[:20]:>22}" for name in cards)]
    for at, row in enumerate(first.rows):
        for part_at, part in enumerate(row.parts):
            head = f"{row.row.number:>2}  " if part_at == 0 else "    "
            band = f"{_bound(part.band.low)}..{_bound(part.band.high)}"
            values = (card.rows[at].parts[part_at] for card in cards.values())
            lines.append(f"{head}{part.band.name:24}{band:>14}" + "".join(f"{_shown(value):>22}" for value in values))
    counts = "".join(f"{f'{card.count(Verdict.IN)} of {len(card.rows)} in band':>22}" for card in cards.values())
    return "\n".join([*lines, f"{'':42}{counts}"])


def _rules(sets: dict[str, dict[str, str]]) -> Iterator[str]:
    """The rules by which it was simulated, and what differs in the other sets."""
    for name, rules in sets.items():
        told = ", ".join(f"{rule} {value}" for rule, value in rules.items())
        yield "\n" + textwrap.fill(f"rules `{name}`: {told}", 120, subsequent_indent="    ")


def _bound(limit: float | None) -> str:
    return "" if limit is None else f"{limit:g}"


def _shown(part: scorecard.Part) -> str:
    if part.found.value is None:
        return "not enough"
    return f"{part.found.value:.3g} {'' if part.verdict is Verdict.UNKNOWN else part.verdict}".strip()
