"""The queue of the worker, in the database: what is to do, when, by whom it is being done.

A claim is a lease: a worker that dies gives the job back when its lease ends. No two jobs of one host run at once.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    connection,
    connections,
    transaction,
)
from django.db.models import F, Q
from django.utils import timezone

from barometer.errors import BarometerError, FetchRefused
from barometer.web.actions.locks import Lock, one_at_a_time
from barometer.web.records.gathering import Job

#: How long a claim holds without a sign of life, and how often a worker gives one.
LEASE, BEAT = timedelta(minutes=5), timedelta(minutes=1)
#: The wait after a failure doubles from the first to the longest; after so many tries a job is given up.
FIRST_WAIT, LONGEST_WAIT, MOST_TRIES = timedelta(minutes=2), timedelta(days=1), 12
#: So long the rows of what was done stay, to be looked at.
DONE_STAYS = timedelta(days=30)


@dataclass(frozen=True)
class Again:
    """What a handler returns when the job is to be done again, at that time."""

    at: datetime


Handler = Callable[[Job], Again | None]


def enqueue(
    kind: str,
    argument: Mapping[str, Any] | None = None,
    *,
    key: str = "",
    host: str = "",
    after: datetime | None = None,
) -> Job:
    """Put a job in the queue, or return the one of its key that waits there. An earlier `after` brings it forward;
    one that is being done just now is done once more, for it may have looked already at what this one is about.
    """
    key = f"{kind}:{key}"[:160]
    after = after or timezone.now()
    try:
        with transaction.atomic():
            return Job.objects.create(
                kind=kind, argument=dict(argument or {}), key=key, host=host[:260], run_after=after
            )
    except IntegrityError:
        waiting = Job.objects.filter(key=key, done_at=None)
        waiting.filter(Q(run_after__gt=after) | Q(locked_until__isnull=False)).update(run_after=after)
        found = waiting.first()
        # Between the two statements a worker may have ended it: then this one is wanted.
        return found or Job.objects.create(
            kind=kind, argument=dict(argument or {}), key=key, host=host[:260], run_after=after
        )


def ensure(kind: str, argument: Mapping[str, Any] | None = None, *, key: str = "", host: str = "") -> None:
    """Put a job in the queue unless one of its key waits there, for whatever time."""
    if not Job.objects.filter(key=f"{kind}:{key}"[:160], done_at=None).exists():
        enqueue(kind, argument, key=key, host=host)


def due(now: datetime, kinds: tuple[str, ...] = ()) -> Any:
    """The jobs that may be claimed, the longest due first."""
    free = Q(locked_until=None) | Q(locked_until__lt=now)
    rows = Job.objects.filter(free, done_at=None, run_after__lte=now)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    busy = Job.objects.filter(done_at=None, locked_until__gte=now).exclude(host="").values("host")
    return rows.exclude(host__in=busy).order_by("run_after", "pk")


def claim(worker: str, *, now: datetime | None = None, kinds: tuple[str, ...] = ()) -> Job | None:
    """Take the job that has been due longest, for the length of a lease; None where nothing is to do.

    `locked_by` of the job that is returned is the ticket by which it is ended.
    """
    now = now or timezone.now()
    if not due(now, kinds).exists():  # without the writers' lock
        return None
    ticket = f"{worker[:60]}/{secrets.token_hex(8)}"
    with transaction.atomic():
        one_at_a_time(Lock.JOBS)
        rows = due(now, kinds)
        if connection.vendor == "postgresql":
            rows = rows.select_for_update(skip_locked=True)
        job = rows.first()
        if job is None:
            return None
        # The condition is asked once more: on SQLite this UPDATE is what makes the claim one worker's alone.
        free = Q(locked_until=None) | Q(locked_until__lt=now)
        taken = Job.objects.filter(free, pk=job.pk, done_at=None).update(
            locked_by=ticket, locked_until=now + LEASE, tries=F("tries") + 1
        )
        if not taken:
            return None
        job.refresh_from_db()
    return job


def renew(job: Job, *, now: datetime | None = None) -> bool:
    """Hold the claim longer; False where it is no longer this worker's."""
    until = (now or timezone.now()) + LEASE
    return bool(Job.objects.filter(pk=job.pk, locked_by=job.locked_by).update(locked_until=until))


def finish(job: Job, *, again: datetime | None = None, now: datetime | None = None) -> bool:
    """The job is done, or waits for its next time; False where another worker has it by now."""
    done = {"run_after": again} if again else {"done_at": now or timezone.now()}
    return _end(job, tries=0, error="", **done)


def fail(
    job: Job,
    error: str,
    *,
    now: datetime | None = None,
    most: int = MOST_TRIES,
    wait: timedelta | None = None,
) -> bool:
    """The job did not work: it waits, longer each time; after the last try it is given up."""
    now = now or timezone.now()
    if job.tries >= most:
        return _end(job, done_at=now, error=error[:2000])
    wait = wait or min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(job.tries - 1, 20))
    return _end(job, run_after=now + wait, error=error[:2000])


def clear(now: datetime | None = None) -> int:
    """Remove the rows of jobs that were done long ago; how many."""
    return Job.objects.filter(done_at__lt=(now or timezone.now()) - DONE_STAYS).delete()[0]


def _end(job: Job, **changes: Any) -> bool:
    """Give the claim back with these changes; where the job was asked for anew meanwhile, it waits for that time."""
    mine = Job.objects.filter(pk=job.pk, locked_by=job.locked_by, done_at=None)
    free: dict[str, Any] = {"locked_by": "", "locked_until": None}
    return bool(
        mine.filter(run_after=job.run_after).update(**free, **changes) or mine.update(**free, tries=0)
    )


# --- the worker -----------------------------------------------------------------------------------------------------


class Worker:
    """Does what is due, one job after the other, until told to stop."""

    def __init__(
        self,
        handlers: Mapping[str, Handler],
        tell: Callable[[str], None] = lambda line: None,
        look: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        """`look` is asked before each job what is to be told: whether the clock was set."""
        self.handlers = dict(handlers)
        self.tell, self._look = tell, look
        self.name = f"{socket.gethostname()[:40]}-{os.getpid()}"
        self._stop = threading.Event()

    def stop(self) -> None:
        """End after the job at hand."""
        self._stop.set()

    def run(self, *, once: bool = False, pause: float = 5.0) -> int:
        """Do what is due, then wait for more; `once` ends when nothing is due. How many jobs were done or tried."""
        count = 0
        while not self._stop.is_set():
            for line in self._look():
                self.tell(line)
            if self.step():
                count += 1
            elif once:
                break
            else:
                self._stop.wait(pause)
        return count

    def run_on(self, *, once: bool = False, pause: float = 5.0) -> None:
        """The same, through times in which the database does not answer: it is asked again until it does."""
        while True:
            try:
                self.run(once=once, pause=pause)
                return
            except (OperationalError, InterfaceError):
                if once or self._stop.is_set():
                    raise
                self.tell("the database does not answer; asked again until it does")
                connection.close()
                self._stop.wait(pause)

    def step(self) -> Job | None:
        """Claim one job and do it; None where nothing is due."""
        job = claim(self.name, kinds=tuple(self.handlers))
        if job is None:
            return None
        with _alive(job):
            self._do(job)
        return job

    def _do(self, job: Job) -> None:
        try:
            again = self.handlers[job.kind](job)
        except FetchRefused as error:  # the same address is refused again
            fail(job, str(error), most=0)
            self.tell(f"{job.key}: {error}")
        except BarometerError as error:
            fail(job, str(error))
            self.tell(f"{job.key}: {error}")
        except Exception as error:
            # One job's fault must not end the worker; only its kind is told, its words may hold a name.
            fail(job, f"an unexpected {type(error).__name__}")
            self.tell(f"{job.key}: an unexpected {type(error).__name__}; this is a fault of the program.")
            if os.environ.get("BAROMETER_TRACEBACK"):
                raise
        else:
            finish(job, again=again.at if again else None)
            self.tell(f"{job.key}: done")


@contextmanager
def _alive(job: Job) -> Iterator[None]:
    """Renew the claim from a thread of its own while the job is being done."""
    ended = threading.Event()

    def beat() -> None:
        try:
            while not ended.wait(BEAT.total_seconds()):
                # A database that is busy now is asked again at the next beat.
                with contextlib.suppress(DatabaseError):
                    renew(job)
        finally:
            connections.close_all()  # this thread's own

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
