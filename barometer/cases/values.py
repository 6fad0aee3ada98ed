"""The values of a case: what is handed in, and the intervals of days that everything is computed with."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from barometer.cases.rules import rules
from barometer.codebook import Event, EventDate, Quarter

NOBODY = ""  # the subject of a row where the source does not say who


@dataclass(frozen=True, order=True)
class Span:
    """The days between which something lies, both inclusive; `first` is None where nothing tells the earliest."""

    earliest: date
    last: date

    @classmethod
    def of(cls, first: date | None, last: date) -> Span:
        """A span; without a first day it reaches back as far as days go."""
        return cls(date.min if first is None else first, last)

    @classmethod
    def day(cls, day: date) -> Span:
        """One day."""
        return cls(day, day)

    @property
    def first(self) -> date | None:
        """The earliest day, or None where nothing says how early."""
        return None if self.earliest == date.min else self.earliest

    @property
    def exact(self) -> bool:
        """Whether it is one day."""
        return self.earliest == self.last

    def overlaps(self, other: Span) -> bool:
        """Whether both may be the same day."""
        return self.earliest <= other.last and other.earliest <= self.last

    def meet(self, other: Span) -> Span:
        """The days that both allow; where there are none, all that either of them allows and what lies between."""
        if self.overlaps(other):
            return Span(max(self.earliest, other.earliest), min(self.last, other.last))
        return Span(min(self.earliest, other.earliest), max(self.last, other.last))

    def apart(self, other: Span) -> int:
        """How many days lie between the two at least: 0 where they overlap."""
        if self.overlaps(other):
            return 0
        return (
            (other.earliest - self.last).days
            if self.last < other.earliest
            else (self.earliest - other.last).days
        )

    def plus_days(self, days: int) -> Span:
        """So many days later."""
        return self._moved(lambda day: add_days(day, days))

    def plus_months(self, months: int) -> Span:
        """So many months later, on the same day of the month or the last that the month has."""
        return self._moved(lambda day: add_months(day, months))

    def _moved(self, move: Callable[[date], date]) -> Span:
        return Span(self.earliest if self.first is None else move(self.earliest), move(self.last))

    def __str__(self) -> str:
        """2031-03-05, 2031-03-01/2031-03-31, or …/2031-03-31 where nothing says how early."""
        if self.exact:
            return self.last.isoformat()
        return f"{self.first.isoformat() if self.first else '…'}/{self.last.isoformat()}"


def add_days(day: date, days: int) -> date:
    """So many days later, or the first or last day of the calendar."""
    try:
        return day + timedelta(days)
    except OverflowError:
        return date.max if days > 0 else date.min


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month if it is shorter; within the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return date.max if months > 0 else date.min
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Said:
    """What a source says on a point, beyond the coded fields: point "role:Saule Oydan", value "founder"."""

    point: str
    value: str


@dataclass(frozen=True)
class CaseEvent:
    """An event of a case: its id in the ledger, its sources, and the day on which it became known.

    Where a person or a reader says so, `stage` and `measure` name what the types leave open (charged, in court;
    imprisonment or a suspended sentence), `proceeding` tells parallel proceedings of one kind apart, `same_as` is
    the id of an event that this one tells again, `statements` are further things said, and `claims` are the
    statements of the publication that it is about. Without them the words of headline and summary are asked.
    """

    id: str
    event: Event
    sources: tuple[str, ...]
    known: date
    stage: str | None = None
    measure: str | None = None
    proceeding: str | None = None
    same_as: str | None = None
    statements: tuple[Said, ...] = ()
    claims: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.id or not self.sources:
            raise ValueError("an event of a case has an id and at least one source")
        if self.measure is not None:
            rules().measure(self.measure)
        stages = {code for proceeding in rules().proceedings.values() for code in proceeding.stages}
        if self.stage is not None and self.stage not in stages:
            raise ValueError(f"{self.stage!r} is not a stage of any proceeding")

    @cached_property
    def span(self) -> Span:
        """When it happened: what is told has happened by the day on which it became known."""
        when = self.event.when
        if when is None:
            return Span.of(None, self.known)
        return Span(when.first, max(when.first, min(when.last, self.known)))

    @property
    def text(self) -> str:
        """All words of headline and summary, in every language, folded."""
        summary = self.event.summary
        texts = summary.values() if isinstance(summary, dict) else (summary or "",)
        return " ".join((self.event.headline or "", *texts)).casefold()

    @property
    def order(self) -> tuple[bool, int, date, date, str]:
        """News before background, the exact before the vague, then by date and id: the same in any order of input."""
        span = self.span
        return (
            self.event.background,
            (span.last - span.earliest).days,
            span.last,
            span.earliest,
            self.id,
        )


@dataclass(frozen=True)
class Claim:
    """A statement of the publication that a case is about: `by` are the outlets or people who made it, if known."""

    id: str
    text: str
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """A story: its slug and its events. The order in which events are handed in does not matter."""

    slug: str
    events: tuple[CaseEvent, ...] = ()
    claims: tuple[Claim, ...] = ()

    def __post_init__(self) -> None:
        ids = [event.id for event in self.events]
        if len(set(ids)) < len(ids):
            raise ValueError(f"case {self.slug!r} has two events with one id")
        object.__setattr__(self, "events", tuple(sorted(self.events, key=lambda event: event.order)))

    def known_by(self, day: date | None) -> Case:
        """The case as it was known at the end of that day; None: all that is known."""
        if day is None:
            return self
        return replace(self, events=tuple(event for event in self.events if event.known <= day))

    def plus(self, *events: CaseEvent) -> Case:
        """The case with further events."""
        return replace(self, events=(*self.events, *events))


@dataclass(frozen=True)
class Choice:
    """An editor's word on which of several statements is printed, and why. It is kept whatever comes in later.

    `number` orders those of one day, the later the higher.
    """

    case: str
    point: str
    value: str
    reason: str
    by: str
    on: date
    number: int = 0

    def __post_init__(self) -> None:
        if not self.reason.strip() or not self.by.strip():
            raise ValueError("a choice has a reason and says who chose")


@dataclass(frozen=True)
class Period:
    """Days from first to last, both inclusive."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a period cannot end ({self.last}) before it begins ({self.first})")

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read "2026Q2", "2026-05", "2026" or "2026-04-01/2026-05-15"; ValueError otherwise."""
        text = text.strip()
        if "Q" in text.upper():
            quarter = Quarter.parse(text)
            return cls(quarter.first, quarter.last)
        when = EventDate.parse(text)
        return cls(when.first, when.last)

    @property
    def span(self) -> Span:
        """The same as an interval of days."""
        return Span(self.first, self.last)
