"""CSV and JSON to prices. Pure; a row that cannot be read is left out with its reason, never guessed."""

import csv
import json
import math
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from bots.exchange import parse
from bots.exchange.parse import numbers
from conversations.market.port import Columns, NoPrices, Offer, Offers

ISTANBUL = ZoneInfo("Europe/Istanbul")
AHEAD = timedelta(minutes=5)
"""How far a clock elsewhere may be ahead of ours."""
MOST_ROWS = 20_000
MOST_COMPLAINTS = 5
_LARGEST, _SMALLEST = Decimal(10) ** 12, Decimal("0.000001")
_MILLISECONDS = 10**11
"""Unix times above this are in milliseconds: as seconds they would lie some thousand years ahead."""

Row = dict[str, Any]


class _Unreadable(ValueError):
    pass


def table(body: bytes, columns: Columns, wanted: Collection[str], now: datetime) -> Offers:
    """The rows of the wanted symbols in a CSV or JSON file. Raises NoPrices."""
    return offers(rows(body, columns), columns, wanted, now)


def rows(body: bytes, columns: Columns) -> list[Row]:
    text = _decoded(body).strip()
    found = _json_rows(text, columns) if text[:1] in "[{" else _csv_rows(text)
    if not found:
        raise NoPrices(_("It holds no rows: neither CSV with a first line of names, nor a JSON list."))
    return found[:MOST_ROWS]


def document(body: bytes) -> Row:
    """One JSON object. Raises NoPrices."""
    found = _loaded(_decoded(body))
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if not isinstance(found, dict):
        raise NoPrices(_("It does not answer with one JSON object."))
    return found


def offers(found: Iterable[Row], columns: Columns, wanted: Collection[str], now: datetime) -> Offers:
    """Raises NoPrices when not one row of any symbol can be read."""
    prices: dict[str, Offer] = {}
    complaints: list[str] = []
    for row in found:
        symbol = str(field(row, columns.symbol) or "").strip().upper()
        if symbol not in wanted:
            continue
        try:
            prices[symbol] = offer(symbol, row, columns, now)
        except _Unreadable as why:
            complaints.append(f"{symbol}: {why}")
    return Offers(tuple(prices.values()), tuple(complaints[:MOST_COMPLAINTS]))


def offer(symbol: str, row: Row, columns: Columns, now: datetime) -> Offer:
    return Offer(
        symbol=symbol,
        price=_price(field(row, columns.price), columns.price),
        change=_change(field(row, columns.change)) if columns.change else None,
        as_of=_moment(field(row, columns.time), columns.time, now) if columns.time else now,
    )


def single(symbol: str, body: bytes, columns: Columns, now: datetime) -> Offer:
    """The price in the answer for one symbol. Raises NoPrices."""
    try:
        return offer(symbol, document(body), columns, now)
    except _Unreadable as why:
        raise NoPrices(f"{symbol}: {why}") from None


def field(row: Row, path: str) -> Any:
    """The value under a name, or under names joined by points; None when there is none."""
    if path in row:
        return row[path]
    value: Any = row
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _decoded(body: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1254"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    return body.decode("latin-1")


def _loaded(text: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_refused)
    except (ValueError, RecursionError):
        raise NoPrices(_("What it answers is no JSON.")) from None


def _refused(name: str) -> None:
    raise ValueError(name)


def _json_rows(text: str, columns: Columns) -> list[Row]:
    """A list of objects, a list inside an object, or objects by symbol."""
    found = _loaded(text)
    if isinstance(found, dict):
        lists = [value for value in found.values() if isinstance(value, list)]
        found = lists[0] if len(lists) == 1 else [_named(name, row, columns) for name, row in found.items()]
    return [row for row in found if isinstance(row, dict)]


def _named(name: str, row: Any, columns: Columns) -> Any:
    if isinstance(row, dict):
        return row if columns.symbol in row else {**row, columns.symbol: name}
    return {columns.symbol: name, columns.price: row}


def _csv_rows(text: str) -> list[Row]:
    first = text.split("\n", 1)[0]
    delimiter = max(";\t,", key=first.count)
    return list(_clean(csv.DictReader(text.splitlines(), delimiter=delimiter)))


def _clean(read: Iterable[dict[str | Any, str | Any]]) -> Iterator[Row]:
    try:
        for row in read:
            yield {str(name).strip(): value.strip() for name, value in row.items() if isinstance(value, str) and name}
    except csv.Error:
        raise NoPrices(_("What it answers is no CSV.")) from None


def _price(raw: Any, name: str) -> Decimal:
    if raw is None or raw == "":
        raise _Unreadable(_("there is no “%(name)s”.") % {"name": name})
    try:
        value = numbers.amount(raw).value if isinstance(raw, str) else Decimal(raw)
    except (parse.Unreadable, InvalidOperation, TypeError, ValueError):
        raise _Unreadable(_("“%(raw)s” is no price.") % {"raw": str(raw)[:40]}) from None
    if isinstance(raw, bool) or not value.is_finite() or not _SMALLEST <= value < _LARGEST:
        raise _Unreadable(_("“%(raw)s” is no price.") % {"raw": str(raw)[:40]})
    return value.quantize(_SMALLEST)


def _change(raw: Any) -> float | None:
    """Percent; None when it is not told or cannot be read: a price is of use without it."""
    value = numbers.number(raw.replace("%", "") if isinstance(raw, str) else _plain(raw))
    return value if value is not None and math.isfinite(value) and abs(value) < 1000 else None


def _plain(raw: Any) -> Any:
    return float(raw) if isinstance(raw, Decimal) else raw


def _moment(raw: Any, name: str, now: datetime) -> datetime:
    if raw is None or raw == "":
        raise _Unreadable(
            _("there is no “%(name)s”. Leave its name empty to take the moment of the look.") % {"name": name}
        )
    found = _unix(raw) or _iso(str(raw))
    if found is None:
        raise _Unreadable(_("“%(raw)s” is no time: ISO 8601 or Unix seconds.") % {"raw": str(raw)[:40]})
    if found > now + AHEAD:
        raise _Unreadable(_("“%(raw)s” lies ahead.") % {"raw": str(raw)[:40]})
    return min(found, now)


def _unix(raw: Any) -> datetime | None:
    value = numbers.number(_plain(raw))
    try:
        return datetime.fromtimestamp(value / 1000 if value > _MILLISECONDS else value, UTC) if value else None
    except (ValueError, OverflowError, OSError):
        return None


def _iso(text: str) -> datetime | None:
    """Without a zone it is the time of Istanbul."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=ISTANBUL)
