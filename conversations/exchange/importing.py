"""A file to rows: first a plan that people can read, then everything in it or nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bots import audit, roster
from bots.exchange import document, reading
from bots.exchange.document import Document, Kind
from bots.exchange.remarks import Remark, Verdict, refused
from bots.models import Bot
from bots.sheet import BotSheet
from conversations import control
from conversations.exchange import reasons, setup
from conversations.exchange.setup import Setup
from conversations.models import Chat


@dataclass(frozen=True, slots=True)
class Plan:
    """What carrying it out would do, and what was found on the way."""

    kind: Kind
    sheets: tuple[BotSheet, ...]
    """The bots to enrol."""
    known: tuple[str, ...]
    """Usernames of the file that are in the cast already and stay as they are."""
    setup: Setup
    opens_group: bool
    remarks: tuple[Remark, ...] = field(default=())

    @property
    def refused(self) -> bool:
        return refused(self.remarks)


def plan(raw: bytes, *, skip_existing: bool = False, username: str = "") -> Plan:
    """Read a file and look at what is there already; its one bot is called `username`, when given. Writes nothing.

    Raises `document.NotACast`.
    """
    paper = document.read(raw)
    beside = setup.read(paper) if paper.kind is Kind.SETUP else Setup()
    sheets = reading.bots(paper, check=reasons.wrong_with, habits=beside.habits)
    sheets = _named(sheets, paper, username) if username else sheets
    known = _known(sheets, paper, skip_existing=skip_existing)
    fresh = tuple(sheet for sheet in sheets if sheet.username.lower() not in {name.lower() for name in known})
    opens = _opens_group(beside, paper, skip_existing=skip_existing)
    return Plan(paper.kind, fresh, known, beside, opens, tuple(paper.remarks))


@transaction.atomic
def carry_out(plan: Plan, *, by: audit.Actor) -> list[Bot]:
    """Do what the plan says, all of it or, with an error, nothing. The bots that are new."""
    bots = roster.enrol_all(plan.sheets, by=by)
    if plan.setup.rules:
        control.revise(by=by, note=_("Imported from the predecessor."), **plan.setup.rules)
    group = plan.setup.group
    if group and plan.opens_group:
        members = [*bots, *Bot.objects.filter(username__in=plan.known, retired_at=None)]
        control.add_group(group.title, telegram_id=group.telegram_id, topics=group.topics, members=members, by=by)
    return bots


def _named(sheets: tuple[BotSheet, ...], paper: Document, username: str) -> tuple[BotSheet, ...]:
    """The one bot of this file under another username than the file says, or that was made from its name."""
    wanted = username.removeprefix("@")
    if len(sheets) != 1:
        text = _("is for a file with one bot; this one has %(count)d.") % {"count": len(sheets)}
        paper.remarks.append(Remark(Verdict.REFUSAL, "", "--username", text))
        return sheets
    if not all(_fits(check, wanted) for check in Bot._meta.get_field("username").validators):
        text = _("“%(name)s” is no username: 5 to 32 letters, digits and _, a letter first.") % {"name": wanted[:64]}
        paper.remarks.append(Remark(Verdict.REFUSAL, "", "--username", text))
        return sheets
    text = _("becomes @%(name)s, as you asked.") % {"name": wanted}
    paper.remarks.append(Remark(Verdict.NOTE, "", "--username", text))
    return (replace(sheets[0], username=wanted),)


def _fits(check: Callable[[str], None], text: str) -> bool:
    try:
        check(text)
    except ValidationError:
        return False
    return True


def _known(sheets: Iterable[BotSheet], paper: Document, *, skip_existing: bool) -> tuple[str, ...]:
    known = roster.taken(sheet.username for sheet in sheets)
    remedy = _("is in the cast already; take it out of the file, or import with --skip-existing.")
    said = _("is in the cast already and stays as it is.")
    for name in known:
        verdict, text = (Verdict.NOTE, said) if skip_existing else (Verdict.REFUSAL, remedy)
        paper.remarks.append(Remark(verdict, f"@{name}", "username", text))
    return tuple(known)


def _opens_group(beside: Setup, paper: Document, *, skip_existing: bool) -> bool:
    """Whether the group is new, or was only noted so far. It stays silent: nobody there was told of the simulation."""
    group = beside.group
    if group is None:
        return False
    known = Chat.objects.filter(telegram_id=group.telegram_id, thread_id=None)
    if not known.exclude(mode=Chat.Mode.DISABLED, disclosed_at=None).exists():
        text = _("is registered silent; disclose it before the cast talks there: manage.py chat disclose.")
        paper.remarks.append(Remark(Verdict.NOTE, "", "chat", text))
        return True
    if skip_existing:
        paper.remarks.append(Remark(Verdict.NOTE, "", "chat", _("is registered already and stays as it is.")))
    else:
        text = _("is registered already; take it out of the file, or import with --skip-existing.")
        paper.remarks.append(Remark(Verdict.REFUSAL, "", "chat", text))
    return False
