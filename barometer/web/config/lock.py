"""One process at a time: a lock that ends with its holder, however that ends."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from barometer.errors import NotReady

PATIENCE = 60.0  # seconds


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock file; NotReady when another process has held it for a minute."""
    with path.open("a+b") as stream:
        until = time.monotonic() + PATIENCE
        while not _taken(stream.fileno()):
            if time.monotonic() > until:
                raise NotReady(
                    "another process is preparing the ledger", file=path, next_step="wait for it to end"
                )
            time.sleep(0.05)
        yield  # closing the file lets go of the lock


def _taken(descriptor: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            os.lseek(descriptor, 0, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
