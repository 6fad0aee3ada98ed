"""Sites on loopback that behave as sites do, and as what stands between a reader and a site does."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import trustme
from fakes.names import Names
from fakes.servers import Listener, Site, page

from barometer.fetching import Allowance
from barometer.reach.probe import Controls, ProbeSettings, look
from barometer.reach.seen import Seen

NAME = "news.example"
HOME, HOME6 = ["127.0.0.1"], ["::1"]
WELL = page(b"<title>News</title><h1>News of the day</h1>" + b"<p>Nothing of note.</p>" * 20)


class Authorities:
    """An authority that the probe trusts, and others that it does not."""

    def __init__(self) -> None:
        self.good = trustme.CA()
        self.unknown = trustme.CA(organization_name="Nobody's Authority")
        self.interceptor = trustme.CA(organization_name="Information Security Certification Authority")
        self.trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.good.configure_trust(self.trust)

    def server(self, *names: str, by: trustme.CA | None = None, days: int = 30) -> ssl.SSLContext:
        """What a server needs to show a certificate for these names, valid for so many days from now (or before)."""
        now = datetime.now(UTC)
        leaf = (by or self.good).issue_cert(
            *names, not_before=now - timedelta(days=100), not_after=now + timedelta(days=days)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        leaf.configure_cert(context)
        if by is not None:  # the whole chain, as an interception shows it
            blobs = [blob.bytes() for blob in leaf.cert_chain_pems] + [by.cert_pem.bytes()]
            with leaf.private_key_and_cert_chain_pem.tempfile() as own, _file(blobs) as chain:
                context.load_cert_chain(chain, own)
        return context


def _file(blobs: list[bytes]):
    return trustme.Blob(b"".join(blobs)).tempfile()


class Strange(Listener):
    """Does `act` with each connection; `met` counts them."""

    def __init__(self, act: Callable[[socket.socket], None], tls: ssl.SSLContext | None = None, **options):
        super().__init__(tls, **options)
        self._act = act
        self.met = 0

    def talk(self, sock: socket.socket) -> None:
        self.met += 1
        self._act(sock)


class Deaf(Listener):
    """Listens, and takes no line: its queue is full, so that whoever connects waits."""

    def __init__(self) -> None:
        super().__init__()
        self._listening.listen(0)
        self._filling = [socket.socket() for _ in range(4)]
        for sock in self._filling:
            sock.setblocking(False)
            sock.connect_ex(("127.0.0.1", self.port))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for sock in (self._listening, *self._filling):
            sock.close()


def reset(sock: socket.socket) -> None:
    """Break the line off, as a reset."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def reset_after_hello(sock: socket.socket) -> None:
    sock.recv(1 << 14)
    reset(sock)


def silence(sock: socket.socket) -> None:
    sock.settimeout(20)
    while sock.recv(1 << 14):
        pass


def alert(sock: socket.socket) -> None:
    """handshake_failure, fatal."""
    sock.recv(1 << 14)
    sock.sendall(b"\x15\x03\x03\x00\x02\x02\x28")
    sock.recv(1)


def by_name(name: str, tls: ssl.SSLContext, badly: Callable[[socket.socket], None]):
    """`badly` with whoever names the site in the handshake, a handshake with everybody else."""

    def act(sock: socket.socket) -> None:
        if name.encode() in sock.recv(1 << 14, socket.MSG_PEEK):
            badly(sock)
        else:
            tls.wrap_socket(sock, server_side=True).recv(1)

    return act


def slowly(sock: socket.socket, head: bytes) -> None:
    time.sleep(0.3)
    for start in range(0, len(WELL), 64):
        sock.sendall(WELL[start : start + 64])


def endless(sock: socket.socket, head: bytes) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>News</title>")
    while True:
        sock.sendall(b"<p>more" * 1000)


def in_turn(*answers: bytes):
    """One answer after another, the last of them for ever."""
    left = list(answers)

    def script(sock: socket.socket, head: bytes) -> None:
        sock.sendall(left.pop(0) if len(left) > 1 else left[0])

    return script


def settings(*, reach: list[str], resolvers: list[str] = (), system: str, **options) -> ProbeSettings:
    """Settings of a probe that may reach these places of this machine."""
    allowances = (Allowance("reach", tuple(reach)), Allowance("resolver", tuple(resolvers)))
    given = {"pause": 0.01, "stage": 15.0, "ask": 15.0, "plain": ()} | options
    return ProbeSettings(system=(system,), resolvers=tuple(resolvers), allowances=allowances, **given)


class Stage:
    """Puts servers up and looks at the site once."""

    def __init__(self, authorities: Authorities) -> None:
        self.stack = ExitStack()
        self.authorities = authorities
        self.good = authorities.server(NAME)

    def up(self, server):
        return self.stack.enter_context(server)

    def site(self, pages=None, **options):
        return self.up(Site({"/": WELL} if pages is None else pages, **options))

    def look(self, server, system, other=None, *, scheme="https", also=(), controls=None, **options) -> Seen:
        """One look: `system` and `other` are what the two name servers say of the site."""
        zone = {f"{NAME}.": HOME, "always.example": HOME}
        ours = self.up(Names(zone | {NAME: system} | dict(also)))
        theirs = [self.up(Names({NAME: other} | dict(also))).place] if other is not None else []
        places = [f"{host}:{server.port}" for host in (NAME, "www.news.example")]
        if controls is not None:
            places.append(f"always.example:{controls.port}")
            options["controls"] = Controls([f"https://always.example:{controls.port}/"])
        made = settings(
            reach=places, resolvers=theirs, system=ours.place, trust=self.authorities.trust, **options
        )
        return asyncio.run(look(f"{scheme}://{NAME}:{server.port}/", made))

    def always(self):
        """A site that is always there."""
        return self.up(Site({"/": WELL}, tls=self.authorities.server("always.example")))
