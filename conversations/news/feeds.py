"""The verbs that change feeds and what they brought: the only writers of both."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from bots import audit, casing, outbound
from conversations import fetching
from conversations.models import Chat, Feed, Headline
from conversations.news import sample
from conversations.news.parse import Entry, Found

LEASE = timedelta(minutes=1)
"""How long one look may take before another may begin."""
SAME_NEWS = timedelta(days=1)
KEPT = timedelta(days=30)


def judge(address: str) -> None:
    """Whether an address may be fetched. Raises ValidationError."""
    try:
        outbound.check(address)
    except outbound.Blocked as blocked:
        raise ValidationError(str(blocked)) from None


@transaction.atomic
def claim(now: datetime) -> Feed | None:
    """The feed that waits longest, taken for one look; None when none is due."""
    due = Feed.objects.filter(Q(next_at=None) | Q(next_at__lte=now), enabled=True)
    feed = due.order_by("next_at", "pk").select_for_update(skip_locked=True).first()
    if feed is not None:
        Feed.objects.filter(pk=feed.pk).update(next_at=now + LEASE)
    return feed


@transaction.atomic
def keep(feed: Feed, found: Found, document: fetching.Document, now: datetime) -> list[Headline]:
    """Write what one look brought. Returns the headlines that are new."""
    new = _new(feed, found.entries, now)
    Headline.objects.bulk_create(new, ignore_conflicts=True)
    links = [headline.link for headline in new]
    _looked(
        feed,
        now,
        etag=document.etag[:300],
        modified=document.modified[:100],
        found=len(found.entries),
        added=len(new),
        undated=found.undated,
    )
    return list(Headline.objects.filter(link__in=links, feed=feed).order_by("-published_at"))


def keep_sample(entry: Entry) -> Headline | None:
    """Write a sample headline; None when it is there already."""
    row, is_new = Headline.objects.get_or_create(
        link=entry.link,
        defaults={"title": entry.title, "source": sample.SOURCE, "published_at": entry.published_at, "demo": True},
    )
    return row if is_new else None


def wants_samples() -> bool:
    """Whether a rehearsal room talks while nobody has chosen a feed."""
    rooms = Chat.objects.talking().filter(kind=Chat.Kind.REHEARSAL)
    return not Feed.objects.filter(enabled=True).exists() and rooms.exists()


def unchanged(feed: Feed, now: datetime) -> None:
    _looked(feed, now, added=0)


def failed(feed: Feed, why: str, now: datetime) -> None:
    """Look again, but later with every failure; what marked its last state is forgotten with the third."""
    failures = feed.failures + 1
    forget = {"etag": "", "modified": ""} if failures >= 3 else {}
    Feed.objects.filter(pk=feed.pk).update(
        failures=failures,
        last_error=why[:300],
        fetched_at=now,
        next_at=fetching.again(now, feed.every_minutes, failures),
        **forget,
    )


def switch(feed: Feed, *, enabled: bool, by: audit.Actor) -> None:
    """Look at it from now on, or no more. An enabled one is looked at soon, whatever happened before."""
    with transaction.atomic():
        if not Feed.objects.filter(pk=feed.pk, enabled=not enabled).update(
            enabled=enabled, failures=0, last_error="", next_at=None
        ):
            return
        audit.record("feed.enable" if enabled else "feed.disable", by=by, subject=feed)


def moved(feed: Feed) -> None:
    """Its address is another one: nothing that the old one said counts."""
    Feed.objects.filter(pk=feed.pk).update(
        etag="", modified="", failures=0, last_error="", next_at=None, fetched_at=None, found=0, added=0, undated=0
    )


def prune(now: datetime) -> int:
    """Forget old headlines that nobody took up. Those of a turn stay as its evidence."""
    return Headline.objects.filter(published_at__lt=now - KEPT, turns=None).delete()[0]


def said(feed: Feed) -> str:
    """How its last look went, in plain words."""
    if feed.last_error:
        return feed.last_error
    if feed.fetched_at is None:
        return _("Not looked at yet.")
    text = _("%(found)s headlines, %(added)s of them new.") % {"found": feed.found, "added": feed.added}
    if feed.undated:
        text += " " + _("%(count)s left out: their date cannot be read.") % {"count": feed.undated}
    return text


def _new(feed: Feed, entries: tuple[Entry, ...], now: datetime) -> list[Headline]:
    """Without what is known by its link, or by its words from any source within a day."""
    lately = Headline.objects.filter(published_at__gt=now - SAME_NEWS)
    links = set(Headline.objects.filter(link__in=[entry.link for entry in entries]).values_list("link", flat=True))
    titles = set(map(casing.fold, lately.values_list("title", flat=True)))
    return [
        Headline(
            feed=feed,
            title=entry.title,
            summary=entry.summary,
            link=entry.link,
            source=feed.name,
            published_at=entry.published_at,
        )
        for entry in entries
        if entry.link not in links and casing.fold(entry.title) not in titles
    ]


def _looked(feed: Feed, now: datetime, **fields: object) -> None:
    Feed.objects.filter(pk=feed.pk).update(
        failures=0, last_error="", fetched_at=now, next_at=fetching.again(now, feed.every_minutes, 0), **fields
    )
