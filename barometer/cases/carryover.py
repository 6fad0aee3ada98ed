"""Carry-over: every case that was open on the first day of a period, so that none is lost between two bulletins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from barometer.cases.state import CaseState, last_news, state_of
from barometer.cases.telling import Fact, facts_of
from barometer.cases.upcoming import UpcomingDate, upcoming_of
from barometer.cases.values import Case, Period, add_days

Moved = Literal["yes", "perhaps", "no"]


@dataclass(frozen=True)
class Carried:
    """A case that was open when the first day of a period began.

    `at_start` is its state on the eve, so that what ends or begins on the first day is news of the period.
    `surely` is False where it may have been open: nothing tells that it had begun by then, or only a date lay ahead.
    `moved` is "perhaps" where what happened is dated by an interval that only touches the period. `passed` are the
    dates that have passed without news by the last day; `next` is the first of the others that lay ahead on the first.
    """

    case: str
    at_start: CaseState
    at_end: CaseState
    last_news: date | None
    next: UpcomingDate | None
    moved: Moved
    facts: tuple[str, ...]
    passed: tuple[UpcomingDate, ...]

    @property
    def surely(self) -> bool:
        """Whether it was open for certain, and not only perhaps, when the period began."""
        return self.at_start.surely_open

    @property
    def still_open(self) -> bool:
        """Whether it is open on the last day too."""
        return self.at_end.open


def carryover(
    cases: Iterable[Case], period: Period, known_by: date | None = None, today: date | None = None
) -> tuple[Carried, ...]:
    """The cases that were open when the first day of the period began, in the order of their slugs.

    Of a period that is not over, `today` is the last day that is looked at: what lies ahead of it has not passed.
    """
    found = (carried(case.slug, facts_of(case.known_by(known_by)), period, today) for case in cases)
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.case))


def carried(slug: str, facts: Sequence[Fact], period: Period, today: date | None = None) -> Carried | None:
    """One case by its facts, as `carryover` tells it; None where it was not open."""
    last = period.last if today is None else max(period.first, min(period.last, today))
    eve = add_days(period.first, -1)
    at_start = state_of(facts, slug, eve)
    ahead = [one for one in upcoming_of(facts, at_start) if one.standing == "ahead"]
    if not at_start.open and not ahead:
        return None
    at_end = state_of(facts, slug, last)
    passed = tuple(one for one in upcoming_of(facts, at_end) if one.standing == "passed")
    over = {one.order for one in passed}
    moves = [fact for fact in facts if _touches(fact, period)]
    return Carried(
        case=slug,
        at_start=at_start,
        at_end=at_end,
        last_news=last_news(facts, eve),
        next=next((one for one in ahead if one.order not in over), None),
        moved=_moved(moves, period),
        facts=tuple(fact.id for fact in moves),
        passed=passed,
    )


def _touches(fact: Fact, period: Period) -> bool:
    return fact.dated and fact.span.overlaps(period.span)


def _moved(moves: Iterable[Fact], period: Period) -> Moved:
    surely = [period.first <= fact.span.earliest and fact.span.last <= period.last for fact in moves]
    if any(surely):
        return "yes"
    return "perhaps" if surely else "no"
