"""Measures in force over time: how many people, outlets and sites were under each at the end of a month.

Somebody counts once for a measure, however many cases they are under it in. In force is what had begun for certain by
the month's last day and of which no end is known by then; a measure that is taken to be over counts to the day on which
it can have lasted longest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from barometer.cases.state import state_on
from barometer.cases.values import Case, add_days

MONTHS = 12


def months_to(last: date, how_many: int = MONTHS) -> tuple[str, ...]:
    """The months that end with the one of that day, the earliest first."""
    found = [divmod(last.year * 12 + last.month - 1 - back, 12) for back in range(how_many)]
    return tuple(f"{year:04}-{month + 1:02}" for year, month in reversed(found))


def in_force(cases: Iterable[Case], months: Sequence[str]) -> dict[tuple[str, str], int]:
    """(month, measure) → how many were under it on the month's last day; nobody is left out."""
    ends = {month: _last_of(month) for month in months}
    under: dict[tuple[str, str], set[str]] = defaultdict(set)
    for case in cases:
        for measure in state_on(case, max(ends.values())).measures:
            for month, day in ends.items():
                if measure.start.last <= day <= measure.stays_to:
                    under[month, measure.measure].add(measure.subject)
    return {key: len(subjects) for key, subjects in sorted(under.items())}


def _last_of(month: str) -> date:
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]), 12)
    return add_days(date(year, number + 1, 1), -1)
