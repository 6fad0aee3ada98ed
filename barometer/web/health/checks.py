"""What must hold for the house to be well: each check is one question with a finding in words, or none.

The words are for the people who run the installation; strangers are told "ready" or "not ready".
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Lock

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from barometer.errors import BarometerError, counted
from barometer.web.actions.clock import behind
from barometer.web.actions.outside import store
from barometer.web.health import figures
from barometer.web.health.marks import BACKUP, FIXITY, marked
from barometer.web.records.newer import refuse_newer

#: At least so much of the disk is free, and of a small disk at least this share.
LEAST_FREE, LEAST_SHARE = 1 << 30, 0.05
#: A job that is due longer than this, while no worker works, means that there is none.
OVERDUE = timedelta(minutes=15)
#: The clock may differ so much from the database's, and from the newest change.
DRIFT = timedelta(minutes=2)
#: How long ago the last backup, and the last look at all evidence, may be.
UPKEEP = {BACKUP: timedelta(days=2), FIXITY: timedelta(days=35)}
#: Seconds that the store may take to answer; seconds for which what was found is told again.
PATIENCE, REST = 5.0, 5.0


@dataclass(frozen=True)
class Finding:
    """A check by its name and what it found: nothing where all is well."""

    check: str
    words: str = ""

    @property
    def is_well(self) -> bool:
        """Whether nothing was found."""
        return not self.words


def look() -> tuple[Finding, ...]:
    """All checks, in order. Where the database does not answer, what needs it is not known, and that is a finding."""
    return tuple(Finding(name, _words(check)) for name, check in CHECKS.items())


def upkeep(now: datetime | None = None) -> tuple[Finding, ...]:
    """What a person should have done in time; a site without it serves all the same."""
    now = now or timezone.now()
    return tuple(Finding(deed, _too_long_ago(marked(deed), longest, now)) for deed, longest in UPKEEP.items())


def _too_long_ago(at: datetime | None, longest: timedelta, now: datetime) -> str:
    if at is None:
        return "never, as far as this data folder knows"
    return "" if now - at <= longest else f"last on {at:%Y-%m-%d}, {counted((now - at).days, 'day')} ago"


def _words(check: Callable[[], str]) -> str:
    try:
        return check()
    except Error:
        return "the database gave no answer"
    except BarometerError as error:
        return f"{error.message}: {error.next_step}" if error.next_step else error.message
    except OSError as error:
        return error.strerror or type(error).__name__


_recent: tuple[float, tuple[Finding, ...]] = (-REST, ())
_lock = Lock()


def looked() -> tuple[Finding, ...]:
    """The same, but not more often than once in a few seconds: who asks often costs nothing."""
    global _recent
    with _lock:
        at, found = _recent
        if time.monotonic() - at > REST or not found:
            found = look()
            _recent = time.monotonic(), found
        return found


def forget() -> None:
    """The next look is a new one."""
    global _recent
    _recent = (-REST, ())


# --- the checks -------------------------------------------------------------------------------------------


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _migrations() -> str:
    known, applied = _known(), set(MigrationRecorder(connection).applied_migrations())
    refuse_newer(applied, known)
    if missing := known - applied:
        return f"{counted(len(missing), 'migration')} not done: stop, run barometer manage migrate, start"
    return ""


@cache
def _known() -> frozenset[tuple[str, str]]:
    loader = MigrationLoader(None)
    return frozenset(loader.disk_migrations)


def _store() -> str:
    kept = store()
    root = getattr(kept, "root", None)
    if root is not None:
        return _folder(Path(root))
    pool = ThreadPoolExecutor(1)
    try:
        pool.submit(lambda: "0" * 64 in kept).result(PATIENCE)
    except TooSlow:
        return f"it did not answer within {PATIENCE:.0f} seconds"
    finally:
        pool.shutdown(wait=False)
    return ""


def _folder(root: Path) -> str:
    there = next(folder for folder in (root, *root.parents) if folder.is_dir())
    return "" if os.access(there, os.W_OK | os.X_OK) else f"{there} cannot be written to"


def _disk() -> str:
    disk = shutil.disk_usage(settings.HOME)
    least = min(LEAST_FREE, disk.total * LEAST_SHARE)
    return "" if disk.free >= least else f"{disk.free >> 20} MB are free where the data folder is"


def _worker() -> str:
    jobs = figures.jobs()
    if not jobs.known:
        return "no worker ever began here: run barometer worker"
    if jobs.running or jobs.oldest_due <= OVERDUE:
        return ""
    return f"a job has been due for {jobs.oldest_due.total_seconds() / 60:.0f} minutes and none is being done"


def _clock() -> str:
    now = timezone.now()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            (there,) = cursor.fetchone()
        if abs(there - now) > DRIFT:
            return f"it differs from the database's by {abs(there - now).total_seconds():.0f} seconds"
    if ahead := behind(now):
        return f"the newest change is of {ahead:%Y-%m-%d %H:%M} UTC, which is still to come"
    return ""


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "store": _store,
    "disk": _disk,
    "worker": _worker,
    "clock": _clock,
}
