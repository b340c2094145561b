"""Feeds as they come: RSS, Atom, ISO-8859-9, dates that are none, markup, doubles."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.news import parse, plain
from tests.conversations.news import papers
from tests.conversations.news.papers import NOW


def read(body: bytes, content_type: str = "text/xml") -> parse.Found:
    return parse.feed(body, content_type=content_type, address="https://haber.example/rss", now=NOW)


def titles(*items: str) -> list[str]:
    return [entry.title for entry in read(papers.rss(*items)).entries]


def test_rss_is_read_newest_first() -> None:
    found = read(papers.rss(papers.item(3), papers.item(1, summary="Kurul toplanıyor."), papers.item(2)))
    assert [entry.link for entry in found.entries] == [f"https://haber.example/{n}" for n in (1, 2, 3)]
    assert found.entries[0] == parse.Entry(
        "Faiz kararı bekleniyor 1", "Kurul toplanıyor.", "https://haber.example/1", NOW - timedelta(minutes=1)
    )


def test_atom_is_read_with_relative_links_and_either_date() -> None:
    first, second = read(papers.ATOM, "application/atom+xml").entries
    assert first == parse.Entry(
        "Enflasyon raporu açıklandı",
        "Beklentilere yakın geldi.",
        "https://haber.example/ekonomi/enflasyon",
        datetime(2026, 11, 24, 8, 40, tzinfo=UTC),
    )
    assert second.published_at == datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize("content_type", ["text/xml", "text/xml; charset=iso-8859-9", "application/rss+xml"])
def test_turkish_letters_of_iso_8859_9_are_read(content_type: str) -> None:
    body = papers.rss(papers.item(title="Şirketler İstanbul'da ığdır çöküşünü görüştü"), encoding="iso-8859-9")
    assert read(body, content_type).entries[0].title == "Şirketler İstanbul'da ığdır çöküşünü görüştü"


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("Tue, 24 Nov 2026 08:15:00 GMT", datetime(2026, 11, 24, 8, 15, tzinfo=UTC)),
        ("Tue, 24 Nov 2026 11:15:00 +0300", datetime(2026, 11, 24, 8, 15, tzinfo=UTC)),
        ("2026-11-24T11:15:00+03:00", datetime(2026, 11, 24, 8, 15, tzinfo=UTC)),
        ("24 Kasım 2026 11:15", datetime(2026, 11, 24, 8, 15, tzinfo=UTC)),
        ("24.11.2026 11:15", datetime(2026, 11, 24, 8, 15, tzinfo=UTC)),
        ("24 Kas 2026 - 11:15", datetime(2026, 11, 24, 8, 15, tzinfo=UTC)),
        ("Tue, 24 Nov 2026 11:15:00 GMT", NOW),  # a local time that calls itself GMT
    ],
)
def test_dates_are_read_however_they_are_written(date: str, moment: datetime) -> None:
    assert read(papers.rss(papers.item(date=date))).entries[0].published_at == moment


@pytest.mark.parametrize("date", ["", "dün", "yarın sabah", "31.02.2026", "32 Kasım 2026", "24.11.2031 10:00", "0"])
def test_what_has_no_date_that_can_be_read_is_left_out_and_counted(date: str) -> None:
    found = read(papers.rss(papers.item(1, date=date), papers.item(2)))
    assert ([entry.link for entry in found.entries], found.undated) == (["https://haber.example/2"], 1)


def test_each_link_and_each_title_comes_once() -> None:
    double = "https://haber.example/a"
    assert titles(
        papers.item(1, title="İlk haber", link=f"{double}?utm_source=rss&id=7"),
        papers.item(2, title="Başka başlık", link=f"{double}?id=7"),
        papers.item(3, title="İLK  HABER", link="https://baska.example/b"),
        papers.item(4, title="Son haber"),
    ) == ["İlk haber", "Son haber"]


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://haber.example/a", "https://[", "https://", "x" * 600])
def test_a_link_that_leads_nowhere_drops_its_headline(link: str) -> None:
    found = read(papers.rss(papers.item(1).replace("https://haber.example/1", link), papers.item(2)))
    assert "https://haber.example/2" in [entry.link for entry in found.entries]
    assert all(entry.link.startswith("https://haber.example/") for entry in found.entries)


def test_markup_scripts_and_hidden_marks_are_gone() -> None:
    dirty = "<b>Altın</b> <script>alert('x')</script>&amp;nbsp;\u202e yeni \u200bzirvede<img src=x onerror=y>"
    assert titles(papers.item(title=dirty)) == ["Altın yeni zirvede"]


def test_long_texts_are_cut_between_words() -> None:
    entry = read(papers.rss(papers.item(title="faiz " * 200, summary="kelime " * 500))).entries[0]
    assert len(entry.title) <= parse.LONGEST_TITLE
    assert entry.title.endswith("faiz…")
    assert len(entry.summary) <= parse.LONGEST_SUMMARY


def test_a_feed_of_thousands_is_read_no_further_than_wanted() -> None:
    assert len(read(papers.rss(*map(papers.item, range(1, 2000)))).entries) == parse.MOST_ENTRIES


@pytest.mark.parametrize(
    "body", [b"", b"<html><body>404</body></html>", b'{"a": 1}', b"\x00\xff\xfe", b"<rss", b"plain words"]
)
def test_what_is_no_feed_is_refused(body: bytes) -> None:
    with pytest.raises(parse.NoFeed):
        read(body)


def test_entities_that_unfold_are_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss><channel/></rss>'
    with pytest.raises(parse.NoFeed):
        read(bomb)


def test_a_broken_feed_gives_what_can_be_saved() -> None:
    body = papers.rss(papers.item(1), papers.item(2)).replace(b"</channel></rss>", b"<item><title>yar")
    assert len(read(body).entries) == 2


@given(st.text(max_size=400))
def test_plain_text_is_short_on_one_line_and_without_tags(markup: str) -> None:
    text = plain.text(markup, longest=80)
    assert len(text) <= 80
    assert "\n" not in text
    assert text == " ".join(text.split())


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    try:
        found = read(papers.rss(papers.item(1)).replace(b"Faiz", body))
    except parse.NoFeed:
        return
    assert all(entry.link.startswith("http") for entry in found.entries)
