"""What a page is drawn with: found where it is named, once each, and in no more time than the page is long."""

from __future__ import annotations

import time

import pytest

from barometer.evidence.look import drawn_in, drawn_with, look

URL = "https://example.org/news/7"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<img src=a.png>", ["https://example.org/news/a.png"]),
        ("<img src=' /a.png#x '><img src=/a.png>", ["https://example.org/a.png"]),
        ("<base href='//cdn.example.net/x/'><img src=a.png>", ["https://cdn.example.net/x/a.png"]),
        ("<base href='http://[no'><img src=a.png>", ["https://example.org/news/a.png"]),
        ("<img srcset='a.png 1x, b,c.png 2x,'>", ["https://example.org/news/a.png", "https://example.org/news/b,c.png"]),
        ("<link rel='icon stylesheet' href=s><a href=no><link rel=next href=no>", ["https://example.org/news/s"]),
        ("<style>@import 's.css'; p { background: URL( \"a.png\" ) }</style>", ["https://example.org/news/s.css", "https://example.org/news/a.png"]),
        ("<p style='background: url(a.png)'>", ["https://example.org/news/a.png"]),
        ("<svg><image href=a.png /></svg>", ["https://example.org/news/a.png"]),
        ("<img src='data:image/png;base64,AA'><img src='javascript:x'><img src='file:///etc/passwd'><img src=''>", []),
        ("<img src='http://[broken'>", []),
        ("", []),
    ],
)  # fmt: skip
def test_addresses_in_a_page(html, expected):
    assert drawn_with(html, URL) == expected


def test_addresses_in_a_style_sheet():
    css = "@font-face{src:url(f.woff2)format('woff2'),url('g.woff')} @import url(\"h.css\"); @import 'i.css';"
    assert drawn_in(css, "https://example.org/s/s.css") == [
        f"https://example.org/s/{name}" for name in ("f.woff2", "g.woff", "h.css", "i.css")
    ]


@pytest.mark.parametrize(
    "css",
    [
        "url(" * 200_000,
        ("url(" + " " * 2000) * 400,
        "@import '" * 100_000,
        "url(" + "a" * 1_000_000,
        "\\" * 10**6,
    ],
)
def test_a_hostile_style_sheet_costs_no_more_than_its_length(css):
    begin = time.monotonic()
    drawn_in(css, URL)
    assert time.monotonic() - begin < 20  # it was hours before nothing is given back


def test_bytes_that_are_no_page_are_a_note():
    told = look((b"\x00\x01", URL, "application/octet-stream", None))
    assert (told["text"], told["drawn"]) == ("", [])
    assert told["note"]


def test_an_unknown_charset_is_read_as_utf_8():
    told = look(("<img src=ә.png><p>сөз".encode(), URL, "text/html", "no-such-charset"))
    assert told["drawn"] == ["https://example.org/news/ә.png"]
