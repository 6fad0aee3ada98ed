"""The legal clock of a request: when it starts, until when an answer is in time, how it stands on a day.

Where the law leaves a choice the later day counts, for no body is to be called late too early, and the earlier one for
what the asker has to do. So a request that comes in on a day off starts on the next working day, a term that ends on a
day off ends on the next working day, an extension whose length nobody told is as long as the law allows, and a request
that is passed on starts anew with the body that gets it.

What a step does to the clock:

- registered: it starts on this day in place of the day of sending
- extended: the term is longer, up to what the rule allows; said after the last day, it changes nothing
- transferred: a new clock starts, for the body that gets it
- answered: in time, or after it
- refused, form letter, withdrawn: ended; an answer that comes after a refusal or a form letter counts all the same
- clarification, partial, corrected, appealed: nothing, for no rule that is known here stops a clock
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from barometer.countries.terms import deadlines
from barometer.deadlines.calendar import WorkingCalendar
from barometer.deadlines.values import Clock, Rule, Standing, Step, StepKind
from barometer.errors import UnknownValue

#: Due within so many working days is soon.
SOON = 3

Reasons = tuple[tuple[str, str], ...]

_STARTS = {StepKind.SENT, StepKind.REGISTERED, StepKind.TRANSFERRED}
_FINAL = (StepKind.ANSWERED, StepKind.WITHDRAWN)
_GIVEN_UP = (StepKind.REFUSED, StepKind.FORM_LETTER)
#: On one day: first what the body that has the request did, then its being passed on, last what ends it.
_ORDER = {
    StepKind.SENT: 0,
    StepKind.TRANSFERRED: 2,
    StepKind.REGISTERED: 2,
    StepKind.ANSWERED: 3,
    StepKind.WITHDRAWN: 3,
}
_CLOCKWORK = _STARTS | {StepKind.EXTENDED}


def rules_of(country: str = "KZ") -> tuple[Rule, ...]:
    """The rules on requests that a country's data has."""
    return tuple(rule_of(row, confirmed=row.confirmed) for row in deadlines(country).rules)


def terms_of(country: str = "KZ") -> tuple[Rule, ...]:
    """The terms of the asker: until when a refusal or a silence can be contested."""
    return tuple(rule_of(row, confirmed=row.confirmed) for row in deadlines(country).terms)


def kinds_of(country: str = "KZ") -> dict[str, dict[str, str]]:
    """The names of the kinds of request by language, and those of the asker's terms."""
    data = deadlines(country)
    return {code: dict(names) for code, names in data.kinds.items()} | {
        row.kind: dict(row.names) for row in data.terms
    }


def rule_for(kind: str, start: date, rules: Sequence[Rule]) -> Rule:
    """The rule on a kind of request that starts on a day.

    Of several the one that began last, and of those the last in order: rules put after others override them.
    UnknownValue where there is none.
    """
    holding = [
        rule
        for rule in rules
        if rule.kind == kind and rule.since <= start and (rule.until is None or start <= rule.until)
    ]
    if not holding:
        raise UnknownValue(
            f"no rule says how long a request of the kind {kind!r} of {start} may take",
            next_step="add a rule for that kind and day, or choose another kind",
        )
    return max(enumerate(holding), key=lambda one: (one[1].since, one[0]))[1]


def due_of(rule: Rule, start: date, calendar: WorkingCalendar, extensions: Sequence[int | None] = ()) -> date:
    """The last day in time of what comes in on a day.

    `extensions` are the days that each adds (None where nobody told how many), together never more than the rule's.
    """
    return calendar.on_or_after(_ends(rule, calendar.on_or_after(start), calendar, extensions))


def safe_until(rule: Rule, learned: date, calendar: WorkingCalendar) -> date:
    """The last day of a term of the asker that is in time however it is counted: no day off moves it on."""
    return _shifted(learned, rule.days, rule.unit, calendar)


def standing(
    kind: str, steps: Sequence[Step], on: date, calendar: WorkingCalendar, rules: Sequence[Rule]
) -> Standing:
    """How a request of that kind stands at the end of a day, by what had happened until then.

    `reasons` are codes with values: see docs/explanation/deadlines.md. UnknownValue where it was not sent by then, or
    where there is no rule on it.
    """
    known = sorted(
        (step for step in steps if step.day <= on), key=lambda one: (one.day, _ORDER.get(one.kind, 1))
    )
    told = _until_final(known)
    legs = _legs(told)
    term = _term(kind, legs[0], calendar, rules)
    for leg in legs[1:]:
        term = _next(kind, term, leg, calendar, rules)
    ended = ending(steps, on)
    late = _late(term, ended.day if ended else on, calendar)
    clock = _clock(term, ended, late, on, calendar)
    happened = ((step.kind.value, step.day.isoformat()) for step in known if step.kind not in _CLOCKWORK)
    reasons = (*term.reasons, *happened, *_caveats(term, calendar))
    return Standing(clock, term.due, late, term.rule, reasons, ended.kind if ended else None)


def start_of(steps: Sequence[Step], on: date, calendar: WorkingCalendar) -> date:
    """The working day from which the clock counts that runs on a day: of the body that has the request by then."""
    leg = _legs(_until_final(_in_order(steps, on)))[-1]
    return calendar.on_or_after(_began(leg).day)


def ending(steps: Sequence[Step], on: date) -> Step | None:
    """The step that had stopped the clock by a day: an answer, a refusal, a form letter or a withdrawal."""
    told = _until_final(_in_order(steps, on))
    if told and told[-1].kind in _FINAL:
        return told[-1]
    return next((step for step in _legs(told)[-1] if step.kind in _GIVEN_UP), None)


@dataclass(frozen=True)
class _Term:
    """A clock: its rule, the working day it starts on, its last day, and how they were found."""

    rule: Rule
    start: date
    due: date
    reasons: Reasons


def _in_order(steps: Sequence[Step], on: date) -> list[Step]:
    """What had happened by a day, in order."""
    return sorted(
        (step for step in steps if step.day <= on), key=lambda one: (one.day, _ORDER.get(one.kind, 1))
    )


def _until_final(known: Sequence[Step]) -> Sequence[Step]:
    """The steps up to the first after which nothing changes the clock."""
    final = (place for place, step in enumerate(known, start=1) if step.kind in _FINAL)
    return known[: next(final, len(known))]


def _legs(told: Sequence[Step]) -> list[Sequence[Step]]:
    """The steps with each body that had the request: all but the first begin with its being passed on."""
    cuts = [place for place, step in enumerate(told) if step.kind == StepKind.TRANSFERRED]
    return [told[start:end] for start, end in zip([0, *cuts], [*cuts, len(told)], strict=True)]


def _began(leg: Sequence[Step]) -> Step:
    """The step that a leg's clock starts with: registration where there is one, else sending or passing on."""
    starts = [step for step in leg if step.kind in _STARTS]
    if not starts:
        raise UnknownValue(
            "the request was not sent by that day, so no clock runs",
            next_step="give the day on which it was sent",
        )
    return next((step for step in starts if step.kind == StepKind.REGISTERED), starts[0])


def _next(
    kind: str, before: _Term, leg: Sequence[Step], calendar: WorkingCalendar, rules: Sequence[Rule]
) -> _Term:
    """The clock of the body that a request was passed on to."""
    passed = leg[0]
    reasons = [*before.reasons, ("transferred", passed.body or passed.day.isoformat())]
    took = calendar.between(before.start, passed.day)
    if before.rule.transfer is not None and took > before.rule.transfer:
        reasons.append(("transferred_late", str(took)))
    return _term(kind, leg, calendar, rules, tuple(reasons))


def _term(
    kind: str,
    leg: Sequence[Step],
    calendar: WorkingCalendar,
    rules: Sequence[Rule],
    before: Reasons = (),
) -> _Term:
    began = _began(leg)
    start = calendar.on_or_after(began.day)
    rule = rule_for(kind, start, rules)
    reasons = [*before, (f"from_{began.kind.value}", began.day.isoformat())]
    if start != began.day:
        reasons.append(("starts_on_working_day", start.isoformat()))
    reasons.append(("allowed", f"{rule.days} {rule.unit}"))
    extensions, extended = _extensions(rule, start, leg, calendar)
    end = _ends(rule, start, calendar, extensions)
    due = calendar.on_or_after(end)
    reasons += [*extended, *_departures(rule, start, end, calendar)]
    if end != due:
        reasons.append(("ends_on_working_day", end.isoformat()))
    return _Term(rule, start, due, tuple(reasons))


def _extensions(
    rule: Rule, start: date, leg: Sequence[Step], calendar: WorkingCalendar
) -> tuple[list[int | None], list[tuple[str, str]]]:
    """The extensions that count, and what there is to say of each."""
    counted: list[int | None] = []
    reasons = []
    for step in leg:
        if step.kind != StepKind.EXTENDED:
            continue
        if rule.extension is None:
            reasons.append(("extension_without_rule", step.day.isoformat()))
        elif step.day > due_of(rule, start, calendar, counted):
            reasons.append(("extension_too_late", step.day.isoformat()))
        else:
            reasons.append(("extended_again" if counted else "extended", step.day.isoformat()))
            counted.append(step.days)
    if counted:
        whole = None in counted or _added(rule, start, calendar, counted) >= _longest(rule, start, calendar)
        unit = rule.extension_unit or rule.unit
        reasons.append(("added_most" if whole else "added", _added_words(rule, unit, counted, whole)))
    return counted, reasons


def _added_words(rule: Rule, unit: str, counted: Sequence[int | None], whole: bool) -> str:
    if whole:
        return f"{rule.extension} {unit}"
    return f"{sum(days or 0 for days in counted)} {'calendar' if unit == 'months' else unit}"


def _ends(rule: Rule, start: date, calendar: WorkingCalendar, extensions: Sequence[int | None]) -> date:
    """The day on which a term ends by counting alone, be it a day off."""
    if rule.extension is None or not extensions:
        return _shifted(start, rule.days, rule.unit, calendar)
    longest = _longest(rule, start, calendar)
    return longest if None in extensions else min(longest, _added(rule, start, calendar, extensions))


def _longest(rule: Rule, start: date, calendar: WorkingCalendar) -> date:
    """The end of a term that is extended by as much as the rule allows."""
    end = _shifted(start, rule.days, rule.unit, calendar)
    return _shifted(end, rule.extension or 0, rule.extension_unit or rule.unit, calendar)


def _added(rule: Rule, start: date, calendar: WorkingCalendar, extensions: Sequence[int | None]) -> date:
    """The end of a term with the days that were told; where the rule allows months, days are calendar days."""
    unit = rule.extension_unit or rule.unit
    end = _shifted(start, rule.days, rule.unit, calendar)
    days = sum(days or 0 for days in extensions)
    return _shifted(end, days, "calendar" if unit == "months" else unit, calendar)


def _shifted(day: date, count: int, unit: str, calendar: WorkingCalendar) -> date:
    """The day that is so many working days, calendar days or months after a day."""
    if unit == "working":
        return calendar.after(day, count)
    if unit == "calendar":
        return day + timedelta(days=count)
    if unit == "months":
        year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    raise UnknownValue(f"{unit!r} is no unit of a term", next_step="use working, calendar or months")


def _departures(rule: Rule, start: date, end: date, calendar: WorkingCalendar) -> Reasons:
    """The holidays and moved days among those that were counted as working days."""
    base = _shifted(start, rule.days, rule.unit, calendar)
    first = start if rule.unit == "working" else base
    last = end if (rule.extension_unit or rule.unit) == "working" else base
    off, worked = calendar.departing(first, last)
    return tuple(
        (code, " ".join(day.isoformat() for day in days))
        for code, days in (("days_off", off), ("days_worked", worked))
        if days
    )


def _late(term: _Term, day: date, calendar: WorkingCalendar) -> int:
    """How many days past the last one, in the rule's unit; a day off after the last day is already one."""
    if day <= term.due:
        return 0
    return max(1, calendar.between(term.due, day)) if term.rule.unit == "working" else (day - term.due).days


def _clock(term: _Term, ended: Step | None, late: int, on: date, calendar: WorkingCalendar) -> Clock:
    if ended is not None and ended.kind == StepKind.ANSWERED:
        return Clock.AFTER_TIME if late else Clock.IN_TIME
    if ended is not None:
        return Clock.ENDED
    if late:
        working = term.rule.unit == "working"
        allowed = calendar.between(term.start, term.due) if working else (term.due - term.start).days
        return Clock.VERY_LATE if 0 < allowed <= late else Clock.LATE
    return Clock.SOON if calendar.between(on, term.due) <= SOON else Clock.OPEN


def _caveats(term: _Term, calendar: WorkingCalendar) -> Reasons:
    """What makes the day less than certain."""
    years = calendar.open_years(term.start, term.due)
    doubts = [("year_not_known", str(year)) for year in years]
    return (
        *doubts,
        *(() if term.rule.confirmed else (("unconfirmed", f"{term.rule.law}-{term.rule.article}"),)),
    )


#: What a rule has in common with a row that tells it, in a country's file or in the ledger.
_TOLD = (
    "kind", "law", "article", "days", "unit", "extension", "transfer", "since", "until", "source", "note", "extension_unit",
)  # fmt: skip


def rule_of(row: Any, *, confirmed: bool) -> Rule:
    """The rule that a row tells, of a country's file or of the desk."""
    return Rule(confirmed=confirmed, **{name: getattr(row, name) for name in _TOLD})
