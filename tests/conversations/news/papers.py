"""Feeds as they are found in the wild, on paper."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def item(number: int = 1, *, title: str = "", link: str = "", date: str | None = None, summary: str = "") -> str:
    """One entry of RSS, a few minutes old; `date` as it stands in the feed, empty for none."""
    when = format_datetime(NOW - timedelta(minutes=number)) if date is None else date
    published = f"<pubDate>{escape(when)}</pubDate>" if when else ""
    title = title or f"Faiz kararı bekleniyor {number}"
    link = link or f"https://haber.example/{number}"
    return (
        f"<item><title>{escape(title)}</title><link>{escape(link)}</link>{published}"
        f"<description>{escape(summary)}</description></item>"
    )


def rss(*items: str, encoding: str = "utf-8") -> bytes:
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><rss version="2.0"><channel><title>Ajans</title>'
        f"<link>https://haber.example</link>{''.join(items)}</channel></rss>"
    )
    return text.encode(encoding)


ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <title>Ekonomi</title>
  <id>urn:haber</id>
  <updated>2026-11-24T08:50:00Z</updated>
  <entry>
    <title type="html">Enflasyon &lt;b&gt;raporu&lt;/b&gt; açıklandı</title>
    <link rel="alternate" href="/ekonomi/enflasyon"/>
    <id>urn:haber:1</id>
    <published>2026-11-24T11:40:00+03:00</published>
    <updated>2026-11-24T08:50:00Z</updated>
    <summary type="html">&lt;p&gt;Beklentilere &lt;a href="x"&gt;yakın&lt;/a&gt; geldi.&lt;/p&gt;</summary>
  </entry>
  <entry>
    <title>Bankalar bilanço açıkladı</title>
    <link href="https://haber.example/banka"/>
    <id>urn:haber:2</id>
    <updated>2026-11-24T08:30:00Z</updated>
  </entry>
</feed>
""".encode()
