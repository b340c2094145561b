"""One look at a feed over real HTTP: what is new is kept, what is not is not asked for again, failures wait longer."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from conversations.models import Chat, Feed, Headline
from conversations.news import feeds, looking, sample
from tests import stagehands
from tests.conversations.news import papers
from tests.fakes.handles import FeedFake

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def allowed(settings: Settings) -> None:
    settings.OUTBOUND_ALLOW = ["127.0.0.1"]
    Feed.objects.all().delete()


def feed(address: str, **more: object) -> Feed:
    return Feed.objects.create(name="Ajans", url=address, **more)


def item(number: int = 1, *, title: str = "") -> str:
    return papers.item(number, title=title, date=(timezone.now() - timedelta(minutes=number)).isoformat())


def look(row: Feed) -> list[Headline]:
    row.refresh_from_db()
    new = looking.look(row, timezone.now())
    row.refresh_from_db()
    return new


def test_what_is_new_is_kept_with_its_source_and_link(feed_server: FeedFake) -> None:
    row = feed(feed_server.publish("/rss", papers.rss(item(2), item(1))))
    assert [one.link for one in look(row)] == ["https://haber.example/1", "https://haber.example/2"]
    first = Headline.objects.get(link="https://haber.example/1")
    assert (first.source, first.feed, first.demo) == ("Ajans", row, False)
    assert (row.found, row.added, row.failures, row.last_error) == (2, 2, 0, "")
    assert row.next_at is not None
    assert row.next_at > timezone.now() + timedelta(minutes=9)


def test_an_unchanged_feed_is_asked_with_its_marks_and_answers_304(feed_server: FeedFake) -> None:
    row = feed(feed_server.publish("/rss", papers.rss(item(1))))
    look(row)
    assert look(row) == []
    first, second = feed_server.requests("/rss")
    assert "if-none-match" not in first["headers"]
    assert (second["headers"]["if-none-match"], second["headers"]["if-modified-since"]) == (row.etag, row.modified)
    assert (row.found, row.added, row.failures) == (1, 0, 0)


def test_a_changed_feed_brings_only_what_is_new(feed_server: FeedFake) -> None:
    row = feed(feed_server.publish("/rss", papers.rss(item(1))))
    look(row)
    feed_server.publish("/rss", papers.rss(item(1), item(2)))
    assert [one.link for one in look(row)] == ["https://haber.example/2"]
    assert Headline.objects.count() == 2


def test_the_same_news_from_two_sources_is_kept_once(feed_server: FeedFake) -> None:
    look(feed(feed_server.publish("/a", papers.rss(item(1, title="Merkez Bankası faizi açıkladı")))))
    second = papers.rss(item(2, title="MERKEZ BANKASI  faizi açıkladı"))
    assert look(feed(feed_server.publish("/b", second))) == []


@pytest.mark.parametrize(
    ("fault", "said"),
    [("500", "500"), ("404", "404"), ("reset", ""), ("cut", ""), ("garbage", "RSS"), ("html", "502")],
)
def test_a_failure_is_told_and_waited_out(feed_server: FeedFake, fault: str, said: str) -> None:
    address = feed_server.publish("/rss", papers.rss(item(1)))
    row = feed(address, every_minutes=10)
    feed_server.fault("/rss", fault, times=-1)
    waits = []
    for _time in range(3):
        assert look(row) == []
        assert row.next_at is not None
        assert row.fetched_at is not None
        waits.append(row.next_at - row.fetched_at)
    assert waits == [timedelta(minutes=20), timedelta(minutes=40), timedelta(minutes=80)]
    assert row.failures == 3
    assert row.last_error
    assert said in row.last_error
    feed_server.mend()
    assert len(look(row)) == 1
    assert (row.failures, row.last_error) == (0, "")


def test_no_feed_waits_longer_than_some_hours(feed_server: FeedFake) -> None:
    row = feed(f"{feed_server.root}/none", failures=60)
    look(row)
    assert row.next_at is not None
    assert row.next_at < timezone.now() + timedelta(hours=7)


def test_a_feed_that_is_too_large_is_not_read_to_its_end(feed_server: FeedFake) -> None:
    row = feed(feed_server.publish("/rss", b"x" * 3_100_000))
    assert look(row) == []
    assert "3000000" in row.last_error


def test_redirects_are_followed_a_few_times(feed_server: FeedFake) -> None:
    feed_server.publish("/rss", papers.rss(item(1)))
    row = feed(feed_server.publish("/old", status=301, headers={"location": "/rss"}))
    assert len(look(row)) == 1
    look(feed(feed_server.publish("/ring", status=302, headers={"location": "/ring"})))
    assert Feed.objects.get(url__endswith="/ring").failures == 1
    assert len(feed_server.requests("/ring")) == 5


@pytest.mark.parametrize(
    "inside", ["http://169.254.169.254/latest", "https://10.0.0.1/", "https://localhost/", "file:///etc/passwd"]
)
def test_a_redirect_to_the_inside_is_refused(feed_server: FeedFake, inside: str) -> None:
    row = feed(feed_server.publish("/rss", status=302, headers={"location": inside}))
    assert look(row) == []
    assert row.failures == 1


def test_a_private_address_is_not_called_without_the_operators_word(feed_server: FeedFake, settings: Settings) -> None:
    settings.OUTBOUND_ALLOW = []
    row = feed(feed_server.publish("/rss", papers.rss(item(1))))
    assert look(row) == []
    assert feed_server.requests() == []
    assert row.last_error


def test_the_clock_looks_at_what_is_due_once(feed_server: FeedFake) -> None:
    feed(feed_server.publish("/a", papers.rss(item(1))))
    feed(feed_server.publish("/b", papers.rss(item(2))), next_at=timezone.now() + timedelta(minutes=5))
    feed(feed_server.publish("/c", papers.rss(item(3))), enabled=False)
    assert looking.one()
    assert not looking.one()
    assert [request["path"] for request in feed_server.requests()] == ["/a"]


def test_the_shipped_feeds_call_nobody_until_somebody_enables_them() -> None:
    assert not looking.one()


def test_a_rehearsal_room_without_feeds_has_sample_news_and_says_so() -> None:
    stagehands.room([])
    looking.one()
    looking.one()
    [row] = Headline.objects.all()
    assert (row.source, row.demo, row.feed) == (sample.SOURCE, True, None)
    assert row.link.startswith("https://ornek.invalid/")


def test_samples_end_where_a_feed_is_chosen_and_never_reach_a_house_without_rooms(feed_server: FeedFake) -> None:
    looking.one()
    assert not Headline.objects.exists()
    stagehands.room([])
    feed(feed_server.publish("/rss", papers.rss()))
    looking.one()
    looking.one()
    Chat.objects.update(mode=Chat.Mode.PAUSED)
    assert not Headline.objects.exists()


def test_old_news_go_unless_a_turn_took_them_up() -> None:
    old = timezone.now() - timedelta(days=31)
    rows = [
        Headline.objects.create(title=name, link=f"https://haber.example/{name}", source="Ajans", published_at=at)
        for name, at in (("eski", old), ("anilan", old), ("yeni", timezone.now()))
    ]
    room = stagehands.room([])
    stagehands.turn(room, headline=rows[1])
    feeds.prune(timezone.now())
    assert set(Headline.objects.values_list("title", flat=True)) == {"anilan", "yeni"}
