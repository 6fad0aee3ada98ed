"""A proxy on this machine for a browser: what Chromium asks for passes the same guard as everything else."""

from __future__ import annotations

import base64
import functools
import hmac
import secrets
import selectors
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from barometer.errors import FetchFailed, FetchRefused
from barometer.fetching.door import Door, Limits
from barometer.fetching.guard import parse_place, parse_url
from barometer.fetching.line import Deadline, Line

#: What keeps Chromium from going around its proxy: loopback too, no names looked up, no UDP.
CHROMIUM_ARGUMENTS = (
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--dns-prefetch-disable",
    "--disable-background-networking",
    "--disable-component-update",
)
#: A page with everything that it loads.
PAGE_LIMITS = Limits(bytes=200 << 20, seconds=120)

_BLOCK = 1 << 16
_LONGEST_HEAD = 1 << 17
_HEAD_SECONDS = 15.0
_MOST_LINES = 128
_PER_LINE = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "upgrade",
    }
)


@dataclass(frozen=True)
class Turned:
    """What was not let through: the address that the browser asked for and why not."""

    url: str
    why: str


class GuardProxy:
    """Within it, `server` is a proxy that only who knows `user` and `password` may use.

    `limits.bytes` (both ways) and `limits.seconds` are for everything that passes while it is open: one page, one
    proxy. `refused` is what the guard or a limit did not let through, in order. `proxy` as in `Door.get`.
    """

    def __init__(
        self, door: Door, *, purpose: str = "web", proxy: str | None = None, limits: Limits = PAGE_LIMITS
    ) -> None:
        self.user = "browser"
        self.password = secrets.token_urlsafe(24)
        self.refused: list[Turned] = []
        self._door = door
        self._purpose = purpose
        self._proxy = proxy
        self._limits = limits
        self._left = limits.bytes
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._places = threading.BoundedSemaphore(_MOST_LINES)

    def __enter__(self) -> GuardProxy:
        self._deadline = Deadline(self._limits.seconds, "the page")
        self._listener = _Listener(self._serve)
        serve = functools.partial(self._listener.serve_forever, poll_interval=0.05)
        threading.Thread(target=serve, daemon=True, name="guard-proxy").start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown()
        self._listener.server_close()
        with self._lock:
            for sock in self._open:
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

    @property
    def server(self) -> str:
        """http://127.0.0.1:port"""
        return f"http://127.0.0.1:{self._listener.server_address[1]}"

    @property
    def playwright(self) -> dict[str, str]:
        """What Playwright's `launch(proxy=…)` takes; launch with `CHROMIUM_ARGUMENTS` too."""
        return {"server": self.server, "username": self.user, "password": self.password}

    # --- one connection of the browser ------------------------------------------------------------------------------

    def _serve(self, client: socket.socket) -> None:
        if not self._places.acquire(blocking=False):
            _say(client, "503 Too Many Connections")
            return
        try:
            with self._held(client):
                self._answer(client)
        except (OSError, FetchFailed):
            return  # the browser went away, or time or bytes are used up: the line is closed
        finally:
            self._places.release()

    @contextmanager
    def _held(self, sock: socket.socket) -> Iterator[None]:
        """Known to `__exit__`, which breaks it off."""
        with self._lock:
            self._open.add(sock)
        try:
            yield
        finally:
            with self._lock:
                self._open.discard(sock)

    def _answer(self, client: socket.socket) -> None:
        head, rest = _read_head(client, Deadline(_HEAD_SECONDS, "the browser's request"))
        words, fields = _parsed(head)
        if words is None:
            _say(client, "400 Bad Request")
        elif not self._knows(fields):
            _say(
                client, "407 Proxy Authentication Required", 'Proxy-Authenticate: Basic realm="barometer"\r\n'
            )
        else:
            method, target = words
            try:
                if method == "CONNECT":
                    self._tunnel(client, target, rest)
                else:
                    self._forward(client, method, target, fields, rest)
            except FetchRefused as error:
                self._turn(target, error.why)
                _say(client, "403 Forbidden")
            except FetchFailed as error:
                self._turn(target, error.why)
                _say(client, "504 Gateway Timeout" if error.kind == "timeout" else "502 Bad Gateway")

    def _knows(self, fields: list[tuple[str, str]]) -> bool:
        pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        given = next((value for name, value in fields if name.lower() == "proxy-authorization"), "")
        return hmac.compare_digest(given.encode("utf-8", "replace"), f"Basic {pair}".encode())

    def _turn(self, url: str, why: str) -> None:
        with self._lock:
            self.refused.append(Turned(url, why))

    def _line(self, url: str, host: str, port: int) -> Line:
        return self._door.line(
            url,
            host,
            port,
            purpose=self._purpose,
            proxy=self._proxy,
            deadline=self._deadline,
            connect_seconds=self._limits.connect_seconds,
        )

    def _tunnel(self, client: socket.socket, target: str, rest: bytes) -> None:
        """CONNECT: bytes both ways, unread."""
        try:
            host, port = parse_place(target)
        except ValueError:
            raise FetchRefused(target, "it is not host:port") from None
        line = self._line(f"https://{target}", host, port)
        with line.sock, self._held(line.sock):
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            self._relay({client: line.sock, line.sock: client}, line.sock, target, rest)

    def _forward(
        self, client: socket.socket, method: str, target: str, fields: list[tuple[str, str]], rest: bytes
    ) -> None:
        """A plain http request: sent on over a line of its own, whose answer ends the browser's line too."""
        place = parse_url(target)
        if place.scheme != "http":
            raise FetchRefused(target, "https passes by CONNECT only")
        lengths = {value for name, value in fields if name.lower() == "content-length"} or {"0"}
        coded = any(name.lower() == "transfer-encoding" for name, _ in fields)
        length = lengths.pop()
        if coded or lengths or not (length.isascii() and length.isdigit()):
            raise FetchRefused(target, "the length of the request is not clear")
        line = self._line(target, place.host, place.port)
        with line.sock, self._held(line.sock):
            kept = [field for field in fields if field[0].lower() not in _PER_LINE | {"host"}]
            head = [f"{method} {place.path} HTTP/1.1", f"Host: {place.authority}"]
            head += [f"{name}: {value}" for name, value in kept]
            line.send(_joined([*head, "Connection: close"]))
            self._pass_body(client, line, rest, int(length))
            answer, begun = _read_head(line.sock, self._deadline)
            self._count(answer + begun)
            first, *lines = answer.decode("latin-1").splitlines()
            lines = [text for text in lines if text and text.split(":")[0].strip().lower() not in _PER_LINE]
            client.sendall(_joined([first, *lines, "Connection: close"]) + begun)
            # Only the answer is passed on: what the browser would say next is not for this place.
            self._relay({line.sock: client}, line.sock, target)

    def _pass_body(self, client: socket.socket, line: Line, rest: bytes, length: int) -> None:
        left = length
        piece = rest
        while left > 0:
            if not piece:
                client.settimeout(self._deadline.left())
                piece = client.recv(_BLOCK)
                if not piece:
                    raise ConnectionError("the browser went away")
            self._count(piece)
            line.send(piece[:left])
            left -= len(piece)
            piece = b""

    def _relay(
        self, ways: dict[socket.socket, socket.socket], far: socket.socket, target: str, first: bytes = b""
    ) -> None:
        """Pass bytes along `ways` until the far end closes; what goes over a limit is told in `refused`."""
        try:
            self._pass(first, far)
            with selectors.DefaultSelector() as selector:
                for sock in ways:
                    selector.register(sock, selectors.EVENT_READ)
                while far in {key.fileobj for key in selector.get_map().values()}:
                    for key, _ in selector.select(self._deadline.left()):
                        sock = next(sock for sock in ways if sock is key.fileobj)
                        if data := sock.recv(_BLOCK):
                            self._pass(data, ways[sock])
                        else:
                            selector.unregister(sock)
                            with suppress(OSError):
                                ways[sock].shutdown(socket.SHUT_WR)
        except FetchFailed as error:
            self._turn(target, error.why)

    def _pass(self, data: bytes, to: socket.socket) -> None:
        self._count(data)
        to.settimeout(self._deadline.left())
        try:
            to.sendall(data)
        except TimeoutError:
            raise self._deadline.failed() from None

    def _count(self, data: bytes) -> None:
        with self._lock:
            self._left -= len(data)
            over = self._left < 0
        if over:
            raise FetchFailed(
                "too large",
                "the page",
                f"more than {self._limits.bytes:,} bytes",
                next_step="raise the limit",
            )


class _Listener(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Hands every connection to `serve`, in a thread of its own."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = _MOST_LINES

    def __init__(self, serve: Callable[[socket.socket], None]) -> None:
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)
        self._serve = serve

    def finish_request(self, request: Any, client_address: Any) -> None:
        self._serve(request)


def _read_head(sock: socket.socket, deadline: Deadline) -> tuple[bytes, bytes]:
    """A head with its empty line, and what came after it already; ConnectionError without one."""
    data = b""
    while b"\r\n\r\n" not in data:
        sock.settimeout(deadline.left())
        try:
            piece = sock.recv(_BLOCK)
        except TimeoutError:
            raise deadline.failed() from None
        data += piece
        if not piece or len(data) > _LONGEST_HEAD:
            raise ConnectionError("no head")
    head, mark, rest = data.partition(b"\r\n\r\n")
    return head + mark, rest


def _parsed(head: bytes) -> tuple[tuple[str, str] | None, list[tuple[str, str]]]:
    """Method and target, and the header fields; None for a head that is not plainly HTTP/1.1."""
    first, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    words = first.split(" ")
    fields = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip() or any(letter in line for letter in "\r\n\0"):
            return None, []
        fields.append((name, value.strip()))
    if len(words) != 3 or not words[0].isalpha() or not words[2].startswith("HTTP/1."):
        return None, []
    return (words[0], words[1]), fields


def _joined(lines: list[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1")


def _say(client: socket.socket, status: str, more: str = "") -> None:
    with suppress(OSError):
        client.sendall(
            f"HTTP/1.1 {status}\r\n{more}Content-Length: 0\r\nConnection: close\r\n\r\n".encode("latin-1")
        )
