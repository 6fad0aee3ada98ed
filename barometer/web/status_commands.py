"""What `barometer status` does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from barometer.errors import counted
from barometer.web.entry import ledger_door

#: So many bytes of an SQLite file are read in a second or two; of a larger one no page is looked at here.
SMALL = 256 << 20


@ledger_door
def status(tell: Callable[[str], None]) -> bool:
    """Tell how the house is; whether nothing was found amiss. Nothing is changed, and no migration is done."""
    from django.db import Error

    from barometer.web.health.checks import look, upkeep
    from barometer.web.health.figures import figures

    findings = (*look(), *upkeep())
    for one in findings:
        tell(f"{one.check}: {one.words or 'well'}")
    whole = _are_pages_whole(tell)
    try:
        told = figures()
    except Error:  # the findings say why
        return False
    jobs = told.jobs
    tell(f"{jobs.due} jobs due, {jobs.running} being done, {jobs.failing} failing, {jobs.given_up} given up")
    tell(f"{counted(told.leads_waiting, 'lead')} waiting")
    tell(f"{counted(told.sources, 'source')} watched, {told.sources_failing} without an answer")
    tell(f"{counted(told.evidence_items, 'item')} of evidence, {told.evidence_bytes:,} bytes")
    tell(f"{told.database_bytes:,} bytes of database")
    return whole and all(one.is_well for one in findings)


def _are_pages_whole(tell: Callable[[str], None]) -> bool:
    """Tell whether SQLite's pages are in order, where that is known at once; PostgreSQL sees to its own."""
    from django.db import connection

    from barometer.web.backup.checking import first_damage

    if connection.vendor != "sqlite":
        return True
    path = Path(connection.settings_dict["NAME"])
    if path.is_file() and path.stat().st_size > SMALL:
        tell(f"pages: not looked at, the file has {path.stat().st_size >> 20:,} MB: barometer check reads it")
        return True
    damage = first_damage()
    tell(
        f"pages: {damage} is damaged: stop what writes, and run barometer check" if damage else "pages: well"
    )
    return not damage
