"""manage.py prune: delete what has been kept for long enough."""

import json as notation
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from conversations.engine import policy, retention
from conversations.engine.retention import Pruned

WORDS = {
    "evidence": "turns whose prompts, candidates and verdicts go",
    "calls": "calls of the ledger",
    "turns": "turns with their attempts",
    "messages": "messages",
    "updates": "updates as Telegram brought them",
    "responses": "answers to commands",
    "events": "events for watchers",
}


class Command(BaseCommand):
    help = (
        "Delete what has been kept for as long as the rules say: evidence after prompt_days, turns and messages after "
        "turn_days. The worker does the same every ten minutes; this does it now, in small batches, to the end."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count, and change nothing")
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")

    def handle(self, *, dry_run: bool, json: bool, **_options: Any) -> None:
        now, rules = timezone.now(), policy.current()
        found = retention.waiting(now, rules) if dry_run else retention.prune(now, rules)
        if json:
            self.stdout.write(notation.dumps({"dry_run": dry_run, **found.as_json()}))
            return
        self.stdout.write("Would go:" if dry_run else "Gone:")
        self._tell(found)

    def _tell(self, found: Pruned) -> None:
        words = WORDS | {one.name: str(one.words) for one in retention.beside}
        for name, count in found.as_json().items():
            self.stdout.write(f"{count:>10,}  {words[name]}")
