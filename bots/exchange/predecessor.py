"""The format of the generation before, read by the table in docs/import.md."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from bots.exchange import anecdotes, kulis
from bots.exchange.entry import Entry
from bots.exchange.parse import Read, Unreadable, clock, levels, marks, numbers, read_as, shown, texts
from bots.sheet import BotSheet, HoldingSheet, Horizon, PersonaSheet, Risk, StanceSheet

NO_REAL_SPEED = 10
"""Typing speeds below this were no words a minute. Times ten, their mean of 3.6 becomes 36, as people really type."""
_AMBIGUOUS = re.compile(r"\s*\d{1,3}\.\d{3}\s*")
FIELDS = {
    "hint": "persona_hint",
    "tone": "persona_profile · tone",
    "risk_note": "persona_profile · risk_profile",
    "expertise": "persona_profile · expertise",
    "watchlist": "persona_profile · watchlist",
    "style_note": "persona_profile · style",
    "mood_note": "emotion_profile · tone",
    "phrases": "emotion_profile · signature_phrases",
    "anecdotes": "emotion_profile · anecdotes",
    "energy_note": "emotion_profile · energy",
    "empathy_note": "emotion_profile · empathy",
}
"""Where the predecessor keeps what our sheet calls by another name."""


@dataclass(frozen=True, slots=True)
class Habits:
    """What bots do whose entries do not say; a setup file can say it for all of them."""

    wpm: int = 36
    hourly_cap: int = 12


def bot(entry: Entry, habits: Habits) -> BotSheet:
    username, name = _called(entry)
    speed = entry.inner("speed_profile")
    typing = speed.inner("typing")
    who = PersonaSheet(
        name=name,
        hint=entry.take("persona_hint", texts.one(kulis.LONG), ""),
        wpm=words_per_minute(typing, "wpm_min", "wpm_max") or habits.wpm,
    )
    who = _with_emotions(_with_profile(who, entry.inner("persona_profile")), entry.inner("emotion_profile"))
    sheet = BotSheet(
        username=username,
        persona=who,
        pace=_pace(speed.inner("delay")),
        hourly_cap=habits.hourly_cap,
        hours=entry.take("active_hours", clock.hours, ()),
        stances=kulis.unique(entry.each("stances"), _stance, "topic"),
        holdings=kulis.unique(entry.each("holdings"), _holding, "symbol"),
        token=entry.take("token", marks.token, ""),
    )
    for part in (typing, speed, entry):
        part.close()
    return sheet


def words_per_minute(entry: Entry, low: str, high: str) -> int | None:
    """20 to 60, from a pair of speeds; one stands for both when the other is missing, and None when both are."""
    pair = {key: entry.take(key, numbers.between(0.1, 600), 0.0) for key in (low, high) if entry.has(key)}
    if not any(pair.values()):
        return None
    middle = sum(pair.values()) / len(pair)
    wpm = round(min(max(middle * 10 if middle < NO_REAL_SPEED else middle, 20), 60))
    speeds = " / ".join(f"{speed:g}" for speed in pair.values())
    said = {"speeds": speeds, "wpm": wpm}
    entry.repair(next(iter(pair)), _("typing speed %(speeds)s is read as %(wpm)s words a minute.") % said)
    return wpm


def _called(entry: Entry) -> tuple[str, str]:
    """Username and name; one is made from the other when only one is given."""
    if not entry.has("username") and entry.has("name"):
        name = entry.demand("name", texts.one(64), "")
        handle = marks.handle_of(name)
        if not handle:
            entry.refuse("username", _("is missing, and the name has no letter to make one of."))
            return "", name
        entry.repair("username", _("is missing; @%(handle)s is made from the name.") % {"handle": handle})
        return handle, name
    handle = entry.demand("username", marks.username, "")
    if handle and not entry.has("name"):
        name = handle.replace("_", " ").title()
        entry.repair("name", _("is missing; “%(name)s” is made from the username.") % {"name": name})
        return handle, name
    return handle, entry.demand("name", texts.one(64), "")


def _with_profile(who: PersonaSheet, profile: Entry) -> PersonaSheet:
    phrase = profile.take("risk_profile", texts.one(200), "")
    risk, horizon = levels.risk(phrase), levels.horizon(phrase)
    if phrase and risk is None:
        profile.repair("risk_profile", _("“%(raw)s” names no level of risk; medium is taken.") % {"raw": shown(phrase)})
    if phrase and horizon is None:
        profile.repair("risk_profile", _("“%(raw)s” names no horizon; medium is taken.") % {"raw": shown(phrase)})
    whole = replace(
        who,
        tone=profile.take("tone", texts.one(200), ""),
        risk=risk or Risk.MEDIUM,
        horizon=horizon or Horizon.MEDIUM,
        risk_note=phrase,
        expertise=profile.take("expertise", texts.many(commas=True), ()),
        watchlist=profile.take("watchlist", marks.symbols, ()),
        never_do=profile.take("never_do", texts.many(), ()),
        style_note=profile.take("style", texts.one(kulis.LONG), ""),
    )
    profile.close()
    return whole


def _with_emotions(who: PersonaSheet, emotion: Entry) -> PersonaSheet:
    energy, energy_note = _level(emotion, "energy")
    empathy, empathy_note = _level(emotion, "empathy")
    whole = replace(
        who,
        mood_note=emotion.take("tone", texts.one(200), ""),
        phrases=emotion.take("signature_phrases", texts.many(), ()),
        anecdotes=_anecdotes(emotion),
        emoji=emotion.take("signature_emoji", marks.emoji, ()),
        energy=energy,
        energy_note=energy_note,
        empathy=empathy,
        empathy_note=empathy_note,
    )
    emotion.close()
    return whole


def _level(emotion: Entry, key: str) -> tuple[float, str]:
    """A phrase such as "yüksek - yeni başlayanlara yardımcı": its level, and the phrase itself."""
    raw = emotion.data.get(key)
    if not isinstance(raw, str) or numbers.number(raw) is not None:
        return emotion.take(key, numbers.share, 0.5), ""
    phrase = emotion.take(key, texts.one(200), "")
    level = levels.share(phrase)
    if level is not None:
        emotion.repair(key, *read_as(phrase, level).repairs)
    elif phrase:
        emotion.repair(key, _("“%(raw)s” names no level; 0.5 is taken.") % {"raw": shown(phrase)})
    return 0.5 if level is None else level, phrase


def _anecdotes(emotion: Entry) -> tuple[str, ...]:
    told: tuple[str, ...] = emotion.take("anecdotes", texts.many(length=300), ())
    sentences = tuple(anecdotes.whole(half) for half in told)
    for half, sentence in zip(told, sentences, strict=True):
        if half != sentence:
            emotion.repair("anecdotes", *read_as(half, f"“{sentence}”").repairs)
    return sentences


def _pace(delay: Entry) -> float:
    pace = delay.take("delay_multiplier", numbers.between(0.1, 10), 1.0)
    delay.leave("base_delay_seconds", _("is not read: the rules say how long a chat waits; the multiplier is kept."))
    delay.close()
    return pace


def _stance(entry: Entry) -> StanceSheet:
    words = "text" if entry.has("text") and not entry.has("stance_text") else "stance_text"
    entry.leave("cooldown_until", _("is not read: the engine itself keeps account of rests."))
    return StanceSheet(
        topic=entry.demand("topic", texts.one(64), ""),
        text=entry.demand(words, texts.one(kulis.LONG), ""),
        confidence=entry.take("confidence", numbers.share, 0.6),
    )


def _holding(entry: Entry) -> HoldingSheet:
    price = "average_price" if entry.has("average_price") and not entry.has("avg_price") else "avg_price"
    return HoldingSheet(
        symbol=entry.demand("symbol", marks.symbol, ""),
        average_price=entry.demand(price, _amount, Decimal(1)),
        size=entry.demand("size", _amount, Decimal(1)),
        note=entry.take("note", texts.one(200), ""),
    )


def _amount(raw: object) -> Read[Decimal]:
    """In a Turkish text "10.500" may be ten thousand or ten and a half: only a person knows."""
    if isinstance(raw, str) and _AMBIGUOUS.fullmatch(raw):
        two = {"raw": shown(raw), "large": raw.strip().replace(".", ""), "small": raw.strip().replace(".", ",")}
        raise Unreadable(_("“%(raw)s” may be %(large)s or %(small)s; write one of these.") % two)
    return numbers.amount(raw)
