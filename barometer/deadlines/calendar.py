"""The working days of a country: weekends, holidays and what they move, days moved by decision.

A holiday on a day of rest gives the next working day off; of several that do so at once (two days of New Year on a
weekend) each gives one. What the Government moved comes last: a day of rest that is worked, a working day that is off.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from barometer.countries.terms import WorkingDays, working_days

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Year:
    """The days of one year that are not as its weekdays are: off though in the week, worked though on a weekend."""

    off: frozenset[date]
    worked: frozenset[date]


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked in a country."""

    data: WorkingDays
    _years: dict[int, Year] = field(default_factory=dict, compare=False, repr=False)
    _worked: dict[int, tuple[date, ...]] = field(default_factory=dict, compare=False, repr=False)

    def works(self, day: date) -> bool:
        """Whether public bodies work on that day."""
        year = self.year(day.year)
        return day in year.worked or not (self.rests(day) or day in year.off)

    def rests(self, day: date) -> bool:
        """Whether it is a day of the weekend."""
        return day.isoweekday() in self.data.weekend

    def on_or_after(self, day: date) -> date:
        """The day itself where it is worked, else the next that is."""
        while not self.works(day):
            day += _DAY
        return day

    def after(self, day: date, count: int) -> date:
        """The working day that is the `count`-th after a day; the day itself for 0."""
        for _ in range(count):
            day = self.on_or_after(day + _DAY)
        return day

    def between(self, first: date, last: date) -> int:
        """How many working days lie after `first` up to and with `last`; 0 where `last` is not later."""
        if last <= first:
            return 0
        years = map(self._working_days, range(first.year, last.year + 1))
        return sum(bisect_right(days, last) - bisect_right(days, first) for days in years)

    def departing(self, first: date, last: date) -> tuple[tuple[date, ...], tuple[date, ...]]:
        """What a person who counts weekdays would miss after `first` up to `last`: days off, days worked."""
        off = tuple(day for day in _days(first, last) if not (self.works(day) or self.rests(day)))
        worked = tuple(day for day in _days(first, last) if self.works(day) and self.rests(day))
        return off, worked

    def open_years(self, first: date, last: date) -> tuple[int, ...]:
        """The years from one day to another of which it is not known which days were moved."""
        years = range(first.year, last.year + 1)
        return tuple(year for year in years if year not in self.data.years or not self.data.years[year].known)

    def year(self, year: int) -> Year:
        """What departs from the weekdays in a year, worked out once."""
        if year not in self._years:
            self._years[year] = self._worked_out(year)
        return self._years[year]

    def _working_days(self, year: int) -> tuple[date, ...]:
        """The days of a year that are worked, in order, worked out once."""
        if year not in self._worked:
            new_year = date(year, 1, 1)
            every = (new_year, *_days(new_year, date(year, 12, 31)))
            self._worked[year] = tuple(day for day in every if self.works(day))
        return self._worked[year]

    def _worked_out(self, year: int) -> Year:
        kept = sorted((day, one.moves) for one in self.data.holidays for day in one.on(year))
        off = {day for day, _ in kept} | {
            day for one in self.data.feasts for day in one.days if day.year == year
        }
        for day, moves in kept:
            if moves and self.rests(day):
                off.add(self._free_after(day, off))
        decided = self.data.years.get(year)
        moved = decided.moved if decided else ()
        off = off - {one.worked for one in moved} | {one.off for one in moved}
        return Year(frozenset(off), frozenset(one.worked for one in moved))

    def _free_after(self, day: date, off: set[date]) -> date:
        """The next day that would be worked; a feast does not push it on, for it moves nothing."""
        while self.rests(day) or day in off:
            day += _DAY
        return day


def _days(first: date, last: date) -> Iterator[date]:
    """The days after `first` up to and with `last`."""
    return (first + timedelta(days=count) for count in range(1, (last - first).days + 1))


@cache
def calendar_of(country: str = "KZ", own: str = "") -> WorkingCalendar:
    """The working days of a country, with those of a desk's own file: see `working_days`."""
    return WorkingCalendar(working_days(country, own))
