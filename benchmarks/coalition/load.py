"""Readers and people of the desk: each a task with an address of its own on loopback, cookies, and a pause after each act.

Plain asyncio and h11. What the desk does is done through its forms, with all their fields, as a browser sends them.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

import h11
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode as Node

PAUSE_READER, PAUSE_DESK, PATIENCE = 10.0, 10.0, 60.0
#: The desk comes in within so many seconds: a password is slow to check, by design.
ARRIVING = 12.0


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str
    path: str


@dataclass
class Tally:
    """What was measured: seconds by class, what went wrong, where answers came from."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)
    cache: Counter[str] = field(default_factory=Counter)
    acts: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)  # the sentences of rules that stood against a step
    seen: set[str] = field(default_factory=set)
    to_review: dict[str, int] = field(default_factory=dict)  # event → who of the desk accepted it
    since: float = 0.0  # what began before this moment (time.perf_counter) is not measured


class Visitor:
    """Somebody with a browser: an address, cookies, one connection that is kept open."""

    def __init__(self, port: int, address: str, tally: Tally) -> None:
        self.port, self.address, self.tally = port, address, tally
        self.cookies: dict[str, str] = {}
        self._line: tuple[asyncio.StreamReader, asyncio.StreamWriter, h11.Connection] | None = None

    async def ask(
        self, what: str, path: str, form: Mapping[str, str] | None = None, *, well: bool = True
    ) -> Answer:
        """An answer, with its time noted; redirects are followed within the time of the act."""
        started = time.perf_counter()
        answer = await self._once(path, form)
        while answer.status in (301, 302) and "location" in answer.headers:
            answer = await self._once(urljoin(path, answer.headers["location"]), None)
        if counts := started >= self.tally.since:
            self.tally.seconds[what].append(time.perf_counter() - started)
        if counts and (told := answer.headers.get("x-cache")):
            self.tally.cache[told] += 1
        if well and answer.status != 200:
            self.tally.wrong.append(f"{what} {answer.path}: {answer.status}")
        return answer

    async def _once(self, path: str, form: Mapping[str, str] | None) -> Answer:
        for again in (True, False):
            fresh = self._line is None
            try:
                return await asyncio.wait_for(self._talk(path, form), PATIENCE)
            except (OSError, h11.ProtocolError, asyncio.IncompleteReadError):
                self.close()
                if fresh or not again:  # one that was kept open may have been closed meanwhile
                    raise
        raise AssertionError

    async def _talk(self, path: str, form: Mapping[str, str] | None) -> Answer:
        if self._line is None:
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", self.port, local_addr=(self.address, 0)
            )
            self._line = reader, writer, h11.Connection(h11.CLIENT)
        reader, writer, protocol = self._line
        body = urlencode(form).encode() if form is not None else b""
        headers = [("Host", f"127.0.0.1:{self.port}"), ("Accept-Encoding", "gzip"), ("User-Agent", "bench")]
        if self.cookies:
            headers.append(("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items())))
        if form is not None:
            headers += [
                ("Content-Type", "application/x-www-form-urlencoded"), ("Content-Length", str(len(body))),
            ]  # fmt: skip
        target = urlsplit(path)
        at = target.path + (f"?{target.query}" if target.query else "")
        method = "GET" if form is None else "POST"
        writer.write(protocol.send(h11.Request(method=method, target=at, headers=headers)) or b"")
        if body:
            writer.write(protocol.send(h11.Data(data=body)) or b"")
        writer.write(protocol.send(h11.EndOfMessage()) or b"")
        await writer.drain()
        return await self._read(reader, protocol, at)

    async def _read(self, reader: asyncio.StreamReader, protocol: h11.Connection, path: str) -> Answer:
        status, headers, pieces = 0, {}, []
        while True:
            event = protocol.next_event()
            if event is h11.NEED_DATA:
                data = await reader.read(1 << 16)
                if not data and protocol.their_state is not h11.SEND_BODY:
                    raise ConnectionError("closed")
                protocol.receive_data(data)
            elif isinstance(event, h11.Response):
                status = event.status_code
                for name, value in event.headers:
                    if name == b"set-cookie":
                        self._keep(value.decode())
                    headers[name.decode()] = value.decode("latin-1")
            elif isinstance(event, h11.Data):
                pieces.append(bytes(event.data))
            elif isinstance(event, h11.EndOfMessage):
                break
        if protocol.our_state is h11.DONE and protocol.their_state is h11.DONE:
            protocol.start_next_cycle()
        else:
            self.close()
        return Answer(status, headers, _unpacked(b"".join(pieces), headers), path)

    def _keep(self, line: str) -> None:
        for name, morsel in SimpleCookie(line).items():
            self.cookies[name] = morsel.value
            if morsel["max-age"] == "0" or not morsel.value:
                self.cookies.pop(name)

    def close(self) -> None:
        """Let the connection go."""
        if self._line is not None:
            self._line[1].close()
            self._line = None


def _unpacked(data: bytes, headers: Mapping[str, str]) -> str:
    import gzip

    if headers.get("content-encoding") == "gzip":
        data = gzip.decompress(data)
    return data.decode("utf-8", "replace")


# --- readers ----------------------------------------------------------------------------------------------


async def reader(
    visitor: Visitor, asked: Mapping[str, list[str]], until: float, chosen: random.Random
) -> None:
    """A page every ten seconds, of a class first and then one of it: some are read much, most are read seldom."""
    await asyncio.sleep(chosen.random() * PAUSE_READER)
    while time.monotonic() < until:
        what = chosen.choice(list(asked))
        path = asked[what][int(len(asked[what]) * chosen.random() ** 3)]
        due = time.monotonic() + PAUSE_READER
        try:
            answer = await visitor.ask(f"read {what}", path)
            if answer.status == 200 and "no-store" not in answer.headers.get("cache-control", ""):
                visitor.tally.seen.add(path)
        except (OSError, TimeoutError, h11.ProtocolError) as error:
            visitor.tally.wrong.append(f"read {path}: {type(error).__name__}")
        await asyncio.sleep(max(0.0, due - time.monotonic()))
    visitor.close()


# --- the desk ---------------------------------------------------------------------------------------------


class Form:
    """A form of a page with all that a browser would send."""

    def __init__(self, page: Answer, found: Node) -> None:
        self.action = found.attributes.get("action") or page.path
        self.fields: dict[str, str] = {}
        for one in found.css("input, textarea, select"):
            name, kind = one.attributes.get("name"), one.attributes.get("type", "text")
            if not name or "disabled" in one.attributes or kind in ("submit", "button", "file"):
                continue
            if kind in ("checkbox", "radio"):
                if "checked" in one.attributes:
                    self.fields[name] = one.attributes.get("value") or "on"
            elif one.tag == "select":
                options = one.css("option")
                own = next(
                    (each for each in options if "selected" in each.attributes),
                    options[0] if options else None,
                )
                self.fields[name] = (own.attributes.get("value") or "") if own else ""
            else:
                self.fields[name] = one.text() if one.tag == "textarea" else one.attributes.get("value") or ""


def form_of(page: Answer, ending: str) -> Form | None:
    """The form whose action ends so."""
    for one in HTMLParser(page.text).css("form"):
        action = one.attributes.get("action") or page.path
        if one.attributes.get("method", "get").lower() == "post" and action.split("?")[0].endswith(ending):
            return Form(page, one)
    return None


class Desk:
    """Somebody of the desk: takes a lead, codes what it tells, reviews and publishes what another coded."""

    def __init__(
        self, visitor: Visitor, number: int, password: str, chosen: random.Random, pause: float = PAUSE_DESK
    ) -> None:
        self.visitor, self.number, self.password, self.chosen = visitor, number, password, chosen
        self.pause = pause  # seconds between two acts, on the average

    async def log_in(self) -> None:
        """By name and password."""
        page = await self.visitor.ask("log in: page", "/desk/login/")
        form = form_of(page, "/desk/login/")
        told = form.fields | {"login": f"desk{self.number}", "password": self.password}
        answer = await self.visitor.ask("log in", form.action, told)
        if "sessionid" not in self.visitor.cookies:
            self.visitor.tally.wrong.append(
                f"desk{self.number} is not logged in: {answer.status} {answer.path}"
            )

    async def work(self, until: float) -> None:
        """One round after the other."""
        await asyncio.sleep(self.chosen.random() * ARRIVING)
        try:
            await self.log_in()
            while time.monotonic() < until:
                await self._take_and_code(until)
                await self._review_and_publish(until)
        except (OSError, TimeoutError, h11.ProtocolError) as error:
            self.visitor.tally.wrong.append(f"desk{self.number}: {type(error).__name__}")
        self.visitor.close()

    async def _pause(self) -> None:
        await asyncio.sleep(self.pause * (0.5 + self.chosen.random()))

    async def _take_and_code(self, until: float) -> None:
        ask, tally = self.visitor.ask, self.visitor.tally
        inbox = await ask("inbox", "/desk/leads/?sort=oldest")
        await self._pause()
        leads = _links(inbox, "/desk/leads/")
        if not leads or time.monotonic() > until:
            return
        lead = await ask("lead", self.chosen.choice(leads))
        if (form := form_of(lead, "/take/")) is None:  # somebody was quicker
            return
        await self._pause()
        taken = await ask("take a lead", form.action, form.fields, well=False)
        if taken.status not in (200, 400):  # 400: somebody was quicker
            tally.wrong.append(f"take a lead: {taken.status}")
        tally.acts["taken"] += taken.status == 200
        queue = await ask("coding queue", "/desk/code/")
        await self._pause()
        events = _links(queue, "/desk/code/", but=("new", "parties", "cases"))
        if not events or time.monotonic() > until:
            return
        page = await ask("coding page", self.chosen.choice(events))
        await self._pause()
        if (form := _coding_form(page)) is None:
            return
        kept = await ask("keep a draft", form.action, form.fields | {"do": "draft"}, well=False)
        if kept.status >= 500:
            tally.wrong.append(f"keep a draft: {kept.status}")
        tally.acts["drafts"] += kept.status == 200
        await self._pause()
        if (form := _coding_form(kept)) is None:
            return
        done = await ask("accept an event", form.action, form.fields | {"do": "accept"}, well=False)
        if done.status >= 500:
            tally.wrong.append(f"accept an event: {done.status}")
        tally.acts["accepted"] += done.status == 200
        if done.status == 200:
            tally.to_review[urlsplit(page.path).path.rstrip("/").rpartition("/")[2]] = self.number
        tally.acts["met another's version"] += done.status in (400, 409)
        await self._pause()

    async def _review_and_publish(self, until: float) -> None:
        ask, tally = self.visitor.ask, self.visitor.tally
        await ask("review queue", "/desk/review/")
        await self._pause()
        waiting = [one for one, who in tally.to_review.items() if who != self.number]
        if not waiting or time.monotonic() > until:
            return
        one = self.chosen.choice(waiting)
        del tally.to_review[one]
        page = await ask("review page", f"/desk/review/{one}/")
        for what, ending in (("harm check", "/harm/"), ("review", "/review/"), ("publish", "/publish/")):
            await self._pause()
            if (form := form_of(page, ending)) is None:
                continue
            if what == "harm check":
                for radio in HTMLParser(page.text).css("input[type=radio][name^=harm-]"):
                    form.fields.setdefault(
                        radio.attributes["name"], WELL.get(radio.attributes["name"][5:], "no")
                    )
            page = await ask(what, form.action, form.fields, well=False)
            if page.status >= 500:
                tally.wrong.append(f"{what}: {page.status}")
            tally.acts[what] += page.status == 200
            if page.status != 200:
                told = HTMLParser(page.text).css("[role=alert] p")
                tally.refused.update(f"{what}: {one.text(strip=True)[:160]}" for one in told)
                return


def _well() -> dict[str, str]:
    from barometer.review import questions

    return {one.id: "no" if one.against == "yes" else "yes" for one in questions().values()}


WELL: dict[str, str] = _well()


def _coding_form(page: Answer) -> Form | None:
    """The one with the coding: it has most fields."""
    forms = [
        Form(page, one) for one in HTMLParser(page.text).css("form[method=post]") if one.css("[name=base]")
    ]
    return max(forms, key=lambda form: len(form.fields), default=None)


def _links(page: Answer, below: str, but: tuple[str, ...] = ()) -> list[str]:
    """Addresses one step below, each once."""
    found = []
    with suppress(AttributeError):
        for one in HTMLParser(page.text).css("main a[href]"):
            rest = (one.attributes["href"] or "").removeprefix(below)
            name = rest.split("?")[0].rstrip("/")
            if rest != one.attributes["href"] and name and "/" not in name and name not in but:
                found.append(below + rest)
    return list(dict.fromkeys(found))
