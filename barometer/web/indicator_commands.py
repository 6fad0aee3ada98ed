"""What `barometer indicators` and `barometer series` do: the numbers of a quarter, and others' numbers beside them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barometer.errors import counted
from barometer.web.entry import ledger_door, migrate

if TYPE_CHECKING:
    from barometer.indicators.breakdown import Cell
    from barometer.indicators.report import Figure, Report

Tell = Callable[[str], None]


@ledger_door
def indicators(
    period: str, *, as_json: bool, composite: bool, day: date, tell: Tell, prose: str = ""
) -> None:
    """Tell the indicators of a quarter, and keep the figures of its spheres where they are new.

    `prose` is the language in which sentences are asked for, instead of the numbers or, in the JSON, beside them.
    """
    from barometer.indicators.report import report
    from barometer.web.actions import series
    from barometer.web.public.figures import given

    migrate()
    period = _quarter(period)
    made = report(period, given(period, day), day)
    kept = series.keep_spheres(period)
    if as_json:
        told = made.to_json() | _experiment(made, composite) | _sentences(made, prose)
        tell(json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False))
        return
    for line in prose_lines(made, prose) if prose else lines(made):
        tell(line)
    for experiment in _experiment(made, composite).values():
        tell(f"experimental composite: {experiment['value']:.2f} ({experiment['note']})")
    for row in kept:
        why = {"first": "worked out for the first time", "events": "its events have changed"}[row.why]
        tell(f"kept for good: sphere {row.sphere}, {row.weight:g} by method {row.method}: {why}")


def _sentences(made: Report, language: str) -> dict[str, object]:
    from barometer.publication.prose import sentences

    if not language:
        return {}
    told = [
        {"text": one.text, "figures": list(one.figures), "events": list(one.events)}
        for one in sentences(made, language)
    ]
    return {"prose": {"language": language, "sentences": told}}


def prose_lines(made: Report, language: str) -> Iterator[str]:
    """Sentences for an introduction, below each what it rests on."""
    from barometer.publication.prose import sentences

    for one in sentences(made, language):
        yield one.text
        ground = ", ".join(one.figures) or "the report as a whole"
        events = f": {' '.join(one.events)}" if one.events else ""
        yield f"    [{ground}; {counted(len(one.events), 'event')}{events}]"


def _quarter(text: str) -> str:
    """A quarter as it is written everywhere."""
    from barometer.codebook import Quarter
    from barometer.errors import UnknownValue

    try:
        return str(Quarter.parse(text))
    except ValueError:
        raise UnknownValue(f"{text!r} is not a quarter", next_step="write it like 2026Q1") from None


def _experiment(made: Report, wanted: bool) -> dict[str, dict[str, Any]]:
    """The one number of all spheres, only where it was asked for, and named as what it is."""
    from barometer.indicators.spheres import composite

    if not wanted:
        return {}
    return {
        "experimental_composite": {
            "value": composite(made.spheres),
            "note": "an experiment; not to be published",
        }
    }


def lines(made: Report) -> Iterator[str]:
    """The report as lines of text."""
    until = "" if made.complete else f", up to {made.until}: the quarter lasts still"
    yield f"{made.period}{until} (method {made.method}, codebook {made.codebook})"
    if not any(one.value for one in made.figures if one.unit == "events"):
        yield "  nothing that counts is on record for this quarter: a 0 here does not say that nothing happened"
    for one in made.figures:
        yield f"  {one.code}: {_value(one)}"
    for month in made.months:
        cells = {one.key: one.count for one in _by(made, "month")}
        mark = "" if month.complete else " (not over: it is compared with nothing)"
        yield f"  {month.month}: {cells.get(month.month, 0)} new violations{mark}"
    if unplaced := sum(cell.count for cell in _by(made, "month") if not cell.key):
        yield f"  no month told: {unplaced} new violations"
    for month, found in made.in_force.items():
        told = ", ".join(f"{one.measure} {one.count.in_force}" for one in found if one.count.in_force)
        yield f"  in force at the end of {month}: {told or 'nothing'}"
    for kind, times in made.time_to_outcome.items():
        if not times.began:
            yield f"  {kind}: none"
            continue
        median = "not reached" if times.median_days is None else f"{times.median_days} days"
        yield f"  {kind}: {times.ended} of {times.began} ended; half had ended after: {median}"
    for sphere in made.spheres:
        yield f"  sphere {sphere.sphere}: {sphere.weight:g} (method {sphere.method}, {counted(len(sphere.events), 'event')})"
    if made.changes:
        total = made.changes[0]
        yield f"  beside the quarter before: {total.difference.before} and {total.difference.after} new violations, {total.verdict}"
        effort = (made.effort_before, made.effort)
        yield "  sources watched: {}, leads read: {}".format(
            *(
                " and ".join(str(getattr(one, name) or "not known") for one in effort)
                for name in ("sources_watched", "leads_read")
            )
        )
    else:
        yield "  beside the quarter before: of one of the two nothing is on record, so nothing is compared"


def _by(made: Report, name: str) -> tuple[Cell, ...]:
    """New violations by one thing."""
    return next(one.cells for one in made.breakdowns["new_violations"] if one.by == name)


def _value(one: Figure) -> str:
    if one.value is None:
        return f"not known ({one.unit})"
    number = f"{one.value:.2f}" if one.of is not None else f"{one.value:g}"
    most = f"–{one.at_most:g}" if one.at_most is not None and one.at_most != one.value else ""
    of = f" of {one.of}" if one.of is not None else ""
    sure = f", {one.interval.low:.2f}–{one.interval.high:.2f}" if one.interval else ""
    return f"{number}{most}{of}{sure} ({one.unit})"


@ledger_door
def series(files: Sequence[Path], *, by: str, tell: Tell) -> bool:
    """Take in years of the index of Reporters Without Borders; whether every file was one and nothing was amiss."""
    from barometer.errors import BarometerError
    from barometer.web.actions.series import take_rsf

    migrate()
    well = True
    for file in files:
        try:
            taken = take_rsf(Path(file), by=by)
        except BarometerError as error:
            if len(files) == 1:
                raise
            tell(str(error))
            well = False
            continue
        tell(f"{file}: {taken.year.year}, {counted(taken.new, 'row')} new, {taken.changed} changed")
        for note in taken.year.notes:
            tell(f"{file}: {note}")
        for problem in taken.year.problems:
            tell(f"{file}: {problem}")
            well = False
    return well
