"""A visit to a source: what it shows, what of that is new, and the documents behind it.

One bad item is a note and never ends the visit; a source that cannot be read at all is a visit that was not answered.
Bytes are read apart; everything is fetched through the door, one host at a time, with conditional requests.
"""

from __future__ import annotations

import dataclasses
import hashlib
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from barometer.errors import (
    BarometerError,
    FetchFailed,
    NotAllowed,
    NotReady,
    ParseFailed,
    TooLarge,
    Unreadable,
)
from barometer.fetching import Door, Fetched, Limits
from barometer.sources.bulletin_words import language_of
from barometer.sources.documents import Document, canonical_address
from barometer.sources.extract import FILE_LIMIT
from barometer.sources.found import Found, LayoutChanged, Note, one_line
from barometer.sources.health import RoundFact
from barometer.sources.mail import fetch_imap
from barometer.sources.markup import web_address
from barometer.sources.pages import difference
from barometer.sources.parsers import Parsers, Runs
from barometer.sources.telegram import preview_address
from barometer.sources.watched import WatchedSource

#: The name by which robots.txt speaks to us.
AGENT = "PressBarometer"
#: Keys that a source remembers beyond those that it shows now.
MOST_SEEN = 20_000
MOST_FILES = 10_000
MOST_NESTED = 20
MOST_OLDER_PAGES = 5
#: An item whose page or file cannot be had now is tried in so many rounds; then its own words must do.
TRIES = 3
#: On the first visit to a sitemap, pages of so many days are read; older ones are taken as known.
FIRST_DAYS = timedelta(days=7)
#: Of one answer: bytes, and seconds that it may take.
LARGEST_ANSWER, PATIENCE = 50 << 20, 120
#: Seconds to wait before the second and the third attempt within a round, and the longest that a server may ask for.
PAUSES = (2.0, 8.0)
LONGEST_WAIT = 60.0

_BUSY = frozenset({429, 500, 502, 503, 504})
_PASSING = frozenset({"timeout", "connect", "dns"})
#: How a reader ends that was killed, or starved by what else this machine did.
_CUT_SHORT = frozenset({"died", "took too long", "too much memory"})
_FILES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html",
    ".htm": "text/html",
    ".txt": "text/plain",
    ".md": "text/plain",
    ".eml": "message/rfc822",
    ".mbox": "application/mbox",
    ".json": "application/json",
}
_LETTERS = (".eml", ".mbox")
_READABLE = frozenset({"application/pdf", _FILES[".docx"], "text/html", "text/plain"})


class AsksRobots(Protocol):
    """What a site asks of crawlers: `barometer.fetching.Robots`."""

    def allowed(self, url: str, agent: str, *, proxy: str | None = None) -> bool:
        """Whether `agent` may fetch this."""

    def crawl_delay(self, url: str, agent: str, *, proxy: str | None = None) -> float | None:
        """Seconds between two visits, None if the site asks for none."""


class TakesTurns(Protocol):
    """Whose turn a host is: `barometer.fetching.Pacing`."""

    def turn(self, host: str, delay: float | None = None) -> AbstractContextManager[None]:
        """Within it, this host is yours."""


@dataclass(frozen=True)
class Memory:
    """What the next visit needs to know of the last.

    `seen` has the digest of an item's key → of its state; `tries` the failed attempts of items still wanted; `lines`
    the watched part of a page, None before the first look; `last` and `validity` are of a mailbox (see `Mailbox`).
    """

    etag: str = ""
    modified: str = ""
    seen: Mapping[str, str] = field(default_factory=dict)
    tries: Mapping[str, int] = field(default_factory=dict)
    lines: tuple[str, ...] | None = None
    shown: int = 0
    last: int = 0
    validity: int = 0

    def as_json(self) -> dict[str, Any]:
        """The memory as JSON has it."""
        return {**vars(self), "lines": None if self.lines is None else list(self.lines)}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Memory:
        """The memory that `as_json` wrote; {} is that of a source never visited."""
        lines = plain.get("lines")
        return cls(**{**plain, "lines": None if lines is None else tuple(lines)})


@dataclass(frozen=True)
class Round:
    """A visit. `found` are the items that are new or changed, in the source's order; `shown` counts all it shows.

    `documents[i]` belongs to the item with the key `keys[i]`; `captured` has the answers that documents were read from,
    by `Document.url`. `asked` counts the requests. `answered` is False where the source could not be read, and then
    `memory` is as before; `layout` is True where a place that we read by is gone.
    """

    found: tuple[Found, ...]
    documents: tuple[Document, ...]
    keys: tuple[str, ...]
    captured: Mapping[str, Fetched]
    memory: Memory
    notes: tuple[Note, ...]
    asked: int
    shown: int
    at: datetime
    answered: bool = True
    layout: bool = False

    def fact(self) -> RoundFact:
        """What the source's health is told by."""
        return RoundFact(self.at, self.shown, len(self.found), self.answered, self.layout)


def gather(
    source: WatchedSource,
    door: Door,
    memory: Memory,
    *,
    now: datetime,
    robots: AsksRobots,
    apart: Runs,
    pacing: TakesTurns | None = None,
    password: str = "",
    roots: Sequence[Path] = (),
    most: int = 50,
    trust: ssl.SSLContext | None = None,
    sleep: Callable[[float], None] = time.sleep,
    patience: int = PATIENCE,
) -> Round:
    """Visit a source once. Never raises for what a source is or does; says it in notes.

    At most `most` new items are read, the rest stays for the next visit. `password` is that of a mailbox; files are
    read within the folders `roots` only; `patience` is in seconds, for one answer.
    """
    limits = Limits(bytes=LARGEST_ANSWER, seconds=patience, connect_seconds=min(10, patience))
    visit = _Visit(
        source, door, memory, now, robots, Parsers(apart), pacing, password, roots, most, trust, sleep, limits
    )
    try:
        return visit.ended(_KINDS[source.kind](visit))
    except BarometerError as error:
        visit.notes.append(_note(error, source.address))
        return Round(
            (),
            (),
            (),
            {},
            memory,
            tuple(visit.notes),
            visit.asked,
            0,
            now,
            False,
            isinstance(error, LayoutChanged),
        )


def _note(error: BarometerError, place: str) -> Note:
    where = ": ".join(part for part in (error.file or place, error.place) if part)
    return Note(error.message, where, error.next_step or "")


class _Later(Exception):
    """An item that cannot be had now, and may be later; `tries` are those that count by then."""

    def __init__(self, tries: int) -> None:
        super().__init__()
        self.tries = tries


class _Closed(Unreadable):
    """A file that this machine does not open."""


class _Answered(NotReady):
    """A server answered, and not with what was asked for."""

    def __init__(self, status: int, url: str) -> None:
        next_step = _NEXT_OF.get(status, "look whether the address is still right")
        super().__init__(f"the server answers {status}", file=url, next_step=next_step)
        self.status = status


_NEXT_OF = {
    401: "it wants a login: take another source, or ask the publisher",
    403: "the site refuses us: try the source's proxy, or ask the publisher",
    429: "ask it less often",
    451: "it is blocked by law where we ask from: try the source's proxy",
}


@dataclass
class _Visit:
    """One visit under way: what it needs, and what it has met so far.

    `left` is what it leaves in the memory beside what it has seen; `shown` is how many items the source shows where
    that is not the number of those handed on.
    """

    source: WatchedSource
    door: Door
    memory: Memory
    now: datetime
    robots: AsksRobots
    parsers: Parsers
    pacing: TakesTurns | None
    password: str
    roots: Sequence[Path]
    most: int
    trust: ssl.SSLContext | None
    sleep: Callable[[float], None]
    limits: Limits
    notes: list[Note] = field(default_factory=list)
    asked: int = 0
    shown: int | None = None
    left: dict[str, Any] = field(default_factory=dict)
    captured: dict[str, Fetched] = field(default_factory=dict)

    # --- fetching -----------------------------------------------------------------------------------------------

    def first(self, url: str, *, crawl: bool = False) -> Fetched | None:
        """The source's own page; None where it is as it was (304). As `fetch`."""
        answer = self.fetch(url, crawl=crawl, conditional=True)
        if answer.status == 304:
            self.shown = self.memory.shown
            return None
        if answer.hops[0].status in (301, 308):
            self.notes.append(
                Note(f"it has moved for good to {answer.url}", url, "write the new address in the source")
            )
        self.left |= {"etag": answer.header("etag"), "modified": answer.header("last-modified")}
        return answer

    def fetch(self, url: str, *, crawl: bool = True, conditional: bool = False) -> Fetched:
        """An answer with words (or 304), after at most three attempts; _Answered where the status is another.

        NotAllowed where robots.txt says no.
        """
        delay = None
        if crawl:
            if not self.robots.allowed(url, AGENT, proxy=self.source.proxy or None):
                raise NotAllowed(
                    "the site's robots.txt asks us not to fetch this",
                    file=url,
                    next_step="ask the publisher, or read it by hand",
                )
            delay = self.robots.crawl_delay(url, AGENT, proxy=self.source.proxy or None)
        for pause in (*PAUSES, None):
            wait = pause
            try:
                answer = self._once(url, delay, conditional=conditional)
            except FetchFailed as error:
                if pause is None or error.kind not in _PASSING:
                    raise
            else:
                if answer.status not in _BUSY or pause is None:
                    break
                asked = answer.header("retry-after")
                wait = max(pause or 0, float(asked)) if asked.isdigit() else pause
                if wait and wait > LONGEST_WAIT:
                    break
            self.sleep(wait or 0)
        if answer.status == 304 and conditional or 200 <= answer.status < 300:
            return answer
        raise _Answered(answer.status, url)

    def _once(self, url: str, delay: float | None, *, conditional: bool) -> Fetched:
        turn = self.pacing.turn(urlsplit(url).hostname or "", delay) if self.pacing else nullcontext()
        etag, modified = (self.memory.etag, self.memory.modified) if conditional else ("", "")
        with turn:
            self.asked += 1
            return self.door.get(
                url, limits=self.limits, proxy=self.source.proxy or None, etag=etag, modified=modified
            )

    # --- what is new --------------------------------------------------------------------------------------------

    def ended(self, shown: Sequence[Found]) -> Round:
        """Read what is new among the items, and sum the visit up."""
        fresh = self._unmet(_once_each(shown))
        found: list[Found] = []
        read: list[tuple[str, Document]] = []
        wanted: dict[str, int] = {}
        for item in fresh[: self.most]:
            try:
                for each in self.parts(item):
                    read += [(each.key, document) for document in list(self.documents(each))]
                    found.append(each)
            except _Later as later:
                wanted[_digest(item.key)] = later.tries
            except BarometerError as error:
                self.notes.append(_note(error, item.url or item.key))
                if (tries := self._tries(item, error)) is not None:
                    wanted[_digest(item.key)] = tries
        left = fresh[self.most :]
        if left:
            message = f"{len(left):,} of {len(fresh):,} new items are left for the next visit"
            self.notes.append(Note(message, self.source.name))
        count = len(shown) if self.shown is None else self.shown
        if not count and self.memory.shown and self.source.kind != "mailbox":
            message = f"it shows nothing; last time it showed {self.memory.shown}"
            self.notes.append(Note(message, self.source.address, "look at it; this is seldom a quiet day"))
        missing = {_digest(item.key) for item in left} | wanted.keys()
        if missing:
            self.left |= {"etag": "", "modified": ""}  # so that the next visit meets them again
        seen = self._seen([*shown, *found], missing)
        memory = dataclasses.replace(self.memory, **self.left, seen=seen, tries=wanted, shown=count)
        return Round(
            tuple(found),
            tuple(document for _, document in read),
            tuple(key for key, _ in read),
            self.captured,
            memory,
            tuple(self.notes),
            self.asked,
            count,
            self.now,
        )

    def _seen(self, met: Sequence[Found], missing: set[str]) -> dict[str, str]:
        """The keys met now and those of before, the newest last; what is missing is to be met again."""
        now = {_digest(item.key): _state(item) for item in met}
        kept = {key: state for key, state in now.items() if key not in missing}
        old = [pair for pair in self.memory.seen.items() if pair[0] not in now]
        room = max(0, MOST_SEEN - len(kept))
        return {**dict(old[-room:] if room else []), **kept}

    def _tries(self, item: Found, error: BarometerError) -> int | None:
        """How many tries count now, where the item is to be met again; None where it is given up.

        What is not the item's fault does not count: a file that does not open, a reader that was stopped.
        """
        tries = self.memory.tries.get(_digest(item.key), 0)
        if isinstance(error, _Closed) or isinstance(error, ParseFailed) and error.kind == "stopped":
            return tries
        return tries + 1 if _passing(error) and tries + 1 < TRIES else None

    # --- documents ----------------------------------------------------------------------------------------------

    def parts(self, item: Found) -> Iterator[Found]:
        """The item itself; the letters or posts of a file that holds several."""
        path = item.extra.get("path")
        if path is None:
            yield item
            return
        data = _file_bytes(Path(path))
        if item.media_type == "message/rfc822":
            yield self.parsers.letter(data)
        elif item.media_type == "application/mbox":
            box = self.parsers.mbox(data, item.title)
            self.notes += box.notes
            yield from self._unmet(box.letters)
        elif item.media_type == "application/json":
            for channel in self.parsers.export(data):
                self.notes += channel.notes
                yield from self._unmet(channel.posts)
        else:
            yield dataclasses.replace(item, body=data, extra={"written_at": item.extra["written_at"]})

    def _unmet(self, items: Sequence[Found]) -> list[Found]:
        return [item for item in items if self.memory.seen.get(_digest(item.key)) != _state(item)]

    def documents(self, item: Found) -> Iterator[Document]:
        """The documents of an item: its page or file, or its own words; and its attachments."""
        follow = self.source.follow and self.source.kind in _FOLLOWED and "diff" not in item.extra
        document = self._followed(item) if follow and web_address(item.url) else None
        if self.source.kind == "folder" and item.media_type in _READABLE:
            document = self.parsers.document(item.body, item.url, item.media_type, None)
        if document is None or not document.text.strip():
            document = _own_words(item) or document
        if document is not None:
            yield dataclasses.replace(
                document,
                title=document.title or item.title,
                author=document.author or item.author,
                published=document.published or (item.published.date() if item.published else None),
            )
        for attachment in item.attachments:
            if attachment.body and attachment.media_type in _READABLE:
                place = f"mid:{item.key.strip('<>')}/{attachment.name}"
                try:
                    yield self.parsers.document(attachment.body, place, attachment.media_type, None)
                except BarometerError as error:
                    self.notes.append(_note(error, place))

    def _followed(self, item: Found) -> Document | None:
        """The document of an item's page; None, with a note, where it cannot be had. _Later where it may be, later."""
        try:
            answer = self.captured.get(item.url) or self.fetch(item.url)
            document = self.parsers.document(answer.body, answer.url, answer.media_type, answer.charset)
        except BarometerError as error:
            self.notes.append(_note(error, item.url))
            if (tries := self._tries(item, error)) is not None:
                raise _Later(tries) from None
            return None
        if document.wall:
            self.notes.append(
                Note(
                    f"not the post: a wall stands before it ({document.wall})", item.url, "capture it by hand"
                )
            )
        self.captured[document.url] = answer
        return document


def _passing(error: BarometerError) -> bool:
    """Whether the same may go better in an hour."""
    if isinstance(error, FetchFailed):
        return error.kind in _PASSING
    if isinstance(error, ParseFailed):
        return error.kind in _CUT_SHORT
    return isinstance(error, _Answered) and error.status in _BUSY


def _own_words(item: Found) -> Document | None:
    """The document of the words that an item carries itself; None where it carries none."""
    text = (item.text or item.summary_text).strip()
    if not text:
        return None
    return Document(
        url=item.url or f"mid:{item.key.strip('<>')}",
        canonical=canonical_address(item.url) if item.url else "",
        title=item.title,
        author=item.author,
        published=item.published.date() if item.published else None,
        language=language_of(text),
        text=text,
        links=tuple(item.extra.get("links", ())),
        media_type=item.media_type or "text/plain",
    )


def _once_each(items: Sequence[Found]) -> list[Found]:
    return list({item.key: item for item in reversed(items)}.values())[::-1]


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:16]


def _state(item: Found) -> str:
    """Changes when the item does: by its title and the day of its last change, or a file's size and time."""
    told = (item.title, str(item.changed), str(item.extra.get("written_at", "")))
    return hashlib.sha256("\0".join(told).encode("utf-8", "replace")).hexdigest()[:8]


# --- the kinds --------------------------------------------------------------------------------------------------


def _feed(visit: _Visit) -> Sequence[Found]:
    url = visit.source.address
    answer = visit.first(url)
    if answer is None:
        return ()
    feed = visit.parsers.feed(answer.body, answer.url, answer.header("content-type"))
    if not feed.version:
        kind = LayoutChanged if visit.memory.shown else Unreadable
        raise kind(feed.notes[0].message, file=url, next_step=feed.notes[0].next_step)
    visit.notes += feed.notes
    return feed.entries


def _sitemap(visit: _Visit) -> Sequence[Found]:
    url = visit.source.address
    answer = visit.first(url, crawl=True)
    if answer is None:
        return ()
    top = visit.parsers.sitemap(answer.body, answer.url)
    visit.notes += top.notes
    pages = list(top.urls)
    for nested in top.nested[:MOST_NESTED]:
        visit.left |= {"etag": "", "modified": ""}  # an index may stay as it is while its sitemaps change
        try:
            answer = visit.fetch(nested)
            below = visit.parsers.sitemap(answer.body, answer.url)
            visit.notes += below.notes
            pages += below.urls
        except BarometerError as error:
            visit.notes.append(_note(error, nested))
    if len(top.nested) > MOST_NESTED:
        visit.notes.append(
            Note(
                f"only the first {MOST_NESTED} of its {len(top.nested)} sitemaps are read",
                url,
                "name one of them",
            )
        )
    return pages if visit.memory.seen else _recent(visit, pages)


def _recent(visit: _Visit, pages: Sequence[Found]) -> Sequence[Found]:
    """Of a site met for the first time, the pages of the last days; the others are put down as known."""
    begin = visit.now - FIRST_DAYS
    known = [page for page in pages if not (day := page.published or page.changed) or day < begin]
    seen = {_digest(page.key): _state(page) for page in known}
    visit.memory = dataclasses.replace(visit.memory, seen=seen)
    if known:
        visit.notes.append(
            Note(
                f"first visit: {len(known):,} pages without a day or older than a week are taken as known",
                visit.source.name,
            )
        )
    return pages


def _page(visit: _Visit) -> Sequence[Found]:
    """The change of the watched part, if there is one, and the links in it. At the first look, all of it is new."""
    source = visit.source
    answer = visit.first(source.address, crawl=True)
    if answer is None:
        return ()
    lines, links = visit.parsers.page(answer.body, answer.url, source.select, answer.charset)
    visit.shown = len(lines)
    if not lines:
        return ()  # what was there before stays in the memory, to be compared with when it comes back
    before = visit.memory.lines
    visit.left["lines"] = lines
    linked = [Found(key=each, url=each, title=one_line(words)) for each, words in links if source.follow]
    if before is None:
        visit.memory = dataclasses.replace(
            visit.memory, seen={_digest(item.key): _state(item) for item in linked}
        )
    changed = difference(before or (), lines)
    if not changed:
        return linked
    mark = hashlib.sha256(changed.diff.encode("utf-8", "replace")).hexdigest()[:16]
    here = Found(
        key=f"{source.address} {mark}",
        url=answer.url,
        title=source.title,
        body=answer.body,
        media_type="text/html",
        text="\n".join(changed.added or changed.removed),
        extra={"added": list(changed.added), "removed": list(changed.removed), "diff": changed.diff},
    )
    visit.captured[answer.url] = answer
    return [here, *linked]


def _telegram(visit: _Visit) -> Sequence[Found]:
    url = preview_address(visit.source.address)
    answer = visit.first(url)
    if answer is None:
        return ()
    channel = visit.parsers.preview(answer.body, answer.url, answer.charset)
    posts, notes = list(channel.posts), list(channel.notes)
    for _ in range(MOST_OLDER_PAGES):
        oldest = posts[0] if posts else None
        if (
            not visit.memory.seen
            or not channel.before
            or oldest is None
            or _digest(oldest.key) in visit.memory.seen
        ):
            break
        answer = visit.fetch(channel.before, crawl=False)
        channel = visit.parsers.preview(answer.body, answer.url, answer.charset)
        posts, notes = [*channel.posts, *posts], [*channel.notes, *notes]
    visit.notes += notes
    return posts


def _mailbox(visit: _Visit) -> Sequence[Found]:
    if "://" not in visit.source.address:
        return _files(visit, _LETTERS)
    visit.asked += 1
    box = fetch_imap(
        visit.door,
        visit.source.address,
        visit.password,
        since=visit.memory.last,
        validity=visit.memory.validity,
        proxy=visit.source.proxy or None,
        most=visit.most,
        trust=visit.trust,
        read=visit.parsers.letter,
    )
    visit.notes += box.notes
    visit.left |= {"last": box.last, "validity": box.validity}
    return box.letters


def _folder(visit: _Visit) -> Sequence[Found]:
    return _files(visit, tuple(_FILES))


def _links(visit: _Visit) -> Sequence[Found]:
    address = visit.source.address
    if "://" in address:
        answer = visit.first(address, crawl=True)
        if answer is None:
            return ()
        data, name = answer.body, urlsplit(answer.url).path
    else:
        path = _within(visit, address)
        data, name = _file_bytes(path), path.name
    rows = visit.parsers.links(data, name)
    for row in rows:
        if row.error:
            place = ", ".join(filter(None, (address, row.sheet, f"row {row.row}")))
            visit.notes.append(Note(row.error, place))
    return [Found(key=row.url, url=row.url, title=row.title) for row in rows if row.url]


def _documents(visit: _Visit) -> Sequence[Found]:
    """The files that a page links to (all links where a part of it is selected), or the one file at the address."""
    source = visit.source
    answer = visit.first(source.address, crawl=True)
    if answer is None:
        return ()
    if answer.media_type not in ("text/html", "application/xhtml+xml"):
        visit.captured[answer.url] = answer
        mark = hashlib.sha256(answer.body).hexdigest()
        return [Found(key=f"sha256:{mark}", url=answer.url, title="")]
    _, links = visit.parsers.page(answer.body, answer.url, source.select, answer.charset)
    wanted = [
        pair for pair in links if source.select or urlsplit(pair[0]).path.lower().endswith((".pdf", ".docx"))
    ]
    if not wanted and visit.memory.shown:
        raise LayoutChanged(
            f"the page links to no document; last time to {visit.memory.shown}",
            file=source.address,
            place=source.select or "a[href$=.pdf]",
            next_step="look at the page and correct the source's select",
        )
    return [Found(key=address, url=address, title=one_line(words)) for address, words in wanted]


_KINDS: dict[str, Callable[[_Visit], Sequence[Found]]] = {
    "feed": _feed,
    "sitemap": _sitemap,
    "page": _page,
    "telegram": _telegram,
    "mailbox": _mailbox,
    "folder": _folder,
    "links": _links,
    "documents": _documents,
}
_FOLLOWED = frozenset({"feed", "sitemap", "page", "links", "documents"})


# --- files ------------------------------------------------------------------------------------------------------


def _files(visit: _Visit, endings: tuple[str, ...]) -> Sequence[Found]:
    """The files of a folder and the folders in it, by name, or the one file; links are not followed."""
    top = _within(visit, visit.source.address)
    base = top if top.is_dir() else top.parent
    try:
        inside = sorted(top.rglob("*")) if top.is_dir() else [top]
    except OSError as error:
        raise Unreadable(
            f"it cannot be listed ({error.strerror})", file=top, next_step="check its permissions"
        ) from None
    paths = [
        path for path in inside if path.suffix.lower() in endings and path.is_file() and not path.is_symlink()
    ]
    paths = [path for path in paths if path.resolve().is_relative_to(base.resolve())]
    if len(paths) > MOST_FILES:
        visit.notes.append(
            Note(
                f"only the first {MOST_FILES:,} of its {len(paths):,} files are read",
                str(top),
                "split the folder",
            )
        )
    found = []
    for path in paths[:MOST_FILES]:
        try:
            found.append(_file(path, base))
        except OSError as error:
            visit.notes.append(Note(f"it cannot be looked at ({error.strerror})", str(path)))
    return found


def _file(path: Path, base: Path) -> Found:
    name = path.relative_to(base).as_posix()
    about = path.stat()
    return Found(
        key=name,
        url=f"file:{name}",
        title=path.name,
        media_type=_FILES[path.suffix.lower()],
        extra={"path": str(path), "written_at": f"{about.st_size} {about.st_mtime_ns}"},
    )


def _within(visit: _Visit, address: str) -> Path:
    """The path of an address, if it stands within a folder that may be read."""
    path = Path(address).resolve()
    if not any(path.is_relative_to(root.resolve()) for root in visit.roots):
        named = ", ".join(map(str, visit.roots)) or "none is set up"
        raise NotAllowed(
            "this path is outside the folders that may be read",
            file=address,
            next_step=f"move it into one ({named})",
        )
    if not path.exists():
        raise Unreadable("there is no such file or folder", file=address, next_step="check the address")
    return path


def _file_bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > FILE_LIMIT:
            raise TooLarge(f"it is over {FILE_LIMIT:,} bytes", file=path, next_step="cut it into parts")
        return path.read_bytes()
    except OSError as error:
        raise _Closed(
            f"it cannot be opened ({error.strerror})", file=path, next_step="check its permissions"
        ) from None
