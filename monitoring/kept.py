"""What is kept here beside the talk, and for how long. The worker drops it with the rest, and so does `prune`."""

from django.utils.translation import gettext_lazy as _

from conversations.engine import retention
from conversations.engine.retention import Kept
from monitoring.faults import rows
from monitoring.health import checkup
from monitoring.incidents import keeping, outbox

INCIDENTS_DAYS, NOTICES_DAYS = 400, 30


def tell() -> None:
    retention.beside += [
        Kept("checks", _("findings of system checks"), checkup.KEPT_DAYS, checkup.drop, checkup.waiting),
        Kept("faults", _("errors of our programs and pages"), rows.DAYS, rows.drop, rows.waiting),
        Kept("incidents", _("incidents that are over"), INCIDENTS_DAYS, keeping.prune, keeping.waiting),
        Kept("notices", _("notices that were sent or given up"), NOTICES_DAYS, outbox.prune, outbox.over),
    ]
