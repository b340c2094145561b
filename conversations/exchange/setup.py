"""The predecessor's setup file: its settings to our rules, its chat to ours, by the table in docs/import.md."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from django.utils.translation import gettext as _

from bots.exchange import kulis, predecessor
from bots.exchange.document import Document
from bots.exchange.entry import Entry
from bots.exchange.parse import Read, Unreadable, clock, numbers, read_as, shown, texts
from bots.sheet import Hours
from conversations.models.rules import CLOCKS, RANGES

Changes = dict[str, Any]

SHARES = {
    "reply_probability": "reply_probability",
    "mention_probability": "mention_probability",
    "short_reaction_probability": "reaction_probability",
}
COUNTS = {
    "max_msgs_per_min": "max_per_minute",
    "persona_refresh_interval": "refresh_messages",
    "persona_refresh_minutes": "refresh_minutes",
    "dedup_window_hours": "duplicate_hours",
    "dedup_max_attempts": "rewrites",
}
LENGTHS = (("kısa", "short"), ("orta", "medium"), ("uzun", "long"))


@dataclass(frozen=True, slots=True)
class Group:
    telegram_id: int
    title: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Setup:
    rules: Mapping[str, Any] = field(default_factory=dict)
    group: Group | None = None
    habits: predecessor.Habits = field(default_factory=predecessor.Habits)


def read(document: Document) -> Setup:
    """What the file says beside its bots. What was wrong is added to the remarks of the document."""
    whole = Entry(document.data, "", document.remarks)
    whole.elsewhere("bots")
    settings = whole.inner("settings")
    rules = _measures(settings) | _switches(settings) | _prime_hours(settings) | _lengths(settings)
    setup = Setup(rules, _group(whole), _habits(settings))
    _without_counterpart(settings)
    settings.close()
    whole.close()
    return setup


def _measures(settings: Entry) -> Changes:
    found: Changes = {rule: settings.take(key, numbers.share, None) for key, rule in SHARES.items()}
    found["scale"] = settings.take("scale_factor", numbers.between(*RANGES["scale"]), None)
    for key, rule in COUNTS.items():
        low, high = RANGES[rule]
        found[rule] = settings.take(key, numbers.whole(int(low), int(high)), None)
    return {rule: value for rule, value in found.items() if value is not None}


def _switches(settings: Entry) -> Changes:
    """Yes or no there; often a number that can be zero here."""
    found: Changes = {}
    if settings.has("typing_enabled"):
        found["typing_shown"] = settings.take("typing_enabled", numbers.flag, default=True)
    if settings.has("natural_imperfections_probability"):
        found["slip_probability"] = settings.take("natural_imperfections_probability", numbers.share, 0.0)
    if not settings.take("natural_imperfections_enabled", numbers.flag, default=True):
        found["slip_probability"] = 0.0
    if settings.has("news_trigger_probability"):
        found["news_probability"] = settings.take("news_trigger_probability", numbers.share, 0.0)
    if not settings.take("news_trigger_enabled", numbers.flag, default=True):
        found["news_probability"] = 0.0
    if not settings.take("cooldown_filter_enabled", numbers.flag, default=True):
        found["stance_cooldown_minutes"] = 0
    return found


def _prime_hours(settings: Entry) -> Changes:
    """Two ranges of one day, the earlier first; a single one is cut in two, which changes nothing."""
    ranges: tuple[Hours, ...] = settings.take("prime_hours", clock.hours, ())
    if not ranges:
        return {}
    if len(ranges) > 2 or any(_minutes(hours.starts) >= _minutes(hours.ends) for hours in ranges):
        settings.refuse("prime_hours", _("should be one or two ranges of the same day."))
        return {}
    if len(ranges) == 1:
        ranges = _halves(ranges[0])
        settings.repair(
            "prime_hours", _("is one range; it is cut in two at %(time)s.") % {"time": f"{ranges[0].ends:%H:%M}"}
        )
    moments = [moment for hours in ranges for moment in (hours.starts, hours.ends)]
    return dict(zip(CLOCKS, moments, strict=True))


def _halves(hours: Hours) -> tuple[Hours, Hours]:
    middle = (_minutes(hours.starts) + _minutes(hours.ends)) // 2
    noon = time(middle // 60, middle % 60)
    return Hours(hours.starts, noon), Hours(noon, hours.ends)


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _lengths(settings: Entry) -> Changes:
    profile = settings.inner("message_length_profile")
    shares = profile.inner("distribution")
    profile.leave("lengths", _("is not read: lengths are counted in sentences here, not in words."))
    profile.close()
    if not shares.data:
        return {}
    names = [theirs if shares.has(theirs) else ours for theirs, ours in LENGTHS]
    short, medium, long = kulis.weights(shares, *names)
    shares.close()
    return {"short_weight": short, "medium_weight": medium, "long_weight": long}


def _habits(settings: Entry) -> predecessor.Habits:
    usual = predecessor.Habits()
    typing = settings.inner("typing_speed_wpm")
    wpm = predecessor.words_per_minute(typing, "min", "max") or usual.wpm
    typing.close()
    return predecessor.Habits(wpm, settings.take("bot_hourly_msg_limit", _cap, usual.hourly_cap))


def _cap(raw: object) -> Read[int]:
    """A number, or a pair of which the larger counts: a cap is the most."""
    if not isinstance(raw, dict):
        return numbers.whole(1, 120)(raw)
    most = [raw[key] for key in ("max", "min") if raw.get(key) is not None]
    if not most:
        raise Unreadable(_("“%(raw)s” is no limit.") % {"raw": shown(raw)})
    cap = numbers.whole(1, 120)(most[0]).value
    return read_as(texts.spelled(raw), cap)


def _without_counterpart(settings: Entry) -> None:
    """What Kulis knows and does otherwise, each with its reason."""
    settings.leave("new_message_probability", _("is not read: it is what the share of replies leaves."))
    if settings.take("simulation_active", numbers.flag, default=False):
        settings.note("simulation_active", _("is not obeyed: a person starts the engine."))
    always = ("dedup_enabled", "consistency_guard_enabled", "prime_hours_boost")
    for key in always:
        if not settings.take(key, numbers.flag, default=True):
            settings.note(key, _("is not obeyed: this is always on here."))


def _group(whole: Entry) -> Group | None:
    if not whole.has("chat"):
        whole.elsewhere("chat")
        return None
    chat = whole.inner("chat")
    group = Group(
        telegram_id=chat.demand("chat_id", _telegram_id, 0),
        title=chat.demand("title", texts.one(128), ""),
        topics=chat.take("topics", texts.many(length=64, commas=True), ()),
    )
    chat.close()
    return group


def _telegram_id(raw: object) -> Read[int]:
    """A group's number, which begins with a minus; texts hold it as well as numbers."""
    text = str(raw).strip() if isinstance(raw, str | int) and not isinstance(raw, bool) else ""
    if not re.fullmatch(r"-[1-9]\d{0,17}", text):
        raise Unreadable(_("“%(raw)s” is no number of a Telegram group; it begins with a minus.") % {"raw": shown(raw)})
    return Read(int(text))
