"""The one door: everything that leaves this machine goes through `Door`, and comes back as bytes within limits.

A name is looked up once, every answer is checked, and the line goes to a checked IP literal, so that a second
answer (rebinding) is never asked for. Redirects are followed by hand and judged like the first address. There
are no cookies, no pooled lines and no settings from the environment.
"""

from __future__ import annotations

import functools
import re
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from urllib.parse import urljoin

import certifi
import h11

from barometer import __version__
from barometer.errors import FetchFailed, FetchRefused
from barometer.fetching.guard import Allowance, Guard, Resolver, Target, literal, parse_host, parse_url
from barometer.fetching.line import Deadline, Line, Proxy, dial, looked_up, system_resolver
from barometer.fetching.unpack import Unpacker, unpacker

DEFAULT_AGENT = f"PressBarometer/{__version__} (press-freedom monitoring)"
#: The ports of mail that `Door.connect` may reach beside allowed places: IMAP, plain with STARTTLS and over TLS.
MAIL_PORTS = frozenset({143, 993})

# Room for heads and chunk marks beside the body itself.
_OVERHEAD = 1 << 20
_LONGEST_HEAD = 100 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_END_OF_HEAD = re.compile(rb"\n\r?\n")
# fmt: off
_OWN_HEADERS = frozenset({
    "accept-encoding", "connection", "content-length", "cookie", "cookie2", "expect", "host", "keep-alive",
    "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
})
# fmt: on


@dataclass(frozen=True)
class Limits:
    """What a fetch may take: `bytes` of body (sent and unpacked), `seconds` for the whole with its redirects,
    `connect_seconds` for each IP address tried, `redirects`, and `ratio` of unpacked to packed past a megabyte."""

    bytes: int = 20 << 20
    seconds: float = 60
    connect_seconds: float = 10
    redirects: int = 8
    ratio: int = 200


@dataclass(frozen=True)
class Hop:
    """One request and its answer, as they went over the line.

    `request` and `response_head` are the heads with their empty line; `raw` is the body as sent, chunk marks and
    content coding and all, so that `response_head + raw` is the whole answer. `address` is the IP literal that
    was connected to, "" where a proxy did; `certificate` is the server's own (DER), None without TLS.
    """

    url: str
    status: int
    request: bytes
    response_head: bytes
    address: str
    certificate: bytes | None
    raw: bytes = b""


@dataclass(frozen=True)
class Fetched:
    """An answer: `asked` the address as given, `url` the one that answered; `body` unpacked, `raw` as sent.

    Names of `headers` are in lower case, in their order; `media_type` is in lower case without parameters, "" if
    not said. `started` is in UTC, `seconds` the whole time. `hops` has the redirects and the answer itself last.
    """

    asked: str
    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    raw: bytes
    hops: tuple[Hop, ...]
    started: datetime
    seconds: float
    media_type: str
    charset: str | None

    def header(self, name: str) -> str:
        """The first header of that name (lower case), "" if there is none."""
        return next((value for key, value in self.headers if key == name), "")


class Door:
    """Fetches for a purpose.

    `allowances` name what a purpose may reach though it is private. `proxies` are addresses of proxies by name or
    by purpose: what is fetched for that purpose, or with `proxy=` that name or address, goes through it and never
    around it; a proxy that is private needs an allowance of the purpose "proxy". `trust` is what certificates are
    checked against (by default the usual authorities).
    """

    def __init__(
        self,
        *,
        allowances: Iterable[Allowance] = (),
        agent: str = DEFAULT_AGENT,
        resolver: Resolver = system_resolver,
        proxies: Mapping[str, str] | None = None,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self.agent = agent
        self._guard = Guard(allowances, resolver)
        self._proxies = {name: Proxy.parse(address) for name, address in (proxies or {}).items()}
        self._trust = trust

    def get(
        self,
        url: str,
        *,
        purpose: str = "web",
        headers: Mapping[str, str] | None = None,
        accept: tuple[str, ...] | None = None,
        limits: Limits = Limits(),
        proxy: str | None = None,
        etag: str = "",
        modified: str = "",
    ) -> Fetched:
        """What stands at the address, after redirects. 304, 4xx and 5xx come back like any other status.

        `accept` are media types ("text/html", "image/*"): another one in a 2xx is a failure. `etag` and
        `modified` make the request conditional. FetchRefused if the guard says no, FetchFailed with its kind.
        """
        return self.send(
            "GET",
            url,
            purpose=purpose,
            headers=headers,
            accept=accept,
            limits=limits,
            proxy=proxy,
            etag=etag,
            modified=modified,
        )

    def send(
        self,
        method: str,
        url: str,
        *,
        content: bytes = b"",
        purpose: str = "web",
        headers: Mapping[str, str] | None = None,
        accept: tuple[str, ...] | None = None,
        limits: Limits = Limits(),
        proxy: str | None = None,
        etag: str = "",
        modified: str = "",
    ) -> Fetched:
        """Like `get` with any method. Only GET and HEAD follow redirects: content is sent to one address."""
        own = _caller_headers(headers or {}, etag, modified)
        started, begin = datetime.now(UTC), time.monotonic()
        deadline = Deadline(limits.seconds, url)
        target = parse_url(url)
        first, hops = target, list[Hop]()
        while True:
            answer, hop = self._ask(
                method,
                target,
                self._headers(own if _same_owner(first, target) else {}, accept),
                content,
                purpose=purpose,
                proxy=proxy,
                accept=accept,
                limits=limits,
                deadline=deadline,
            )
            hops.append(hop)
            location = answer.header("location")
            if answer.status not in _REDIRECTS or not location or method not in ("GET", "HEAD"):
                break
            if len(hops) > limits.redirects:
                raise FetchFailed(
                    "redirects", url, f"more than {limits.redirects} redirects", next_step="check the address"
                )
            target = _redirected(target, location)
        media_type, charset = _content_type(answer.header("content-type"))
        return Fetched(
            asked=url,
            url=str(target),
            status=answer.status,
            headers=answer.headers,
            body=bytes(answer.unpacked.body),
            raw=hop.raw,
            hops=tuple(hops),
            started=started,
            seconds=time.monotonic() - begin,
            media_type=media_type,
            charset=charset,
        )

    def connect(
        self, host: str, port: int, *, purpose: str, seconds: float, proxy: str | None = None
    ) -> socket.socket:
        """A socket to a checked address, for mail; the caller speaks over it and closes it.

        `seconds` is for connecting, and afterwards the socket's own timeout. FetchRefused, FetchFailed.
        """
        place = f"{host}:{port}"
        line = self.line(
            place,
            parse_host(host, place),
            port,
            purpose=purpose,
            proxy=proxy,
            deadline=Deadline(seconds, place),
            connect_seconds=seconds,
            ports=MAIL_PORTS,
        )
        line.sock.settimeout(seconds)
        return line.sock

    def line(
        self,
        url: str,
        host: str,
        port: int,
        *,
        purpose: str,
        proxy: str | None,
        deadline: Deadline,
        connect_seconds: float,
        ports: frozenset[int] = frozenset(),
    ) -> Line:
        """A line to a place that the guard lets through, by the proxy of this purpose or source if it has one."""
        self._guard.check_place(url, host, port, purpose=purpose, ports=ports)
        through = self._proxy(purpose, proxy)
        if through is None:
            sock, address = self._dial(url, host, port, purpose, deadline, connect_seconds)
            return Line(sock, address, url, deadline)
        shown = f"the proxy {through.host}:{through.port}"
        self._guard.check_place(shown, through.host, through.port, purpose="proxy")
        sock, _ = self._dial(shown, through.host, through.port, "proxy", deadline, connect_seconds)
        line = Line(sock, "", url, deadline)
        try:
            through.tunnel(line, host, port, url)
        except BaseException:
            line.close()
            raise
        return line

    def _dial(
        self, url: str, host: str, port: int, purpose: str, deadline: Deadline, connect_seconds: float
    ) -> tuple[socket.socket, str]:
        def look() -> list[str]:
            return self._guard.addresses(url, host, port, purpose=purpose)

        found = look() if literal(host) else looked_up(look, url, deadline)
        return dial(found, port, url, deadline, connect_seconds)

    def _proxy(self, purpose: str, asked: str | None) -> Proxy | None:
        named = self._proxies.get(asked or purpose)
        return named or (Proxy.parse(asked) if asked else None)

    def _headers(self, own: Mapping[str, str], accept: tuple[str, ...] | None) -> dict[str, str]:
        """What is always said, under what the caller says; names in lower case."""
        return {
            "user-agent": self.agent,
            "accept": ", ".join((*accept, "*/*;q=0.1")) if accept else "*/*",
            **own,
            "accept-encoding": "gzip, deflate",
            "connection": "close",
        }

    def _ask(
        self,
        method: str,
        target: Target,
        headers: Mapping[str, str],
        content: bytes,
        *,
        purpose: str,
        proxy: str | None,
        accept: tuple[str, ...] | None,
        limits: Limits,
        deadline: Deadline,
    ) -> tuple[_Exchange, Hop]:
        """One request over a line of its own, and its answer."""
        url = str(target)
        line = self.line(
            url,
            target.host,
            target.port,
            purpose=purpose,
            proxy=proxy,
            deadline=deadline,
            connect_seconds=limits.connect_seconds,
        )
        try:
            certificate = (
                line.secure(self._trust or usual_trust(), target.host) if target.scheme == "https" else None
            )
            exchange = _Exchange(line, url, limits, accept)
            exchange.ask(method, target, headers, content)
            exchange.listen()
        finally:
            line.close()
        head, raw = exchange.parts()
        return exchange, Hop(url, exchange.status, exchange.request, head, line.address, certificate, raw)


class _Exchange:
    """One request and its answer over a line, with everything that went over it kept as it was."""

    unpacked: Unpacker

    def __init__(self, line: Line, url: str, limits: Limits, accept: tuple[str, ...] | None) -> None:
        self._line = line
        self._url = url
        self._limits = limits
        self._accept = accept
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)
        self._wire = bytearray()
        self._method = ""
        self.request = b""
        self.status = 0
        self.headers: tuple[tuple[str, str], ...] = ()

    def ask(self, method: str, target: Target, headers: Mapping[str, str], content: bytes) -> None:
        """Send the request; FetchFailed ("protocol") if it cannot be written as HTTP."""
        self._method = method
        fields = [("Host", target.authority), *((_cased(name), value) for name, value in headers.items())]
        if content or method in ("POST", "PUT", "PATCH"):
            fields.append(("Content-Length", str(len(content))))
        try:
            head = self._http.send(h11.Request(method=method, target=target.path, headers=fields))
            body = self._http.send(h11.Data(data=content)) if content else b""
            self._http.send(h11.EndOfMessage())
        except (h11.LocalProtocolError, UnicodeEncodeError) as error:
            raise FetchFailed("protocol", self._url, str(error), next_step="check the headers") from None
        self.request = head or b""
        try:
            self._line.send(self.request + (body or b""))
        except OSError:
            # A server may answer and hang up before it has read everything; its answer says more than the break.
            return

    def listen(self) -> None:
        """Read the answer to its end; FetchFailed of every kind."""
        try:
            while True:
                event = self._http.next_event()
                if event is h11.NEED_DATA:
                    self._more()
                elif isinstance(event, h11.Response):
                    self._begin(event)
                elif isinstance(event, h11.Data):
                    self.unpacked.feed(bytes(event.data))
                elif isinstance(event, h11.EndOfMessage):
                    self.unpacked.close()
                    return
        except h11.RemoteProtocolError as error:
            raise FetchFailed(
                "protocol", self._url, str(error), next_step="try again later, or look with a browser"
            ) from None

    def _more(self) -> None:
        data = self._line.receive()
        if not data and not self.status:
            raise h11.RemoteProtocolError("the server hung up without an answer")
        self._wire += data
        if len(self._wire) > self._limits.bytes + _OVERHEAD:
            raise FetchFailed(
                "too large",
                self._url,
                f"more than {self._limits.bytes:,} bytes",
                next_step="raise the limit",
            )
        self._http.receive_data(data)

    def _begin(self, response: h11.Response) -> None:
        self.status = response.status_code
        self.headers = tuple((name.decode("latin-1"), _text(value)) for name, value in response.headers)
        media_type, _ = _content_type(self.header("content-type"))
        if 200 <= self.status < 300 and self._accept is not None and not _accepted(media_type, self._accept):
            raise FetchFailed(
                "content type",
                self._url,
                f"it is {media_type or 'of no stated type'}, not {' or '.join(self._accept)}",
                next_step="check the address",
            )
        has_body = self._method != "HEAD" and self.status not in (204, 304)
        length = self.header("content-length")
        if has_body and length.isdigit() and int(length) > self._limits.bytes:
            raise FetchFailed(
                "too large",
                self._url,
                f"it says {int(length):,} bytes, the limit is {self._limits.bytes:,}",
                next_step="raise the limit",
            )
        coding = self.header("content-encoding") if has_body else ""
        self.unpacked = unpacker(coding, url=self._url, most=self._limits.bytes, ratio=self._limits.ratio)

    def header(self, name: str) -> str:
        """The values of a header (lower case), joined by commas."""
        return ", ".join(value for key, value in self.headers if key == name)

    def parts(self) -> tuple[bytes, bytes]:
        """The head of the answer with its empty line, and the body as sent. Heads of 1xx are passed over."""
        wire, begin = bytes(self._wire), 0
        while end := _END_OF_HEAD.search(wire, begin):
            if not re.match(rb"HTTP/\d\.\d 1\d\d", wire[begin : begin + 12]):
                return wire[begin : end.end()], wire[end.end() :]
            begin = end.end()
        raise AssertionError("an answer that was read has a head")


@functools.cache
def usual_trust() -> ssl.SSLContext:
    """The usual authorities; read once, since that takes longer than a fetch."""
    return ssl.create_default_context(cafile=certifi.where())


def _caller_headers(headers: Mapping[str, str], etag: str, modified: str) -> dict[str, str]:
    own = {name.lower(): value for name, value in headers.items()}
    if taken := sorted(own.keys() & _OWN_HEADERS):
        raise ValueError(f"the door itself decides about {', '.join(taken)}")
    if etag:
        own["if-none-match"] = etag
    if modified:
        own["if-modified-since"] = modified
    return own


def _same_owner(first: Target, now: Target) -> bool:
    """Whether what the caller says may be said here too: the same origin, or its own step from http to https."""
    step = (first.scheme, first.port, now.scheme, now.port) == ("http", 80, "https", 443)
    return first.host == now.host and (first.origin == now.origin or step)


def _redirected(target: Target, location: str) -> Target:
    try:
        joined = urljoin(str(target), location.strip())
    except ValueError:
        raise FetchRefused(
            location, f"{target} leads to what is no address", next_step="check the address"
        ) from None
    # A blank in a Location is common, and browsers take it.
    return parse_url(joined.replace(" ", "%20"))


def _content_type(text: str) -> tuple[str, str | None]:
    """Media type in lower case, and charset; the first of several, as they are joined by commas."""
    message = Message()
    message["content-type"] = text.split(",")[0].strip() or "application/octet-stream"
    charset = message.get_param("charset")
    media_type = text.split(",")[0].split(";")[0].strip().lower()
    return media_type, charset.strip().lower() or None if isinstance(charset, str) else None


def _accepted(media_type: str, accept: tuple[str, ...]) -> bool:
    return any(
        media_type == kind or kind == "*/*" or (kind.endswith("/*") and media_type.startswith(kind[:-1]))
        for kind in accept
    )


def _text(value: bytes) -> str:
    """A header's value: UTF-8 where it is (addresses in Location are), else Latin-1."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _cased(name: str) -> str:
    return "-".join(part.capitalize() for part in name.split("-"))
