"""What is sent to us comes in its time, or its sender is let go: a slow one never keeps readers waiting.

The server hands a request over when its head is there; its body is read by the thread that answers. Who sends a byte a
minute would hold that thread, and a few such senders the whole site. So a body is read through a helper: the thread waits
for bytes a moment, then only if few others wait, and not for ever. Short forms come with their head: whoever else is slow,
they are taken.
"""

from __future__ import annotations

import io
import queue
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

#: The longest request: the largest file that the desk takes (evidence, 256 MB) in its form.
MOST = 257 << 20
#: So long, in seconds, bytes may take before that counts as waiting.
MOMENT = 0.5
#: So long may no byte come, in seconds; and so many a second must come on the whole, once it was waited for.
PAUSE, BYTES_A_SECOND = 15.0, 1024
#: So many of the eight threads may wait for senders; and so many senders may hang before others are turned away.
WAITING, HELPERS = 4, 256
_PIECE = 1 << 16

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]


class Reads(Protocol):
    """A body as the server gives it."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most so many; blocks until there are some, "" at the end."""


class Bodies:
    """The application, behind this watch."""

    def __init__(
        self,
        application: Application,
        *,
        moment: float = MOMENT,
        pause: float = PAUSE,
        waiting: int = WAITING,
    ) -> None:
        self._application = application
        self.moment, self.pause = moment, pause
        self.waiting = threading.BoundedSemaphore(waiting)
        self.helpers = threading.BoundedSemaphore(HELPERS)

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """The answer; 413 before a byte of too long a body is read, 408 or 503 for one that does not come."""
        length = environ.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdigit() and len(length) < 20):
            return refused(start, "400 Bad Request")
        if int(length) > MOST:
            return refused(start, "413 Content Too Large")
        if not int(length):
            return self._application(environ, start)
        return self._with_body(environ, start)

    def _with_body(self, environ: Environ, start: Start) -> Iterable[bytes]:
        told: list[tuple[Any, ...]] = []
        body = _Body(environ["wsgi.input"], self)
        environ["wsgi.input"] = io.BufferedReader(body, _PIECE)
        try:
            answer = self._application(environ, lambda *head: told.append(head))
        finally:
            body.let_go()
        if body.failed:
            if close := getattr(answer, "close", None):
                close()
            return refused(start, body.failed)
        start(*told[-1])
        return answer


class _Body(io.RawIOBase):
    """`wsgi.input`: OSError where bytes do not come; `failed` is then the status to answer with."""

    def __init__(self, source: Reads, watch: Bodies) -> None:
        self._source, self._watch = source, watch
        self._pieces: queue.Queue[bytes | Exception] = queue.Queue(2)
        self._rest = memoryview(b"")
        self._read, self._over, self._begun, self._holds = 0, False, False, False
        self._waited = 0.0
        self.failed = ""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._rest and not self._over:
            self._rest = memoryview(self._next())
            self._over = not self._rest
        taken = min(len(buffer), len(self._rest))
        buffer[:taken] = self._rest[:taken]
        self._rest = self._rest[taken:]
        return taken

    def _next(self) -> bytes:
        """The next bytes, as soon as they come."""
        if self.failed:
            raise OSError(self.failed)
        if not self._begun:
            if not self._watch.helpers.acquire(blocking=False):
                raise self._failure("503 Service Unavailable")
            self._begun = True
            threading.Thread(target=self._help, daemon=True).start()
        try:
            piece = self._pieces.get(timeout=self._watch.moment)
        except queue.Empty:
            piece = self._patiently()
        if isinstance(piece, Exception):
            raise self._failure("400 Bad Request") from piece
        self._read += len(piece)
        return piece

    def _patiently(self) -> bytes | Exception:
        """Wait for the next bytes, if not too many wait already, and not for ever."""
        began = time.monotonic()
        self._holds = self._holds or self._watch.waiting.acquire(blocking=False)
        if not self._holds:
            raise self._failure("503 Service Unavailable")
        if self._waited > self._watch.pause + self._read / BYTES_A_SECOND:
            raise self._failure("408 Request Timeout")
        try:
            return self._pieces.get(timeout=self._watch.pause)
        except queue.Empty:
            raise self._failure("408 Request Timeout") from None
        finally:
            self._waited += time.monotonic() - began

    def _failure(self, status: str) -> OSError:
        self.failed = status
        return OSError(status)

    def _help(self) -> None:
        """Bring piece after piece; ends with the body, or when the server lets the sender go."""
        piece: bytes | Exception = b"?"
        try:
            while piece and not isinstance(piece, Exception) and not self.closed:
                try:
                    piece = self._source.read(_PIECE)
                except Exception as error:  # of whatever kind the server has
                    piece = error
                self._put(piece)
        finally:
            self._watch.helpers.release()

    def _put(self, piece: bytes | Exception) -> None:
        while not self.closed:
            try:
                return self._pieces.put(piece, timeout=1.0)
            except queue.Full:
                continue

    def let_go(self) -> None:
        """The answer is made: nothing waits for this body any longer."""
        if self._holds:
            self._holds = False
            self._watch.waiting.release()
        self.close()


def refused(start: Start, status: str) -> list[bytes]:
    """A page in all our languages that says why, for somebody of whom only the head is known; the line is closed."""
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
        "408": gettext("What you sent did not come through in time. Nothing was kept: please send it again."),
        "503": gettext("Very many are sending something just now. Please send it again in a few minutes."),
    }.get(status[:3], gettext("What you sent cannot be read. Please go back and send it again."))
