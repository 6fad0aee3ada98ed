"""Sitemaps, news sitemaps and indexes of sitemaps → addresses with their days; gzip too."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from barometer.errors import TooLarge, Unreadable
from barometer.sources.found import Found, Note, one_line
from barometer.sources.markup import web_address

#: The protocol allows 50 MB and 50,000 addresses.
SITEMAP_LIMIT = 50 << 20
MOST_ADDRESSES = 50_000
_NEXT = "open the address in a browser; the site may have moved its sitemap (see its robots.txt)"


@dataclass(frozen=True)
class Sitemap:
    """The pages of a sitemap, and the addresses of the sitemaps that it names (`nested`)."""

    urls: tuple[Found, ...]
    nested: tuple[str, ...]
    notes: tuple[Note, ...] = ()


def parse_sitemap(data: bytes, url: str) -> Sitemap:
    """The sitemap of these bytes; Unreadable where they are none, TooLarge where they unpack to more than 50 MB.

    A sitemap that is cut off is read as far as it goes, with a note. No entity is expanded, nothing is fetched.
    """
    data = _unpacked(data, url)
    if not data.strip():
        raise Unreadable("it is empty", file=url, next_step=_NEXT)
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        return _text_sitemap(data, url)
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(
            f"it is no sitemap ({one_line(str(error), 120)})", file=url, next_step=_NEXT
        ) from None
    name = _tag(root) if root is not None else "nothing"
    if name not in ("urlset", "sitemapindex"):
        raise Unreadable(f"it is no sitemap: it begins with <{name}>", file=url, next_step=_NEXT)
    return _read(root, parser.error_log, url)


def _read(root: Any, log: Any, url: str) -> Sitemap:
    notes = []
    if len(log):
        first = log[0]
        notes.append(
            Note(
                f"it is not well-formed ({one_line(first.message, 100)}); read as far as it goes",
                f"{url} line {first.line}",
            )
        )
    pages: dict[str, Found] = {}
    nested: list[str] = []
    for place in root.iterchildren("{*}url", "{*}sitemap"):
        address = web_address(_value(place, "loc"), url)
        if not address:
            written = one_line(_value(place, "loc"), 80)
            notes.append(Note(f"{written!r} is no web address; left out", f"{url} line {place.sourceline}"))
        elif _tag(place) == "sitemap":
            nested.append(address)
        else:
            pages.setdefault(address, _page(place, address))
    if len(pages) > MOST_ADDRESSES:
        notes.append(Note(f"{len(pages):,} addresses; only the first {MOST_ADDRESSES:,} are read", url))
    return Sitemap(tuple(pages.values())[:MOST_ADDRESSES], tuple(dict.fromkeys(nested)), tuple(notes))


def _page(place: Any, address: str) -> Found:
    news = place.find("{*}news")
    named = news.find("{*}publication") if news is not None else None
    return Found(
        key=address,
        url=address,
        title=one_line(_value(news, "title"), 1000),
        published=_moment(_value(news, "publication_date")),
        changed=_moment(_value(place, "lastmod")),
        extra={
            "language": _value(named, "language"),
            "languages": {
                link.get("hreflang"): link.get("href")
                for link in place.iterchildren("{*}link")
                if link.get("hreflang") and link.get("href")
            },
        },
    )


def _value(place: Any, name: str) -> str:
    child = place.find(f"{{*}}{name}") if place is not None else None
    return "".join(child.itertext()).strip() if child is not None else ""


def _tag(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else "?"


def _moment(written: str) -> datetime | None:
    """A W3C date: a year, a month, a day or a moment; its beginning, in UTC where no zone is told."""
    if re.fullmatch(r"\d{4}(?:-\d\d)?", written):
        written = f"{written}-01-01"[:10]
    try:
        moment = datetime.fromisoformat(written)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _text_sitemap(data: bytes, url: str) -> Sitemap:
    """A sitemap of plain text: an address a line."""
    words = data.decode("utf-8-sig", "replace").split()
    addresses = [address for word in words[:MOST_ADDRESSES] if (address := web_address(word))]
    if len(addresses) * 2 < len(words[:MOST_ADDRESSES]):
        raise Unreadable(
            f"it is no sitemap: it begins with {one_line(' '.join(words[:9]), 60)!r}",
            file=url,
            next_step=_NEXT,
        )
    return Sitemap(tuple(Found(key=each, url=each) for each in dict.fromkeys(addresses)), ())


def _unpacked(data: bytes, url: str) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        pieces = [data]
    else:
        try:
            pieces = list(_gunzipped(data))
        except zlib.error as error:
            raise Unreadable(f"its gzip is damaged ({error})", file=url, next_step=_NEXT) from None
    size = sum(map(len, pieces))
    if size > SITEMAP_LIMIT:
        raise TooLarge(
            f"it holds more than {SITEMAP_LIMIT:,} bytes",
            file=url,
            next_step="name one of the smaller sitemaps that it is split into",
        )
    return b"".join(pieces)


def _gunzipped(data: bytes) -> Iterator[bytes]:
    """What is packed, up to one byte over the limit; a file cut off gives what it still has."""
    left = SITEMAP_LIMIT + 1
    while data and left > 0:
        unpacker = zlib.decompressobj(wbits=31)
        piece = unpacker.decompress(data, left)
        left -= len(piece)
        yield piece
        data = unpacker.unused_data if unpacker.eof else b""
