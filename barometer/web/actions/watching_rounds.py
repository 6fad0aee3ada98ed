"""Rounds of looks from this machine, files of measurements that others bring, and what is handed on to others."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from barometer.errors import NotReady, Unreadable
from barometer.reach.reading import as_line, of_line, read_file
from barometer.reach.values import Measurement, Vantage
from barometer.web.actions import outside
from barometer.web.actions.evidence import bytes_of, keep_upload
from barometer.web.actions.jobs import Again, ensure
from barometer.web.actions.revisions import record_revision
from barometer.web.actions.watching_days import Taken, catch_up, folder, keep_days, key_of, note_down, take
from barometer.web.actions.watching_outages import propose_due, settle
from barometer.web.records.gathering import Job
from barometer.web.records.watch import VantagePoint, WatchedSite, WatchFile

WATCH = "watch"
#: The pause between two rounds at least.
PAUSE = timedelta(minutes=1)
OWN = (VantagePoint.Kind.OWN, VantagePoint.Kind.PROXY)

#: Looks at sites from one place; what `barometer.reach.rounds` does.
Look = Callable[[list[WatchedSite], VantagePoint], list[Measurement]]


# --- rounds -----------------------------------------------------------------------------------------------------------


def own_points() -> list[VantagePoint]:
    """The places from which this machine looks. NotReady where it does not know in which country it stands."""
    rows = list(VantagePoint.objects.filter(kind__in=OWN, active=True))
    if not rows:
        raise NotReady(
            "nothing says from where this machine looks",
            next_step="say so once: barometer watch --country KZ --network AS9198",
        )
    if nowhere := next((row for row in rows if not row.country), None):
        raise NotReady(
            f"the place {nowhere.name} has no country", next_step="say it at the desk: Watched sites, Places"
        )
    return rows


def due(*, now: datetime | None = None, names: Iterable[str] = ()) -> list[WatchedSite]:
    """The sites whose turn it is; those that are named, whenever they were looked at."""
    now = now or timezone.now()
    rows = list(WatchedSite.objects.filter(active=True))
    wanted = {key_of(name) for name in names}
    if not wanted:
        return [
            row
            for row in rows
            if row.looked_at is None or row.looked_at <= now - timedelta(minutes=row.every)
        ]
    found = [row for row in rows if key_of(row.address) in wanted]
    if missing := wanted - {key_of(row.address) for row in found}:
        raise NotReady(f"{min(missing)} is not watched", next_step="add it at the desk: Watched sites")
    return found


def round_of(sites: list[WatchedSite], look: Look, *, now: datetime | None = None) -> Taken:
    """Look at sites from every place of this machine, write down what was seen, work out outages, propose events."""
    points = own_points()
    now = now or timezone.now()
    with transaction.atomic():  # those that another process took meanwhile are not looked at twice
        mine = [row for row in sites if _claimed(row, now)]
    seen: list[Measurement] = []
    rows: dict[Vantage, VantagePoint] = {}
    for point in points:
        vantage = Vantage(point.name, point.country, point.network, point.control)
        rows[vantage] = point
        seen += [replace(one, vantage=vantage) for one in look(mine, point)]
    note_down(seen)
    taken = take(seen, rows)
    settle(taken, now=now)
    propose_due(now=now)
    return taken


def _claimed(row: WatchedSite, now: datetime) -> bool:
    same = WatchedSite.objects.filter(pk=row.pk, looked_at=row.looked_at)
    return bool(same.update(looked_at=now))


def begin(*, now: datetime | None = None) -> None:
    """What is done before the first round: what a process that was killed left, and days that are over."""
    settle(catch_up(now=now), now=now)
    keep_days(now=now)
    propose_due(now=now)


def next_time(*, now: datetime | None = None) -> datetime:
    """When the next site's turn is."""
    now = now or timezone.now()
    rows = WatchedSite.objects.filter(active=True).values_list("looked_at", "every")
    turns = [at + timedelta(minutes=every) if at else now for at, every in rows]
    return max(min(turns, default=now + timedelta(minutes=10)), now + PAUSE)


def start() -> None:
    """Have the worker look, where there is anything to look at."""
    if WatchedSite.objects.filter(active=True).exists():
        ensure(WATCH)


def work(job: Job) -> Again:
    """The worker's job: a round of the sites whose turn it is."""
    from barometer.web.actions.watching_looks import look

    begin()
    if sites := due():
        round_of(sites, look)
    return Again(next_time())


# --- files that others bring ------------------------------------------------------------------------------------------


def import_file(data: bytes, name: str, *, by: str) -> WatchFile:
    """Keep a file of OONI's or of another desk as evidence, read it apart, take in what is of watched sites.

    What of it is broken is named in the row. Brought again, it is read again: sites may be watched since.
    """
    if not data.strip():
        raise Unreadable("the file is empty", file=name, next_step="choose another file")
    item = keep_upload(data, name, by=by, how="measurements").original
    read = read_file(data, name, outside.apart())
    told = read.measurements
    if read.kind == "peer":
        told = tuple(replace(one, source="peer") for one in told)
    now = timezone.now()
    ahead = [one for one in told if one.at > now + timedelta(days=1)]
    taken = take(one for one in told if one.at <= now + timedelta(days=1))
    with transaction.atomic():
        row = WatchFile.objects.filter(evidence=item).first() or WatchFile(evidence=item)
        is_new = row.pk is None
        row.kind, row.name, row.by = read.kind, name[-255:], by
        row.measurements, row.elsewhere = taken.new + taken.known, taken.elsewhere
        row.broken = [{"place": place[:60], "reason": why[:300]} for place, why in read.broken] + [
            {"place": one.at.isoformat(), "reason": "the time is still to come"} for one in ahead[:10]
        ]
        row.broken_count = read.broken_count + len(ahead)
        row.save()
        record_revision(row, "import" if is_new else "import again", by=by)
    settle(taken, now=now)
    propose_due(now=now)
    return row


# --- files for others -------------------------------------------------------------------------------------------------


def export(first: date, last: date) -> Iterator[str]:
    """The measurements of this machine between two days as lines for another desk: places by country and network."""
    names: dict[str, str] = {}
    for line in _own_lines(first, last):
        one = of_line(line)
        if one.source != "probe":
            continue
        shown = names.setdefault(one.vantage.name, f"witness {len(names) + 1}")
        yield as_line(replace(one, vantage=replace(one.vantage, name=shown), source="peer"))


def _own_lines(first: date, last: date) -> Iterator[str]:
    kept = WatchFile.objects.filter(Q(day__gte=first, day__lte=last), kind=WatchFile.Kind.DAY).order_by(
        "day", "pk"
    )
    for row in kept.select_related("evidence"):
        yield from _whole_lines(gzip.decompress(bytes_of(row.evidence)).decode("utf-8", "replace"))
    for path in sorted(folder().glob("????-??-??.jsonl")):
        if first.isoformat() <= path.stem <= last.isoformat():
            yield from _whole_lines(path.read_text("utf-8", "replace"))


def _whole_lines(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        if line.strip():
            try:
                of_line(line)
            except Unreadable:
                continue
            yield line
