"""Figures that are kept: those of spheres, worked out by a named method, and others' yearly series from their files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from barometer.errors import Unreadable
from barometer.indicators.quarter import Counted
from barometer.indicators.rsf import Ranked, Year, read_rsf
from barometer.indicators.spheres import Sphere, severity_of, spheres
from barometer.web.actions.evidence import keep_evidence
from barometer.web.actions.revisions import record_revision
from barometer.web.records import measuring
from barometer.web.records.series import IndexRow, SphereFigure

MACHINE = "barometer indicators"
RSF = "rsf"
_LARGEST = 5 << 20


# --- spheres ----------------------------------------------------------------------------------------------


@transaction.atomic
def keep_spheres(period: str, *, by: str = MACHINE) -> list[SphereFigure]:
    """Work out the figures of a quarter's spheres and keep each that is not what was kept last; the new ones."""
    rows = measuring.counted(period)
    known = {row.id: row for row in rows}
    last = {(row.sphere, row.method): row for row in SphereFigure.objects.filter(period=period)}
    made: list[SphereFigure] = []
    if not rows and not last:
        return made  # nothing is on record for it
    for sphere in spheres(rows):
        before, digest = last.get((sphere.sphere, sphere.method)), _digest(sphere, known)
        if before is not None and before.digest == digest:
            continue
        row = SphereFigure.objects.create(
            period=period,
            sphere=sphere.sphere,
            method=sphere.method,
            weight=sphere.weight,
            events=len(sphere.events),
            by_severity={str(level): count for level, count in sphere.by_severity.items()},
            digest=digest,
            why=SphereFigure.Why.EVENTS if before else SphereFigure.Why.FIRST,
        )
        record_revision(row, "work out", by=by)
        made.append(row)
    return made


def _digest(sphere: Sphere, rows: dict[str, Counted]) -> str:
    """Of all that the figure was worked out from: each event, its gravest level, and whether it is alleged."""
    told = sorted(
        [event, severity_of(rows[event].event), bool(rows[event].event.alleged)] for event in sphere.events
    )
    return hashlib.sha256(json.dumps([sphere.method, sphere.weight, told]).encode()).hexdigest()


# --- series of others -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TakenIn:
    """What came of one file."""

    year: Year
    new: int
    changed: int


def take_rsf(path: Path, *, by: str) -> TakenIn:
    """Keep a file of the index as evidence and its rows in the ledger; a row that differs from before gets a revision."""
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= _LARGEST else b""
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}", next_step="name a file that can be read") from None
    if size > _LARGEST:
        raise Unreadable(
            f"{path}: {size} bytes are no year of the index", next_step="give one year's CSV file"
        )
    year = read_rsf(data, path.name, str(path))
    with transaction.atomic():
        item = keep_evidence(data, name=path.name, media_type="text/csv", how="series", by=by)
        known = {row.iso: row for row in IndexRow.objects.filter(series=RSF, year=year.year)}
        new = changed = 0
        for one in _once(year.rows):
            row = known.get(one.iso) or IndexRow(series=RSF, iso=one.iso, year=one.year)
            values = {
                "rank": one.rank, "of": year.of, "score": one.score, "written": one.written, "standing": one.standing,
            }  # fmt: skip
            if row.pk and all(getattr(row, name) == value for name, value in values.items()):
                continue
            created = row.pk is None
            for name, value in values.items():
                setattr(row, name, value)
            row.evidence = item
            row.save()
            record_revision(row, "take in" if created else "take in again", by=by)
            new, changed = new + created, changed + (not created)
    return TakenIn(year, new, changed)


def _once(rows: Iterable[Ranked]) -> Iterable[Ranked]:
    """The first row of each country: a file that tells one twice says so among its problems."""
    return {row.iso: row for row in reversed(list(rows))}.values()
