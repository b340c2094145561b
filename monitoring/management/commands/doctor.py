"""manage.py doctor: one line for everything that was looked at, with the remedy where one is needed."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from conversations.management import doors
from monitoring import probes
from monitoring.help import doctor_lines
from monitoring.probes import Finding, State

MARKS = {State.OK: "✓", State.WARN: "!", State.FAIL: "✗"}


class Command(doors.Door):
    help = "Look at everything Kulis needs and say in plain words what is wrong and what to do. Changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        self.add_json(parser)

    def handle(self, *, json: bool, **_options: Any) -> None:
        found = probes.examine()
        failed = sum(finding.state is State.FAIL for finding in found)
        self.answer(
            {"ok": not failed, "findings": [_facts(finding) for finding in found]},
            "\n".join(self._line(finding) for finding in found),
            as_json=json,
        )
        if failed:
            raise CommandError(f"{failed} things are wrong." if failed > 1 else "One thing is wrong.")

    def _line(self, finding: Finding) -> str:
        paint = {State.OK: self.style.SUCCESS, State.WARN: self.style.WARNING, State.FAIL: self.style.ERROR}
        remedy = f" → {finding.remedy} ({_help(finding)})" if finding.remedy else ""
        return f"{paint[finding.state](MARKS[finding.state])} {finding.name}: {finding.text}{remedy}"


def _facts(finding: Finding) -> dict[str, str]:
    told = {"name": finding.name, "state": finding.state, "text": finding.text, "remedy": finding.remedy}
    return told | {"help": _help(finding)}


def _help(finding: Finding) -> str:
    """Where this kind of line is explained."""
    return f"{settings.PUBLIC_URL}{doctor_lines.address(finding.name)}"
