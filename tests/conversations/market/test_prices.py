"""Prices over real HTTP and from the sample: kept with their source, never stale, never invented."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from pytest_django import Settings

from bots.models import Bot
from conversations import control
from conversations.engine import policy
from conversations.market import looking, prices, sample, sources
from conversations.market.port import NoPrices
from conversations.models import Chat, Quote, QuoteSource
from tests import stagehands
from tests.fakes.handles import FeedFake

pytestmark = pytest.mark.django_db
Kind = QuoteSource.Kind
CSV = 'kod,son,degisim\nTHYAO,"312,50","-1,84"\nGARAN,120.5,0.4\nYOKBU,1,1\n'


@pytest.fixture(autouse=True)
def room(settings: Settings) -> Chat:
    """A group whose bots watch THYAO and GARAN."""
    settings.OUTBOUND_ALLOW = ["127.0.0.1"]
    QuoteSource.objects.all().delete()
    control.start(by="tests")
    return stagehands.room(stagehands.troupe(2))


def file_source(address: str, **more: object) -> QuoteSource:
    columns = {"symbol_field": "kod", "price_field": "son", "change_field": "degisim", "time_field": ""}
    return QuoteSource.objects.create(name="Kaynak", kind=Kind.FEED, url=address, currency="TRY", **(columns | more))


def looked(source: QuoteSource) -> QuoteSource:
    looking.look(source, timezone.now())
    source.refresh_from_db()
    return source


def test_a_csv_file_brings_the_prices_that_somebody_follows(feed_server: FeedFake) -> None:
    source = looked(file_source(feed_server.publish("/fiyat.csv", CSV, content_type="text/csv")))
    kept = {quote.symbol: quote for quote in Quote.objects.all()}
    assert set(kept) == {"THYAO", "GARAN"}
    assert (kept["THYAO"].price, kept["THYAO"].change) == (Decimal("312.50"), -1.84)
    assert (kept["THYAO"].source, kept["THYAO"].currency, kept["THYAO"].demo) == ("Kaynak", "TRY", False)
    assert (source.found, source.failures, source.last_error) == (2, 0, "")


def test_one_address_per_symbol_is_asked_for_each(feed_server: FeedFake) -> None:
    for symbol, price in (("THYAO", 312.5), ("GARAN", 120.5)):
        body = json.dumps({"data": {"last": price}})
        feed_server.publish(f"/q/{symbol}", body, content_type="application/json")
    source = QuoteSource.objects.create(
        name="Adres", kind=Kind.HTTP, url=f"{feed_server.root}/q/{{symbol}}", price_field="data.last", currency="TRY",
        symbol_field="", change_field="", time_field="",
    )  # fmt: skip
    assert looked(source).found == 2
    assert Quote.objects.get(symbol="GARAN").price == Decimal("120.5")


@pytest.mark.parametrize("fault", ["500", "reset", "garbage"])
def test_a_source_that_fails_says_why_and_waits_longer(feed_server: FeedFake, fault: str) -> None:
    source = file_source(feed_server.publish("/fiyat.csv", CSV), every_minutes=5)
    feed_server.fault("/fiyat.csv", fault, times=-1)
    first, second = looked(source).next_at, looked(source).next_at
    assert first is not None
    assert second is not None
    assert second - first > timedelta(minutes=5)
    assert (source.failures, source.last_error != "") == (2, True)
    assert not Quote.objects.exists()


def test_a_trial_tells_what_came_and_keeps_nothing(feed_server: FeedFake) -> None:
    said = looking.trial(file_source(feed_server.publish("/fiyat.csv", CSV)), timezone.now())
    assert "THYAO 312.5" in said
    assert not Quote.objects.exists()


def test_where_nobody_follows_anything_there_is_nothing_to_ask(feed_server: FeedFake) -> None:
    Bot.objects.all().update(retired_at=timezone.now())
    Chat.objects.update(topics=[])
    with pytest.raises(NoPrices, match=r"takip etmiyor|follows"):
        looking.trial(file_source(f"{feed_server.root}/x"), timezone.now())


# --- What may be stated ----------------------------------------------------------------------------------------------
def quote(symbol: str = "THYAO", *, minutes: float = 1, demo: bool = False, price: str = "312.5") -> None:
    at = timezone.now() - timedelta(minutes=minutes)
    Quote.objects.create(
        symbol=symbol, price=Decimal(price), currency="TRY", source="örnek" if demo else "Kaynak", as_of=at, demo=demo
    )


def stated(*, demo: bool = False) -> list[tuple[str, str]]:
    newest = Quote.objects.latest("pk").pk
    found = prices.fresh(["thyao", "GARAN"], timezone.now(), policy.current(), demo=demo, newest=newest)
    return [(price.symbol, f"{price.price:f}") for price in found]


def test_the_newest_price_of_each_symbol_is_stated() -> None:
    quote(minutes=9, price="300")
    quote(minutes=2)
    quote("GARAN")
    assert stated() == [("GARAN", "312.5"), ("THYAO", "312.5")]


def test_a_price_that_is_too_old_is_not_stated_and_how_old_is_a_rule() -> None:
    quote(minutes=25)
    assert stated() == []
    control.revise(by="tests", quote_minutes=30)
    assert stated() == [("THYAO", "312.5")]


def test_sample_prices_are_for_rehearsal_rooms_and_step_back_behind_real_ones() -> None:
    quote(demo=True, price="100")
    assert stated() == []
    assert stated(demo=True) == [("THYAO", "100")]
    quote()
    assert stated(demo=True) == [("THYAO", "312.5")]


# --- The sample ------------------------------------------------------------------------------------------------------
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_the_sample_is_the_same_everywhere_and_moves_within_reason() -> None:
    day = [sample.offer("THYAO", NOON + timedelta(minutes=5 * step)) for step in range(100)]
    assert day == [sample.offer("THYAO", NOON + timedelta(minutes=5 * step)) for step in range(100)]
    moves = [abs(float(later.price / earlier.price) - 1) for earlier, later in pairwise(day)]
    assert 0 < max(moves) < 0.02


def test_the_sample_source_marks_what_it_brings() -> None:
    source = QuoteSource.objects.create(name=sample.SOURCE, kind=Kind.DEMO, url="")
    assert looked(source).found >= 2
    assert set(Quote.objects.values_list("demo", flat=True)) == {True}


# --- Addresses -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "address"),
    [
        (Kind.FEED, ""),
        (Kind.DEMO, "https://fiyat.example/x"),
        (Kind.HTTP, "https://fiyat.example/x"),
        (Kind.FEED, "http://169.254.169.254/latest"),
        (Kind.FEED, "ftp://fiyat.example/x"),
    ],
)
def test_an_address_that_may_not_be_asked_is_refused(kind: str, address: str) -> None:
    with pytest.raises(ValidationError):
        sources.judge(kind, address)
