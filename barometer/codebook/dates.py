"""Uncertain dates as intervals that keep their wording."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

Precision = Literal["day", "month", "year", "span"]

_POINT = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_QUARTER = re.compile(r"(\d{4})[Qq]([1-4])", re.ASCII)


@dataclass(frozen=True)
class EventDate:
    """When something happened, no more exact than the source allows.

    `iso` is a day, a month, a year or a span "from/to" of two such points; `first` and `last` are the
    days it may lie between, both inclusive; `wording` is what the source said, if it was kept.
    """

    iso: str
    first: date
    last: date
    precision: Precision
    wording: str | None = None

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"{self.iso!r} ends before it begins")

    @classmethod
    def parse(cls, iso: str, wording: str | None = None) -> EventDate:
        """Read the codebook's form of a date; ValueError says which part is not one."""
        start, slash, end = iso.partition("/")
        first, last, precision = _point(start)
        if slash:
            end_first, last, _ = _point(end)
            if end_first < first:
                raise ValueError(f"{iso!r} ends before it begins")
            precision = "span"
        return cls(iso, first, last, precision, wording)

    @property
    def month(self) -> str | None:
        """YYYY-MM when the whole interval lies in one month, else None."""
        if (self.first.year, self.first.month) == (self.last.year, self.last.month):
            return self.first.isoformat()[:7]
        return None

    def within(self, first: date, last: date) -> bool:
        """Whether the whole interval lies between the two days, both inclusive."""
        return first <= self.first and self.last <= last


def _point(text: str) -> tuple[date, date, Precision]:
    match = _POINT.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a date: write 2026-03-15, 2026-03 or 2026")
    year, month, day = (int(part) if part else None for part in match.groups())
    if not year:
        raise ValueError(f"{text!r} is not a year of the calendar")
    if month is None:
        return date(year, 1, 1), date(year, 12, 31), "year"
    if not 1 <= month <= 12:
        raise ValueError(f"{text!r} is not a month of the calendar")
    length = calendar.monthrange(year, month)[1]
    if day is None:
        return date(year, month, 1), date(year, month, length), "month"
    if not 1 <= day <= length:
        raise ValueError(f"{text!r} is not a day of the calendar")
    exact = date(year, month, day)
    return exact, exact, "day"


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a year, written 2026Q1."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read "2026Q1"; ValueError otherwise."""
        match = _QUARTER.fullmatch(text.strip())
        if not match or not int(match[1]):
            raise ValueError(f"{text!r} is not a quarter: write 2026Q1")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Quarter:
        """The quarter in which a day lies."""
        return cls(day.year, (day.month - 1) // 3 + 1)

    @property
    def months(self) -> tuple[str, str, str]:
        """The three months as YYYY-MM."""
        start = 3 * (self.number - 1)
        return (
            f"{self.year:04}-{start + 1:02}",
            f"{self.year:04}-{start + 2:02}",
            f"{self.year:04}-{start + 3:02}",
        )

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """The last day."""
        month = 3 * self.number
        return date(self.year, month, calendar.monthrange(self.year, month)[1])

    def __str__(self) -> str:
        return f"{self.year:04}Q{self.number}"
