"""Feeds of every kind, well and badly made: what they say is read, what is amiss is a note, nothing is a crash."""

from __future__ import annotations

import gzip
import importlib.util
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.errors import TooLarge, Unreadable
from barometer.sources.feeds import parse_feed
from barometer.sources.found import found_as_json, found_from_json
from barometer.sources.sitemaps import SITEMAP_LIMIT, parse_sitemap

URL = "https://gazette.invented.example/feed"
WORDS = ("Суд оштрафовал редактора", "Редакция сообщила об этом в понедельник")


def rss(title="Title", summary="Words", head='<?xml version="1.0" encoding="utf-8"?>'):
    return (
        f'{head}<rss version="2.0"><channel><title>Gazette</title><language>ru</language><item><title>{title}</title>'
        f"<link>/news/1</link><description>{summary}</description></item></channel></rss>"
    )


def test_rss():
    feed = parse_feed(
        b"""<rss version="2.0"><channel><title>The Invented Gazette</title><link>https://gazette.invented.example/</link>
        <language>en</language><item><title>Editor &lt;b&gt;fined&lt;/b&gt;</title><link>/news/1</link>
        <guid isPermaLink="false">n-1</guid><pubDate>Mon, 09 Mar 2026 08:00:00 +0500</pubDate>
        <author>A. Writer</author><description>&lt;p&gt;A court&lt;/p&gt;&lt;p&gt;of the town&lt;/p&gt;</description>
        <enclosure url="https://gazette.invented.example/ruling.pdf" type="application/pdf"/></item></channel></rss>""",
        url=URL,
    )
    assert (feed.title, feed.link, feed.language) == (
        "The Invented Gazette",
        "https://gazette.invented.example/",
        "en",
    )
    assert (feed.version, feed.notes) == ("rss20", ())
    (entry,) = feed.entries
    assert (entry.key, entry.url) == ("n-1", "https://gazette.invented.example/news/1")
    assert (entry.title, entry.summary_text, entry.author) == (
        "Editor fined",
        "A court\nof the town",
        "A. Writer",
    )
    assert (entry.published, entry.changed) == (datetime(2026, 3, 9, 3, 0, tzinfo=UTC), None)
    assert [(file.name, file.media_type) for file in entry.attachments] == [("ruling.pdf", "application/pdf")]
    assert found_from_json(json.loads(json.dumps(found_as_json(entry)))) == entry


def test_atom_and_rdf():
    atom = parse_feed(
        b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><id>tag:1</id><title>T</title>
        <link href="https://a.example/1"/><updated>2026-03-09T10:00:00Z</updated><published>2026-03-08T10:00:00Z</published>
        <summary>short</summary><content type="html">&lt;p&gt;long words&lt;/p&gt;</content></entry></feed>""",
        url=URL,
    ).entries[0]
    assert (atom.published.day, atom.changed.day, atom.summary_text, atom.text) == (
        8,
        9,
        "short",
        "long words",
    )
    rdf = parse_feed(
        b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>R</title></channel><item rdf:about="https://a.example/2">
        <title>Two</title><link>https://a.example/2</link><dc:date>2026-03-09</dc:date></item></rdf:RDF>""",
        url=URL,
    )
    assert (rdf.version, rdf.entries[0].key, str(rdf.entries[0].published.date())) == (
        "rss10",
        "https://a.example/2",
        "2026-03-09",
    )


def test_json_feed():
    feed = parse_feed(
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "title": "J",
                "items": [
                    {
                        "id": 7,
                        "url": "/a",
                        "content_html": "<p>Words</p>",
                        "date_published": "2026-03-09T08:00:00+05:00",
                        "authors": [{"name": "A"}, {"name": "B"}],
                        "attachments": [{"url": "/x.pdf", "mime_type": "application/pdf"}],
                    },
                    "no item",
                    {"id": "8", "date_published": "soon"},
                ],
            }
        ).encode(),
        url=URL,
    )
    first, second = feed.entries
    assert (first.key, first.url, first.author) == ("7", "https://gazette.invented.example/a", "A, B")
    assert (first.published, first.text) == (datetime(2026, 3, 9, 3, 0, tzinfo=UTC), "Words")
    assert second.published is None
    assert [note.place for note in feed.notes] == [f"{URL} items[1]", "8"]


def test_an_id_that_two_items_share_is_none_and_the_same_item_is_met_once():
    item = "<item><guid isPermaLink='false'>x</guid><link>https://a.example/{}</link></item>"
    body = f"<rss version='2.0'><channel>{item.format(1)}{item.format(2)}{item.format(2)}</channel></rss>"
    assert [entry.key for entry in parse_feed(body.encode(), url=URL).entries] == [
        "x https://a.example/1",
        "x https://a.example/2",
    ]


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "utf-16", "utf-16-le", "utf-16-be"])
def test_an_encoding_labelled_as_utf_8(encoding):
    feed = parse_feed(rss(*WORDS).encode(encoding), url=URL)
    assert (feed.entries[0].title, feed.entries[0].summary_text) == WORDS
    assert feed.encoding == encoding
    assert "labelled UTF-8" in feed.notes[0].message


def test_an_encoding_rightly_labelled():
    feed = parse_feed(
        rss(*WORDS, head='<?xml version="1.0" encoding="windows-1251"?>').encode("cp1251"), url=URL
    )
    assert (feed.entries[0].title, feed.encoding, feed.notes) == (WORDS[0], "windows-1251", ())
    # a server's default charset that the bytes contradict
    served = parse_feed(rss(*WORDS).encode(), url=URL, content_type="text/xml")
    assert (served.entries[0].title, served.notes) == (WORDS[0], ())


def test_utf_8_cut_within_a_letter_stays_utf_8():
    data = rss(*WORDS).encode()
    cut = data[: data.index("понедельник".encode()) + 3]
    feed = parse_feed(cut, url=URL)
    assert feed.entries[0].title == WORDS[0]
    assert "not well-formed" in feed.notes[-1].message


LAUGHS = (
    '<!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">' for at in range(9))
    + "]>"
)


@pytest.mark.parametrize(
    "doctype",
    [
        LAUGHS,
        f'<!DOCTYPE l [<!ENTITY j "{"a" * 100_000}">]>',
        '<!DOCTYPE l [<!ENTITY j SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE l [<!ENTITY % p SYSTEM "https://evil.example/p.dtd"> %p;]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_that_expand_or_point_elsewhere(doctype, encoding):
    head = f'<?xml version="1.0" encoding="{encoding}"?>{doctype}'
    feed = parse_feed(rss("&j;" * 1000, "plain words", head=head).encode(encoding), url=URL)
    assert "declares entities" in feed.notes[0].message
    (entry,) = feed.entries
    assert entry.summary_text == "plain words"
    assert len(entry.title) <= 3000
    assert "root:" not in entry.title


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"<!doctype html><title>Log in</title>", "an HTML page"),
        (b"{" * 50_000, "begins as JSON"),
        (b'{"items": []}', "no JSON Feed"),
        (bytes(range(1, 256)) * 50, "no feed"),
    ],
)
def test_what_is_no_feed(data, words):
    feed = parse_feed(data, url=URL)
    assert (feed.version, feed.entries) == ("", ())
    assert words in feed.notes[0].message
    assert feed.notes[0].next_step


def test_nuls_long_paragraphs_and_too_many_items():
    feed = parse_feed(rss("A\0B").encode(), url=URL)
    assert (feed.entries[0].title, "1 NUL" in feed.notes[0].message) == ("AB", True)
    assert (
        len(parse_feed(rss(summary="word " * 2_000_000).encode(), url=URL).entries[0].summary_text)
        > 9_000_000
    )
    many = b"<rss version='2.0'><channel>" + b"".join(
        b"<item><title>%d</title></item>" % at for at in range(5100)
    )
    feed = parse_feed(many + b"</channel></rss>", url=URL)
    assert (len(feed.entries), "5,100 items" in feed.notes[0].message) == (5000, True)


@given(st.binary(max_size=400), st.integers(0, 300))
def test_no_bytes_make_it_raise(noise, at):
    data = rss(*WORDS).encode()
    parse_feed(data[:at] + noise + data[at:], url=URL)
    parse_feed(noise, url=URL)


def test_the_bench_asks_our_own_items():
    path = Path(__file__).parents[2] / "benchmarks" / "feeds.py"
    spec = importlib.util.spec_from_file_location("bench_feeds", path)
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    data = b"<!--\nExpect: not bozo and entries[0]['title'] == 'Title'\n-->" + rss(head="").encode()
    expected, headers = bench.told(data)
    assert (bool(bench.COUNTED.search(expected)), headers) == (True, {})
    feed = parse_feed(data, url=URL)
    assert bench.met(expected, feed)
    assert bench.met("entries[0]['link'] == 'https://gazette.invented.example/news/1'", feed)
    assert not bench.met("entries[0]['title'] == 'Other'", feed)
    assert not bench.met("entries[1]['title'] == 'Title'", feed)


@pytest.mark.shared
def test_the_cases_of_feedparser(shared_data):
    path = Path(__file__).parents[2] / "benchmarks" / "feeds.py"
    spec = importlib.util.spec_from_file_location("bench_feeds", path)
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    assert bench.main([str(shared_data.parent)]) == 0


# --- sitemaps ---------------------------------------------------------------------------------------------------

MAP = "https://gazette.invented.example/sitemap.xml"


def test_a_news_sitemap():
    told = parse_sitemap(
        b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">
        <url><loc> https://gazette.invented.example/1 </loc><lastmod>2026-03</lastmod><n:news><n:publication>
        <n:name>G</n:name><n:language>kk</n:language></n:publication><n:title>One</n:title>
        <n:publication_date>2026-03-09T08:00:00+05:00</n:publication_date></n:news></url>
        <url><loc>javascript:alert(1)</loc></url></urlset>""",
        MAP,
    )
    (one,) = told.urls
    assert (one.key, one.title, one.extra["language"]) == ("https://gazette.invented.example/1", "One", "kk")
    assert (one.published.hour, str(one.changed.date())) == (3, "2026-03-01")
    assert "'javascript:alert(1)' is no web address" in told.notes[0].message


def test_an_index_packed_and_cut_off():
    body = "<sitemapindex>" + "".join(f"<sitemap><loc>/{at}.xml</loc></sitemap>" for at in range(2000))
    packed = gzip.compress(f"{body}</sitemapindex>".encode())
    assert len(parse_sitemap(packed, MAP).nested) == 2000
    cut = parse_sitemap(packed[:-200], MAP)
    assert 0 < len(cut.nested) < 2000
    assert "not well-formed" in cut.notes[0].message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"<rss/>", "begins with <rss>"),
        (b"no list of addresses at all", "begins with 'no list"),
        (b"\x1f\x8b\x08\x00nonsense and more", "gzip is damaged"),
        (b"<" * 100_000, "no sitemap"),
    ],
)
def test_what_is_no_sitemap(data, words):
    with pytest.raises(Unreadable, match=words):
        parse_sitemap(data, MAP)


def test_a_sitemap_that_unpacks_too_far_or_reads_files():
    with pytest.raises(TooLarge, match="more than 52,428,800"):
        parse_sitemap(gzip.compress(b" " * (SITEMAP_LIMIT + 1)), MAP)
    told = parse_sitemap(
        b'<!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>https://a.example/&x;</loc></url></urlset>',
        MAP,
    )
    assert all(len(page.url) < 30 for page in told.urls)


def test_a_sitemap_of_plain_text():
    assert [page.url for page in parse_sitemap(b"https://a.example/1\nhttps://a.example/2\n", MAP).urls] == [
        "https://a.example/1",
        "https://a.example/2",
    ]
