"""RSS 0.9x/1.0/2.0, Atom, RDF, CDF and JSON Feed → items; whatever is amiss is a note, never a crash."""

from __future__ import annotations

import calendar
import dataclasses
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from barometer.sources.found import Attachment, Found, Note, clean_text, in_utc, one_line
from barometer.sources.markup import guessed, plain, web_address

#: More items than this are no feed but an archive; the first are read.
MOST_ENTRIES = 5000
#: A declared entity is a letter or a word. A longer one is made to fill memory.
_ENTITY_LIMIT = 200
_ENTITY = re.compile(r"<!ENTITY\s+(?:%\s+)?[^\s>]+\s+(?:\"([^\"]*)|'([^']*)|(SYSTEM|PUBLIC)\b)")
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL)
#: So many declarations are taken out one by one.
_DOCTYPES = 3
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
#: How UTF-16 begins, with its mark or with the "<" of a feed.
_WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
_DETAILS = ("value", "type", "language", "base", "src")
_OF_LINK = ("rel", "href", "type", "title", "hreflang", "length")


@dataclass(frozen=True)
class Feed:
    """A feed read whole. `version` is "" where the bytes are no feed; `notes` say what is amiss, and why."""

    title: str
    link: str
    language: str
    entries: tuple[Found, ...]
    notes: tuple[Note, ...]
    encoding: str
    version: str


def parse_feed(data: bytes, *, url: str, content_type: str = "") -> Feed:
    """The feed of these bytes, as served from `url` with that Content-Type. Never raises for what the bytes are."""
    if not data.strip():
        return _no_feed(url, "it is empty", "open the address in a browser; the publisher may have moved it")
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _json_feed(data, url)
    return _xml_feed(data, url, content_type)


def _no_feed(url: str, message: str, next_step: str, encoding: str = "") -> Feed:
    return Feed("", "", "", (), (Note(message, url, next_step),), encoding, "")


# --- XML --------------------------------------------------------------------------------------------------------


def _xml_feed(data: bytes, url: str, content_type: str) -> Feed:
    import feedparser  # type: ignore[import-untyped]

    data, notes, encoding = _mended(data, url, content_type)
    served = "application/xml; charset=utf-8" if encoding else content_type or "application/xml"
    headers = {"content-location": url, "content-type": served}
    try:
        # A stream: a string that looks like an address or a file name would be opened.
        result = feedparser.parse(io.BytesIO(data), response_headers=headers)
    except Exception as error:  # the parser's own slips, of whatever kind, on hostile bytes
        return _no_feed(
            url,
            f"the feed parser broke on it ({type(error).__name__}: {one_line(str(error), 120)})",
            "keep the file and report it; other sources go on",
        )
    encoding = encoding or result.get("encoding") or ""
    if result.bozo and "declared as us-ascii" not in str(result.bozo_exception):
        notes.append(_broken(result.bozo_exception, url))
    version = result.get("version") or ""
    if not version and not result.entries:
        return _no_feed(url, f"it is no feed: {_seen(data)}", "look for the feed's new address", encoding)
    if len(result.entries) > MOST_ENTRIES:
        notes.append(Note(f"{len(result.entries):,} items; only the first {MOST_ENTRIES:,} are read", url))
    dated_once = not version.startswith("atom")
    entries = _keyed([_entry(entry, dated_once) for entry in result.entries[:MOST_ENTRIES]])
    return Feed(
        one_line(plain(result.feed.get("title") or "")),
        web_address(result.feed.get("link") or "", url),
        result.feed.get("language") or "",
        entries,
        (*notes, *_silent_dates(entries)),
        encoding,
        version or "unknown",
    )


def _broken(error: Exception, url: str) -> Note:
    line = getattr(error, "getLineNumber", lambda: None)()
    place = f"{url} line {line}" if line else url
    message = getattr(error, "getMessage", lambda: str(error))()
    kind = type(error).__name__
    if kind == "NonXMLContentType":
        return Note(f"it is served as what is no XML ({one_line(message)}); read all the same", place)
    if kind == "CharacterEncodingOverride":
        return Note(f"its encoding is not the declared one ({one_line(message)}); read all the same", place)
    return Note(f"it is not well-formed ({one_line(message)}); read as far as it goes", place)


def _seen(data: bytes) -> str:
    """What stands there instead of a feed, in a few words."""
    start = one_line(data[:2000].decode("utf-8", "replace"), 80)
    return (
        f"an HTML page, {start!r}" if re.search(rb"<html|<!doctype html", data[:2000], re.I) else repr(start)
    )


def _mended(data: bytes, url: str, content_type: str) -> tuple[bytes, list[Note], str]:
    """The bytes as the parser can bear them, notes of what was mended, and the true encoding if it was not declared."""
    notes: list[Note] = []
    encoding = _true_encoding(data, content_type)
    if encoding:
        notes.append(Note(f"it is labelled UTF-8, or not at all, and read as {encoding}", url))
        text = data.decode(encoding, "replace").replace("\0", "")
        data = re.sub(r"^\s*<\?xml[^>]*\?>", "", text).encode("utf-8")
    wide = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ""
    text = data.decode(wide or "latin-1", "replace")
    if "<!ENTITY" in text and any(_bad_entity(match) for match in _ENTITY.finditer(text)):
        notes.append(
            Note(
                "it declares entities that expand or point elsewhere; they are left out",
                url,
                "tell the publisher; no feed needs them",
            )
        )
        data = _without_doctype(text).encode(wide or "latin-1", "replace")
    if b"\0" in data and not wide and data[:4].count(0) == 0:
        notes.append(Note(f"{data.count(0):,} NUL bytes were left out", url))
        data = data.replace(b"\0", b"")
    return data, notes, encoding


def _without_doctype(text: str) -> str:
    """The text without its declarations, of which a feed has one; what follows a broken one is left out."""
    for _ in range(_DOCTYPES):
        at = text.find("<!DOCTYPE")
        if at < 0:
            return text
        found = _DOCTYPE.match(text, at)
        text = text[:at] + text[found.end() :] if found else text[:at]
    return text.partition("<!DOCTYPE")[0]


def _bad_entity(match: re.Match[str]) -> bool:
    value = match[1] or match[2] or ""
    named = re.sub(r"&#\w{1,8};", "", value)
    return bool(match[3]) or len(value) > _ENTITY_LIMIT or "&" in named or "%" in named


def _declared(data: bytes, content_type: str) -> str:
    served = re.search(r"charset\s*=\s*[\"']?([\w.-]+)", content_type, re.IGNORECASE)
    written = _DECLARED.match(data[:400])
    return (served[1] if served else written[1].decode("ascii") if written else "").lower()


def _true_encoding(data: bytes, content_type: str) -> str:
    """The encoding of bytes that are labelled UTF-8, or not at all, and are of another; "" where all is well.

    UTF-8 with a few bytes broken (a file cut off) stays UTF-8.
    """
    if _declared(data, content_type) not in ("", "utf-8", "utf8", "us-ascii"):
        return ""
    for start, encoding in _WIDE.items():
        if data.startswith(start):
            declared = _DECLARED.match(data[:800].decode(encoding, "replace").lstrip("\ufeff").encode())
            return encoding if declared and declared[1].lower() in (b"utf-8", b"utf8") else ""
    try:
        data.decode("utf-8")
        return ""
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    if data[:4].count(0):
        return ""
    if text.count("\ufffd") * 20 < sum(char > "\x7f" for char in text):
        return "utf-8"
    likely = guessed(data)
    return likely if likely != "cp1252" else ""


# --- an item ----------------------------------------------------------------------------------------------------


def _entry(entry: Any, dated_once: bool) -> Found:
    """An item; where its format has one date (`dated_once`), that is when it was published."""
    contents = [_detail(each) for each in entry.get("content", [])]
    summary = entry.get("summary") or ""  # the parser may hand out None where a part has no words
    best = max((each.get("value") or "" for each in contents), key=len, default="") or summary
    extra: dict[str, Any] = {
        "title": {"value": entry.get("title") or "", **_detail(entry.get("title_detail") or {})},
        "summary": {"value": summary, **_detail(entry.get("summary_detail") or {})},
        "content": contents,
        "tags": [tag.get("term") for tag in entry.get("tags", []) if tag.get("term")],
        "linked": [{key: link[key] for key in _OF_LINK if link.get(key)} for link in entry.get("links", [])],
    }
    # `in`, for the parser hands out one date for the other where that is missing
    moments = {
        name: _moment(entry[f"{name}_parsed"]) if f"{name}_parsed" in entry else None
        for name in ("published", "updated", "created")
    }
    written = {name: entry[name] for name in moments if name in entry and entry[name]}
    return Found(
        key=entry.get("id") or "",
        url=web_address(entry.get("link") or ""),
        title=one_line(plain(entry.get("title") or ""), 1000),
        summary_text=clean_text(plain(summary)),
        published=moments["published"] or moments["created"] or (moments["updated"] if dated_once else None),
        changed=moments["updated"],
        author=one_line(plain(entry.get("author") or "")),
        body=best.encode("utf-8", "replace"),
        media_type="text/html" if best else "",
        text=clean_text(plain(best)),
        attachments=tuple(
            _attachment(each.get("href") or "", each.get("type") or "")
            for each in entry.get("enclosures", [])
        ),
        extra={**extra, "link": entry.get("link") or "", "written": written},
    )


def _detail(detail: Mapping[str, Any]) -> dict[str, Any]:
    return {key: detail[key] for key in _DETAILS if key in detail}


def _moment(parsed: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None


def _attachment(address: str, media_type: str, name: str = "") -> Attachment:
    try:
        name = name or unquote(urlsplit(address).path.rpartition("/")[2])
    except ValueError:
        name = ""
    return Attachment(one_line(name, 200) or "attachment", media_type, address=web_address(address))


def _keyed(entries: Iterable[Found]) -> tuple[Found, ...]:
    """Items under keys of their own: the id, the address where there is none, else what they say; the same item once.

    An id that several items with unlike addresses share is none; there the address belongs to the key.
    """
    entries = list(entries)
    addresses = {(entry.key, entry.url) for entry in entries}
    shared = Counter(key for key, _ in addresses)
    kept: dict[str, Found] = {}
    for entry in entries:
        key = entry.key or entry.url or _key_of_words(entry)
        if entry.key and shared[entry.key] > 1:
            key = f"{entry.key} {entry.url}"
        kept.setdefault(key, dataclasses.replace(entry, key=key))
    return tuple(kept.values())


def _key_of_words(entry: Found) -> str:
    words = "\0".join((entry.title, entry.summary_text, str(entry.published)))
    return f"sha256:{hashlib.sha256(words.encode('utf-8', 'replace')).hexdigest()}"


def _silent_dates(entries: Iterable[Found]) -> list[Note]:
    return [
        Note(f"the date {one_line(str(text), 60)!r} is no date that is known; left out", entry.key)
        for entry in entries
        for name, text in entry.extra.get("written", {}).items()
        if (entry.changed if name == "updated" else entry.published) is None
    ]


# --- JSON Feed --------------------------------------------------------------------------------------------------


def _json_feed(data: bytes, url: str) -> Feed:
    try:
        feed = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return _no_feed(url, f"a JSON Feed is UTF-8; byte {error.start:,} is not", "tell the publisher")
    except (ValueError, RecursionError) as error:
        return _no_feed(url, f"it begins as JSON and is none ({one_line(str(error), 100)})", "fetch it again")
    version = _string(feed, "version")
    items = feed.get("items")
    if not isinstance(items, list) or "jsonfeed.org" not in version:
        return _no_feed(url, "it is JSON, and no JSON Feed (no version, or no items)", "look for the feed")
    notes = [
        Note("this item is no object; left out", f"{url} items[{at}]")
        for at, item in enumerate(items)
        if not isinstance(item, dict)
    ]
    if len(items) > MOST_ENTRIES:
        notes.append(Note(f"{len(items):,} items; only the first {MOST_ENTRIES:,} are read", url))
    entries = _keyed(_json_entry(item, url) for item in items[:MOST_ENTRIES] if isinstance(item, dict))
    return Feed(
        one_line(_string(feed, "title")),
        web_address(_string(feed, "home_page_url"), url),
        _string(feed, "language"),
        entries,
        (*notes, *_silent_dates(entries)),
        "utf-8",
        version.rpartition("/")[2] and f"json{version.rpartition('/')[2]}",
    )


def _json_entry(item: Mapping[str, Any], url: str) -> Found:
    html, text = _string(item, "content_html"), _string(item, "content_text")
    authors = item.get("authors") or [item.get("author")]
    names = (
        [_string(each, "name") for each in authors if isinstance(each, dict)]
        if isinstance(authors, list)
        else []
    )
    files = item.get("attachments") or []
    written = {
        name: item[key]
        for name, key in (("published", "date_published"), ("updated", "date_modified"))
        if item.get(key)
    }
    tags = item.get("tags") or []
    return Found(
        key=str(item.get("id") or ""),
        url=web_address(_string(item, "url") or _string(item, "external_url"), url),
        title=one_line(_string(item, "title"), 1000),
        summary_text=clean_text(_string(item, "summary")),
        published=_iso(item.get("date_published")),
        changed=_iso(item.get("date_modified")),
        author=one_line(", ".join(filter(None, names))),
        body=(html or text).encode("utf-8", "replace"),
        media_type="text/html" if html else "text/plain" if text else "",
        text=clean_text(plain(html) or text),
        attachments=tuple(
            _attachment(_string(each, "url"), _string(each, "mime_type"), _string(each, "title"))
            for each in files
            if isinstance(each, dict)
        )
        if isinstance(files, list)
        else (),
        extra={
            "tags": [str(tag) for tag in tags] if isinstance(tags, list) else [],
            "language": _string(item, "language"),
            "written": written,
        },
    )


def _string(holder: Mapping[str, Any], key: str) -> str:
    value = holder.get(key)
    return clean_text(value) if isinstance(value, str) else ""


def _iso(written: Any) -> datetime | None:
    try:
        return in_utc(datetime.fromisoformat(str(written))) if written else None
    except (ValueError, OverflowError):
        return None
