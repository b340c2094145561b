"""manage.py incidents list|look|acknowledge|silence|reopen: what goes wrong, and who looks after it."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from conversations.management import doors
from monitoring.incidents import keeping, looking, words
from monitoring.incidents.models import Incident, Severity


class Command(doors.Door):
    help = "List what is open; look over the house now; take an incident on, silence it, or put it back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="list|look|acknowledge|silence|reopen")
        self.add_json(verbs.add_parser("list", help="what is open, the worst first"))
        self.add_json(verbs.add_parser("look", help="look over everything now, unless somebody did a moment ago"))
        for verb, told in (
            ("acknowledge", "somebody looks after it"),
            ("silence", "tell nobody of it for a while"),
            ("reopen", "put it before everybody again"),
        ):
            one = verbs.add_parser(verb, help=told)
            one.add_argument("number", type=int)
            if verb == "silence":
                one.add_argument("--hours", type=float, default=8.0)
                one.add_argument("--reason", default="")
            self.add_json(one)

    def handle(self, *, verb: str, json: bool, **options: Any) -> None:
        if verb == "list":
            self._list(json=json)
        elif verb == "look":
            looked = looking.look()
            self.answer({"looked": looked}, "Looked." if looked else "Somebody looked a moment ago.", as_json=json)
        else:
            incident = self._decided(verb, **options)
            self.answer(_facts(incident), f"#{incident.pk}: done.", as_json=json)

    def _list(self, *, json: bool) -> None:
        found = Incident.objects.filter(closed_at=None).select_related("chat", "bot").order_by("-severity", "pk")
        lines = [f"#{one.pk:<6} {one.get_severity_display():8} {words.what(one)}" for one in found]
        told = "\n".join(lines) or "Nothing is wrong."
        self.answer({"incidents": [_facts(one) for one in found]}, told, as_json=json)

    def _decided(self, verb: str, *, number: int, **options: Any) -> Incident:
        incident = Incident.objects.filter(pk=number).first()
        if incident is None:
            raise CommandError(f"There is no incident {number}.")
        try:
            if verb == "silence":
                span = timedelta(hours=options["hours"])
                return keeping.silence(incident, span=span, by=doors.ACTOR, reason=options["reason"])
            return (keeping.acknowledge if verb == "acknowledge" else keeping.reopen)(incident, by=doors.ACTOR)
        except ValidationError as error:
            raise doors.refusal(error) from error


def _facts(incident: Incident) -> dict[str, Any]:
    return {
        "id": incident.pk,
        "kind": incident.kind,
        "subject": incident.subject,
        "severity": Severity(incident.severity).name.lower(),
        "what": words.what(incident),
        "opened_at": incident.opened_at,
        "count": incident.count,
        "acknowledged": incident.acknowledged_at is not None,
        "silenced": incident.silenced_until is not None,
    }
