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


class Lengths:
    """Courses that are gone through one after the other: how many lasted how long, and the events that tell them.

    A large ledger has more courses than a worker has room for.
    """

    def __init__(self) -> None:
        self._lasted: Counter[int] = Counter()
        self._ended: Counter[int] = Counter()
        self._events: dict[str, None] = {}

    def add(self, course: Course) -> None:
        """Take one more."""
        self._lasted[course.days] += 1
        self._ended[course.days] += course.ended
        self._events.update(dict.fromkeys(course.events))

    @property
    def began(self) -> int:
        """How many there are."""
        return self._lasted.total()

    @property
    def ended(self) -> int:
        """How many of them ended."""
        return self._ended.total()

    @property
    def events(self) -> tuple[str, ...]:
        """The events that tell them, each once."""
        return tuple(self._events)

    def still_open(self) -> tuple[Step, ...]:
        """The share that is open after each number of days by which one ended."""
        share, steps, at_risk = 1.0, [], self.began
        for days in sorted(self._lasted):
            if ended := self._ended[days]:
                share *= 1 - ended / at_risk
                steps.append(Step(days, share, at_risk))
            at_risk -= self._lasted[days]
        return tuple(steps)

    def median_days(self) -> int | None:
        """The first day by which half had ended; None where it was not reached."""
        return next((step.days for step in self.still_open() if step.open <= 0.5 + 1e-12), None)


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


class Endings:
    """How proceedings of one kind ended, of cases that are gone through one after the other."""

    def __init__(self, proceeding: str) -> None:
        self.proceeding = proceeding
        self._sorts = rules_of_counting()["outcomes"][proceeding]
        self._found: Counter[str] = Counter()
        self._decided: dict[str, None] = {}

    def add(self, case: CaseState, day: date) -> None:
        """Take the proceedings of one more case as they stood on a day."""
        for state in case.proceedings:
            if state.proceeding == self.proceeding and (sort := _sort_of(state, self._sorts, day)):
                self._found[sort] += 1
                if sort in SORTS[:2]:
                    self._decided.update(dict.fromkeys(state.facts))

    def told(self) -> Outcomes:
        """All of them together."""
        counts = {sort: self._found[sort] for sort in (*SORTS, "other", "open")}
        return Outcomes(self.proceeding, **counts, events=tuple(self._decided))


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
