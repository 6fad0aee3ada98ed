"""A line in a loop of asyncio: many looks at once in one thread. What may be dialled, the guard says here too."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from contextlib import suppress
from typing import Any

from barometer.fetching.guard import Guard

_BLOCK = 1 << 16
_ENCODING_DER = 2  # of `_ssl`, where Python before 3.13 gives no bytes


class AsyncLine:
    """A connected socket, with TLS from `secure` on. It waits without an end: the caller sets the time."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self._sock = sock
        self._tls: ssl.SSLObject | None = None
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()

    @classmethod
    async def dial(
        cls, guard: Guard, url: str, host: str, port: int, address: str, *, purpose: str
    ) -> AsyncLine:
        """A line to an address that a resolver gave for this place; FetchRefused, OSError."""
        guard.check_place(url, host, port, purpose=purpose)
        guard.check_answer(url, host, port, ipaddress.ip_address(address), purpose=purpose)
        sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        try:
            sock.setblocking(False)
            await asyncio.get_running_loop().sock_connect(sock, (address, port))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except BaseException:
            sock.close()
            raise
        return cls(sock)

    async def secure(self, trust: ssl.SSLContext, host: str | None) -> tuple[bytes, ...]:
        """Speak TLS from here on, naming `host` or nobody; the chain that was shown (DER), the server's own first.

        ssl.SSLError where they do not agree or the certificate is not trusted, EOFError if the other end hangs up.
        """
        self._tls = trust.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                await self._pass_on()
                await self._hear()
            except ssl.SSLError:
                with suppress(OSError):
                    await self._pass_on()  # why we leave
                raise
            else:
                await self._pass_on()
                return _chain(self._tls)

    async def send(self, data: bytes) -> None:
        """Send it all; OSError."""
        if self._tls is None:
            await asyncio.get_running_loop().sock_sendall(self._sock, data)
        else:
            self._tls.write(data)
            await self._pass_on()

    async def receive(self) -> bytes:
        """What has come, b"" at the end; OSError, ssl.SSLError."""
        if self._tls is None:
            return await asyncio.get_running_loop().sock_recv(self._sock, _BLOCK)
        while True:
            try:
                return self._tls.read(_BLOCK)
            except ssl.SSLWantReadError:
                await self._pass_on()
                try:
                    await self._hear()
                except EOFError:
                    return b""
            except ssl.SSLZeroReturnError:
                return b""

    def close(self) -> None:
        self._sock.close()

    async def _pass_on(self) -> None:
        if data := self._outgoing.read():
            await asyncio.get_running_loop().sock_sendall(self._sock, data)

    async def _hear(self) -> None:
        data = await asyncio.get_running_loop().sock_recv(self._sock, _BLOCK)
        if not data:
            raise EOFError("the other end hung up")
        self._incoming.write(data)


def _chain(tls: ssl.SSLObject) -> tuple[bytes, ...]:
    """What the other end showed: Python 3.13 gives it openly, earlier ones from the object within."""
    whole: Any = tls if hasattr(tls, "get_unverified_chain") else tls._sslobj  # type: ignore[attr-defined]
    shown = whole.get_unverified_chain() or []
    return tuple(
        certificate if isinstance(certificate, bytes) else certificate.public_bytes(_ENCODING_DER)
        for certificate in shown
    )
