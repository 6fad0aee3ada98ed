"""Those who send never keep those who read waiting: few threads at once take in what is sent, and none takes too much.

The server hands a request over when its head is there; its body is read by the thread that answers. Who sends a byte a
minute holds that thread, and a few such senders would hold the whole site. So only so many threads may read bodies at a
time. Slow senders are ended by the proxy in front, which takes requests in whole (docs/how-to/serve.md): here alone they
can keep others from sending, but not from reading.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

#: The longest request: the largest file that the desk takes (evidence, 256 MB) in its form.
MOST = 257 << 20
#: So many of the server's eight threads may read what is sent; so long, in seconds, the next one waits for its turn.
READING, TURN = 4, 0.5

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]


class Reads(Protocol):
    """A body as the server gives it."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes; blocks until there are some."""

    def readline(self, size: int = -1, /) -> bytes:
        """The next line; blocks until there is one."""


class Bodies:
    """The application, with this watch before it."""

    def __init__(self, application: Application, reading: int = READING) -> None:
        self._application = application
        self._turns = threading.BoundedSemaphore(reading)

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """The answer; 413 before a byte of too long a body is read, 503 where too many are sending."""
        length = environ.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdigit() and len(length) < 20):
            return _refused(start, "400 Bad Request")
        if int(length) > MOST:
            return _refused(start, "413 Content Too Large")
        if not int(length):
            return self._application(environ, start)
        if not self._turns.acquire(timeout=TURN):
            return _refused(start, "503 Service Unavailable")
        body = _Body(environ["wsgi.input"], int(length), self._turns.release)
        environ["wsgi.input"] = body
        try:
            return self._application(environ, start)
        finally:
            body.end()


class _Body:
    """`wsgi.input` that gives its turn away when it is read to its end, or is of no interest any longer."""

    def __init__(self, source: Reads, length: int, release: Callable[[], None]) -> None:
        self._source, self._left = source, length
        self._release: Callable[[], None] | None = release

    def read(self, size: int = -1, /) -> bytes:
        return self._taken(self._source.read(size))

    def readline(self, size: int = -1, /) -> bytes:
        return self._taken(self._source.readline(size))

    def _taken(self, data: bytes) -> bytes:
        self._left -= len(data)
        if self._left <= 0 or not data:
            self.end()
        return data

    def end(self) -> None:
        release, self._release = self._release, None
        if release:
            release()


def _refused(start: Start, status: str) -> list[bytes]:
    """A page in all our languages that says why: of who sends, only the head is known."""
    said = []
    for code, _ in settings.LANGUAGES:
        with translation.override(code):
            said.append(f'<p lang="{code}">{_why(status)}</p>')
    page = f"<!doctype html><meta charset=utf-8><title>{status}</title>{''.join(said)}\n".encode()
    start(
        status,
        [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(page))),
            ("Cache-Control", "no-store"),
            ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
            ("X-Content-Type-Options", "nosniff"),
            ("Connection", "close"),
        ],
    )
    return [page]


def _why(status: str) -> str:
    return {
        "413": gettext("This is too large to be sent here. Send a smaller file, or cut it into parts."),
        "503": gettext("Too many are sending something just now. Please send it again in a few minutes."),
    }.get(status[:3], gettext("What you sent cannot be read. Please go back and send it again."))
