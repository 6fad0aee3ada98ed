"""Files with takedown notices: kept as evidence first, then read apart; each notice once, what is broken by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from barometer.errors import BarometerError
from barometer.reach.notices import Broken, Notice
from barometer.reach.notices_apart import read_apart
from barometer.web.actions import outside, takedowns, takedowns_signs
from barometer.web.actions.evidence import keep_upload
from barometer.web.actions.takedowns_events import follow
from barometer.web.records.models import EvidenceItem
from barometer.web.records.takedowns import TakedownNotice


@dataclass
class Report:
    """What came of a file: new notices, those that were known, and what could not be read, a line each."""

    new: list[TakedownNotice] = field(default_factory=list)
    known: list[TakedownNotice] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def take_file(
    data: bytes,
    name: str,
    *,
    by: str,
    user: Any = None,
    read: Callable[[bytes, str], list[Notice | Broken]] | None = None,
) -> Report:
    """Keep a file, and take in the notices in it. BarometerError where it cannot be kept or read at all."""
    item = keep_upload(data, name, by=by, how="takedown notices").original
    found = read(data, name) if read else read_apart(data, name, outside.apart())
    report = _taken(found, name, item, by=by, user=user)
    takedowns_signs.renew(report.new)
    for row in report.new:
        follow(row)
    return report


def _taken(found: Iterable[Notice | Broken], name: str, item: EvidenceItem, *, by: str, user: Any) -> Report:
    report = Report()
    for one in found:
        if isinstance(one, Broken):
            report.broken.append(str(one))
            continue
        try:
            taken = takedowns.take(one, evidence=item, by=by, user=user, reason="from a file")
        except BarometerError as error:
            report.broken.append(f"{name}: {error}")
            continue
        (report.known if taken.known else report.new).append(taken.row)
    return report
