"""What `barometer requests import` and `requests look` do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from barometer.errors import BarometerError, TooLarge, UnknownValue, Unreadable, counted
from barometer.web.entry import ledger_door, migrate

Tell = Callable[[str], None]


@ledger_door
def bring(paths: Sequence[Path], *, by: str, tell: Tell) -> bool:
    """Letters to the requests that they answer or whose number they bear; whether each found one."""
    migrate()
    whole = True
    for path in paths:
        try:
            tell(f"{path}: {_brought(path, by)}")
        except BarometerError as error:
            tell(str(error) if error.file else f"{path}: {error}")
            whole = False
    return whole


def _brought(path: Path, by: str) -> str:
    """Keep a letter with its request; what was done. UnknownValue where it is not known which one that is."""
    from barometer.web.actions import requests_import

    data = _bytes(path, requests_import.LARGEST_FILE)
    likely = requests_import.likely_requests(requests_import.letters_of(data, path.name))
    sure = [one.request for one in likely if one.sure]
    if len(sure) != 1:
        raise UnknownValue(
            "it belongs to no request that is known"
            if not sure
            else f"it may belong to {len(sure)} requests",
            next_step="bring it in at the desk, where its request is chosen",
        )
    made = requests_import.take(sure[0], data, path.name, by=by)
    return f"{counted(len(made), 'file')} kept with {sure[0].public_id}"


def _bytes(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except OSError as error:
        raise Unreadable(
            f"it cannot be read ({error.strerror})", file=path, next_step="check the name"
        ) from None
    if len(data) > limit:
        raise TooLarge(f"over {limit >> 20} MB", file=path, next_step="hand it in in parts")
    return data


@ledger_door
def look(*, by: str = "") -> list[str]:
    """Propose what passed deadlines and the like give rise to, as the worker does every night; a line an event."""
    from barometer.web.actions import requests_events

    migrate()
    return [
        f"{event.main_type}  {event.date}  {event.public_id}"
        for event in requests_events.look(by=by.strip() or requests_events.MACHINE)
    ]
