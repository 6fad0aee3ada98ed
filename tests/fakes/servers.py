"""Servers on 127.0.0.1 for tests: sites that answer by script, well or badly, and two small proxies.

All are context managers on a port of their own. `house` and `named` help to reach them through a `Door`, which
refuses 127.0.0.1 like any other private address unless a purpose has an allowance.
"""

from __future__ import annotations

import gzip
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress

from barometer.fetching import Allowance, Door

Script = Callable[[socket.socket, bytes], None]
NAME = "site.example"


class Listener:
    """Accepts on `host`, an address of loopback; each connection goes to `talk` in a thread of its own and is closed
    afterwards."""

    def __init__(self, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1", port: int = 0) -> None:
        self._tls = tls
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listening = socket.create_server((host, port), family=family, backlog=64)
        self.port: int = self._listening.getsockname()[1]
        self.over = threading.Event()
        self._open: set[socket.socket] = set()

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.over.set()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for sock in list(self._open):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _accept(self):
        while not self.over.is_set():
            try:
                sock, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock):
        self._open.add(sock)
        with suppress(OSError):
            secured = self._tls.wrap_socket(sock, server_side=True) if self._tls else sock
            self._open.add(secured)
            with secured:
                self.talk(secured)
        sock.close()

    def talk(self, sock: socket.socket) -> None:
        raise NotImplementedError


class Site(Listener):
    """A web site by script: `pages` has whole answers (see `page`) or functions of the socket and the request.

    `requests` has every request as it came, head and body; a path that is not there answers 404.
    """

    def __init__(
        self,
        pages: Mapping[str, bytes | Script],
        tls: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        super().__init__(tls, host, port)
        self.pages = dict(pages)
        self.requests: list[bytes] = []

    @property
    def place(self) -> str:
        return f"{NAME}:{self.port}"

    def url(self, path: str = "/") -> str:
        return f"{'https' if self._tls else 'http'}://{self.place}{path}"

    def talk(self, sock):
        head = read_head(sock)
        length = next(
            (
                int(line.split(b":")[1])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length:")
            ),
            0,
        )
        end = head.index(b"\r\n\r\n") + 4
        while len(head) - end < length:
            head += sock.recv(1 << 16)
        self.requests.append(head)
        path = head.split(b" ")[1].decode()
        answer = self.pages.get(path, page(b"not here", status="404 Not Found"))
        if isinstance(answer, bytes):
            sock.sendall(answer)
        else:
            answer(sock, head)


def read_head(sock: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = sock.recv(1 << 16)
        if not piece:
            raise ConnectionError("no request")
        data += piece
    return data


def page(
    body: bytes = b"",
    *,
    status: str = "200 OK",
    media_type: str = "text/html; charset=utf-8",
    headers: tuple[str, ...] = (),
    length: int | None = None,
) -> bytes:
    """A whole answer; `length` may lie."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}"]
    lines += [f"Content-Type: {media_type}"] if media_type else []
    return "".join(f"{line}\r\n" for line in [*lines, *headers, ""]).encode() + body


def moved(location: str, status: str = "302 Found") -> bytes:
    return page(b"moved", status=status, headers=(f"Location: {location}",))


def packed(body: bytes, coding: str = "gzip", **options) -> bytes:
    """An answer whose body is said to be packed: gzip by us, any other coding as given."""
    data = gzip.compress(body) if coding == "gzip" else body
    return page(data, headers=(f"Content-Encoding: {coding}",), **options)


def named(*servers: Listener, purpose: str = "web", host: str = NAME) -> Allowance:
    """An allowance for these servers under the name that `at_home` resolves."""
    return Allowance(purpose, tuple(f"{host}:{server.port}" for server in servers))


def at_home(host: str, port: int) -> list[str]:
    """Every name is this machine."""
    return ["127.0.0.1"]


def door_to(*servers: Listener, **options) -> Door:
    """A door that may reach these servers for the web, and nothing else here."""
    return Door(allowances=[named(*servers)], resolver=at_home, **options)


class Proxy(Listener):
    """A tunnelling proxy; `asked` has the places in the order asked for, `at` says where a name really is."""

    def __init__(self, at: Mapping[str, int], *, user: str = "", password: str = "") -> None:
        super().__init__()
        self.at = dict(at)
        self.asked: list[str] = []
        self.user, self.password = user, password

    def _join(self, sock: socket.socket, place: str, well: bytes, badly: bytes) -> None:
        self.asked.append(place)
        if place not in self.at:
            sock.sendall(badly)
            return
        with socket.create_connection(("127.0.0.1", self.at[place])) as far:
            sock.sendall(well)
            back = threading.Thread(target=_pump, args=(far, sock), daemon=True)
            back.start()
            _pump(sock, far)
            back.join()


class ConnectProxy(Proxy):
    """An HTTP proxy that knows CONNECT."""

    def talk(self, sock):
        head = read_head(sock).decode()
        self.head = head
        method, place, _ = head.split(" ", 2)
        if method != "CONNECT":
            sock.sendall(b"HTTP/1.1 405 Only CONNECT\r\n\r\n")
            return
        self._join(sock, place, b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 403 Not there\r\n\r\n")


class SocksProxy(Proxy):
    """SOCKS 5 by name, with a user and password if it has them."""

    def talk(self, sock):
        _, count = _exactly(sock, 2)
        methods = _exactly(sock, count)
        method = 2 if self.user else 0
        if method not in methods:
            sock.sendall(b"\x05\xff")
            return
        sock.sendall(bytes([5, method]))
        if self.user:
            user = _exactly(sock, _exactly(sock, 2)[1])
            password = _exactly(sock, _exactly(sock, 1)[0])
            right = (user.decode(), password.decode()) == (self.user, self.password)
            sock.sendall(b"\x01\x00" if right else b"\x01\x01")
            if not right:
                return
        _, _, _, kind = _exactly(sock, 4)
        if kind == 3:
            host = _exactly(sock, _exactly(sock, 1)[0]).decode()
        else:
            family, size = (socket.AF_INET, 4) if kind == 1 else (socket.AF_INET6, 16)
            host = socket.inet_ntop(family, _exactly(sock, size))
        (port,) = struct.unpack(">H", _exactly(sock, 2))
        bound = b"\x01\0\0\0\0\0\0"
        self._join(sock, f"{host}:{port}", b"\x05\x00\x00" + bound, b"\x05\x04\x00" + bound)


def _exactly(sock: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = sock.recv(count - len(data))
        if not piece:
            raise ConnectionError("cut off")
        data += piece
    return data


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
