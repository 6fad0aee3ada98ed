"""The clock of a request as a line that the server draws: the time allowed, what is past it, each step, today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from barometer.deadlines.values import Clock, Standing, StepKind
from barometer.web.actions.requests import ANSWERS, WAITING, told
from barometer.web.records.requests import InformationRequest

#: Units of the drawing; the page stretches it.
WIDTH = 1000.0


@dataclass(frozen=True)
class Mark:
    """A step on the line: `x` from its left, `shape` says what it is."""

    x: float
    shape: str


@dataclass(frozen=True)
class Drawn:
    """Where things stand on the line: the last day in time, today (None where it is over), what is late, the steps."""

    due: float
    today: float | None
    late: float
    marks: tuple[Mark, ...]

    @property
    def past(self) -> float:
        """How long the part is that is late."""
        return max(0.0, self.late - self.due)


def drawn(request: InformationRequest, stands: Standing, today: date) -> Drawn:
    """The line of a request: from the day it was sent to the last thing that there is to show."""
    steps = told(request)
    waits = stands.clock in WAITING
    last = today if waits else max([row.day for row in steps if row.kind in ANSWERS], default=today)
    first, end = request.sent_on, max([stands.due, last, *(row.day for row in steps)])
    days = max(1, (end - first).days)

    def at(day: date) -> float:
        return round(WIDTH * min(max((day - first).days, 0), days) / days, 1)

    marks = [Mark(at(row.day), _shape(row.kind)) for row in steps]
    late = (
        at(last)
        if stands.clock in (Clock.LATE, Clock.VERY_LATE, Clock.AFTER_TIME) or last > stands.due
        else 0.0
    )
    return Drawn(at(stands.due), at(today) if waits else None, late, (Mark(0.0, "sent"), *marks))


def _shape(kind: str) -> str:
    if kind in (StepKind.ANSWERED, StepKind.PARTIAL, StepKind.CORRECTED):
        return "good"
    return "bad" if kind in (StepKind.REFUSED, StepKind.FORM_LETTER) else "other"
