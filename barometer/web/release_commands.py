"""What `barometer release` does: the data of a period as files, and unless it is a draft, issued."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from barometer.errors import UnknownValue
from barometer.web.entry import ledger_door, migrate

if TYPE_CHECKING:
    from barometer.web.actions.releasing import Made


@ledger_door
def release(period: str, out: Path, *, by: str, draft: bool = False, day: str | None = None) -> Made:
    """Write the release of a period to a new folder in `out`; see actions/releasing.py."""
    from barometer.web.actions import releasing

    migrate()
    return releasing.release(period, Path(out), by=by, draft=draft, day=_day(day))


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UnknownValue(f"{text!r} is no day", next_step="write it like 2026-03-14") from None
