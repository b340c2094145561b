"""What the places of a bot are called, and what stands there, in the words of the page."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from bots import daytime, roster
from bots.exchange.parse import clock
from bots.models import Bot, Memory, Persona
from bots.sheet import EVERY_DAY
from bots.studio import facts
from bots.studio.facts import Change

DAYS = (
    gettext_lazy("Mon"),
    gettext_lazy("Tue"),
    gettext_lazy("Wed"),
    gettext_lazy("Thu"),
    gettext_lazy("Fri"),
    gettext_lazy("Sat"),
    gettext_lazy("Sun"),
)
_TOKENS = re.compile(r"\s+|\d+(?:[.,]\d+)*|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that stayed, went or came: `kind` is "", "del" or "ins"."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two are not the same."""

    key: str
    label: str
    before: str
    after: str
    pieces: tuple[Piece, ...]
    verb: str
    """"new", "gone" or "changed"."""


def of(key: str) -> str:
    """What a place is called."""
    head, _mark, name = key.partition(":")
    if facts.is_row(key):
        short = name if len(name) <= 60 else f"{name[:59]}…"
        told = {"stance": _("Stance: %(name)s"), "holding": _("Holding: %(name)s"), "memory": _("Memory: %(name)s")}
        return told[head] % {"name": short}
    if head == facts.HOURS:
        return _("Active hours")
    model = Persona if head in roster.TRAITS else Bot
    return str(capfirst(model._meta.get_field(head).verbose_name))  # type: ignore[union-attr]


def shown(key: str, value: Any) -> str:
    """What stands in a place, in one text."""
    head, _mark, _name = key.partition(":")
    if value is None:
        return ""
    if facts.is_row(key):
        return _row(head, value)
    if head == facts.HOURS:
        return "\n".join(hours(value)) or _("always")
    if isinstance(value, list):
        return "\n".join(value)
    if head in ("risk", "horizon"):
        return str(dict(Persona._meta.get_field(head).flatchoices)[value])  # type: ignore[union-attr]
    return _number(value) if isinstance(value, int | float) else str(value)


def hours(texts: Sequence[str]) -> list[str]:
    """Active hours with the names of the days."""
    return [_range(one.days, f"{one.starts:%H:%M}–{one.ends:%H:%M}") for one in clock.hours(list(texts)).value]


def days(bits: int) -> str:
    if bits == EVERY_DAY:
        return _("every day")
    runs = daytime.runs(bits)
    return ", ".join(str(DAYS[a]) if a == b else f"{DAYS[a]}–{DAYS[b]}" for a, b in runs)


def difference(change: Change) -> Difference:
    before, after = shown(change.key, change.before), shown(change.key, change.after)
    verb = "new" if change.before is None else "gone" if change.after is None else "changed"
    return Difference(change.key, of(change.key), before, after, _pieces(before, after), verb)


def _range(bits: int, text: str) -> str:
    return f"{capfirst(days(bits))} {text}"


def _row(kind: str, value: facts.Facts) -> str:
    if kind == "stance":
        return _("%(text)s (confidence %(share)d%%)") % {"text": value["text"], "share": value["confidence"] * 100}
    if kind == "holding":
        told = _("%(size)s at %(price)s") % {"size": value["size"], "price": value["average_price"]}
        return f"{told}. {value['note']}" if value["note"] else told
    named = {"kind": Memory.Kind(value["kind"]).label, "importance": _number(value["importance"])}
    return _("%(kind)s, importance %(importance)s") % named


def _number(value: float) -> str:
    return formats.number_format(round(value, 2), use_l10n=True)


def _pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Word by word, what went and what came."""
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    found: list[Piece] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece("", "".join(old[a:b])))
            continue
        found += [Piece("del", "".join(old[a:b]))] if b > a else []
        found += [Piece("ins", "".join(new[c:d]))] if d > c else []
    return tuple(found)


def summary(changes: Sequence[Change]) -> str:
    """Some changes in one sentence."""
    told = [difference(change) for change in changes]
    parts = [
        (pgettext("places of a persona", "new"), [one.label for one in told if one.verb == "new"]),
        (pgettext("places of a persona", "changed"), [one.label for one in told if one.verb == "changed"]),
        (pgettext("places of a persona", "gone"), [one.label for one in told if one.verb == "gone"]),
    ]
    return "; ".join(f"{verb}: {', '.join(labels)}" for verb, labels in parts if labels)
