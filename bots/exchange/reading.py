"""A document to bots on paper: parsed, screened, given memories, and told apart. Reads and writes no row."""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

from django.utils.translation import gettext as _

from bots.casts import sheets_json
from bots.exchange import depth, kulis, predecessor, secrets, seeding, suspicion
from bots.exchange.document import Document, Kind
from bots.exchange.entry import Entry
from bots.exchange.foreign import incoming
from bots.exchange.parse import shown
from bots.exchange.remarks import Remark, Verdict
from bots.exchange.screening import Check, Screen, both
from bots.sheet import BotSheet, Format, OriginSheet

MOST_BOTS = 5000
Kept = dict[str, tuple[BotSheet, str]]
"""By folded username: the sheet, and its entry as it stands in the file."""


def bots(document: Document, *, check: Check, habits: predecessor.Habits | None = None) -> tuple[BotSheet, ...]:
    """The bots of the document, in its order. What was wrong is added to its remarks."""
    if format_ := document.kind.foreign:
        whole = dict(document.data)
        return (incoming.bot(format_, whole, check=check, remarks=document.remarks, sha256=document.sha256),)
    entries = document.data.get("bots")
    if document.kind is Kind.SETUP and not entries:
        return ()
    if not isinstance(entries, list) or not 0 < len(entries) <= MOST_BOTS:
        _refuse(document, "", "bots", _("should be a list of 1 to %(most)s bots.") % {"most": MOST_BOTS})
        return ()
    check = both(check, suspicion.orders)
    read = (
        _ours(check, document.sha256) if document.kind is Kind.KULIS else _theirs(check, habits or predecessor.Habits())
    )
    kept: Kept = {}
    for n, raw in enumerate(entries, start=1):
        if isinstance(raw, dict):
            entry = Entry(raw, _title(n, raw), document.remarks)
            _keep(kept, read(entry), entry, renames=document.kind is not Kind.KULIS)
        else:
            _refuse(document, str(n), "", _("“%(raw)s” is no bot.") % {"raw": shown(raw)})
    return tuple(sheet for sheet, written in kept.values())


def _ours(check: Check, sha256: str) -> Callable[[Entry], BotSheet]:
    def read(entry: Entry) -> BotSheet:
        sheet = Screen(entry, check, {}).bot(kulis.bot(entry))
        sheet = replace(sheet, origin=_origin(entry, sheet, sha256))
        # A list of memories is left as it was written, however short: what somebody deleted stays deleted.
        return sheet if entry.has("memories") else seeding.seeded(sheet)

    return read


def _origin(entry: Entry, sheet: BotSheet, sha256: str) -> OriginSheet | None:
    """The entry as it was written, when it says what Kulis does not know: an export gives that back."""
    known, persona = sheets_json.entry(sheet), entry.data.get("persona")
    stranger = set(entry.data) - {*known, "token"}
    if isinstance(persona, dict):
        stranger |= set(persona) - set(known["persona"])
    if not stranger:
        return None
    document, _places = secrets.without(depth.keepable(dict(entry.data)))
    return OriginSheet(Format.KULIS, str(sheets_json.VERSION), document, sha256)


def _theirs(check: Check, habits: predecessor.Habits) -> Callable[[Entry], BotSheet]:
    def read(entry: Entry) -> BotSheet:
        sheet = Screen(entry, check, predecessor.FIELDS).bot(predecessor.bot(entry, habits))
        return seeding.seeded(sheet)

    return read


def _keep(kept: Kept, sheet: BotSheet, entry: Entry, *, renames: bool) -> None:
    """Add a bot, unless it is there already word for word."""
    written = json.dumps(entry.data, sort_keys=True)
    name = sheet.username
    if _key(name) in kept and kept[_key(name)][1] == written:
        entry.repair("", _("is there twice, word for word; one is kept."))
        return
    if _key(name) in kept and renames:
        sheet = _renamed(kept, sheet, entry)
    elif name and _key(name) in kept:
        entry.refuse("username", _("@%(name)s is used by an earlier entry; choose another.") % {"name": name})
    if sheet.token and any(sheet.token == other.token for other, as_written in kept.values()):
        entry.repair("token", _("belongs to an earlier bot of this file; this one comes without a token."))
        sheet = replace(sheet, token="")
    if name and not name.lower().endswith("bot"):
        entry.note("username", _("does not end with “bot” as at Telegram; the bot takes its true name with its token."))
    kept[_key(sheet.username)] = (sheet, written)


def _renamed(kept: Kept, sheet: BotSheet, entry: Entry) -> BotSheet:
    """The predecessor did not mind two bots with one handle. The later one gets a number until its token names it."""
    if not sheet.username:
        return sheet
    free = next(name for n in count(2) if _key(name := f"{sheet.username[:28]}_{n}") not in kept)
    said = {"name": sheet.username, "new": free}
    entry.repair("username", _("@%(name)s is used by an earlier entry; this one becomes @%(new)s.") % said)
    return replace(sheet, username=free)


def _key(username: str) -> str:
    return username.lower()


def _title(n: int, raw: dict[str, Any]) -> str:
    persona = raw.get("persona")
    named = persona.get("name") if isinstance(persona, dict) else raw.get("name")
    return f"{n} · {shown(named or raw.get('username'))}" if named or raw.get("username") else str(n)


def _refuse(document: Document, entry: str, field: str, text: str) -> None:
    document.remarks.append(Remark(Verdict.REFUSAL, entry, field, text))
