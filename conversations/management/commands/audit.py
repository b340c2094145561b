"""manage.py audit verify|checkpoint: is the audit trail as it was written?"""

import json as notation
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from bots import trail
from conversations.management import doors


class Command(doors.Door):
    help = (
        "Verify the audit trail: every entry is bound to the one before it. A checkpoint, kept elsewhere, also shows a "
        "trail that was cut off or written anew; the workers write one to their log every hour."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="verify|checkpoint")
        verifies = verbs.add_parser("verify", help="look at every entry; the code is 1 when the chain does not hold")
        verifies.add_argument(
            "--checkpoint", metavar="FILE", help="what `audit checkpoint` printed; - reads standard input"
        )
        self.add_json(verifies)
        verbs.add_parser("checkpoint", help="print where the trail stands, signed: one line of JSON")

    def handle(self, *, verb: str, **options: Any) -> None:
        if verb == "checkpoint":
            self.stdout.write(notation.dumps(trail.checkpoint()))
            return
        verdict = trail.verify()
        if verdict.holds and options["checkpoint"]:
            try:
                held = trail.against(_read(options["checkpoint"]))
            except ValidationError as error:
                raise doors.refusal(error) from error
            verdict = trail.Verdict(verdict.entries, held.broken_at, held.why)
        told = _("%(count)s entries, and the chain holds.") % {"count": verdict.entries}
        if not verdict.holds:
            told = _("The chain breaks at %(seq)s: %(why)s.") % {"seq": verdict.broken_at, "why": verdict.why}
        self.answer({"holds": verdict.holds} | asdict(verdict), told, as_json=options["json"])
        if not verdict.holds:
            raise CommandError(_("The audit trail is not as it was written."))


def _read(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file}: {error}") from error
