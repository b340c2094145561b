"""Reader: what a chart is drawn upon: the engine off, Kulis away, a process gone, news, the hours of the market."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from conversations import chronicle, remits
from conversations.engine import calendar
from conversations.models import Chat, Engine, Outage, Turn
from conversations.models.process import SILENT_AFTER
from monitoring.charts import gaps
from monitoring.charts.chart import Around, Gap, Mark, Zone
from monitoring.charts.window import DAY, Window

MOST = 20
"""Marks on a chart; of more, the newest."""
SESSIONS = timedelta(days=7)
"""In a longer window the sessions of a market are no more than stripes."""


def around(window: Window, engine: Engine, now: datetime) -> Around:
    """What is true of every chart. One query."""
    found = _rows(window, now)
    switches = [row for row in found if row[0] in {"engine.start", "engine.stop"}]
    known = [*_off(window, switches), *_away(window, engine, found, now), *_before(window, found)]
    return Around(gaps=gaps.within(window, known), marks=_newest(_events(window, found)))


def of_chat(window: Window, plain: Around, chat: Chat, viewer: remits.Person) -> Around:
    """With the news that were taken up there and the sessions of the market. One query."""
    marks = _newest([*plain.marks, *_news(window, chat, viewer)])
    return Around(plain.gaps, marks, list(_sessions(window)))


def _rows(window: Window, now: datetime) -> list[tuple[Any, ...]]:
    asked = {"since": window.since, "until": window.until, "silent": now - SILENT_AFTER}
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, asked)
        return sorted((row for row in cursor.fetchall() if row[1]), key=lambda row: row[1])


_STATEMENT = """
SELECT action, at, NULL::timestamptz, actor_name FROM bots_auditentry
WHERE action IN ('engine.start', 'engine.stop') AND at >= %(since)s AND at < %(until)s
UNION ALL (
    SELECT action, at, NULL, actor_name FROM bots_auditentry
    WHERE action IN ('engine.start', 'engine.stop') AND at < %(since)s ORDER BY at DESC LIMIT 1
) UNION ALL
SELECT 'began', least(
    (SELECT at FROM bots_auditentry ORDER BY id LIMIT 1), (SELECT at FROM conversations_chathour ORDER BY at LIMIT 1)
), NULL, ''
UNION ALL
SELECT what, since, until, '' FROM conversations_outage WHERE since < %(until)s AND coalesce(until, since) >= %(since)s
UNION ALL
SELECT kind, beat_at, NULL, '' FROM conversations_process
WHERE beat_at < %(silent)s AND beat_at >= %(since)s AND beat_at < %(until)s
"""


def _off(window: Window, switches: Iterable[Sequence[Any]]) -> Iterator[Gap]:
    """The engine is off until it is switched on for the first time."""
    since: datetime | None = window.since
    for action, at, *_rest in switches:
        if action == "engine.stop":
            since = max(at, window.since) if since is None else since
        elif since is not None:
            yield Gap(since, max(at, window.since), "off")
            since = None
    if since is not None:
        yield Gap(since, window.until, "off")


def _away(window: Window, engine: Engine, found: Iterable[Sequence[Any]], now: datetime) -> Iterator[Gap]:
    """The clock did not tick: whatever happened then, nobody of ours was there."""
    yield from (Gap(since, until, "away") for what, since, until, _name in found if what == Outage.What.CLOCK and until)
    if engine.ticked_at and now - engine.ticked_at > chronicle.SILENCE and engine.ticked_at < window.until:
        yield Gap(engine.ticked_at, window.until, "away")


def _before(window: Window, found: Iterable[Sequence[Any]]) -> Iterator[Gap]:
    """Before the first entry of the audit trail, and before anything was counted, there was no Kulis here."""
    began = next((at for what, at, *_rest in found if what == "began"), None)
    if began and began > window.since:
        yield Gap(window.since, min(began, window.until), "before")


def _events(window: Window, found: Iterable[Sequence[Any]]) -> Iterator[Mark]:
    for what, at, _until, name in found:
        if at < window.since or what in {"began", Outage.What.CLOCK}:
            continue
        if what == "engine.start":
            yield Mark(at, "start", _("%(who)s switched the cast on") % {"who": name})
        elif what == "engine.stop":
            yield Mark(at, "stop", _("%(who)s switched the cast off") % {"who": name})
        else:
            yield Mark(at, "gone", _("A process died without a word: %(kind)s") % {"kind": what})


def _newest(marks: Iterable[Mark]) -> list[Mark]:
    return sorted(marks, key=lambda mark: mark.at)[-MOST:]


def _news(window: Window, chat: Chat, viewer: remits.Person) -> Iterator[Mark]:
    taken = Turn.objects.filter(
        chat=chat, state=Turn.State.SENT, headline__isnull=False, ended_at__gte=window.since, ended_at__lt=window.until
    )
    rows = remits.within(viewer, taken).order_by("-ended_at").values_list("pk", "ended_at", "headline__title")[:MOST]
    for number, at, title in rows:
        if at:
            yield Mark(at, "news", title, reverse("turn", args=[number]))


def _sessions(window: Window) -> Iterator[Zone]:
    """When Borsa Istanbul traded."""
    if window.span.length > SESSIONS:
        return
    day = window.since.astimezone(calendar.ISTANBUL).date()
    while day <= window.until.astimezone(calendar.ISTANBUL).date():
        opens, closes = calendar.opens(day), calendar.closes(day)
        if opens and closes:
            since, until = (datetime.combine(day, clock, calendar.ISTANBUL) for clock in (opens, closes))
            if since < window.until and until > window.since:
                yield Zone(since, min(until, window.until), _("Borsa Istanbul is open"))
        day += DAY
