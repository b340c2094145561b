"""Reader: how alive a chat is, as the page shows it: each number in words, beside the band where it should lie."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from conversations.models import Chat
from conversations.realism import rows, scorecard
from conversations.realism.scorecard import Part, Scorecard, Verdict

Words = str | Promise
MOST = 1500
"""Messages of a period that are measured, the newest: more take longer than somebody waits."""
GROUPS: dict[str, Words] = {
    "time": _("When"), "people": _("Who"), "talk": _("To whom"), "words": _("In which words"),
}  # fmt: skip
NAMES: dict[str, tuple[Words, Words]] = {
    "burstiness": (_("Unevenness"), _("−1 a clock, 0 chance, towards 1 lively moments and long pauses.")),
    "memory": (_("Memory of the waits"), _("Whether a long wait follows a long one.")),
    "gap_tail": (_("Long pauses"), _("Above 0: pauses as long as people make.")),
    "burst_size": (_("Messages in a burst"), _("Until nobody writes for five minutes.")),
    "burst_spread": (_("Spread of the bursts"), _("Above 1: some are far longer than most.")),
    "participation_gini": (_("Unequal voices"), _("0: all say as much. 1: one says everything.")),
    "top_decile": (_("The loudest tenth"), _("Their share of the messages.")),
    "reply_share": (_("Replies"), _("Messages that point at another one.")),
    "threads": (_("Threads at once"), _("Alive within ten minutes.")),
    "reply_within_5_min": (_("Replies within 5 min"), _("When the one who replied was awake.")),
    "reply_after_60_min": (_("Replies after an hour"), _("Of the same replies.")),
    "attentive_hours": (_("Hours awake"), _("In which a bot can answer, a day.")),
    "circadian_fit": (_("Distance from the day of the market"), _("0: as lively by the hour as its people.")),
    "news_response": (_("Livelier after news"), _("Times, in the first quarter of an hour.")),
    "news_decay": (_("What is left of it"), _("After half an hour.")),
    "typing_speed": (_("Typing, words a minute"), _("As the sign of typing shows it.")),
    "typing_in_range": (_("Typists of usual speed"), _("Between 20 and 60 words a minute.")),
    "length": (_("Letters in a message"), _("The middle one.")),
    "short_share": (_("Short messages"), _("Three words at most.")),
    "near_duplicates": (_("Said before"), _("Nearly the same within a day.")),
    "top_opener": (_("The commonest opening"), _("Of two words.")),
    "opener_distinct": (_("Different openings"), _("For information.")),
    "echo_share": (_("Mere agreement"), _("Messages that only say yes.")),
    "dissent_share": (_("Dissent"), _("Of replies that take a side.")),
    "questions_answered": (_("Questions answered"), _("Within two minutes, while somebody is awake.")),
    "right_bot": (_("By whom it was asked"), _("Answers by the bot that was named.")),
    "bots_per_human": (_("Bots for each person"), _("In the ten minutes after a person wrote.")),
    "longest_chain": (_("Longest row of bots"), _("Without a person, news or a break.")),
    "reaction_share": (_("Emoji on messages"), _("Of all reactions and messages.")),
    "reactions_refused": (_("Refused emoji"), _("By Telegram.")),
    "coherence": (_("Replies that fit"), _("How often a reply shares more with what it answers than with another.")),
}


@dataclass(frozen=True, slots=True)
class Line:
    label: Words
    meaning: Words
    value: float | None
    low: float | None
    high: float | None
    verdict: Verdict
    at: float
    """Where the value lies, 0..100, and where its band begins and how wide it is."""
    band_at: float
    band_width: float
    count: int
    source: str


@dataclass(frozen=True, slots=True)
class Group:
    title: Words
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Page:
    groups: tuple[Group, ...]
    messages: int
    since: datetime | None
    """When the first message that was measured was said."""
    capped: bool
    """Whether there were more of them."""
    inside: int
    outside: int
    total: int


def of(chat: Chat, since: datetime, until: datetime) -> Page:
    """How alive a chat was in a period."""
    return page(scorecard.card(*rows.read([chat], since, until, most=MOST)))


def page(card: Scorecard) -> Page:
    ordered = sorted(card.rows, key=lambda row: list(GROUPS).index(row.row.group))
    return Page(
        groups=tuple(
            Group(GROUPS[group], tuple(line for row in of_group for line in _lines(row)))
            for group, of_group in groupby(ordered, key=lambda row: row.row.group)
        ),
        messages=card.messages,
        since=card.since,
        capped=card.messages >= MOST,
        inside=card.count(Verdict.IN),
        outside=card.count(Verdict.OUT),
        total=len(card.rows),
    )


def _lines(row: scorecard.Scored) -> Iterator[Line]:
    for part in row.parts:
        label, meaning = NAMES[part.band.name]
        start, end = _scale(part)
        low = start if part.band.low is None else part.band.low
        high = end if part.band.high is None else part.band.high
        at = _place(start if part.found.value is None else part.found.value, start, end)
        yield Line(
            label,
            meaning,
            part.found.value,
            part.band.low,
            part.band.high,
            part.verdict,
            at,
            _place(low, start, end),
            _place(high, start, end) - _place(low, start, end),
            part.found.count,
            row.row.source,
        )


def _scale(part: Part) -> tuple[float, float]:
    """From where to where the line is drawn: the band with as much again beside it, and the value."""
    known = [limit for limit in (part.band.low, part.band.high, part.found.value) if limit is not None] or [0.0, 1.0]
    low, high = min(known), max(known)
    margin = (high - low) / 2 or abs(high) / 2 or 1.0
    return low - margin, high + margin


def _place(value: float, start: float, end: float) -> float:
    return round(100 * (value - start) / (end - start), 1)
