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

from barometer.cases.state import AtLeastAtMost, MeasureState, days_of, state_on
from barometer.cases.values import Case, add_days

Days = tuple[date, date]


@dataclass(frozen=True)
class Lost:
    """The days that one person lost in the period, and the cases in which."""

    subject: str
    days: AtLeastAtMost
    cases: tuple[str, ...]


def days_lost(cases: Iterable[Case], first: date, last: date, as_of: date) -> tuple[Lost, ...]:
    """Who lost days of liberty from `first` to `last`, both counted, by what is known on `as_of`.

    Whoever lost none for certain or perhaps is left out.
    """
    found: dict[str, list[tuple[str, MeasureState]]] = defaultdict(list)
    for case in cases:
        for measure in state_on(case, max(as_of, last)).measures:
            if measure.rule.deprives and _within(_perhaps(measure), first, last):
                found[measure.subject].append((case.slug, measure))
    return tuple(_lost(subject, found[subject], first, last) for subject in sorted(found))


def _lost(subject: str, told: list[tuple[str, MeasureState]], first: date, last: date) -> Lost:
    measures = [measure for _, measure in told]
    least = days_of(_within(_surely(measure), first, last) for measure in measures)
    most = days_of(_within(_perhaps(measure), first, last) for measure in measures)
    lengths = [measure.days.most for measure in measures]
    if None not in lengths:
        most = min(most, int(sum(filter(None, lengths))))
    return Lost(
        subject, AtLeastAtMost(least, max(least, most)), tuple(dict.fromkeys(slug for slug, _ in told))
    )


def _surely(measure: MeasureState) -> Days:
    return measure.start.last, add_days(measure.start.last, int(measure.days.least) - 1)


def _perhaps(measure: MeasureState) -> Days:
    return measure.start.earliest, measure.stays_to


def _within(days: Days, first: date, last: date) -> Days | None:
    """The part of the days that lies within; None where there is none."""
    part = max(days[0], first), min(days[1], last)
    return part if part[0] <= part[1] else None
