"""The log of sensitive acts: who looked, opened, let in, gave, took away, erased."""

from __future__ import annotations

from typing import Any

from barometer.errors import NotAllowed
from barometer.web.accounts.models import AuditEntry


def note_act(act: str, *, by: str, user: Any = None, about: str = "", detail: str = "") -> AuditEntry:
    """Write one act into the log, in the transaction of what was done. NotAllowed without a name."""
    if not by.strip():
        raise NotAllowed(
            "an act in the log needs the name of who did it", next_step="give the name: --by NAME"
        )
    return AuditEntry.objects.create(act=act[:40], by=by, user=user, about=about[:120], detail=detail)
