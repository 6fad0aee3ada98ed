"""What `barometer backup`, `restore` and `move` do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from barometer.web.entry import ledger_door, migrate

Tell = Callable[[str], None]


@ledger_door
def backup(file: Path, recipients: Sequence[str], *, with_evidence: bool, tell: Tell) -> bool:
    """Write a backup; whether nothing was amiss."""
    from barometer.web.backup.making import back_up
    from barometer.web.health.marks import BACKUP, mark

    migrate()
    told = back_up(Path(file), recipients, with_evidence=with_evidence)
    for line in told.lines:
        tell(f"{file}: {line}")
    if not told.problems:
        mark(BACKUP)
    return not told.problems


@ledger_door
def check() -> list[str]:
    """What is amiss with the ledger, a line each; nothing is changed, a ledger of an older version neither."""
    from barometer.web.backup.checking import check as look

    return [str(fault) for fault in look()]


@ledger_door
def restore(file: Path, identities: Sequence[str], *, tell: Tell) -> bool:
    """Bring a backup back into an empty ledger; whether all its evidence is there."""
    from barometer.web.backup.making import restore as bring_back

    told = bring_back(Path(file), identities)
    for line in told.lines:
        tell(f"{file}: {line}")
    return not told.problems


@ledger_door
def move(address: str, *, tell: Tell) -> bool:
    """Copy the ledger to another database; whether nothing was written meanwhile."""
    from barometer.web.backup.making import move as carry

    migrate()
    told = carry(address)
    for line in told.lines:
        tell(line)
    if not told.problems:
        tell("now set DATABASE_URL to it; the data folder stays")
    return not told.problems


@ledger_door
def salvage(address: str, *, tell: Tell) -> bool:
    """Carry what can be read of a damaged ledger to another database; whether nothing was lost."""
    from barometer.web.backup.salvage import salvage as save

    saved = save(address)
    for line in saved.lines:
        tell(line)
    tell("now set DATABASE_URL to it, and run barometer check; the data folder stays")
    return not (saved.unread or saved.without)
