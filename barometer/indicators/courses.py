"""How long it takes until something ends, and how it ends; what is still open counts for as long as it was seen.

Leaving open cases out would make everything look quick, for the slow ones are those that are open. So the share that is
still open after so many days is worked out from all of them (Kaplan and Meier 1958); the median is the first day by which
half had ended. Where more than half are open for longer than anything that ended, there is no median, and that is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from barometer.cases.state import CaseState, ProceedingState
from barometer.indicators.quarter import rules_of_counting

SORTS = ("against", "for_media", "settled")


@dataclass(frozen=True)
class Course:
    """Something that began and ended, or was open when it was last looked at: `days` long so far.

    `outcome` is the stage that closed it, "" while it is open.
    """

    case: str
    subject: str
    days: int
    outcome: str = ""

    @property
    def ended(self) -> bool:
        """Whether it did."""
        return bool(self.outcome)


@dataclass(frozen=True)
class Step:
    """From this day on, that share is still open; `at_risk` were seen for so long."""

    days: int
    open: float
    at_risk: int


def still_open(courses: Iterable[Course]) -> tuple[Step, ...]:
    """The share that is open after each number of days by which one ended."""
    courses = list(courses)
    ended = Counter(course.days for course in courses if course.ended)
    share, steps = 1.0, []
    for days in sorted(ended):
        at_risk = sum(course.days >= days for course in courses)
        share *= 1 - ended[days] / at_risk
        steps.append(Step(days, share, at_risk))
    return tuple(steps)


def median_days(courses: Iterable[Course]) -> int | None:
    """The first day by which half had ended; None where it was not reached."""
    return next((step.days for step in still_open(courses) if step.open <= 0.5 + 1e-12), None)


# --- proceedings ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcomes:
    """How proceedings of one kind stand: which sorts of stages those are, counting.toml says.

    `against` are decisions against the media or the journalist, `for_media` those for them; `open` ones have none yet.
    """

    proceeding: str
    against: int
    for_media: int
    settled: int
    other: int
    open: int

    @property
    def decided(self) -> int:
        """How many were decided one way or the other: of these, the rate of success is a share."""
        return self.against + self.for_media


def courses(states: Iterable[CaseState], proceeding: str) -> tuple[Course, ...]:
    """The proceedings of one kind in these cases as they stand; what has no known beginning is left out."""
    return tuple(
        course
        for case in states
        for state in case.proceedings
        if state.proceeding == proceeding and (course := _course(case.slug, state, case.day)) is not None
    )


def _course(slug: str, state: ProceedingState, day: date) -> Course | None:
    begun = state.history[0][1] if state.history else state.since
    if begun.first is None or not state.certain:
        return None
    end = state.since.last if state.closed else day
    return Course(slug, state.subject, max(0, (end - begun.last).days), state.stage if state.closed else "")


def outcomes(states: Iterable[CaseState], proceeding: str) -> Outcomes:
    """How the proceedings of one kind in these cases ended, or stand."""
    sorts = rules_of_counting()["outcomes"][proceeding]
    rows = (state for case in states for state in case.proceedings if state.proceeding == proceeding)
    found = Counter(_sort_of(state, sorts) for state in rows)
    return Outcomes(proceeding, **{sort: found[sort] for sort in (*SORTS, "other", "open")})


def _sort_of(state: ProceedingState, sorts: Mapping[str, Sequence[str]]) -> str:
    named = next((sort for sort in SORTS if state.stage in sorts[sort]), "")
    return named or ("open" if state.open else "other")
