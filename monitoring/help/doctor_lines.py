"""An entry for every kind of line that doctor prints: what it looks at, and what it means when it is not well."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from monitoring.reasons import Words


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    """The first word of the line."""
    looks_at: Words
    means: Words
    """When it is not well."""

    @property
    def anchor(self) -> str:
        return f"line-{self.name}"


_TOLD: Mapping[str, tuple[Words, Words]] = {
    "database": (
        _("Whether PostgreSQL answers and has the tables of this version."),
        _("Nothing works without it. After an update, `manage.py migrate` brings the tables up to date."),
    ),
    "connections": (
        _("Whether all processes together fit into the connections of PostgreSQL."),
        _("Under load some process would be turned away, and its work would wait or fail."),
    ),
    "broker": (
        _("Whether Redis or Valkey answers, and whether it might throw messages away."),
        _("Without it everything is slower and pages are not live. Nothing is lost: PostgreSQL remembers."),
    ),
    "address": (
        _("The addresses that Kulis was given: of itself, of Telegram, of its servers and providers."),
        _("An address without https:// lets others on the way read tokens and keys."),
    ),
    "demo": (
        _("Whether this is a demo, in which whoever sits at the machine may watch."),
        _("A demo must not be reachable by others and must hold no real token."),
    ),
    "keys": (
        _("Whether FIELD_KEYS opens every token and key that is stored."),
        _("What does not open cannot be used: those bots are silent, those providers are not asked."),
    ),
    "engine": (
        _("Whether the cast may talk at all."),
        _("Somebody pressed Stop. It is silent everywhere until somebody with the right to do so starts it again."),
    ),
    "backup": (
        _("When the last backup was taken."),
        _("After a loss everything since then would be gone."),
    ),
    "audit": (
        _("Whether the newest entries of the audit trail are as they were written."),
        _("Somebody changed the trail past Kulis. Treat it as a break-in until you know better."),
    ),
    "worker": (
        _("Whether processes run that write and send."),
        _("Turns are planned, and nobody takes them up."),
    ),
    "process": (
        _("A single process: whether it works or only lives."),
        _("It hangs, or was killed. What it held is taken over by others after its lease."),
    ),
    "versions": (
        _("Whether all processes are of the same version."),
        _("An update was not finished: start the older ones anew."),
    ),
    "schedule": (
        _("Whether somebody paused one of the regular tasks."),
        _("What that task does is not done until it runs again."),
    ),
    "beat": (
        _("Whether the clock ticks that opens turns."),
        _("Nobody begins to speak by itself. People who call a bot are still answered."),
    ),
    "web": (
        _("Whether the page answers at its own address."),
        _("Staff cannot get in, and a webhook of Telegram does not arrive."),
    ),
    "poller": (
        _("Whether somebody asks Telegram what people write."),
        _("People are not heard. Telegram keeps what they write for a day."),
    ),
    "limits": (
        _("Whether anything holds the cast back at the moment."),
        _("Nothing: this line says that all is well."),
    ),
    "breaker": (
        _("A bot or a provider that is left alone because it kept failing."),
        _("It is tried again by itself, less and less often, until it works."),
    ),
    "gate": (
        _("A bot that Telegram asked to be silent for a while."),
        _("What it would have said is dropped if it takes too long. Earlier calls make it longer."),
    ),
    "retries": (
        _("How much of what failed may be tried again."),
        _("So much fails that trying again would make it worse; what fails now is skipped."),
    ),
    "shedding": (
        _("Whether turns are dropped because more is planned than can be worded."),
        _("Add a worker or a faster model, or lower the scale in the rules."),
    ),
    "telegram": (
        _("Whether Kulis talks to Telegram at all."),
        _("TELEGRAM_MODE=off: only rehearsal rooms talk."),
    ),
    "tokens": (
        _("Bots without a token."),
        _("They play in rehearsal rooms only, and are silent in their groups."),
    ),
    "token": (
        _("Whether Telegram knows a bot by its token."),
        _("The bot is silent until it has a token that works."),
    ),
    "updates": (
        _("Whether what people write to a bot comes to Kulis."),
        _("The bot speaks, and does not hear."),
    ),
    "privacy": (
        _("Whether the listener of a group sees every message there."),
        _("Questions to everybody go unheard; only who calls a bot by name is answered."),
    ),
    "observer": (
        _("Whether those of ours who watch what the cast says in a group still see it."),
        _("When an answer of Telegram is lost there, nobody can tell whether the message arrived."),
    ),
    "disclosure": (
        _("Whether the audience of a group was told that bots speak there."),
        _("The cast is silent there until it was."),
    ),
    "budget": (
        _("How much of each budget is gone."),
        _("From 80 percent the cast saves. At 100 percent it is silent until the next day or month."),
    ),
    "provider": (
        _("Whether each provider answers a question of one word."),
        _("The next provider is asked instead. If none answers, nobody finds words."),
    ),
    "rest": (
        _("What could not be looked at, because the database is away."),
        _("Mend the database first, then run doctor again."),
    ),
}

LINES = {name: Line(name, *told) for name, told in _TOLD.items()}


def address(finding: str) -> str:
    """The place of a finding in the help, by its name: "token @nermin_bot" is a line about a token."""
    line = LINES.get(finding.split(maxsplit=1)[0])
    return f"{reverse('help-doctor')}#{line.anchor}" if line else ""
