"""Mirrors on this machine follow an erasure: what was erased must not stay in their files."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from barometer.web.actions.jobs import enqueue
from barometer.web.records.gathering import Job

RENEW = "mirrors"


def ask() -> None:
    """Have the worker renew every mirror that was made here and is still there."""
    from barometer.web import mirror_commands

    if mirror_commands.known(Path(settings.HOME)):
        enqueue(RENEW)


def renew(_: Job | None = None) -> None:
    """Renew them. One that was signed must be signed again where its key is."""
    from barometer.web import mirror_commands

    for folder, site in mirror_commands.known(Path(settings.HOME)):
        mirror_commands.make(folder, site=site, tell=lambda line: None)
