"""Rounds of looks from this machine, files of measurements that others bring, and what is handed on to others."""

from __future__ import annotations

import gzip
import random
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from barometer.errors import NotReady, Unreadable
from barometer.reach.reading import of_line, read_file
from barometer.reach.values import Measurement, Vantage
from barometer.reach.witness import write_witness
from barometer.web.actions import outside
from barometer.web.actions.evidence import bytes_of, keep_upload
from barometer.web.actions.jobs import Again, ensure
from barometer.web.actions.revisions import record_revision
from barometer.web.actions.watching_days import (
    Taken,
    catch_up,
    folder,
    held,
    keep_days,
    key_of,
    note_down,
    take,
    take_certificates,
    vantage_of,
)
from barometer.web.actions.watching_looks import Looked
from barometer.web.actions.watching_outages import propose_due, settle
from barometer.web.config.home import lines_of_key
from barometer.web.records.gathering import Job
from barometer.web.records.watch import VantagePoint, WatchedSite, WatchFile, WitnessKey

WATCH = "watch"
#: What is told of an earlier time is no measurement.
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
#: Whether this process did `begin`.
_begun: list[bool] = []
#: The pause between two rounds at least.
PAUSE = timedelta(minutes=1)
OWN = (VantagePoint.Kind.OWN, VantagePoint.Kind.PROXY)

#: Looks at these addresses from one place.
Look = Callable[[Sequence[str], VantagePoint], list[Looked]]
#: What of a pause may be missing, so that a round that came late does not make the next one later.
TOLERANCE = timedelta(seconds=30)


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
            f"the place {nowhere.name} has no country",
            next_step="say it at the desk: Watched sites, Places of measurement",
        )
    return rows


def due(*, now: datetime | None = None) -> list[WatchedSite]:
    """The sites whose turn it is."""
    now = now or timezone.now()
    return [
        row
        for row in WatchedSite.objects.filter(active=True)
        if row.looked_at is None or row.looked_at <= now + TOLERANCE - timedelta(minutes=row.every)
    ]


def chosen(names: Iterable[str]) -> list[WatchedSite]:
    """The sites of these addresses, or all that are active. NotReady for one that is not watched."""
    rows = {key_of(row.address): row for row in WatchedSite.objects.filter(active=True)}
    wanted = [key_of(name) for name in names]
    if missing := [name for name in wanted if name not in rows]:
        raise NotReady(f"{missing[0]} is not watched", next_step="add it at the desk: Watched sites")
    return [rows[name] for name in wanted] or list(rows.values())


def round_of(sites: list[WatchedSite], look: Look, *, now: datetime | None = None) -> Taken:
    """Look at sites from every place of this machine, write down what was seen, work out outages, propose events."""
    points = own_points()
    now = now or timezone.now()
    with transaction.atomic():  # those that another process took meanwhile are not looked at twice
        mine = {row.address: row for row in sites if _claimed(row, now)}
    seen: list[Measurement] = []
    rows: dict[Vantage, VantagePoint] = {}
    for point in points:
        for one in look(list(mine), point):
            seen.append(replace(one.measurement, vantage=vantage_of(point)))
            rows[vantage_of(point)] = point
            take_certificates(mine[one.measurement.site], point, one.measurement, one.certificates)
    note_down(seen)
    taken = take(seen, rows)
    settle(taken, now=now)
    propose_due(now=now)
    return taken


def _claimed(row: WatchedSite, now: datetime) -> bool:
    """Whether this process may look. The first time counts as some time ago, so that sites spread over the time."""
    # Drawn without secrecy: it spreads looks over time, and hides nothing.
    spread = timedelta(minutes=row.every) * random.random()  # noqa: S311  # nosec B311
    same = WatchedSite.objects.filter(pk=row.pk, looked_at=row.looked_at)
    return bool(same.update(looked_at=now if row.looked_at else now - spread))


def begin(*, now: datetime | None = None) -> None:
    """What is done before the first round: what a process that was killed left, and days that are over."""
    settle(catch_up(now=now), now=now)
    keep_days(now=now)
    propose_due(now=now)


def pause(*, now: datetime | None = None) -> timedelta:
    """How long until the next site's turn."""
    now = now or timezone.now()
    rows = WatchedSite.objects.filter(active=True).values_list("looked_at", "every")
    turns = [at + timedelta(minutes=every) - now if at else PAUSE for at, every in rows]
    return max(min(turns, default=timedelta(minutes=10)), PAUSE)


def start() -> None:
    """Have the worker look, where there is anything to look at and a place to look from."""
    placed = VantagePoint.objects.filter(kind__in=OWN, active=True).exclude(country="")
    if placed.exists() and WatchedSite.objects.filter(active=True).exists():
        ensure(WATCH)


def work(job: Job) -> Again:
    """The worker's job: a round of the sites whose turn it is."""
    from barometer.web.actions.watching_looks import look

    if not _begun:
        begin()
        _begun.append(True)
    keep_days()
    if sites := due():
        round_of(sites, look)
    now = timezone.now()
    return Again(now + pause(now=now))


# --- files that others bring ------------------------------------------------------------------------------------------


def import_file(data: bytes, name: str, *, by: str) -> WatchFile:
    """Keep a file of OONI's or of another desk as evidence, read it apart, take in what is of watched sites.

    What of it is broken is named in the row. Brought again, it is read again: sites may be watched since.
    """
    if not data.strip():
        raise Unreadable("the file is empty", file=name, next_step="choose another file")
    item = keep_upload(data, name, by=by, how="measurements").original
    keys = dict(WitnessKey.objects.filter(active=True).values_list("key", "name"))
    read = read_file(data, name, keys, outside.apart(), settings.BLOCK_PAGES)
    told = read.measurements
    now = timezone.now()
    until = now + timedelta(days=1)
    wrong = [one for one in told if not EARLIEST <= one.at <= until]
    taken = take(one for one in told if EARLIEST <= one.at <= until)
    with transaction.atomic():
        row = WatchFile.objects.filter(evidence=item).first() or WatchFile(evidence=item)
        is_new = row.pk is None
        row.kind, row.name, row.by = read.kind, held(name)[-255:], by
        row.measurements, row.elsewhere = taken.new + taken.known, taken.elsewhere
        row.broken = [
            {"place": held(place)[:60], "reason": held(why)[:300]} for place, why in read.broken
        ] + [
            {"place": one.at.isoformat(), "reason": "the time is before 2000 or still to come"}
            for one in wrong[:10]
        ]
        row.broken_count = read.broken_count + len(wrong)
        row.save()
        record_revision(row, "import" if is_new else "import again", by=by)
    settle(taken, now=now)
    propose_due(now=now)
    return row


# --- files for others -------------------------------------------------------------------------------------------------


def own_key() -> Ed25519PrivateKey:
    """The key by which this desk signs its measurements: `keys/witness` in the data folder, made when first needed."""
    _, lines = lines_of_key(str(settings.KEYS_ROOT), "witness", lambda: secrets.token_hex(32))
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(lines[0]))


def public_key() -> str:
    """The same's public part, in hexadecimal: what other desks are given."""
    return own_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def export(first: date, last: date) -> tuple[bytes, int]:
    """The measurements of this machine from one day to another, signed, and how many: places have no names in it."""
    names: dict[str, str] = {}
    told = []
    for line in _own_lines(first, last):
        one = of_line(line)
        shown = names.setdefault(one.vantage.name, f"witness {len(names) + 1}")
        told.append(replace(one, vantage=replace(one.vantage, name=shown)))
    return write_witness(told, own_key()), len(told)


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
