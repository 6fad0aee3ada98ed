"""How long it takes until something ends, and how it ends; what is still open counts for as long as it was seen.

Leaving open cases out would make everything look quick, for the slow ones are those that are open. So the share that is
still open after so many days is worked out from all of them (Kaplan and Meier 1958); the median is the first day by which
half had ended. Where more than half are open for longer than anything that ended, there is no median, and that is said.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from barometer.cases.rules import Stage, rules
from barometer.cases.state import CaseState, ProceedingState
from barometer.cases.values import Span, add_days
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
    events: tuple[str, ...] = ()

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
    lengths = sorted(course.days for course in courses)
    ended = Counter(course.days for course in courses if course.ended)
    share, steps = 1.0, []
    for days in sorted(ended):
        at_risk = len(lengths) - bisect_left(lengths, days)
        share *= 1 - ended[days] / at_risk
        steps.append(Step(days, share, at_risk))
    return tuple(steps)


def median_days(courses: Iterable[Course]) -> int | None:
    """The first day by which half had ended; None where it was not reached."""
    return next((step.days for step in still_open(courses) if step.open <= 0.5 + 1e-12), None)


# --- proceedings ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcomes:
    """How proceedings of one kind stand on a day: which sorts of stages those are, counting.toml says.

    `against` are decisions against the media or the journalist, `for_media` those for them; `open` ones have none yet.
    `events` are those of the proceedings that were decided.
    """

    proceeding: str
    against: int
    for_media: int
    settled: int
    other: int
    open: int
    events: tuple[str, ...] = ()

    @property
    def decided(self) -> int:
        """How many were decided one way or the other: of these, the rate of success is a share."""
        return self.against + self.for_media


def stage_on(state: ProceedingState, day: date) -> tuple[Stage, Span] | None:
    """The stage in which a proceeding was on a day, by all that is known of it since; None where it had not begun."""
    reached = [(stage, span) for stage, span in state.history if span.earliest <= day]
    if not reached:
        return None
    return rules().proceedings[state.proceeding].stages[reached[-1][0]], reached[-1][1]


def courses(states: Iterable[CaseState], proceeding: str, day: date) -> tuple[Course, ...]:
    """The proceedings of one kind as they stood on a day; what has no known beginning, or no certain stage, is left out."""
    return tuple(
        course
        for case in states
        for state in case.proceedings
        if state.proceeding == proceeding and (course := _course(case.slug, state, day)) is not None
    )


def _course(slug: str, state: ProceedingState, day: date) -> Course | None:
    now = stage_on(state, day)
    if now is None:
        return None
    (stage, since), begun = now, state.history[0][1]
    if begun.first is None or since.last > day:
        return None
    end = since.last if stage.closes else day
    return Course(
        slug, state.subject, max(0, (end - begun.last).days), stage.code if stage.closes else "", state.facts
    )


def outcomes(states: Iterable[CaseState], proceeding: str, day: date) -> Outcomes:
    """How the proceedings of one kind in these cases had ended, or stood, on a day."""
    sorts = rules_of_counting()["outcomes"][proceeding]
    rows = [state for case in states for state in case.proceedings if state.proceeding == proceeding]
    placed = [(sort, state) for state in rows if (sort := _sort_of(state, sorts, day))]
    found = Counter(sort for sort, _ in placed)
    decided = [event for sort, state in placed if sort in SORTS[:2] for event in state.facts]
    counts = {sort: found[sort] for sort in (*SORTS, "other", "open")}
    return Outcomes(proceeding, **counts, events=tuple(dict.fromkeys(decided)))


def add_up(proceeding: str, parts: Iterable[Outcomes]) -> Outcomes:
    """The outcomes of cases that were gone through one after the other, as if they had been together."""
    found = list(parts)
    counts = {sort: sum(getattr(one, sort) for one in found) for sort in (*SORTS, "other", "open")}
    events = tuple(dict.fromkeys(event for one in found for event in one.events))
    return Outcomes(proceeding, **counts, events=events)


def _sort_of(state: ProceedingState, sorts: Mapping[str, Sequence[str]], day: date) -> str:
    now = stage_on(state, day)
    if now is None:
        return ""
    stage = now[0]
    named = next((sort for sort in SORTS if stage.code in sorts[sort]), "")
    return named or ("other" if stage.closes or _is_silent(state, stage, day) else "open")


def _is_silent(state: ProceedingState, stage: Stage, day: date) -> bool:
    """Whether nothing had been heard for so long that it is taken as closed."""
    news = state.no_news_since
    return stage.passes_days is not None and news is not None and day > add_days(news, stage.passes_days)
