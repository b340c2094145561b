"""What holds the cast back: open breakers, gates that last, spent retry budgets, turns that were dropped."""

from django.utils import timezone
from django.utils.translation import ngettext

from conversations import limits
from conversations.models import Breaker
from monitoring import reasons
from monitoring.probes.finding import Finding, fail, ok, warn
from monitoring.probes.phrase import gettext as _


def held_back() -> list[Finding]:
    found = [*_breakers(), *_gates(), *_budgets(), *_shed()]
    return found or [ok("limits", _("No breaker is open, nobody is gated for long, nothing is shed."))]


def _breakers() -> list[Finding]:
    return [
        fail(
            f"breaker {breaker}",
            _("It failed %(count)s times in a row (%(why)s), so it is left alone until %(when)s.")
            % {"count": breaker.in_a_row, "why": reasons.ended(breaker.reason), "when": _clock(breaker)},
            _("Mend the cause; it is tried again by itself. At once: `manage.py breaker reset %(number)s`.")
            % {"number": breaker.pk},
        )
        for breaker in limits.breakers()
    ]


def _clock(breaker: Breaker) -> str:
    return f"{timezone.localtime(breaker.until):%H:%M:%S}"


def _gates() -> list[Finding]:
    return [
        warn(
            f"gate {gate.bot}",
            _("Telegram asked it to be silent in %(where)s until %(when)s.")
            % {"where": gate.chat or _("every chat"), "when": f"{timezone.localtime(gate.until):%d.%m. %H:%M:%S}"},
            _("Wait: earlier calls make it longer. If it comes back, slow the chat (tempo) or the bot (pace)."),
        )
        for gate in limits.gates(limits.LONG)
    ]


def _budgets() -> list[Finding]:
    return [
        warn(
            f"retries {name}",
            _("%(taken)s of %(allowed)s further tries of two minutes are used up; what fails now is skipped.")
            % {"taken": one.retries, "allowed": one.allowed},
            _("Too many calls fail. Look at the network and at the breakers; the budget refills by itself."),
        )
        for name, one in limits.spent().items()
        if one.is_out
    ]


def _shed() -> list[Finding]:
    count = limits.ended()["shed"]
    if not count:
        return []
    text = ngettext(
        "%(count)s turn was dropped in the last 5 minutes: more was planned than can be worded.",
        "%(count)s turns were dropped in the last 5 minutes: more was planned than can be worded.",
        count,
    ) % {"count": count}
    return [warn("shedding", text, _("Add a worker or a faster model, or lower the scale (`engine scale`)."))]
