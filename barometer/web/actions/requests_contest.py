"""Until when a refusal, a silence or a form letter can be contested: the terms of the asker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from barometer.deadlines.clock import ending, kinds_of, rule_for, safe_until, terms_of
from barometer.deadlines.values import Rule, Standing, StepKind
from barometer.errors import UnknownValue
from barometer.web.actions.requests import steps_of
from barometer.web.public import clock
from barometer.web.public.words import COUNTRY, language
from barometer.web.records.requests import InformationRequest

#: A request of this kind is itself the complaint: what follows is a claim in court.
COMPLAINT = "complaint"


@dataclass(frozen=True)
class Contest:
    """A term that runs for the asker: its name, the day that is safe however it is counted, the rule."""

    name: str
    day: date
    rule: Rule


def contest_of(request: InformationRequest, stands: Standing | None, today: date) -> Contest | None:
    """Until when the outcome of a request can be contested.

    None where there is nothing to contest (yet), where that was done, and where no rule on it is known.
    """
    steps = steps_of(request)
    if stands is None or any(step.kind == StepKind.APPEALED for step in steps):
        return None
    ended = ending(steps, today)
    if ended is not None and ended.kind in (StepKind.ANSWERED, StepKind.WITHDRAWN):
        return None
    if ended is None and not stands.late:
        return None
    learned = ended.day if ended else stands.due
    kind = "suit_before" if request.kind == COMPLAINT else "complaint_before"
    try:
        rule = rule_for(kind, learned, terms_of(COUNTRY))
    except UnknownValue:
        return None
    return Contest(
        kinds_of(COUNTRY)[kind][language()], safe_until(rule, learned, clock.working_calendar()), rule
    )
