"""Hours of the day: "09:00-12:00", "9.30 – 13", "1-5 09:00-18:00", {"start": "20:00", "end": "24:00"}."""

import re
from datetime import time

from django.utils.translation import gettext as _

from bots import daytime
from bots.exchange.parse import Read, Unreadable, read_as, shown
from bots.sheet import EVERY_DAY, Hours

_MOMENT = r"(\d{1,2})(?:[:.h]?([0-5]\d))?"
_RANGE = re.compile(rf"{_MOMENT}(?:[-–—/]|to|ile){_MOMENT}")
_ALWAYS = re.compile(r"(?:her zaman|hep|always|7/24|24/7)", re.IGNORECASE)
_STARTS = ("start", "from", "starts", "başlangıç", "baslangic")
_ENDS = ("end", "to", "ends", "bitiş", "bitis")


def hours(raw: object) -> Read[tuple[Hours, ...]]:
    """A list of ranges. Empty means always; so does one range that is the whole day."""
    if isinstance(raw, str):
        pieces = [piece for piece in re.split(r"[,;\n]+", raw) if piece.strip()]
        found = _ranges([] if _ALWAYS.fullmatch(raw.strip()) else pieces)
        return Read(found.value, (_("is one text in the file; it is split into a list."), *found.repairs))
    if not isinstance(raw, list):
        raise Unreadable(_("“%(raw)s” is no list of hours.") % {"raw": shown(raw)})
    return _ranges([piece for piece in raw if piece not in (None, "")])


def _ranges(pieces: list[object] | list[str]) -> Read[tuple[Hours, ...]]:
    kept: dict[tuple[time, int], Hours] = {}
    repairs: list[str] = []
    for piece in pieces:
        found = _range(piece)
        repairs += found.repairs
        if found.value is None:
            return Read((), tuple(repairs))
        place = (found.value.starts, found.value.days)
        longest = max(kept.get(place, found.value), found.value, key=_length)
        if place in kept:
            repairs.append(
                _("two ranges begin at %(time)s; the longer one is kept.") % {"time": f"{longest.starts:%H:%M}"}
            )
        kept[place] = longest
    return Read(tuple(kept[place] for place in sorted(kept)), tuple(repairs))


def _range(raw: object) -> Read[Hours | None]:
    """One range; None when it is the whole of every day."""
    try:
        days, clock = daytime.parted(_as_text(raw))
        found = _RANGE.fullmatch("".join(clock.split()))
    except ValueError:
        found = None
    if found is None:
        raise Unreadable(_("“%(raw)s” are no hours; they look like 09:30-18:00.") % {"raw": shown(raw)})
    first, last = _moment(found[1], found[2]), _moment(found[3], found[4])
    if first is None or last is None or (first == last and first != time()):
        raise Unreadable(_("“%(raw)s” are no hours of a day.") % {"raw": shown(raw)})
    if first == last and days != EVERY_DAY:
        last = time(23, 59)
    if first == last:
        return Read(None, (_("“%(raw)s” is the whole day: awake always.") % {"raw": shown(raw)},))
    canonical = daytime.text(Hours(first, last, days))
    return Read(Hours(first, last, days), () if canonical == raw else read_as(raw, canonical).repairs)


def _as_text(raw: object) -> str:
    if isinstance(raw, dict):
        named = {str(key).lower(): str(value) for key, value in raw.items()}
        return "-".join(next((named[key] for key in keys if key in named), "") for keys in (_STARTS, _ENDS))
    return "-".join(map(str, raw)) if isinstance(raw, list) else str(raw)


def _moment(hour: str, minute: str | None) -> time | None:
    """24:00 is the midnight that ends the day."""
    if int(hour) > 24 or (int(hour) == 24 and int(minute or 0)):
        return None
    return time(int(hour) % 24, int(minute or 0))


def _length(hours: Hours) -> int:
    return (_minutes(hours.ends) - _minutes(hours.starts)) % 1440


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute
