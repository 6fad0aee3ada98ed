"""One visitor at a time for a host, with a pause between two visits."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Pacing:
    """Threads that take a host's turn wait for each other; different hosts do not."""

    def __init__(
        self,
        delay: float = 1.0,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.delay = delay
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._hosts: dict[str, threading.Lock] = {}
        self._ended: dict[str, float] = {}

    @contextmanager
    def turn(self, host: str, delay: float | None = None) -> Iterator[None]:
        """Within it, this host is yours. It begins `delay` seconds (the usual, or more) after the last one's end."""
        pause = max(self.delay, delay or 0.0)
        with self._lock:
            lock = self._hosts.setdefault(host, threading.Lock())
        with lock:
            if (ended := self._ended.get(host)) is not None:
                wait = ended + pause - self._clock()
                if wait > 0:
                    self._sleep(wait)
            try:
                yield
            finally:
                self._ended[host] = self._clock()
