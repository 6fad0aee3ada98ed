"""Requests counted by class of page, status and time taken: numbers in one small file that all web processes share.

The file has a fixed number of cells, for the classes, statuses and steps of time are fixed: nothing of a request can get
into it but which of them it belongs to. A process adds under a lock of the file; one that is killed leaves its numbers.
Pages for tips and private links are not counted: the second in which a number grows would tell when somebody was there.
"""

from __future__ import annotations

import hashlib
import os
import struct
import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch

#: name of an address → class of page; what is not here is told by its namespace.
PAGES: Mapping[str, str] = {
    "public:home": "home",
    "public:events": "explorer",
    "public:event": "event",
    "public:cases": "cases",
    "public:case": "case",
    "public:search": "search",
    "public:people": "people",
    "public:person": "people",
    "public:outlets": "people",
    "public:outlet": "people",
    "public:bodies": "people",
    "public:body": "people",
    "public:figures": "figures",
    "public:figures-people": "figures",
    "public:bulletins": "bulletins",
    "public:bulletin": "bulletins",
    "desk:leads": "inbox",
    "desk:lead": "inbox",
    "desk:lead-take": "inbox",
    "account_login": "login",
}
CLASSES = (*dict.fromkeys(PAGES.values()), "feed", "api", "file", "page", "desk", "none")
STATUSES = (200, 301, 302, 304, 400, 403, 404, 405, 413, 429, 500, 503, 0)  # 0: any other
STEPS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3.0, 6.0)  # seconds
_NOT_COUNTED = ("tips:", "sign:", "health:")
_ROW = struct.Struct(
    f"<{len(STATUSES) + len(STEPS) + 2}Q"
)  # … the last step is any longer time; then microseconds

_WHOLE = _ROW.size * len(CLASSES)


@dataclass(frozen=True)
class Counted:
    """Of a class of page: requests by status, requests by step of time (the last: longer), seconds in all."""

    statuses: Mapping[int, int]
    steps: tuple[int, ...]
    seconds: float


def class_of(match: ResolverMatch | None) -> str | None:
    """The class of an address; None for what is not counted."""
    if match is None:
        return "none"
    name = match.view_name or ""
    if name.startswith(_NOT_COUNTED):
        return None
    if name in PAGES:
        return PAGES[name]
    if name.startswith("api:"):
        return "api"
    if name.startswith("public:"):
        return "feed" if name.endswith(("-feed", "-calendar")) else "page"
    return "file" if name == "release-file" else "page" if name in ("choose-language", "robots") else "desk"


class Counters:
    """The cells on disk. A disk that is full or read-only costs numbers, never an answer."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._file: tuple[int, int] | None = None  # the process that opened it, and its descriptor

    def add(self, page: str, status: int, seconds: float) -> None:
        """Count one request."""
        cell = STATUSES.index(status if status in STATUSES else 0)
        step = len(STATUSES) + bisect_left(STEPS, seconds)
        at = CLASSES.index(page) * _ROW.size
        with suppress(OSError), self._alone() as file:
            row = list(_ROW.unpack(_read(file, at, _ROW.size)))
            row[cell] += 1
            row[step] += 1
            row[-1] += round(seconds * 1e6)
            _write(file, at, _ROW.pack(*row))

    def read(self) -> dict[str, Counted]:
        """All classes with their numbers; none where the file cannot be read."""
        with suppress(OSError), self._alone() as file:
            rows = _ROW.iter_unpack(_read(file, 0, _WHOLE))
            return {page: _counted(row) for page, row in zip(CLASSES, rows, strict=True)}
        return {}

    @contextmanager
    def _alone(self) -> Iterator[int]:
        """The file, no other thread and no other process of this machine in it."""
        with self._lock:
            file = self._opened()
            _lock(file, True)
            try:
                yield file
            finally:
                _lock(file, False)

    def _opened(self) -> int:
        if self._file is None or self._file[0] != os.getpid():
            file = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            _lock(file, True)
            try:
                # Written to its end at once, so that no later write needs room.
                if (size := os.fstat(file).st_size) < _WHOLE:
                    _write(file, size, bytes(_WHOLE - size))
            finally:
                _lock(file, False)
            self._file = os.getpid(), file
        return self._file[1]


def _counted(row: tuple[int, ...]) -> Counted:
    statuses = {status: count for status, count in zip(STATUSES, row, strict=False) if count}
    return Counted(statuses, row[len(STATUSES) : -1], row[-1] / 1e6)


def _read(file: int, at: int, size: int) -> bytes:
    os.lseek(file, at, os.SEEK_SET)
    if len(data := os.read(file, size)) < size:
        raise OSError(f"{size} bytes are not there")
    return data


def _write(file: int, at: int, data: bytes) -> None:
    os.lseek(file, at, os.SEEK_SET)
    os.write(file, data)


def _lock(file: int, wanted: bool) -> None:
    """Hold the file or let it go. On Windows `serve` is one process, and needs no lock."""
    if os.name != "nt":
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX if wanted else fcntl.LOCK_UN)


def _path() -> Path:
    """Another set of cells is another file: numbers never change their meaning."""
    form = hashlib.sha256(repr((CLASSES, STATUSES, STEPS)).encode()).hexdigest()[:8]
    return Path(settings.HOME) / f"requests-{form}.counts"


counters = Counters(_path())


def counting(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: count the request when its answer is made."""

    def answer(request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = get_response(request)
        if (page := class_of(request.resolver_match)) is not None:
            counters.add(page, response.status_code, time.perf_counter() - started)
        return response

    return answer
