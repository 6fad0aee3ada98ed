"""The indicators of a quarter as one value: every figure with its unit, its interval where it has one, and its events.

    report("2026Q1", given, day) → Report; Report.to_json() is what `barometer indicators 2026Q1 --json` prints

Nothing here reads a database: `Given` holds what is counted. What was not measured is None, and never 0.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from barometer.cases.state import state_on
from barometer.cases.values import Case, add_days
from barometer.codebook import Quarter, codebook
from barometer.codebook.crosswalk import crosswalk
from barometer.indicators.breakdown import FIGURES, Breakdown, breakdowns, live, of_figure
from barometer.indicators.comparing import Difference, Interval, share_interval, verdicts
from barometer.indicators.courses import Endings, Lengths, Outcomes, Step, courses
from barometer.indicators.in_force import Count, Run, Stay, last_of, on, series, stays_of
from barometer.indicators.liberty import days_lost
from barometer.indicators.quarter import (
    Counted,
    Figures,
    figures,
    nobody,
    public_bodies,
    rules_of_counting,
)
from barometer.indicators.rsf import Ranked
from barometer.indicators.spheres import Sphere, spheres

#: The version of what is counted here and how; a change of it is named in the change log.
METHOD = 3
SDG, SUIT = "sdg", "civil"
#: A name that appears so often is repeated.
REPEATED = 2
#: What is compared with the quarter before, line by line.
COMPARED = ("section", "main_type", "region")


@dataclass(frozen=True)
class Effort:
    """How much was watched and read; None where nothing tells."""

    sources_watched: int | None = None
    documents_met: int | None = None
    leads_read: int | None = None


@dataclass(frozen=True)
class Appearance:
    """Somebody in a new violation, under a name that may be shown. `side` is decider, complainant, executor or target."""

    event: str
    side: str
    name: str
    type: str


@dataclass(frozen=True)
class Site:
    """Hours of a watched site in a quarter, and how often those who looked agree that it was reached.

    `down` for sure, `unknown` within outages; `looked` and `not_looked` hours add up to those of the quarter so far.
    `judged` are looks that said something, all witnesses of a moment taken as one; `reached` are those of them that
    got the site. `events` are those that its outages gave rise to.
    """

    address: str
    down: float
    unknown: float
    looked: float
    not_looked: float
    reached: int
    judged: int
    events: tuple[str, ...] = ()


@dataclass(frozen=True)
class Given:
    """What a report is made of: events of the quarter and of the one before, cases, who may be named, and what else is known.

    `before` and `cases` are gone through once, so that not all of them need to be there at a time. `answered` is (answered
    in time, due) of requests for information; `sites` are those that were watched; `unnamed` are words that stand for
    people who are not named.
    """

    rows: Sequence[Counted]
    before: Iterable[Counted] = ()
    cases: Iterable[Case] = ()
    appearances: Sequence[Appearance] = ()
    effort: Effort = field(default_factory=Effort)
    effort_before: Effort = field(default_factory=Effort)
    answered: tuple[int, int] | None = None
    sites: Sequence[Site] = ()
    unnamed: Collection[str] = ()
    rsf: Sequence[Ranked] = ()


@dataclass(frozen=True)
class Figure:
    """A number: what it counts, in which unit, of how many (for a share), and the events behind it."""

    code: str
    unit: str
    value: float | None
    of: int | None = None
    interval: Interval | None = None
    at_most: float | None = None
    events: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """A count of new violations beside that of the quarter before, as rates by day; `clear` says a change is one."""

    by: str
    key: str
    difference: Difference
    verdict: str


@dataclass(frozen=True)
class Repeated:
    """Somebody who stands in several new violations on one side."""

    side: str
    name: str
    type: str
    events: tuple[str, ...]


@dataclass(frozen=True)
class Month:
    """A month of the quarter; while it lasts it is not `complete`, and nothing of it is compared."""

    month: str
    complete: bool


@dataclass(frozen=True)
class Times:
    """How long proceedings of one kind take: how many began and ended, the median, the share still open by days, events."""

    began: int
    ended: int
    median_days: int | None
    still_open: tuple[Step, ...]
    events: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """How many were under a measure at the end of a month, and the events that tell it."""

    measure: str
    count: Count
    events: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """A quarter's indicators; `complete` is False while the quarter lasts: then they are up to `until`."""

    period: str
    method: int
    codebook: str
    until: date
    complete: bool
    months: tuple[Month, ...]
    figures: tuple[Figure, ...]
    breakdowns: Mapping[str, tuple[Breakdown, ...]]
    changes: tuple[Change, ...]
    effort: Effort
    effort_before: Effort
    spheres: tuple[Sphere, ...]
    in_force: Mapping[str, tuple[Standing, ...]]
    in_force_by_day: Mapping[str, tuple[Run, ...]]
    outcomes: tuple[Outcomes, ...]
    time_to_outcome: Mapping[str, Times]
    sites: tuple[Site, ...]
    repeated: tuple[Repeated, ...]
    rsf: tuple[Ranked, ...]

    def figure(self, code: str) -> Figure:
        """The figure of that code; KeyError where there is none."""
        return next(one for one in self.figures if one.code == code)

    def to_json(self) -> dict[str, Any]:
        """Plain values, the same for the same report."""
        return {
            "period": self.period,
            "method": self.method,
            "codebook": self.codebook,
            "until": self.until.isoformat(),
            "complete": self.complete,
            "months": [asdict(one) for one in self.months],
            "figures": [_plain(one) for one in self.figures],
            "breakdowns": {
                figure: {
                    one.by: {
                        "overlaps": one.overlaps,
                        "cells": [
                            {"key": cell.key, "count": cell.count, "events": list(cell.events)}
                            for cell in one.cells
                        ],
                    }
                    for one in found
                }
                for figure, found in self.breakdowns.items()
            },
            "changes": [
                {
                    "by": one.by,
                    "key": one.key,
                    "before": one.difference.before,
                    "after": one.difference.after,
                    "days_before": one.difference.days_before,
                    "days_after": one.difference.days_after,
                    "ratio": one.difference.ratio,
                    **_ends(one.difference.interval),
                    "verdict": one.verdict,
                }
                for one in self.changes
            ],
            "effort": {"period": asdict(self.effort), "before": asdict(self.effort_before)},
            "spheres": [
                {
                    "sphere": one.sphere,
                    "method": one.method,
                    "weight": one.weight,
                    "by_severity": {str(level): count for level, count in one.by_severity.items()},
                    "events": list(one.events),
                }
                for one in self.spheres
            ],
            "in_force": {
                month: {one.measure: asdict(one.count) | {"events": list(one.events)} for one in found}
                for month, found in self.in_force.items()
            },
            "in_force_by_day": {
                measure: [
                    {"first": run.first.isoformat(), "last": run.last.isoformat()} | asdict(run.count)
                    for run in runs
                ]
                for measure, runs in self.in_force_by_day.items()
            },
            "outcomes": [asdict(one) | {"events": list(one.events)} for one in self.outcomes],
            "time_to_outcome": {
                kind: {
                    "began": found.began,
                    "ended": found.ended,
                    "median_days": found.median_days,
                    "still_open": [asdict(step) for step in found.still_open],
                    "events": list(found.events),
                }
                for kind, found in self.time_to_outcome.items()
            },
            "sites": [asdict(one) | {"events": list(one.events)} for one in self.sites],
            "repeated": [asdict(one) | {"events": list(one.events)} for one in self.repeated],
            "rsf": [asdict(one) for one in self.rsf],
        }


def _plain(one: Figure) -> dict[str, Any]:
    found: dict[str, Any] = {"code": one.code, "unit": one.unit, "value": one.value}
    if one.at_most is not None:
        found["at_most"] = one.at_most
    if one.of is not None:
        found["of"] = one.of
    if one.interval is not None:
        found |= _ends(one.interval)
    return found | {"events": list(one.events)}


def _ends(interval: Interval) -> dict[str, float | None]:
    """JSON has no infinity: what nothing bounds has no end."""
    return {"low": interval.low, "high": interval.high if interval.high != float("inf") else None}


def report(period: str, given: Given, day: date) -> Report:
    """The indicators of a quarter as they stand on a day; UnknownValue if `period` is no quarter."""
    counted = figures(given.rows, period)
    quarter = Quarter.parse(period)
    until = min(max(day, quarter.first), quarter.last)
    new = of_figure("new_violations", given.rows)
    known = max(day, until)
    beside = changes(new, of_figure("new_violations", given.before), period, until) if given.rows else ()
    told = _CasesTold.of(given, quarter, known, until)
    under, ended = told.under, told.outcomes()
    return Report(
        period=period,
        method=METHOD,
        codebook=codebook().version,
        until=until,
        complete=day > quarter.last,
        months=tuple(Month(month, day > last_of(month)) for month in quarter.months),
        figures=(
            *_counts(counted, given),
            *_hours(given.sites),
            *_shares(new, given, ended),
            *_liberty(under, quarter.first, until),
        ),
        breakdowns={figure: breakdowns(of_figure(figure, given.rows), period) for figure in FIGURES},
        changes=beside,
        effort=given.effort,
        effort_before=given.effort_before,
        spheres=spheres(given.rows),
        in_force=_in_force(under, quarter, day),
        in_force_by_day=series(under, quarter.first, until),
        outcomes=ended,
        time_to_outcome={kind: _time(found) for kind, found in told.lengths.items()},
        sites=tuple(given.sites),
        repeated=repeated(given.appearances),
        rsf=tuple(given.rsf),
    )


# --- counts and shares ------------------------------------------------------------------------------------


def _counts(counted: Figures, given: Given) -> Iterable[Figure]:
    for figure, value in (
        ("new_violations", counted.new_violations),
        ("steps", counted.steps),
        ("relief", counted.relief_events),
        ("context", counted.context_events),
    ):
        yield Figure(figure, "events", value, events=tuple(row.id for row in of_figure(figure, given.rows)))
    new = of_figure("new_violations", given.rows)
    hit = tuple(row.id for row in new if row.event.people_hit)
    yield Figure("people_hit_at_least", "times a person was hit", counted.people_hit_at_least, events=hit)
    every = tuple(row.id for row in new)
    yield Figure("people_named", "people", counted.people_named, events=every)
    yield Figure("outlets_hit", "outlets", counted.outlets_hit, events=every)
    told = [row for row in live(given.rows) if row.event.case]
    cases = tuple(row.id for row in told)
    yield Figure("cases", "cases", len({row.event.case for row in told}), events=cases)
    yield Figure("open_cases", "cases", counted.open_cases, events=cases)
    sdg = {fit: sdg_people(given.rows, fit) for fit in ("direct", "conditional", "near")}
    for fit, (people, events) in sdg.items():
        yield Figure(f"sdg_16_10_1_{fit}", "people", people, events=events)
    for part, types in rules_of_counting()["basket"].items():
        rows = [row for row in new if not set(types).isdisjoint(row.event.types)]
        people = sum(_people(row) for row in rows)
        yield Figure(f"basket_{part}", "people", people, events=tuple(row.id for row in rows))


def _hours(sites: Sequence[Site]) -> Iterable[Figure]:
    """Hours of watched sites: down for sure, of an outage but nobody knows, looked at, not looked at; None where none was."""
    events = tuple(dict.fromkeys(event for one in sites for event in one.events))
    for code, hours in (
        ("hours_down", [one.down for one in sites]),
        ("hours_unknown", [one.unknown for one in sites]),
        ("hours_looked_at", [one.looked for one in sites]),
        ("hours_not_looked_at", [one.not_looked for one in sites]),
    ):
        of = events if code in ("hours_down", "hours_unknown") else ()
        yield Figure(code, "hours of a site", sum(hours) if sites else None, events=of)
    judged = sum(one.judged for one in sites)
    reached = sum(one.reached for one in sites) / judged if judged else None
    # Looks at one site follow each other, so that an interval for independent ones would promise too much.
    yield Figure(
        "looks_that_reached", "share of looks that said something", reached, of=judged, events=events
    )


def _shares(new: Sequence[Counted], given: Given, ended: Iterable[Outcomes]) -> Iterable[Figure]:
    deciders = [
        (row.id, [actor.type for actor in row.event.actors if actor.role == "decider"]) for row in new
    ]
    known = [(ident, types) for ident, types in deciders if any(one != "unknown" for one in types)]
    state = tuple(ident for ident, types in known if any(one in public_bodies() for one in types))
    yield share(
        "state_deciders", "share of new violations whose decider is known", len(state), len(known), state
    )
    unit = "share of requests that were due"
    answered = given.answered
    yield share("answers_in_time", unit, *answered) if answered else Figure("answers_in_time", unit, None)
    suits = next(one for one in ended if one.proceeding == SUIT)
    unit = "share of all suits against media decided so far that succeeded"
    yield share("suits_against_media", unit, suits.against, suits.decided, suits.events)


def share(code: str, unit: str, part: int, whole: int, events: tuple[str, ...] = ()) -> Figure:
    """A share with its exact interval; no share of nothing."""
    if not whole:
        return Figure(code, unit, None, of=0, events=events)
    return Figure(code, unit, part / whole, whole, share_interval(part, whole), events=events)


def _liberty(under: Iterable[Stay], first: date, until: date) -> Iterable[Figure]:
    lost = days_lost(under, first, until)
    most = sum(one.days.most or 0 for one in lost)
    least = sum(one.days.least for one in lost)
    events = tuple(dict.fromkeys(event for one in lost for event in one.events))
    yield Figure("days_of_liberty_lost", "days of a person", least, at_most=most, events=events)
    surely = sum(bool(one.days.least) for one in lost)
    yield Figure("people_who_lost_liberty", "people", surely, at_most=len(lost), events=events)


def sdg_people(rows: Iterable[Counted], fit: str) -> tuple[int, tuple[str, ...]]:
    """How many people were hit, at least, by what indicator 16.10.1 counts, and in which events.

    `direct` is what the crosswalk maps to it without more, `conditional` what is mapped under a condition that a person
    has to look at (whether a detention was arbitrary), `near` the nearest term. An event counts once, by its best fit. The
    indicator is of verified cases: what one side alone says is in none.
    """
    best = {"direct": 0, "conditional": 1, "near": 2}
    fits: dict[str, str] = {}
    for one in crosswalk().mapped:
        if one.scheme == SDG:
            its = "near" if one.fit == "near" else "conditional" if one.when else "direct"
            fits[one.code] = min(fits.get(one.code, its), its, key=best.__getitem__)
    found = []
    for row in of_figure("new_violations", rows):
        met = [fits[code] for code in row.event.types if code in fits and not _is_alleged(row, code)]
        if met and min(met, key=best.__getitem__) == fit:
            found.append(row)
    return sum(_people(row) for row in found), tuple(row.id for row in found)


def _is_alleged(row: Counted, code: str) -> bool:
    """Whether one side alone says so."""
    return row.event.alleged is True or code in (row.event.alleged or ())


def _people(row: Counted) -> int:
    if row.event.people_hit is not None:
        return row.event.people_hit
    types = codebook().target_types
    return sum(target.type not in nobody() and types[target.type].person for target in row.event.targets)


# --- beside the quarter before ----------------------------------------------------------------------------


def changes(
    new: Sequence[Counted], before: Sequence[Counted], period: str, until: date
) -> tuple[Change, ...]:
    """New violations beside those of the quarter before, as rates by day: all of them, then each line of a table.

    The total is judged by itself, the lines of all tables together. Nothing is compared with a quarter of which nothing
    is on record: it may not have been watched.
    """
    if not before:
        return ()
    first, previous = Quarter.parse(period).first, Quarter.of(add_days(Quarter.parse(period).first, -1))
    days = ((previous.last - previous.first).days + 1, (until - first).days + 1)
    total = Difference(len(before), len(new), *days)
    lines = []
    tables = zip(breakdowns(before, str(previous)), breakdowns(new, period), strict=True)
    for earlier, later in ((one, other) for one, other in tables if one.by in COMPARED):
        counts = (
            {cell.key: cell.count for cell in earlier.cells},
            {cell.key: cell.count for cell in later.cells},
        )
        for key in dict.fromkeys((*counts[1], *counts[0])):
            lines.append((later.by, key, Difference(counts[0].get(key, 0), counts[1].get(key, 0), *days)))
    said = verdicts([difference for _, _, difference in lines])
    told = (Change(*line, verdict) for line, verdict in zip(lines, said, strict=True))
    return (Change("", "", total, total.verdict), *told)


# --- cases ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _CasesTold:
    """What the report needs of the cases, which are gone through once and one after the other."""

    under: Sequence[Stay]
    lengths: Mapping[str, Lengths]
    endings: Mapping[str, Endings]

    @classmethod
    def of(cls, given: Given, quarter: Quarter, known: date, until: date) -> _CasesTold:
        """Stays of the quarter, and how all proceedings went, by what is known on a day."""
        kinds = tuple(rules_of_counting()["outcomes"])
        under: list[Stay] = []
        lengths = {kind: Lengths() for kind in kinds}
        endings = {kind: Endings(kind) for kind in kinds}
        for case in given.cases:
            state = state_on(case, known)
            under += [
                stay for stay in stays_of(state, given.unnamed) if stay.touches(quarter.first, quarter.last)
            ]
            for kind in dict.fromkeys(one.proceeding for one in state.proceedings):
                if kind in lengths:
                    for course in courses([state], kind, until):
                        lengths[kind].add(course)
                    endings[kind].add(state, until)
        return cls(under, lengths, endings)

    def outcomes(self) -> tuple[Outcomes, ...]:
        """How the proceedings of each kind ended, of all cases together."""
        return tuple(one.told() for one in self.endings.values())


def _in_force(under: Sequence[Stay], quarter: Quarter, day: date) -> Mapping[str, tuple[Standing, ...]]:
    """Month → how many were under each measure on its last day, of the months that are over."""
    return {month: standing_on(under, last_of(month)) for month in quarter.months if last_of(month) < day}


def standing_on(under: Sequence[Stay], day: date) -> tuple[Standing, ...]:
    """How many were under each measure on a day, with the events that tell it."""
    return tuple(
        Standing(
            measure,
            count,
            tuple(
                dict.fromkeys(
                    event
                    for stay in under
                    if stay.measure == measure and stay.standing(day)
                    for event in stay.events
                )
            ),
        )
        for measure, count in on(under, day).items()
    )


def _time(found: Lengths) -> Times:
    return Times(found.began, found.ended, found.median_days(), found.still_open(), found.events)


def _is_only_a_type(one: Appearance) -> bool:
    """Whether the name is no more than the word for the type: the police of two towns are not one."""
    types = codebook().target_types if one.side == "target" else codebook().actor_types
    known = types.get(one.type)
    return known is not None and one.name.casefold() in {word.casefold() for word in known.label.values()}


def repeated(appearances: Iterable[Appearance]) -> tuple[Repeated, ...]:
    """Who stands in two new violations or more on one side, the most frequent first; "police" or "court" is nobody."""
    found: dict[tuple[str, str, str], list[Appearance]] = defaultdict(list)
    for one in appearances:
        if not _is_only_a_type(one):
            found[one.side, one.name, one.type].append(one)
    rows = [
        Repeated(side, name, kind, tuple(dict.fromkeys(one.event for one in told)))
        for (side, name, kind), told in found.items()
    ]
    often = (row for row in rows if len(row.events) >= REPEATED)
    return tuple(sorted(often, key=lambda row: (row.side, -len(row.events), row.name)))
