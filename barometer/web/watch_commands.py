"""What `barometer watch …` does: looks at watched sites, files that others bring, files for others."""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from barometer.errors import BarometerError, NotReady, TooLarge, UnknownValue, Unreadable, counted
from barometer.web.entry import ledger_door, migrate, write_new

if TYPE_CHECKING:
    from barometer.web.actions.watching_days import Taken

Tell = Callable[[str], None]
MACHINE = "barometer watch"
LIMIT = 256 << 20


@ledger_door
def watch(*, once: bool, sites: Sequence[str], country: str, network: str, tell: Tell) -> None:
    """Look at the sites whose turn it is until stopped; `once` ends after a round of all, or of those named."""
    from barometer.web.actions import watching_days, watching_rounds
    from barometer.web.actions.clock import Jumps

    migrate()
    if country or network:
        tell(_stand(country, network))
        if not (once or sites):
            return
    watching_rounds.own_points()
    watching_rounds.begin()
    if once or sites:
        _round(watching_rounds.chosen(sites), tell)
        return
    stopped = threading.Event()
    before = {sign: signal.signal(sign, lambda *_: stopped.set()) for sign in (signal.SIGTERM, signal.SIGINT)}
    try:
        clock = Jumps()
        while not stopped.is_set():
            for line in clock.look():
                tell(line)
            if due := watching_rounds.due():
                _round(due, tell)
            watching_days.keep_days()
            stopped.wait(watching_rounds.pause().total_seconds())
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


def _stand(country: str, network: str) -> str:
    """Say from where this machine looks; what was said, in words. UnknownValue for no country, or no network."""
    from babel import Locale

    from barometer.web.actions import watching
    from barometer.web.records.watch import VantagePoint

    if country and country not in Locale("en").territories or not re.fullmatch(r"[A-Z]{2}|", country):
        raise UnknownValue(f"{country!r} is no country", next_step="write its two letters, such as KZ")
    if not re.fullmatch(r"AS[1-9]\d{0,9}|", network):
        raise UnknownValue(f"{network!r} is no network", next_step="write its number, such as AS9198")
    row = VantagePoint.objects.filter(kind=VantagePoint.Kind.OWN).first()
    point = watching.save_point(
        row, kind=VantagePoint.Kind.OWN, name=row.name if row else "this machine",
        country=country or (row.country if row else ""), network=network or (row.network if row else ""),
        control=row.control if row else False, by=MACHINE,
    )  # fmt: skip
    return f"this machine looks from {point.country or 'a country that is not named'}, {point.network or 'no named network'}"


def _round(sites: Sequence[object], tell: Tell) -> Taken:
    from barometer.web.actions import watching_looks, watching_rounds

    if not sites:
        raise NotReady("no site is watched", next_step="add one at the desk: Watched sites")
    taken = watching_rounds.round_of(list(sites), watching_looks.look)
    tell(f"{counted(len(sites), 'site')} looked at, {counted(taken.new, 'look')}")
    return taken


@ledger_door
def take_files(paths: Sequence[Path], *, by: str, tell: Tell) -> bool:
    """Take files of measurements in; whether all of each could be read."""
    from barometer.web.actions import watching_rounds

    migrate()
    whole = True
    for path in paths:
        try:
            row = watching_rounds.import_file(_read(path), path.name, by=by or MACHINE)
        except BarometerError as error:
            if len(paths) == 1:
                raise
            tell(str(error) if error.file else f"{path}: {error}")
            whole = False
            continue
        tell(
            f"{path}: {counted(row.measurements, 'measurement')} of watched sites, "
            f"{row.elsewhere} of others, {row.broken_count} broken"
        )
        for one in row.broken:
            tell(f"{path}: {one['place'] or 'the file'}: {one['reason']}")
        whole = whole and not row.broken_count
    return whole


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(LIMIT + 1)
    except OSError as error:
        raise Unreadable(
            f"it cannot be read ({error.strerror})", file=path, next_step="check the name"
        ) from None
    if len(data) > LIMIT:
        raise TooLarge(f"over {LIMIT >> 20} MB", file=path, next_step="cut it into parts")
    return data


@ledger_door
def export(first: str, last: str, out: Path) -> tuple[int, str]:
    """Write this machine's measurements of some days, signed, for another desk; how many, and the public key."""
    from barometer.web.actions import watching_rounds

    begin, end = _day(first), _day(last or first)
    migrate()
    data, count = watching_rounds.export(begin, end)
    write_new(out, lambda: data)
    return count, watching_rounds.public_key()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UnknownValue(f"{text[:20]!r} is no day", next_step="write it as 2026-03-14") from None
