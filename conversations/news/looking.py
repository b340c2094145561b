"""One look at one feed: claim, fetch, read, keep, and let the chats hear of it."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from conversations import fetching
from conversations.models import Feed, Headline
from conversations.news import burst, feeds, parse, sample

ACCEPTED = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"


def one() -> bool:
    """Look at the feed that waits longest. False when none is due."""
    now = timezone.now()
    feed = feeds.claim(now)
    if feed is None:
        _imagine(now)
        return False
    burst.spread(look(feed, now), now)
    return True


def look(feed: Feed, now: datetime) -> list[Headline]:
    """What is new in it; how it went is on its row afterwards."""
    try:
        document = fetching.get(feed.url, headers=_asked(feed))
        if document.is_unchanged:
            feeds.unchanged(feed, now)
            return []
        found = parse.feed(document.body, content_type=document.content_type, address=document.address, now=now)
    except fetching.Unreachable as why:
        feeds.failed(feed, str(why), now)
    except parse.NoFeed:
        feeds.failed(feed, _("What it answers is neither RSS nor Atom."), now)
    else:
        return feeds.keep(feed, found, document, now)
    return []


def _imagine(now: datetime) -> None:
    """Where nobody has chosen a feed, rehearsal rooms have sample news to talk about."""
    if feeds.wants_samples() and (headline := feeds.keep_sample(sample.entry(now))):
        burst.spread([headline], now)


def _asked(feed: Feed) -> dict[str, str]:
    """Only what is new: the server may answer that nothing is."""
    asked = {"accept": ACCEPTED, "if-none-match": feed.etag, "if-modified-since": feed.modified}
    return {name: value for name, value in asked.items() if value}
