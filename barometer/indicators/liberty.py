"""Days of liberty lost in a period, by person: how much of each measure that deprives of liberty lies within it.

Worked out from all that is known by a day, so that what came out later counts too. What is uncertain is counted twice,
as everywhere in cases: at least so many days for sure, at most so many. A day under two measures, or told in two cases,
is one day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from barometer.cases.state import AtLeastAtMost, days_of
from barometer.indicators.in_force import Days, Stay


@dataclass(frozen=True)
class Lost:
    """The days that one person lost in the period, the cases in which, and their events."""

    subject: str
    days: AtLeastAtMost
    cases: tuple[str, ...]
    events: tuple[str, ...]


def days_lost(found: Iterable[Stay], first: date, last: date) -> tuple[Lost, ...]:
    """Who lost days of liberty from `first` to `last`, both counted.

    Whoever lost none for certain or perhaps is left out.
    """
    told: dict[str, list[Stay]] = defaultdict(list)
    for stay in found:
        if stay.rule.deprives and _within(stay.perhaps, first, last):
            told[stay.whose].append(stay)
    return tuple(_lost(told[who], first, last) for who in sorted(told))


def _lost(told: list[Stay], first: date, last: date) -> Lost:
    least = days_of(_within(stay.surely, first, last) for stay in told)
    most = days_of(_within(stay.perhaps, first, last) for stay in told)
    lengths = [stay.most for stay in told]
    if None not in lengths:
        most = min(most, int(sum(filter(None, lengths))))
    return Lost(
        subject=told[0].subject,
        days=AtLeastAtMost(least, max(least, most)),
        cases=tuple(dict.fromkeys(stay.case for stay in told)),
        events=tuple(dict.fromkeys(event for stay in told for event in stay.events)),
    )


def _within(days: Days, first: date, last: date) -> Days | None:
    """The part of the days that lies within; None where there is none."""
    part = max(days[0], first), min(days[1], last)
    return part if part[0] <= part[1] else None
