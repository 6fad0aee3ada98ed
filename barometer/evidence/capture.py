"""An address → everything that it showed: each request and answer, pictures, main text, in one WACZ."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urldefrag

from barometer.errors import BarometerError, FetchFailed, FetchRefused, NotReady, ParseFailed
from barometer.evidence.browser import Answer, Browser, Rendered
from barometer.evidence.drafts import Asked, Desk, Draft, Whole
from barometer.evidence.look import HTML, drawn_in
from barometer.evidence.wacz import Page, pack
from barometer.evidence.warc import Exchange, Made, write_warc
from barometer.fetching import Apart, Door, Fetched, GuardProxy, Hop, Limits

WACZ, SCREENSHOT, PDF, TEXT = "capture.wacz", "screenshot.png", "page.pdf", "page.txt"
_LOOK = "barometer.evidence.look:look"
_LOOK_SECONDS, _LOOK_MEMORY = 30, 1 << 30


@dataclass(frozen=True)
class CaptureLimits:
    """`resources` beside the page; `bytes` of all answers; `one` answer; `seconds` for all without the browser."""

    resources: int = 200
    bytes: int = 100 << 20
    one: Limits = Limits(seconds=30)
    seconds: float = 120


@dataclass(frozen=True)
class Captured:
    """What an address showed at a time, to whom we sent the request (`hops`), and what could not be had."""

    url: str
    final_url: str
    status: int
    at: datetime
    by: str
    wacz: bytes = field(repr=False)
    warc: bytes = field(repr=False)
    screenshot: bytes | None = field(repr=False)
    pdf: bytes | None = field(repr=False)
    text: str = field(repr=False)
    title: str
    wall: str
    media_type: str
    how: str
    resources: int
    notes: tuple[str, ...]
    hops: tuple[Hop, ...] = field(repr=False)

    def files(self) -> dict[str, bytes]:
        """What is kept: the WACZ, the text and, where made, picture and PDF."""
        made = {WACZ: self.wacz, TEXT: self.text.encode(), SCREENSHOT: self.screenshot, PDF: self.pdf}
        return {name: data for name, data in made.items() if data}

    def facts(self) -> dict[str, Any]:
        """What the ledger notes beside the files; plain JSON."""
        return {
            "url": self.url,
            "final_url": self.final_url,
            "status": self.status,
            "at": self.at.isoformat(),
            "by": self.by,
            "title": self.title,
            "wall": self.wall,
            "media_type": self.media_type,
            "how": self.how,
            "resources": self.resources,
            "notes": list(self.notes),
            "hops": [{"url": hop.url, "status": hop.status, "address": hop.address} for hop in self.hops],
        }


def capture(
    url: str,
    *,
    door: Door,
    browser: Browser | None,
    by: str,
    now: datetime | None = None,
    limits: CaptureLimits = CaptureLimits(),
    apart: Apart | None = None,
    proxy: str | None = None,
) -> Captured:
    """Capture an address, with a browser if there is one. FetchRefused, FetchFailed where it cannot be had.

    What is missing beside the page itself is a note, never an error. Pages are parsed `apart`, by default in a
    child of their own. `proxy` as in `Door.get`.
    """
    at = now or datetime.now(UTC)
    recorder = _Recorder(door, limits, proxy)
    page = recorder.first(url)
    rendered = (
        _rendered(page, recorder, GuardProxy(door, proxy=proxy), browser)
        if browser and page.media_type in HTML
        else None
    )
    told = _told(page, rendered, recorder, apart)
    if rendered is None:
        _fetch_drawn(told.drawn, page, recorder)
    title, text = told.title, told.text
    made = list(_made(page.url, at, rendered, text))
    warc = write_warc([*recorder.exchanges, *made], at=at)
    shown = Page(page.url, page.started, title, text)
    return Captured(
        url=url,
        final_url=page.url,
        status=page.status,
        at=at,
        by=by,
        wacz=pack(warc, [shown], title=title or page.url, created=at),
        warc=warc,
        screenshot=rendered.screenshot if rendered else None,
        pdf=rendered.pdf if rendered else None,
        text=text,
        title=title,
        wall=told.wall,
        media_type=page.media_type,
        how=f"Chromium {rendered.version}" if rendered else "without a browser",
        resources=recorder.count - 1,
        notes=tuple(recorder.notes),
        hops=page.hops,
    )


def capture_into(
    desk: Desk,
    asked: Asked | Draft,
    *,
    door: Door,
    browser: Browser | None,
    now: datetime | None = None,
    limits: CaptureLimits = CaptureLimits(),
    apart: Apart | None = None,
    proxy: str | None = None,
) -> Whole:
    """Capture and settle on the desk. Killed half way, the desk lists the draft as unfinished: give it here.

    An address that cannot be had is dropped and its error raised; with a full disk the draft stays.
    """
    holding = desk.resume(asked) if isinstance(asked, Draft) else desk.begin(asked)
    with holding as draft:
        what = draft.asked
        try:
            captured = capture(
                what.url,
                door=door,
                browser=browser,
                by=what.by,
                now=now,
                limits=limits,
                apart=apart,
                proxy=proxy,
            )
        except BarometerError:
            desk.drop(draft)
            raise
        return desk.settle(draft, captured.facts(), captured.files())


@dataclass(frozen=True)
class _Told:
    title: str
    text: str
    wall: str
    drawn: tuple[str, ...]


class _Recorder:
    """Fetches each address once through the door and keeps every exchange, up to the limits; safe for threads."""

    def __init__(self, door: Door, limits: CaptureLimits, proxy: str | None) -> None:
        self.exchanges: list[Exchange] = []
        self.notes: list[str] = []
        self.count = 0
        self._door = door
        self._limits = limits
        self._proxy = proxy
        self._until = time.monotonic() + limits.seconds
        self._bytes = 0
        self._answers: dict[str, Fetched | None] = {}
        self._lock = threading.Lock()

    def first(self, url: str) -> Fetched:
        """The page itself; its errors are the caller's."""
        page = self._door.get(url, limits=self._limits.one, proxy=self._proxy)
        self._keep(url, page)
        self._answers[page.url] = page
        return page

    def get(self, url: str, headers: Mapping[str, str] = {}) -> Fetched | None:
        """What stands at an address beside the page; None, with a note, where it cannot be had."""
        url = urldefrag(url).url
        with self._lock:
            if url in self._answers:
                return self._answers[url]
            if why := self._full():
                self._note(f"not fetched, {why}: {url}")
                return None
            self._answers[url] = None
            self.count += 1
        try:
            answer = self._door.get(url, headers=headers, limits=self._limits.one, proxy=self._proxy)
        except (FetchRefused, FetchFailed) as error:
            with self._lock:
                self.count -= 1
                self._note(f"not fetched: {url}: {error.message}")
            return None
        with self._lock:
            self.count -= 1
            self._keep(url, answer)
        return answer

    def _keep(self, url: str, answer: Fetched) -> None:
        self.count += 1
        self._bytes += len(answer.raw)
        self._answers[url] = answer
        self.exchanges += exchanges_of(answer)

    def _full(self) -> str:
        if self.count > self._limits.resources:
            return f"over {self._limits.resources} resources"
        if self._bytes > self._limits.bytes:
            return f"over {self._limits.bytes >> 20} MB"
        return "out of time" if time.monotonic() > self._until else ""

    def _note(self, words: str) -> None:
        if len(self.notes) < 200:
            self.notes.append(words[:500])


def exchanges_of(fetched: Fetched) -> list[Exchange]:
    """One exchange for each redirect and for the answer itself."""
    return [
        Exchange(
            hop.url, fetched.started, hop.request, hop.response_head, hop.raw, hop.address, hop.certificate
        )
        for hop in fetched.hops
    ]


def _fetch_drawn(drawn: Iterable[str], page: Fetched, recorder: _Recorder) -> None:
    """Fetch what the page is drawn with, and what its styles name in their turn."""
    waiting = deque(drawn)
    seen = set(waiting)
    while waiting:
        answer = recorder.get(waiting.popleft(), {"Referer": page.url})
        if answer and answer.status == 200 and answer.media_type == "text/css":
            named = drawn_in(answer.body.decode(errors="replace"), answer.url)
            waiting += [url for url in named if url not in seen]
            seen.update(named)


def _rendered(page: Fetched, recorder: _Recorder, guard: GuardProxy, browser: Browser) -> Rendered | None:
    """The page in Chromium, which gets everything from the recorder; None with a note where that fails."""

    def answer(url: str, headers: Mapping[str, str]) -> Answer | None:
        fetched = recorder.get(url, headers)
        return Answer(fetched.status, fetched.headers, fetched.body) if fetched else None

    try:
        with guard as proxy:
            seen = browser.render(page.url, answer, proxy)
    except NotReady as error:
        recorder.notes.append(error.message)
        return None
    recorder.notes.extend(seen.notes)
    recorder.notes.extend(
        f"refused by the proxy: {turned.url[:200]}: {turned.why}" for turned in proxy.refused
    )
    if urldefrag(seen.url).url != page.url:
        recorder.notes.append(f"a script of the page went on to {seen.url[:200]}: the picture is of that")
    return seen


def _told(page: Fetched, rendered: Rendered | None, recorder: _Recorder, apart: Apart | None) -> _Told:
    """Title, main text, wall and drawn addresses; of a page whose scripts drew it, as they drew it."""
    asked: tuple[bytes, str, str, str | None] = (page.body, page.url, page.media_type, page.charset)
    if rendered and rendered.html:
        asked = (rendered.html.encode(errors="replace"), page.url, "text/html", "utf-8")
    try:
        with nullcontext(apart) if apart else Apart() as room:
            told = room.run(_LOOK, asked, seconds=_LOOK_SECONDS, memory=_LOOK_MEMORY)
    except ParseFailed as error:
        told = {"note": error.message}
    if told.get("note"):
        recorder.notes.append(f"no text: {told['note']}")
    return _Told(
        told.get("title", ""), told.get("text", ""), told.get("wall", ""), tuple(told.get("drawn", ()))
    )


def _made(url: str, at: datetime, rendered: Rendered | None, text: str) -> Iterator[Made]:
    if rendered and rendered.screenshot:
        yield Made(f"urn:fullPage:{url}", at, "image/png", rendered.screenshot)
    if rendered and rendered.pdf:
        yield Made(f"urn:pdf:{url}", at, "application/pdf", rendered.pdf)
    if text:
        yield Made(f"urn:text:{url}", at, "text/plain; charset=utf-8", text.encode())
