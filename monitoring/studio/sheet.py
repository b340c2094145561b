"""The page's form as a whole: from facts to fields, and from what was typed back to facts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from bots import daytime, roster
from bots.admin.forms import Lines
from bots.sheet import EVERY_DAY, Hours
from bots.studio import facts
from bots.studio.facts import Facts
from monitoring.reasons import Words
from monitoring.studio import forms, grid, guide, lint

GROUPS: tuple[tuple[str, Words, tuple[tuple[Words, tuple[str, ...]], ...]], ...] = (
    (
        "persona",
        _("Persona"),
        (
            (
                _("Identity"),
                ("name", "hint", "expertise", "interests", "watchlist", "never_do", "risk", "horizon", "risk_note"),
            ),
            (_("Voice"), ("tone", "phrases", "anecdotes")),
            (
                _("Style"),
                ("style_note", "formality", "emoji", "emoji_rate", "slip_rate", "short_weight", "medium_weight",
                 "long_weight", "wpm"),
            ),
        ),
    ),
    (
        "temper",
        _("Emotion"),
        ((_("Emotion profile"), ("mood_note", "energy", "energy_note", "empathy", "empathy_note")),),
    ),
    ("pace", _("Pace"), ((_("Pace"), facts.SETTINGS),)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One field with all that stands around it."""

    field: Any
    help: guide.Help
    warnings: Sequence[str] = ()

    @property
    def name(self) -> str:
        return str(self.field.html_name)

    @property
    def is_slider(self) -> bool:
        return self._kind == "range"

    @property
    def is_short(self) -> bool:
        lines = isinstance(self.field.field, Lines) and self.name != "anecdotes"
        return lines or self._kind in {"range", "number", "select", "time"}

    @property
    def _kind(self) -> str:
        return str(getattr(self.field.field.widget, "input_type", ""))

    @property
    def control(self) -> Any:
        return self.field.as_widget(attrs={"aria-describedby": f"help-{self.name} note-{self.name}"})


@dataclass(frozen=True, slots=True)
class Section:
    title: Words
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A stance, a holding or a memory. `form` is empty for the one that a script copies."""

    form: Any
    entries: tuple[Entry, ...]
    remove: Any

    @property
    def is_removed(self) -> bool:
        return bool(self.form.is_bound and self.remove.value())


class Sheet:
    def __init__(self, base: Facts, data: Any = None) -> None:
        """`base` is what the page showed; with `data`, what came back from it."""
        self.base = base
        self.traits = forms.TraitsForm(data, initial=_rounded(base))
        self.rows = {
            kind: formset(data, prefix=kind, initial=None if data else _rows(base, kind))
            for kind, formset in forms.ROWS.items()
        }
        cells = [f"{day}-{hour}" for day, hour in grid.cells(base[facts.HOURS])]
        self.hours = forms.HoursForm(data, initial={"awake": cells})

    def is_valid(self) -> bool:
        return all([self.traits.is_valid(), self.hours.is_valid(), *(rows.is_valid() for rows in self.rows.values())])

    def facts(self) -> Facts:
        """What was typed; what nobody moved is as it was, to the last digit. Only of a valid sheet."""
        found: Facts = {}
        for name in (*roster.TRAITS, *facts.SETTINGS):
            found[name] = _unmoved(self.base[name], self.traits.cleaned_data[name])
        found[facts.HOURS] = self._hours()
        for kind, rows in self.rows.items():
            for form in rows.forms:
                found |= self._content(kind, form)
        return found

    def _hours(self) -> list[str]:
        given = self.hours.cleaned_data
        exact = _exact(given)
        if not given["awake"] and exact:
            return [daytime.text(exact)]
        texts = grid.texts(self.base[facts.HOURS], self.hours.cells())
        return grid.added(texts, exact) if exact else texts

    def _content(self, kind: str, form: Any) -> Facts:
        given = form.cleaned_data
        if not given or given.get("DELETE"):
            return {}
        place = facts.key(kind, form.name())
        if kind == "stance":
            content = facts.stance(given["text"], given["confidence"])
        elif kind == "holding":
            content = facts.holding(given["average_price"], given["size"], given["note"])
        else:
            content = facts.memory(given["kind"], given["importance"])
        before = self.base.get(place, {})
        return {place: {name: _unmoved(before.get(name), value) for name, value in content.items()}}

    # --- For the page ------------------------------------------------------------------------------------------------
    @cached_property
    def tickers(self) -> Any:
        return lint.table()

    @cached_property
    def tabs(self) -> dict[str, tuple[Section, ...]]:
        return {
            tab: tuple(Section(title, tuple(map(self._trait, names))) for title, names in sections)
            for tab, _title, sections in GROUPS
        }

    @cached_property
    def lists(self) -> dict[str, list[Row]]:
        return {kind: [self._shown(kind, form) for form in rows.forms] for kind, rows in self.rows.items()}

    @cached_property
    def blanks(self) -> dict[str, Row]:
        return {kind: self._shown(kind, rows.empty_form) for kind, rows in self.rows.items()}

    @cached_property
    def exact(self) -> tuple[Entry, ...]:
        names = ("exact_days", "exact_from", "exact_to")
        return tuple(Entry(self.hours[name], guide.FIELDS[name]) for name in names)

    @cached_property
    def awake(self) -> Entry:
        return Entry(self.hours["awake"], guide.NOBODY)

    @property
    def entries(self) -> Iterator[Entry]:
        for sections in self.tabs.values():
            for section in sections:
                yield from section.entries
        for rows in self.lists.values():
            for row in rows:
                yield from row.entries
        yield from (*self.exact, self.awake)

    def faults(self) -> dict[str, int]:
        """How many fields of each tab are wrong."""
        counts = {
            tab: sum(bool(e.field.errors) for s in sections for e in s.entries) for tab, sections in self.tabs.items()
        }
        counts |= {kind: sum(len(row.form.errors) for row in rows) for kind, rows in self.lists.items()}
        return counts | {"hours": len(self.hours.errors)}

    def week(self) -> list[tuple[int, list[tuple[int, bool, bool]]]]:
        """The grid, hour by hour: for each day whether it is awake, and whether only in part."""
        chosen = {forms.cell(text) for text in self.hours["awake"].value() or () if text in _CELLS}
        partly = grid.partly(self.base[facts.HOURS])
        return [(hour, [(day, (day, hour) in chosen, (day, hour) in partly) for day in range(7)]) for hour in range(24)]

    def _trait(self, name: str) -> Entry:
        field = self.traits[name]
        typed = getattr(self.traits, "cleaned_data", {}).get(name)
        value = self.base[name] if typed is None else typed
        return Entry(field, guide.FIELDS[name], lint.trait(name, value, self.tickers))

    def _warned(self, name: str, value: str) -> list[str]:
        if name == "symbol":
            return list(lint.symbol(value, self.tickers))
        return list(lint.said(value)) if name in {"text", "note", "topic"} else []

    def _shown(self, kind: str, form: Any) -> Row:
        given: Mapping[str, Any] = getattr(form, "cleaned_data", None) or form.initial or {}
        entries = [
            Entry(form[name], guide.FIELDS[f"{kind}-{name}"], self._warned(name, str(given.get(name) or "")))
            for name in form.fields
            if name != "DELETE"
        ]
        return Row(form, tuple(entries), form["DELETE"] if "DELETE" in form.fields else None)


def _exact(given: Mapping[str, Any]) -> Hours | None:
    first, last = given["exact_from"], given["exact_to"]
    return None if first is None else Hours(first, last, int(given["exact_days"] or EVERY_DAY))


_CELLS = frozenset(f"{day}-{hour}" for day, hour in grid.EVERY)


def _rounded(base: Facts) -> dict[str, Any]:
    """Sliders and fields show two digits."""
    shown = {name: value for name, value in base.items() if not facts.is_row(name)}
    return {name: round(value, 2) if isinstance(value, float) else value for name, value in shown.items()}


def _rows(base: Facts, kind: str) -> list[dict[str, Any]]:
    named = forms.ROWS[kind].form.named
    return [{named: name, **_rounded(content)} for name, content in facts.rows(base, kind)]


def _unmoved(before: Any, now: Any) -> Any:
    """A number that only lost digits on its way over the page is the one that was there."""
    if isinstance(before, int | float) and isinstance(now, int | float) and abs(before - now) < forms.SAME:
        return before
    return str(now) if isinstance(now, str) else now
