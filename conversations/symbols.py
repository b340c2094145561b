"""Symbols: what is traded and what people call it. Only what stands in this table counts as a ticker."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bots import audit, casing
from conversations.engine.values import Ticker
from conversations.models import Symbol

SHIPPED = Path(__file__).with_suffix(".csv")
"""The table that comes with Kulis. `thin` marks papers of the close watch market and those with a tiny free float."""
COLUMNS = ("code", "name", "also called", "kind", "thin")
YES = frozenset({"yes", "evet", "x", "1", "true"})


@dataclass(frozen=True, slots=True)
class Kept:
    added: int
    changed: int


def table() -> tuple[Ticker, ...]:
    """Every symbol with its names. One query; the same tuple as before when nothing has changed."""
    rows = Symbol.objects.order_by("code").values_list("code", "name", "aliases", "thin")
    return _tickers(tuple((code, name, tuple(aliases), thin) for code, name, aliases, thin in rows))


@lru_cache(maxsize=2)
def _tickers(rows: tuple[tuple[str, str, tuple[str, ...], bool], ...]) -> tuple[Ticker, ...]:
    return tuple(Ticker(code, (*filter(None, [name]), *aliases), thin) for code, name, aliases, thin in rows)


def taken(names: Iterable[str], *, but: str = "") -> dict[str, str]:
    """Which of these names another symbol than `but` has already: name -> code."""
    others = {casing.plain(name): t.code for t in table() if t.code != but for name in (t.code, *t.names)}
    return {name: others[casing.plain(name)] for name in names if casing.plain(name) in others}


def read(paper: str) -> list[Symbol]:
    """Symbols from lines of a table, unsaved. Raises ValidationError with one sentence for each line that is wrong."""
    symbols: list[Symbol] = []
    wrong: list[str] = []
    for number, cells in _lines(paper):
        symbol = _symbol(cells)
        try:
            symbol.full_clean(validate_unique=False)
        except ValidationError as error:
            said = " ".join(f"{_label(field)}: {' '.join(told)}" for field, told in error.message_dict.items())
            wrong.append(_("Line %(number)s: %(said)s") % {"number": number, "said": said})
        symbols.append(symbol)
    codes = Counter(symbol.code for symbol in symbols)
    wrong += [
        _("%(code)s stands in more than one line.") % {"code": code} for code, times in codes.items() if times > 1
    ]
    if wrong or not symbols:
        raise ValidationError(wrong or [_("There is no line with a symbol.")])
    return symbols


@transaction.atomic
def keep(symbols: Iterable[Symbol], *, by: audit.Actor) -> Kept:
    """Add what is new and change what is there. Raises ValidationError when two symbols would share a name."""
    known = {symbol.code: symbol for symbol in Symbol.objects.select_for_update()}
    added, changed = [], []
    for symbol in symbols:
        before = known.get(symbol.code)
        if before is None:
            symbol.save(force_insert=True)
            added.append(symbol.code)
        elif _told(before) != _told(symbol):
            symbol.pk = before.pk
            symbol.save(force_update=True)
            changed.append(symbol.code)
    _refuse_doubles()
    if added or changed:
        audit.record("symbol.import", by=by, after={"added": added, "changed": changed})
    return Kept(len(added), len(changed))


def _refuse_doubles() -> None:
    owners: dict[str, set[str]] = {}
    for ticker in table():
        for name in (ticker.code, *ticker.names):
            owners.setdefault(casing.plain(name), set()).add(ticker.code)
    if doubles := [(name, sorted(codes)) for name, codes in owners.items() if len(codes) > 1]:
        raise ValidationError(
            [_("%(name)s is a name of %(codes)s.") % {"name": n, "codes": ", ".join(codes)} for n, codes in doubles]
        )


def _lines(paper: str) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of every line, without the heading and what is empty. Commas, semicolons or tabs divide."""
    lines = paper.lstrip("\ufeff").splitlines()
    first = next((line for line in lines if line.strip()), "")
    divider = max("\t;,", key=first.count)
    for number, cells in enumerate(csv.reader(lines, delimiter=divider), start=1):
        clean = [cell.strip() for cell in cells]
        if any(clean) and clean[0].casefold() != COLUMNS[0]:
            yield number, clean


def _label(field: str) -> str:
    return str(Symbol._meta.get_field(field).verbose_name)  # type: ignore[union-attr]  # every field here has one


def _symbol(cells: list[str]) -> Symbol:
    code, name, aliases, kind, thin = (*cells, *[""] * len(COLUMNS))[: len(COLUMNS)]
    kinds = {casing.fold(str(label)): value for value, label in Symbol.Kind.choices}
    return Symbol(
        code=code.upper(),
        name=name,
        aliases=[alias.strip() for alias in aliases.split("|") if alias.strip()],
        kind=kinds.get(casing.fold(kind), kind or Symbol.Kind.SHARE),
        thin=casing.fold(thin) in YES,
    )


def _told(symbol: Symbol) -> tuple[object, ...]:
    return symbol.name, tuple(symbol.aliases), symbol.kind, symbol.thin
