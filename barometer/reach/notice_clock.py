"""After a counter-notice: the days that the law of the United States gives, and how a notice ended.

17 U.S.C. § 512(g)(2)(C): what was removed is put back "not less than 10, nor more than 14, business days following
receipt of the counter notice", unless the sender of the notice has gone to court by then. The law does not say what a
business day is: here it is Monday to Friday without federal holidays (5 U.S.C. § 6103).
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

FIRST, LAST = 10, 14
_ONE = timedelta(days=1)


class Outcome(StrEnum):
    """How a notice stands."""

    SENT = "sent"  # nothing was answered yet
    COUNTER_SENT = "counter_sent"  # the days after the counter-notice are running
    RESTORED = "restored"
    REFUSED = "refused"  # the recipient will not put it back
    SUED = "sued"  # the sender went to court: the recipient may wait for it
    LAPSED = "lapsed"  # the last day is over and nothing is known to have happened


@dataclass(frozen=True)
class Window:
    """The business days on which what was removed should be put back, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class Course:
    """What happened to a notice, by day; None where it did not, or is not known.

    `received` is the day on which the recipient got the counter-notice; without it the day it was sent counts.
    """

    removed: date | None = None
    counter_sent: date | None = None
    received: date | None = None
    restored: date | None = None
    refused: date | None = None
    sued: date | None = None

    @property
    def window(self) -> Window | None:
        """When it should be put back; None without a counter-notice."""
        day = self.received or self.counter_sent
        return window(day) if day else None

    def outcome(self, today: date) -> Outcome:
        """How it stands at the end of a day. Restored is told before all else: a suit does not undo it."""
        for day, outcome in (
            (self.restored, Outcome.RESTORED),
            (self.sued, Outcome.SUED),
            (self.refused, Outcome.REFUSED),
        ):
            if day and day <= today:
                return outcome
        days = self.window
        if not days or (self.counter_sent and self.counter_sent > today):
            return Outcome.SENT
        return Outcome.LAPSED if today > days.last else Outcome.COUNTER_SENT

    def days_until_restored(self) -> int | None:
        """Days between removal and restoration; None where one of them is not known or they are the wrong way round."""
        if not self.removed or not self.restored or self.restored < self.removed:
            return None
        return (self.restored - self.removed).days


def window(received: date) -> Window:
    """The tenth and the fourteenth business day after the counter-notice was received."""
    return Window(after_business_days(received, FIRST), after_business_days(received, LAST))


def after_business_days(day: date, count: int) -> date:
    """The business day so many business days after a day, which itself is not counted."""
    while count > 0:
        day += _ONE
        count -= is_business_day(day)
    return day


def is_business_day(day: date) -> bool:
    """Monday to Friday, and no federal holiday of the United States."""
    return day.weekday() < 5 and day not in federal_holidays(day.year)


@cache
def federal_holidays(year: int) -> dict[date, str]:
    """The days of a year on which a federal holiday is kept: one on a Saturday on Friday, on a Sunday on Monday.

    New Year's Day of the next year may be kept on 31 December. Inauguration Day, kept around Washington only, is not
    among them.
    """
    kept = {_kept(day): name for each in (year, year + 1) for day, name in _holidays(each).items()}
    return {day: name for day, name in sorted(kept.items()) if day.year == year}


def _holidays(year: int) -> dict[date, str]:
    found = {
        date(year, 1, 1): "New Year's Day",
        _nth(year, 1, calendar.MONDAY, 3): "Birthday of Martin Luther King, Jr.",
        _nth(year, 2, calendar.MONDAY, 3): "Washington's Birthday",
        _nth(year, 5, calendar.MONDAY, -1): "Memorial Day",
        date(year, 7, 4): "Independence Day",
        _nth(year, 9, calendar.MONDAY, 1): "Labor Day",
        _nth(year, 10, calendar.MONDAY, 2): "Columbus Day",
        date(year, 11, 11): "Veterans Day",
        _nth(year, 11, calendar.THURSDAY, 4): "Thanksgiving Day",
        date(year, 12, 25): "Christmas Day",
    }
    if year >= 2021:
        found[date(year, 6, 19)] = "Juneteenth National Independence Day"
    return found


def _nth(year: int, month: int, weekday: int, number: int) -> date:
    """The first, second, … or (-1) last such weekday of a month."""
    days = [week[weekday] for week in calendar.monthcalendar(year, month) if week[weekday]]
    return date(year, month, days[number - 1] if number > 0 else days[number])


def _kept(day: date) -> date:
    return day + {5: -_ONE, 6: _ONE}.get(day.weekday(), timedelta())
