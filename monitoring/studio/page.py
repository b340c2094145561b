"""Reader: all that the page of one bot shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bots.models import Bot, Fragment, Memory, Version
from bots.studio import facts, keep
from bots.studio.facts import Change, Facts, Merged
from bots.studio.keep import Seen
from conversations import remits
from conversations.models import Chat
from monitoring.reasons import Words
from monitoring.studio import labels
from monitoring.studio.sheet import Sheet

TABS: tuple[tuple[str, Words], ...] = (
    ("persona", gettext_lazy("Persona")),
    ("temper", gettext_lazy("Emotion")),
    ("stance", gettext_lazy("Stances")),
    ("holding", gettext_lazy("Holdings")),
    ("memory", gettext_lazy("Memories")),
    ("hours", gettext_lazy("Active hours")),
    ("pace", gettext_lazy("Pace")),
)
LEARNED = 30
"""Memories from chats that are shown; it may have hundreds."""
_SALT = "kulis.studio"


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    title: Words
    faults: int


@dataclass(frozen=True, slots=True)
class Rivalry:
    """One place of a page that two have changed: how it was, how each has it."""

    key: str
    label: str
    before: str
    mine: str
    theirs: str
    clash: bool
    """Changed by both; otherwise by the other alone, and taken over."""


@dataclass(frozen=True, slots=True)
class Conflict:
    version: Version | None
    """Theirs; None where it was changed outside the studio."""
    places: Sequence[Rivalry]


def of(bot: Bot, seen: Seen, sheet: Sheet) -> dict[str, Any]:
    faults = sheet.faults() if sheet.traits.is_bound else {}
    return {
        "bot": bot,
        "sheet": sheet,
        "seen": sealed(bot, seen),
        "tabs": [Tab(name, title, faults.get(name, 0)) for name, title in TABS],
        "newest": keep.newest_of(bot),
        "week": sheet.week(),
        "days": labels.DAYS,
        "kinds": Fragment.Kind.choices,
        **standing(sheet, seen.facts),
    }


def standing(sheet: Sheet, was: Facts) -> dict[str, Any]:
    """What saving would change, while somebody types."""
    if sheet.traits.is_bound and not sheet.is_valid():
        return {"changes": (), "hours_text": labels.hours(was[facts.HOURS]), "valid": False}
    now = sheet.facts() if sheet.traits.is_bound else sheet.base
    changes = facts.changes(was, now)
    return {
        "changes": changes,
        "summary": labels.summary(changes),
        "hours_text": labels.hours(now[facts.HOURS]),
        "valid": True,
    }


@dataclass(frozen=True, slots=True)
class Learned:
    newest: Sequence[Memory]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.newest)


def learned(bot: Bot, viewer: remits.Person) -> Learned:
    """What it has from people; of a bot that may have heard it elsewhere, nothing for who is limited to some chats."""
    found = remits.within(viewer, facts.learned(bot))
    newest = list(found.order_by("-pk")[:LEARNED])
    return Learned(newest, found.count() if len(newest) == LEARNED else len(newest))


def chats(bot: Bot, viewer: remits.Person) -> list[tuple[int, str]]:
    """Where it plays: the groups first."""
    here = Chat.objects.filter(memberships__bot=bot, memberships__ended_at=None)
    found = remits.within(viewer, here).order_by("-kind", "title")
    return [(chat.pk, chat.title) for chat in found]


def conflict(overtaken: keep.Overtaken, seen: Seen, mine: Facts) -> tuple[Conflict, Merged]:
    """Both versions, and the two in one: what only one has changed is as that one has it."""
    theirs, merged = overtaken.now.facts, facts.merged(seen.facts, mine, overtaken.now.facts)
    places = [_rivalry(place, seen.facts, mine, theirs, clash=True) for place in merged.clashes]
    places += [_rivalry(place, seen.facts, mine, theirs, clash=False) for place in merged.theirs]
    return Conflict(overtaken.version, places), merged


def _rivalry(place: str, before: Facts, mine: Facts, theirs: Facts, *, clash: bool) -> Rivalry:
    was, ours, other = (labels.shown(place, source.get(place)) for source in (before, mine, theirs))
    return Rivalry(place, labels.of(place), was, ours, other, clash)


def differences(changes: Sequence[Change]) -> list[labels.Difference]:
    return [labels.difference(change) for change in changes]


# --- What the page was made from comes back with it ------------------------------------------------------------------
def sealed(bot: Bot, seen: Seen) -> str:
    return signing.dumps([bot.pk, seen.number, seen.facts], salt=_SALT, compress=True)


def opened(bot: Bot, raw: str) -> Seen:
    """Raises ValidationError for what this page did not send."""
    try:
        pk, number, found = signing.loads(raw, salt=_SALT)
    except signing.BadSignature:
        pk, number, found = 0, 0, {}
    if pk != bot.pk:
        raise ValidationError(_("This page is out of date. Open it anew; what you typed can be copied from here."))
    return Seen(found, number)
