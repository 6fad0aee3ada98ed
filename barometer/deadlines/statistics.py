"""How bodies answer requests: counts with their denominators, a share with its interval, a median that knows its limits.

Only requests whose last day has passed are asked whether they were answered in time. Those that still run are left out
whether answered or not: else a quick answer would count at once and a slow one later. A request that was passed on
counts with the body that has it, and as passed on with those that had it before.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from barometer.deadlines.calendar import WorkingCalendar
from barometer.deadlines.clock import ending, standing, start_of
from barometer.deadlines.values import Rule, Standing, Step, StepKind

#: Below so many requests there is no share and no median, only counts.
LEAST = 5
_Z = 1.959963984540054  # 95 %

_OUTCOMES = {
    StepKind.ANSWERED: "answered",
    StepKind.REFUSED: "refused",
    StepKind.FORM_LETTER: "form_letter",
    StepKind.WITHDRAWN: "withdrawn",
}


@dataclass(frozen=True)
class Course:
    """A request as it stood on a day, with the body that had it then.

    `outcome` is answered, refused, form_letter, withdrawn, partial or "" (nothing came); `days` are the calendar days
    from the start of the clock to the outcome, or to the day for what runs on.
    """

    body: str
    standing: Standing
    due_passed: bool
    outcome: str
    days: int
    grounds: tuple[str, ...] = ()
    passed_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Share:
    """So many of so many, and between which shares (95 %, Wilson) it is no surprise; below LEAST no share is given."""

    part: int
    whole: int

    @property
    def given(self) -> bool:
        """Whether there are enough to speak of a share."""
        return self.whole >= LEAST

    @property
    def rate(self) -> float | None:
        """The share from 0 to 1."""
        return self.part / self.whole if self.given else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The lower and upper end of the interval."""
        return wilson(self.part, self.whole) if self.given else None


@dataclass(frozen=True)
class BodyFigures:
    """The figures of one body.

    `requests` are `due` (their last day has passed), `running` and `withdrawn`; the due ones were answered in time or
    late, answered in part, refused, met with a form letter, or met with silence. `median` is within how many days half
    were answered: None where that is not yet reached, or where there are too few to say (`enough` is False).
    """

    body: str
    requests: int
    running: int
    withdrawn: int
    due: int
    in_time: int
    late: int
    partial: int
    refused: int
    form_letter: int
    silent: int
    passed_on: int
    median: int | None
    enough: bool
    grounds: tuple[tuple[str, int], ...] = ()

    @property
    def share(self) -> Share:
        """Of the requests whose last day has passed, those that were answered in time."""
        return Share(self.in_time, self.due)


def course_of(
    body: str,
    kind: str,
    steps: Sequence[Step],
    on: date,
    calendar: WorkingCalendar,
    rules: Sequence[Rule],
    grounds: Iterable[str] = (),
) -> Course:
    """A request as statistics see it; `body` is the one it was sent to, a step's `body` the one it was passed on to."""
    known = [step for step in sorted(steps, key=lambda one: one.day) if step.day <= on]
    found = standing(kind, steps, on, calendar, rules)
    ended = ending(steps, on)
    holders = [body, *(step.body for step in known if step.kind == StepKind.TRANSFERRED and step.body)]
    return Course(
        body=holders[-1],
        standing=found,
        due_passed=found.due < on,
        outcome=outcome_of(steps, on),
        days=max(0, ((ended.day if ended else on) - start_of(steps, on, calendar)).days),
        grounds=tuple(sorted(set(grounds))),
        passed_by=tuple(holders[:-1]),
    )


def outcome_of(steps: Sequence[Step], on: date) -> str:
    """What came of a request by a day: answered, refused, form_letter, withdrawn, partial, or "" where nothing came."""
    ended = ending(steps, on)
    if ended is not None:
        return _OUTCOMES[ended.kind]
    partly = any(step.kind == StepKind.PARTIAL and step.day <= on for step in steps)
    return "partial" if partly else ""


def figures(courses: Iterable[Course]) -> tuple[BodyFigures, ...]:
    """The figures of each body, by name: no order says who is worse."""
    courses = tuple(courses)
    held: dict[str, list[Course]] = defaultdict(list)
    passed: Counter[str] = Counter()
    for course in courses:
        held[course.body].append(course)
        passed.update(course.passed_by)
    return tuple(_figures(body, held[body], passed[body]) for body in sorted({*held, *passed}))


def together(courses: Iterable[Course], name: str = "") -> BodyFigures:
    """The figures of all of them as if of one body."""
    courses = tuple(courses)
    return _figures(name, courses, sum(len(course.passed_by) for course in courses))


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The interval of a share (Wilson 1927, 95 %): 5 of 10 is from 0.237 to 0.763.

    ValueError where it is no share of anything.
    """
    if not 0 <= part <= whole or whole == 0:
        raise ValueError(f"{part} of {whole} is no share")
    share, square = part / whole, _Z * _Z
    middle = share + square / (2 * whole)
    spread = _Z * math.sqrt(share * (1 - share) / whole + square / (4 * whole * whole))
    under = 1 + square / whole
    low = 0.0 if part == 0 else (middle - spread) / under
    high = 1.0 if part == whole else (middle + spread) / under
    return low, high


def median_days(answered: Sequence[int], unanswered: Sequence[int], never: int) -> int | None:
    """Within how many days half are answered (Kaplan and Meier 1958); None where that is not yet reached.

    `unanswered` are the days for which open ones have waited so far: they count until then. `never` are those that will
    not be answered (refused, a form letter): they count throughout, for leaving them out would flatter.
    """
    waiting = 1.0
    for day, count in sorted(Counter(answered).items()):
        at_risk = sum(1 for days in (*answered, *unanswered) if days >= day) + never
        waiting *= 1 - count / at_risk
        if waiting <= 0.5 + 1e-12:
            return day
    return None


def _figures(body: str, held: Sequence[Course], passed_on: int) -> BodyFigures:
    counted = [course for course in held if course.outcome != "withdrawn" or course.standing.late]
    due = [course for course in counted if course.due_passed]
    outcomes = Counter(_outcome(course) for course in due)
    enough = len(counted) >= LEAST
    return BodyFigures(
        body=body,
        requests=len(held),
        running=len(counted) - len(due),
        withdrawn=len(held) - len(counted),
        due=len(due),
        in_time=outcomes["in_time"],
        late=outcomes["late"],
        partial=outcomes["partial"],
        refused=outcomes["refused"],
        form_letter=outcomes["form_letter"],
        silent=outcomes["silent"],
        passed_on=passed_on,
        median=_median(counted) if enough else None,
        enough=enough,
        grounds=_grounds(held),
    )


def _outcome(course: Course) -> str:
    """What a request whose last day has passed is counted as."""
    if course.outcome == "answered":
        return "late" if course.standing.late else "in_time"
    return {"": "silent", "withdrawn": "silent"}.get(course.outcome, course.outcome)


def _median(counted: Sequence[Course]) -> int | None:
    answered = [course.days for course in counted if course.outcome == "answered"]
    never = sum(1 for course in counted if course.outcome in ("refused", "form_letter"))
    waiting = [course.days for course in counted if course.outcome in ("", "partial", "withdrawn")]
    return median_days(answered, waiting, never)


def _grounds(held: Sequence[Course]) -> tuple[tuple[str, int], ...]:
    """How often each ground of refusal was given, the most frequent first."""
    counts: Mapping[str, int] = Counter(ground for course in held for ground in course.grounds)
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
