"""The clock of this machine: whether it went back, and what a wrong one put off or would let go of."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from barometer.errors import counted
from barometer.web.accounts.models import AuditEntry
from barometer.web.actions.jobs import LEASE, LONGEST_WAIT
from barometer.web.records.gathering import EvidenceLogEntry, Job, WatchedAddress
from barometer.web.records.models import Revision
from barometer.web.records.watch import WatchedSite

#: Clocks of two machines may differ so much.
TOLERANCE = timedelta(minutes=5)
#: No job waits longer than this but by a wrong clock.
LONGEST = timedelta(days=40)
#: Among so many newest rows the latest moment is looked for.
NEWEST = 1000


def latest() -> datetime | None:
    """The latest moment at which something was written, by what the ledger keeps in order; None for an empty one."""
    times: list[datetime] = []
    for model in (Revision, EvidenceLogEntry, AuditEntry):
        times += model.objects.order_by("-pk").values_list("at", flat=True)[:NEWEST]
    return max(times, default=None)


def behind(now: datetime | None = None) -> datetime | None:
    """The latest moment of the ledger where the clock is behind it, so that it went back; else None."""
    last, now = latest(), now or timezone.now()
    return last if last and last > now + TOLERANCE else None


@transaction.atomic
def set_right(now: datetime | None = None) -> list[str]:
    """What a clock that was ahead put off is due again, and what it let last too long ends; in words, if anything."""
    now = now or timezone.now()
    far = now + (LONGEST_WAIT + timedelta(hours=1) if behind(now) else LONGEST)
    waiting = Job.objects.filter(done_at=None)
    put_off = waiting.filter(run_after__gt=far).update(run_after=now)
    waiting.filter(locked_until__gt=now + LEASE + TOLERANCE).update(locked_until=now + LEASE)
    for rows in (WatchedSite.objects.all(), WatchedAddress.objects.all()):
        put_off += rows.filter(looked_at__gt=now + TOLERANCE).update(looked_at=now)
    too_long = now + timedelta(seconds=settings.SESSION_COOKIE_AGE) + TOLERANCE
    ended = Session.objects.filter(expire_date__gt=too_long).delete()[0]
    told = []
    if put_off:
        told.append(f"the clock was ahead: {counted(put_off, 'thing')} that it had put off are due now")
    if ended:
        told.append(f"the clock was ahead: {counted(ended, 'session')} ended that would have lasted too long")
    return told


def _since_start() -> float:
    """Seconds that no setting of the clock changes; while the machine sleeps they go on, where it can tell."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Jumps:
    """Looks again and again whether the clock was set; the first look is at what the ledger says of it."""

    def __init__(
        self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = _since_start
    ) -> None:
        self._wall, self._steady = wall, steady
        self._apart: float | None = None

    def look(self) -> list[str]:
        """What happened to the clock since the last look and what was set right, in words; nothing on most days."""
        apart, before = self._wall() - self._steady(), self._apart
        self._apart = apart
        if before is None:
            last = behind()
            told = (
                [f"the clock went back: the ledger has something of {last:%Y-%m-%d %H:%M} UTC"]
                if last
                else []
            )
            return told + set_right()
        jump = timedelta(seconds=round(apart - before))
        if abs(jump) <= TOLERANCE:
            return []
        return [
            f"the clock was set {'ahead' if jump > timedelta(0) else 'back'} by {abs(jump)}",
            *set_right(),
        ]
