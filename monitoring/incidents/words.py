"""The sentences of every kind of trouble: what happens, why it matters, what to do, and where the guide tells more."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from monitoring import reasons
from monitoring.incidents.models import Incident, Kind
from monitoring.reasons import Words

CHAPTER = "incidents"


@dataclass(frozen=True, slots=True)
class Told:
    what: Words
    """With the facts of the incident."""
    why: Words
    todo: Words
    anchor: str
    """Of the section in the guide."""


SENTENCES: Mapping[Kind, Told] = {
    Kind.BROKER: Told(
        _("Redis or Valkey does not answer."),
        _("Workers hear of nothing, so nobody writes and nobody sends. Nothing is lost: PostgreSQL remembers."),
        _("Start it again, or correct REDIS_URL. Workers find their way back by themselves."),
        "machines",
    ),
    Kind.PROCESS: Told(
        _("%(name)s: no sign of life or of work for %(seconds)s s."),
        _("It was killed, hangs, or cannot reach the database. What it held is taken up by others, if there are any."),
        _("Look at its log and at the memory of the machine, and start it again. It is forgotten after ten minutes."),
        "machines",
    ),
    Kind.CLOCK: Told(
        _("The planner last ticked %(seconds)s s ago; it should every second."),
        _("Without ticks nothing is planned, so the cast falls silent."),
        _("See whether beat runs and whether a worker serves the queue “upkeep”."),
        "machines",
    ),
    Kind.ENGINE_OFF: Told(
        _("The engine was stopped %(minutes)s minutes ago by %(name)s. Groups that wait: %(chats)s."),
        _("The cast is silent in every group, and questions of people go unanswered."),
        _("Start it again when the reason for stopping is gone, or silence this notice."),
        "the-cast-is-off",
    ),
    Kind.LINE: Told(
        _("%(failed)s of %(tries)s tries to send failed. Bots that are left alone for a while: %(count)s."),
        _("What they wanted to say is dropped when its moment has passed."),
        _("Look at the network of this machine and at Telegram. They are tried again by themselves."),
        "telegram",
    ),
    Kind.GATES: Told(
        _("Telegram asked for silence %(count)s times in %(minutes)s minutes."),
        _("The cast talks faster than Telegram allows there. If it goes on, Telegram asks for longer and longer."),
        _("Slow down: halve the pace. It can be raised again on the page of the chat or of the rules."),
        "telegram",
    ),
    Kind.TOKEN: Told(
        _("Tokens that Telegram refuses: %(count)s."),
        _("A bot with a refused token says nothing, anywhere."),
        _("Fetch a new token from @BotFather and give it to the bot in the admin. Was it refused by mistake, test it."),
        "telegram",
    ),
    Kind.PROVIDER: Told(
        _("%(name)s fails: %(failed)s of %(calls)s calls. %(reason)s"),
        _("The next provider takes over; without one, turns end for want of words."),
        _("Test it. Look at its address, key and quota, or add a second provider."),
        "words-and-money",
    ),
    Kind.BUDGET_SPENT: Told(
        _("%(name)s is used up: %(percent)s percent."),
        _("Chatter that draws on it has ended; soon answers to people end too."),
        _("Raise the budget, or wait until it begins anew."),
        "words-and-money",
    ),
    Kind.BUDGET_TIGHT: Told(
        _("%(percent)s percent of %(name)s are gone."),
        _("The cast saves: shorter texts, cheaper models, half the chatter."),
        _("Raise the budget, or leave it: chatter ends first, answers last."),
        "words-and-money",
    ),
    Kind.DUPLICATE: Told(
        _("Messages of the last %(minutes)s minutes that stand in the chat more than once: %(count)s."),
        _("This must not happen. People see that something is wrong."),
        _("Delete the copy in Telegram. Then look at the story of the turn, and tell whoever runs the machines."),
        "the-talk",
    ),
    Kind.UNCERTAIN: Told(
        _("Of %(count)s messages nobody knows whether they arrived."),
        _("Lines broke while they were sent. Kulis looks for proof and never sends twice."),
        _("Look into the chat and settle them among the turns that need a look."),
        "the-talk",
    ),
    Kind.OBSERVER: Told(
        _("For %(minutes)s minutes nobody has seen what the bots say here."),
        _("Without an observer it is never proven whether an uncertain message arrived."),
        _("See whether the listener still reads this group: its rights, its privacy mode, and the poller or webhook."),
        "the-talk",
    ),
    Kind.SILENT: Told(
        _("Nothing has left for %(minutes)s minutes. Turns that are due: %(count)s."),
        _("Messages become stale and are dropped."),
        _("See whether writers and senders run, and what their log says."),
        "machines",
    ),
    Kind.QUIET: Told(
        _("No bot has spoken for %(minutes)s minutes, though %(count)s turns began. Most often: %(reason)s"),
        _("To people the group looks dead."),
        _("Open the chat: under its title and in its newest turns stands what holds it back."),
        "the-talk",
    ),
    Kind.DOMINANCE: Told(
        _("%(name)s says %(percent)s percent of what bots say here (%(count)s messages)."),
        _("A talk of one is no talk, and people notice."),
        _("Lower its talkativeness or its weight in this chat, or pause it for an hour."),
        "the-talk",
    ),
    Kind.GUARD: Told(
        _("The guard stopped %(percent)s percent of what was worded (%(count)s). Most often: %(reason)s"),
        _("Either somebody provokes the cast, or a model or a rule has changed."),
        _("Read what was stopped, then change the persona, the model or the rule."),
        "the-talk",
    ),
    Kind.BACKUP: Told(
        _("No backup was taken in the last %(days)s days."),
        _("After a loss everything since then would be gone."),
        _("Run `manage.py backup FILE`, and keep FILE and the key apart from here."),
        "machines",
    ),
    Kind.AUDIT: Told(
        _("The audit trail breaks at entry %(seq)s: %(reason)s."),
        _("Somebody changed it past Kulis. Treat it as a break-in until you know better."),
        _("Find out who can write to the database, and compare with the checkpoints in the log."),
        "machines",
    ),
    Kind.SKEW: Told(
        _("The clock of %(name)s differs from the database's by %(seconds)s s."),
        _("Pace and typing are off, and codes of the second factor may be refused."),
        _("Let the machine keep its time by NTP."),
        "machines",
    ),
    Kind.NOTICES: Told(
        _("Notices that could not be delivered: %(count)s. The last by “%(name)s”: %(reason)s"),
        _("Who should be told of trouble is not."),
        _("Open the channel in the admin, put it right, and press Test."),
        "channels",
    ),
    Kind.FAULTS: Told(
        _("Errors of our own programs in %(minutes)s minutes: %(count)s. The most frequent: %(name)s"),
        _("Something in Kulis does not work as it was built. What it was doing may be late or left undone."),
        _("Look at the errors page, and report what stands there. Mark it as solved when it is."),
        "machines",
    ),
}


def what(incident: Incident) -> str:
    """What happens, as a sentence with its numbers, in the language of who reads."""
    return str(SENTENCES[Kind(incident.kind)].what) % shown(incident.facts)


def shown(facts: dict[str, Any]) -> dict[str, Any]:
    """As they stand in a sentence: numbers without needless decimals, codes as their sentence."""
    told = {
        name: f"{value:.1f}".rstrip("0").rstrip(".") if isinstance(value, float) else value
        for name, value in facts.items()
    }
    if code := facts.get("code"):
        told["reason"] = reasons.call(str(code))
    return told


def of(incident: Incident) -> Told:
    return SENTENCES[Kind(incident.kind)]
