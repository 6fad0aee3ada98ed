"""The readers of untrusted bytes, run apart: a child process reads, plain values come back.

`Parsers` has each reader as a method; `run` is its far end, in the child. Here nothing but the values is met.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Protocol

from barometer.sources.documents import Document, document_as_json, document_from_json, to_document
from barometer.sources.feeds import Feed, parse_feed
from barometer.sources.found import Found, LayoutChanged, Note, found_as_json, found_from_json
from barometer.sources.links import Link, read_links
from barometer.sources.mail import Mailbox, parse_message, read_mbox
from barometer.sources.markup import decoded
from barometer.sources.pages import listed, look
from barometer.sources.sitemaps import Sitemap, parse_sitemap
from barometer.sources.telegram import Channel, parse_export, parse_preview

_FUNCTION = "barometer.sources.parsers:run"
_SECONDS = 60.0
_MEMORY = 1 << 30


class Runs(Protocol):
    """What runs a function of ours apart: `barometer.fetching.Apart`."""

    def run(self, function: str, argument: object, *, seconds: float, memory: int) -> Any:
        """What `function` ("module:name") makes of `argument`."""


class Parsers:
    """The readers, each apart. As the readers themselves they raise, and ParseFailed where one does not come back."""

    def __init__(self, apart: Runs, *, seconds: float = _SECONDS, memory: int = _MEMORY) -> None:
        self._apart = apart
        self._seconds = seconds
        self._memory = memory

    def document(self, data: bytes, url: str, media_type: str, charset: str | None) -> Document:
        """As `to_document`."""
        return document_from_json(self._read("document", data, url, media_type, charset or ""))

    def feed(self, data: bytes, url: str, content_type: str) -> Feed:
        """As `parse_feed`."""
        plain = self._read("feed", data, url, content_type)
        return Feed(**{**plain, "entries": _found(plain["entries"]), "notes": _notes(plain["notes"])})

    def sitemap(self, data: bytes, url: str) -> Sitemap:
        """As `parse_sitemap`."""
        plain = self._read("sitemap", data, url)
        return Sitemap(_found(plain["urls"]), tuple(plain["nested"]), _notes(plain["notes"]))

    def preview(self, data: bytes, url: str, charset: str | None) -> Channel:
        """As `parse_preview`."""
        return _channel(self._read("preview", data, url, charset or ""))

    def export(self, data: bytes) -> tuple[Channel, ...]:
        """As `parse_export`."""
        return tuple(map(_channel, self._read("export", data)))

    def letter(self, data: bytes) -> Found:
        """As `parse_message`."""
        return found_from_json(self._read("letter", data))

    def mbox(self, data: bytes, name: str) -> Mailbox:
        """As `read_mbox`."""
        plain = self._read("mbox", data, name)
        return Mailbox(_found(plain["letters"]), _notes(plain["notes"]))

    def page(
        self, data: bytes, url: str, select: str, charset: str | None
    ) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
        """The lines and the (address, words) of the links of a part of a page, as `look` and `listed`."""
        plain = self._read("page", data, url, select, charset or "")
        return tuple(plain["lines"]), tuple((address, words) for address, words in plain["links"])

    def links(self, data: bytes, name: str) -> list[Link]:
        """As `read_links`."""
        return [Link(**each) for each in self._read("links", data, name)]

    def _read(self, what: str, *arguments: Any) -> Any:
        plain = self._apart.run(_FUNCTION, (what, *arguments), seconds=self._seconds, memory=self._memory)
        if isinstance(plain, dict) and "layout_changed" in plain:
            raise LayoutChanged(**plain["layout_changed"])
        return plain


def _found(plain: list[Mapping[str, Any]]) -> tuple[Found, ...]:
    return tuple(map(found_from_json, plain))


def _notes(plain: list[Mapping[str, str]]) -> tuple[Note, ...]:
    return tuple(Note(**each) for each in plain)


def _channel(plain: Mapping[str, Any]) -> Channel:
    return Channel(**{**plain, "posts": _found(plain["posts"]), "notes": _notes(plain["notes"])})


# --- in the child -----------------------------------------------------------------------------------------------


def run(job: tuple[Any, ...]) -> Any:
    """What the reader that a job names makes of its bytes, as JSON has it."""
    what, *arguments = job
    try:
        return _READERS[what](*arguments)
    except LayoutChanged as error:
        told = {name: getattr(error, name) for name in ("message", "file", "place", "next_step")}
        return {"layout_changed": told}


def _plain_fields(value: Any, items: str) -> dict[str, Any]:
    """A value of ours as JSON has it, its `items` being Found."""
    plain = {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
    plain[items] = [found_as_json(found) for found in plain[items]]
    plain["notes"] = [dataclasses.asdict(note) for note in plain["notes"]]
    return plain


def _page(data: bytes, url: str, select: str, charset: str) -> dict[str, Any]:
    html, _ = decoded(data, charset)
    return {"lines": list(look(html, select or "body", url=url)), "links": listed(html, select, url)}


_READERS: dict[str, Any] = {
    "document": lambda data, url, media_type, charset: document_as_json(
        to_document(data, url=url, media_type=media_type, charset=charset)
    ),
    "feed": lambda data, url, served: _plain_fields(
        parse_feed(data, url=url, content_type=served), "entries"
    ),
    "sitemap": lambda data, url: _plain_fields(parse_sitemap(data, url), "urls"),
    "preview": lambda data, url, charset: _plain_fields(
        parse_preview(decoded(data, charset)[0], url), "posts"
    ),
    "export": lambda data: [_plain_fields(channel, "posts") for channel in parse_export(data)],
    "letter": lambda data: found_as_json(parse_message(data)),
    "mbox": lambda data, name: _plain_fields(read_mbox(data, name), "letters"),
    "page": _page,
    "links": lambda data, name: [dataclasses.asdict(link) for link in read_links(data, name)],
}
