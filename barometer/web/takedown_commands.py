"""What `barometer takedowns import` does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from barometer.errors import BarometerError, TooLarge, Unreadable
from barometer.reach.notices.reading import FILE_LIMIT
from barometer.web.entry import ledger_door, migrate

Tell = Callable[[str], None]


@ledger_door
def take(paths: Sequence[Path], *, by: str, tell: Tell) -> bool:
    """Take in the notices of these files, each once; whether all could be read."""
    from barometer.web.actions.takedowns_events import look_again
    from barometer.web.actions.takedowns_import import take_file

    migrate()
    whole = True
    for path in paths:
        try:
            report = take_file(_bytes(path), path.name, by=by)
        except BarometerError as error:
            tell(str(error) if error.file else f"{path}: {error}")
            whole = False
            continue
        tell(f"{path}: {len(report.new)} new, {len(report.known)} known, {len(report.broken)} not read")
        for line in report.broken:
            tell(line)
        whole = whole and not report.broken
    look_again()
    return whole


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(FILE_LIMIT + 1)
    except OSError as error:
        raise Unreadable(
            f"it cannot be read ({error.strerror})", file=path, next_step="check the name"
        ) from None
    if len(data) > FILE_LIMIT:
        raise TooLarge(f"over {FILE_LIMIT >> 20} MB", file=path, next_step="cut it into parts")
    return data
