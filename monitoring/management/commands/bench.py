"""manage.py bench: the figures that Kulis promises, measured here and now."""

import json as notation
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from monitoring.bench import answer, apart, ground, live, opening, start, store, throughput
from monitoring.bench.figure import Figure

CASES = ("opening", "answer", "start", "prune", "pages", "live", "throughput")


def _numbers(kind: Callable[[str], float]) -> Callable[[str], tuple[float, ...]]:
    return lambda text: tuple(kind(part) for part in text.split(","))


class Command(BaseCommand):
    help = (
        "Measure: how many queries opening due turns takes, how soon a mention is answered (needs a running stack), "
        "how soon a stack starts, how long anybody waits while a large store is pruned, how long pages take over a "
        "large store, how soon open pages are told, what the whole path carries and costs under load. The last four "
        "have servers of their own and take minutes. Machines are noisy: compare "
        "figures of one run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        usual = throughput.Wish()
        parser.add_argument("cases", nargs="*", metavar="|".join(CASES), help="what to measure; default: all")
        parser.add_argument("--times", type=int, default=5, help="answer: how many mentions to ask")
        parser.add_argument("--bots", type=_numbers(int), default=usual.bots, help="throughput: sizes, as 4,50,200")
        parser.add_argument(
            "--latency",
            type=_numbers(float),
            default=usual.latencies,
            help="throughput: seconds of the model, as 0,1.5",
        )
        parser.add_argument(
            "--workers", type=_numbers(int), default=usual.workers, help="throughput: writers and senders, as 1,2"
        )
        parser.add_argument("--threads", type=int, default=usual.threads, help="throughput: threads of each worker")
        parser.add_argument("--chats", type=int, default=usual.chats, help="throughput: groups, at least 80")
        parser.add_argument(
            "--seconds", type=float, default=usual.seconds, help="throughput: how long each is measured"
        )
        parser.add_argument("--rows", type=int, default=store.ROWS, help="prune, pages: turns or messages in the store")
        parser.add_argument("--sockets", type=int, default=live.SOCKETS, help="live: pages that are open")
        parser.add_argument("--rate", type=int, default=live.EVENTS, help="live: messages a second")
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")

    def handle(self, *, cases: list[str], json: bool, **wish: Any) -> None:
        if unknown := set(cases) - set(CASES):
            raise CommandError(f"There is no case {', '.join(sorted(unknown))}; there are {', '.join(CASES)}.")
        wanted = cases or list(CASES)
        figures = self._figures(wanted, wish, quiet=json)
        found = self._throughput(wish, quiet=json) if "throughput" in wanted else []
        if json:
            told = {"figures": [figure.as_json() for figure in figures], "configurations": found}
            self.stdout.write(notation.dumps(told, ensure_ascii=False))

    def _figures(self, cases: list[str], wish: dict[str, Any], *, quiet: bool) -> list[Figure]:
        measure: dict[str, Callable[[], list[Figure]]] = {
            "opening": opening.figures,
            "answer": lambda: answer.figures(max(1, wish["times"])),
            "start": start.figures,
            "prune": lambda: store.pruning(max(1, wish["rows"])),
            "pages": lambda: store.pages(max(1, wish["rows"])),
            "live": lambda: live.figures(
                sockets=wish["sockets"], rate=wish["rate"], seconds=min(wish["seconds"], 60.0)
            ),
        }
        figures = []
        for case in cases:
            try:
                found = measure[case]() if case in measure else []
            except (answer.NotRunning, ground.Missing, apart.Broken) as problem:
                raise CommandError(str(problem)) from problem
            figures += found
            for figure in found if not quiet else ():
                self.stdout.write(figure.as_line())
        return figures

    def _throughput(self, wish: dict[str, Any], *, quiet: bool) -> list[dict[str, Any]]:
        if wish["chats"] < throughput.FEWEST_CHATS:
            raise CommandError(f"Fewer than {throughput.FEWEST_CHATS} groups measure Telegram's limits, not Kulis.")
        if wish["threads"] < 1:
            raise CommandError("A worker has at least one thread.")
        names = ("bots", "latency", "workers", "seconds", "chats", "threads")
        asked = throughput.Wish(*(wish[name] for name in names))
        configurations = []
        try:
            for found in throughput.configurations(asked):
                configurations.append(found)
                for line in throughput.as_lines(found) if not quiet else ():
                    self.stdout.write(line)
        except (ground.Missing, apart.Broken) as problem:
            raise CommandError(str(problem)) from problem
        return configurations
