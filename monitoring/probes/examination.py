"""The order in which the house is looked at; what needs a server that is away is left out, and that is said."""

from collections.abc import Callable, Iterator

from django.db import DatabaseError

from monitoring.probes import cast, groups, house, limits, processes, servers, words
from monitoring.probes.finding import Finding, State, fail, warn
from monitoring.probes.phrase import gettext as _

Probe = Callable[[], list[Finding]]


def examine() -> list[Finding]:
    """Everything, in a fixed order. Calls servers, Telegram and providers for a few seconds, and changes nothing."""
    found = [*servers.database(), *house.settled(), *servers.broker()]
    if any(finding.state is State.FAIL for finding in found if finding.name == "database"):
        text = _("Processes, keys, bots, chats and providers were not looked at: they need the database.")
        return [*found, warn("rest", text, _("Mend the database first, then run doctor again."))]
    probes: list[Probe] = [
        processes.workers, processes.beat, processes.web, processes.poller, house.kept, limits.held_back,
        cast.telegram, groups.sights, words.budgets, words.providers,
    ]  # fmt: skip
    return [*found, *(finding for probe in probes for finding in _whatever_comes(probe))]


def _whatever_comes(probe: Probe) -> Iterator[Finding]:
    """A server that goes away in the middle is one more finding."""
    try:
        yield from probe()
    except DatabaseError as error:
        yield fail("database", str(error).splitlines()[0], _("Run doctor again."))
