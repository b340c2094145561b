"""Numbers, however they were written: 0.8, "0,8", "80 %", "yüksek"."""

import math
import re
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from bots import casing
from bots.exchange.parse import Parser, Read, Unreadable, levels, read_as, shown

_MONEY = re.compile(r"(?:₺|tl|try|lira|\$|usdt?|€|euro?|adet|lot)", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_LARGEST = Decimal(10) ** 12
_STEP = Decimal("0.000001")


def share(raw: object) -> Read[float]:
    """0 to 1: as a number, with a comma, in percent, or in words."""
    percent = isinstance(raw, str) and "%" in raw
    if (value := number(raw.replace("%", "") if isinstance(raw, str) else raw)) is not None:
        value = value / 100 if percent or 10 < value <= 100 else value
        if 0 <= value <= 1:
            return Read(value) if value == raw and not isinstance(raw, str) else read_as(raw, round(value, 6))
    elif isinstance(raw, str) and (level := levels.share(raw)) is not None:
        return read_as(raw, level)
    raise Unreadable(
        _("“%(raw)s” is no share: a number from 0 to 1, or “düşük”, “orta”, “yüksek”.") % {"raw": shown(raw)}
    )


def between(low: float, high: float) -> Parser[float]:
    def parse(raw: object) -> Read[float]:
        value = number(raw)
        if value is None:
            raise Unreadable(_("“%(raw)s” is no number.") % {"raw": shown(raw)})
        if not low <= value <= high:
            return read_as(raw, min(max(value, low), high))
        return read_as(raw, value) if isinstance(raw, str) else Read(value)

    return parse


def whole(low: int, high: int) -> Parser[int]:
    def parse(raw: object) -> Read[int]:
        found = between(low, high)(raw)
        value = round(found.value)
        return Read(value, found.repairs) if value == found.value else read_as(raw, value)

    return parse


def amount(raw: object) -> Read[Decimal]:
    """A price or a size above zero, to six places. In texts, comma and point are told apart by their places."""
    text = _unified(raw) if isinstance(raw, str) else repr(raw) if _is_number(raw) else ""
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise Unreadable(_("“%(raw)s” is no number.") % {"raw": shown(raw)}) from None
    if not value.is_finite() or not _STEP <= value < _LARGEST:
        raise Unreadable(_("“%(raw)s” must be above zero, and below a trillion.") % {"raw": shown(raw)})
    exact = plain(value.quantize(_STEP))
    return Read(exact) if exact == value and (text == raw or not isinstance(raw, str)) else read_as(raw, exact)


def flag(raw: object) -> Read[bool]:
    """Yes or no, also in words."""
    if isinstance(raw, bool):
        return Read(raw)
    word = casing.plain(raw) if isinstance(raw, str) else str(raw)
    if word in {"true", "evet", "acik", "yes", "on", "1"}:
        return read_as(raw, value=True)
    if word in {"false", "hayir", "kapali", "no", "off", "0"}:
        return read_as(raw, value=False)
    raise Unreadable(_("“%(raw)s” is neither yes nor no.") % {"raw": shown(raw)})


def plain(value: Decimal) -> Decimal:
    """Without the zeros that say nothing: 28.500000 → 28.5, 350.000000 → 350."""
    return Decimal(format(value, "f").rstrip("0").rstrip(".")) if value % 1 else value.quantize(Decimal(1))


def number(raw: object) -> float | None:
    """A finite number, or the number that a text spells; None for anything else."""
    text = _unified(raw) if isinstance(raw, str) else repr(raw) if _is_number(raw) else ""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _is_number(raw: object) -> bool:
    return isinstance(raw, int | float) and not isinstance(raw, bool)


def _unified(raw: str) -> str:
    """The number in `raw` with a point for its fraction and nothing else, or an empty text."""
    bare = re.sub(r"\s", "", _MONEY.sub("", raw))
    comma, point = bare.rfind(","), bare.rfind(".")
    if comma > point:
        bare = bare.replace(".", "").replace(",", ".") if bare.count(",") == 1 else bare.replace(",", "")
    elif point > comma >= 0 or bare.count(".") > 1:
        bare = bare.replace(",", "") if bare.count(".") == 1 else bare.replace(".", "")
    return bare if _NUMBER.fullmatch(bare) else ""
