"""Numbers about the running house, none about people: what `/metrics` and `barometer status` tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection
from django.db.models import Count, Min, OuterRef, Q, Subquery, Sum
from django.utils import timezone

from barometer.web.actions.waiting import in_inbox
from barometer.web.health.marks import BACKUP, FIXITY, marked
from barometer.web.records.gathering import Job, Round, WatchedSource
from barometer.web.records.models import EvidenceItem

_NOT_WAITING = timedelta(0)


@dataclass(frozen=True)
class Jobs:
    """How many wait (for whatever time), how many of them are due, are being done, failed when tried last, or were
    given up; how long the oldest has been due; whether there ever were any.
    """

    waiting: int
    due: int
    running: int
    failing: int
    given_up: int
    oldest_due: timedelta
    known: bool


@dataclass(frozen=True)
class Figures:
    """What the ledger and the data folder say; of a deed, when it was last done, if ever."""

    jobs: Jobs
    leads_waiting: int
    sources: int
    sources_failing: int
    evidence_items: int
    evidence_bytes: int
    database_bytes: int
    last_backup: datetime | None
    last_fixity: datetime | None


def figures() -> Figures:
    """All of them, now."""
    evidence = EvidenceItem.objects.aggregate(items=Count("pk"), size=Sum("size"))
    last = Round.objects.filter(watched=OuterRef("pk")).order_by("-started_at").values("answered")[:1]
    sources = WatchedSource.objects.filter(active=True).annotate(answered=Subquery(last))
    return Figures(
        jobs=jobs(),
        leads_waiting=in_inbox(timezone.localdate()).count(),
        sources=sources.count(),
        sources_failing=sources.filter(answered=False).count(),
        evidence_items=evidence["items"],
        evidence_bytes=evidence["size"] or 0,
        database_bytes=_database_bytes(),
        last_backup=marked(BACKUP),
        last_fixity=marked(FIXITY),
    )


def jobs(now: datetime | None = None) -> Jobs:
    """The queue."""
    now = now or timezone.now()
    free = Q(done_at=None) & (Q(locked_until=None) | Q(locked_until__lt=now))
    due = free & Q(run_after__lte=now)
    found = Job.objects.aggregate(
        known=Count("pk"),
        waiting=Count("pk", filter=free),
        due=Count("pk", filter=due),
        running=Count("pk", filter=Q(done_at=None, locked_until__gte=now)),
        failing=Count("pk", filter=free & Q(tries__gt=0)),
        given_up=Count("pk", filter=Q(done_at__isnull=False, tries__gt=0)),  # what was done has none
        oldest=Min("run_after", filter=due),
    )
    return Jobs(
        waiting=found["waiting"],
        due=found["due"],
        running=found["running"],
        failing=found["failing"],
        given_up=found["given_up"],
        oldest_due=now - found["oldest"] if found["oldest"] else _NOT_WAITING,
        known=bool(found["known"]),
    )


def _database_bytes() -> int:
    if connection.vendor == "sqlite":
        path = Path(str(connection.settings_dict["NAME"]))
        parts = [path, path.with_name(f"{path.name}-wal")]
        return sum(part.stat().st_size for part in parts if part.is_file())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])
