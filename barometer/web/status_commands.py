"""What `barometer status` does."""

from __future__ import annotations

from collections.abc import Callable

from barometer.errors import counted
from barometer.web.entry import ledger_door


@ledger_door
def status(tell: Callable[[str], None]) -> bool:
    """Tell how the house is; whether nothing was found amiss. Nothing is changed, and no migration is done."""
    from django.db import Error

    from barometer.web.health.checks import look, upkeep
    from barometer.web.health.figures import figures

    findings = (*look(), *upkeep())
    for one in findings:
        tell(f"{one.check}: {one.words or 'well'}")
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
    return all(one.is_well for one in findings)
