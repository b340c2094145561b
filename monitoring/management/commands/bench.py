"""manage.py bench: the figures that Kulis promises, measured here and now."""

import json as notation
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from monitoring.bench import answer, opening, start

CASES = ("opening", "answer", "start")


class Command(BaseCommand):
    help = (
        "Measure: how many queries opening due turns takes, how soon a mention is answered (needs a running stack), "
        "and how soon a stack starts. Machines are noisy: compare figures of one run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cases", nargs="*", metavar="|".join(CASES), help="what to measure; default: all")
        parser.add_argument("--times", type=int, default=5, help="how many mentions to ask")
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")

    def handle(self, *, cases: list[str], times: int, json: bool, **_options: Any) -> None:
        if unknown := set(cases) - set(CASES):
            raise CommandError(f"There is no case {', '.join(sorted(unknown))}; there are {', '.join(CASES)}.")
        measure = {"opening": opening.figures, "answer": lambda: answer.figures(max(1, times)), "start": start.figures}
        figures = []
        for case in cases or CASES:
            try:
                figures += measure[case]()
            except answer.NotRunning as problem:
                raise CommandError(str(problem)) from problem
        if json:
            self.stdout.write(notation.dumps({"figures": [figure.as_json() for figure in figures]}, ensure_ascii=False))
            return
        for figure in figures:
            self.stdout.write(figure.as_line())
