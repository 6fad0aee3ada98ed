"""When something was last done that leaves no trace in the ledger: a file a deed in the data folder, with the moment."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

#: The deeds: a backup that was written whole, a look at all evidence that found nothing amiss.
BACKUP, FIXITY = "backup", "fixity"


def mark(deed: str, *, now: datetime | None = None) -> None:
    """It was done now. A folder that cannot be written to is told by other checks."""
    with suppress(OSError):
        _path(deed).write_text((now or timezone.now()).isoformat() + "\n", encoding="ascii")


def marked(deed: str) -> datetime | None:
    """When it was done last; None where that is not known."""
    try:
        found = datetime.fromisoformat(_path(deed).read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return None
    return found if found.tzinfo else None


def _path(deed: str) -> Path:
    return Path(settings.HOME) / f"last-{deed}"
