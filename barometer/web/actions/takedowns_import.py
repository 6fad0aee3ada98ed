"""Files with takedown notices: kept as evidence first, then read apart; each notice once, what is broken by name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from barometer.errors import BarometerError, TooLarge
from barometer.reach.notices import Broken, Notice
from barometer.reach.notices_apart import read_apart
from barometer.web.actions import outside, takedowns, takedowns_signs
from barometer.web.actions.evidence import keep_upload
from barometer.web.actions.jobs import enqueue
from barometer.web.actions.takedowns_events import follow
from barometer.web.records.models import EvidenceItem
from barometer.web.records.takedowns import TakedownNotice

#: So many notices of one file are looked at while somebody waits.
FEW = 20
#: What stands for a number where the source gives none: the place in its file.
_PLACE = re.compile(r"(?:(?:row|line|notice) \d+ ?)+")


@dataclass
class Report:
    """What came of a file: new notices, those that were known, and what could not be read, a line each."""

    new: list[TakedownNotice] = field(default_factory=list)
    known: list[TakedownNotice] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def take_file(data: bytes, name: str, *, by: str, user: Any = None, most: int | None = None) -> Report:
    """Keep a file, and take in the notices in it; of many, signs and events are left to the worker.

    BarometerError where it cannot be kept or read at all; TooLarge where it holds more than `most` notices.
    """
    item = keep_upload(data, name, by=by, how="takedown notices").original
    found = read_apart(data, name, outside.apart())
    if most and len(found) > most:
        raise TooLarge(
            f"{len(found)} notices are more than {most}",
            file=name,
            next_step="barometer takedowns import FILE",
        )
    report = _taken(found, name, item, by=by, user=user)
    if len(report.new) > FEW:
        enqueue(takedowns_signs.JOB)
        return report
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
            notice, left_out = _with_good_addresses(one)
            taken = takedowns.take(notice, evidence=item, by=by, user=user, reason="from a file")
        except BarometerError as error:
            report.broken.append(f"{name}: {error}")
            continue
        if not taken.known:
            report.broken += [f"{name}: {one.number}: left out: {why}" for why in left_out]
        (report.known if taken.known else report.new).append(taken.row)
    return report


def _with_good_addresses(notice: Notice) -> tuple[Notice, list[str]]:
    """The notice with the addresses that can be kept and a number that is one; why the others are left out."""
    kept: dict[str, tuple[str, ...]] = {}
    left_out = []
    for field_ in ("works", "targets"):
        good = []
        for address in getattr(notice, field_):
            try:
                takedowns.check_address(address)
            except BarometerError as error:
                left_out.append(error.message)
            else:
                good.append(address)
        kept[field_] = tuple(good)
    number = "" if _PLACE.fullmatch(notice.number) else notice.number
    return replace(notice, number=number, works=kept["works"], targets=kept["targets"]), left_out
