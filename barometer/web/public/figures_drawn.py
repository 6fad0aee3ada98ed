"""Small multiples of the page of figures: counts over quarters and months, measures by day, others' index by year."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext

from barometer.cases.rules import rules
from barometer.codebook import Quarter
from barometer.indicators.in_force import Run, last_of, months_to
from barometer.indicators.report import Report
from barometer.indicators.rsf import NEW_METHOD, Ranked, segments
from barometer.web.public import clock, facets, words
from barometer.web.public.filters import address, chosen

HIGH = 40.0
#: Width of a drawing, and at most so many bars in it.
WIDE, MOST_BARS = 120.0, 12


@dataclass(frozen=True)
class Bar:
    """A span of time in a small multiple: `height` in units of the drawing; None where nothing is known of it."""

    label: str
    x: float
    height: float | None
    number: str
    events: int | None = None
    address: str = ""
    lasts: bool = False  # it is not over: its number will grow


@dataclass(frozen=True)
class Multiple:
    """A small multiple: bars, and what changed in a figure that was published."""

    title: str
    id: str
    bars: tuple[Bar, ...]
    revised: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """A line of the table beside a drawing of days."""

    days: str
    confirmed: int
    in_force: int
    at_most: int


@dataclass(frozen=True)
class Drawn:
    """Days of a measure as areas: at most, by what is known, and confirmed; `most` is the greatest number."""

    title: str
    id: str
    width: int
    at_most: str
    in_force: str
    confirmed: str
    most: int
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Line:
    """A series of years: a path for each run that a line may join, a dot for each year."""

    title: str
    id: str
    paths: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    breaks: tuple[float, ...]
    first: str
    last: str
    low: str
    high: str


# --- counts over time ---------------------------------------------------------------------------------------


def over_quarters(periods: Sequence[str]) -> list[Multiple]:
    """New violations, steps, relief and context of each quarter; each bar leads to its events."""
    today = clock.today()
    spans = [
        (words.capital(words.quarter_words(one)), {"period": one}, today <= Quarter.parse(one).last)
        for one in periods
    ]
    return _counts("quarters", spans)


def over_months(period: str) -> list[Multiple]:
    """The same of the twelve months that end with the quarter."""
    today, last = clock.today(), Quarter.parse(period).last
    spans = [
        (words.capital(words.month_words(one)), {"month": one}, today <= last_of(one))
        for one in months_to(last)
        if last_of(one).replace(day=1) <= today
    ]
    return _counts("months", spans)


def _counts(name: str, spans: Sequence[tuple[str, dict[str, str], bool]]) -> list[Multiple]:
    labels = {
        "new": gettext("New violations"),
        "step": gettext("Further steps"),
        "relief": gettext("Relief"),
        "context": gettext("Context"),
    }
    asked = {counts: [chosen(counts=counts, **value) for _, value, _ in spans] for counts in labels}
    found = {counts: [facets.select(one).count for one in wanted] for counts, wanted in asked.items()}
    most = max((number for numbers in found.values() for number in numbers), default=0) or 1
    return [
        Multiple(
            label,
            f"{name}-{counts}",
            tuple(
                Bar(
                    spans[at][0],
                    at * WIDE / MOST_BARS,
                    round(number / most * HIGH, 2),
                    str(number),
                    address=address(asked[counts][at]) if number else "",
                    lasts=spans[at][2],
                )
                for at, number in enumerate(found[counts])
            ),
        )
        for counts, label in labels.items()
    ]


# --- measures by day ----------------------------------------------------------------------------------------


def by_day(made: Report) -> list[Drawn]:
    """Each measure over the days of the quarter, all of one scale."""
    series = made.in_force_by_day
    most = max((run.count.at_most for runs in series.values() for run in runs), default=0)
    return [_drawn(measure, runs, most) for measure, runs in series.items()]


def _drawn(measure: str, runs: Sequence[Run], most: int) -> Drawn:
    first = runs[0].first
    return Drawn(
        title=words.capital(rules().measures[measure].label[words.language()]),
        id=f"force-{measure.replace('_', '-')}",
        width=(runs[-1].last - first).days + 1,
        at_most=_area(runs, first, most, lambda run: run.count.at_most),
        in_force=_area(runs, first, most, lambda run: run.count.in_force),
        confirmed=_area(runs, first, most, lambda run: run.count.confirmed),
        most=most,
        rows=tuple(
            Row(_days(run), run.count.confirmed, run.count.in_force, run.count.at_most) for run in runs
        ),
    )


def _area(runs: Iterable[Run], first: date, most: int, number: Callable[[Run], int]) -> str:
    parts = []
    for run in runs:
        if count := number(run):
            begin, days = (run.first - first).days, (run.last - run.first).days + 1
            high = round(count / most * HIGH, 2)
            parts.append(f"M{begin} {HIGH - high:g}h{days}V{HIGH:g}h-{days}z")
    return "".join(parts)


def _days(run: Run) -> str:
    begin = words.day_words(run.first)
    return begin if run.first == run.last else f"{begin} – {words.day_words(run.last)}"


def day_address(day: date) -> str:
    """Where it is told who was under what on a day."""
    return f"{reverse('public:figures-in-force')}?day={day.isoformat()}"


# --- another's index ----------------------------------------------------------------------------------------


def index(rows: Sequence[Ranked]) -> list[Line]:
    """Rank and score by year; lines stop where a year is missing or another method begins."""
    if not rows:
        return []
    ranks = _line(gettext("Rank"), "index-rank", rows, lambda row: float(row.rank), down=True)
    scored = [row for row in rows if row.score is not None]
    if not scored:
        return [ranks]
    return [ranks, _line(gettext("Score"), "index-score", scored, lambda row: row.score or 0.0, down=False)]


def _line(
    title: str, name: str, rows: Sequence[Ranked], value: Callable[[Ranked], float], *, down: bool
) -> Line:
    """A rank is drawn with the first place at the top."""
    first, last = rows[0].year, rows[-1].year
    values = [value(row) for row in rows]
    low, high = min(values), max(values)
    wide, tall = max(1, last - first), (high - low) or 1

    def at(row: Ranked) -> tuple[float, float]:
        share = (value(row) - low) / tall
        return (
            round(2 + (row.year - first) / wide * (WIDE - 4), 1),
            round(2 + (share if down else 1 - share) * (HIGH - 4), 1),
        )

    paths = ["M" + "L".join(f"{x} {y}" for x, y in map(at, run)) for run in segments(rows) if len(run) > 1]
    breaks = [
        round(2 + (year - 0.5 - first) / wide * (WIDE - 4), 1) for year in NEW_METHOD if first < year <= last
    ]
    top, bottom = (low, high) if down else (high, low)
    return Line(
        title,
        name,
        tuple(paths),
        tuple(map(at, rows)),
        tuple(breaks),
        str(first),
        str(last),
        number_format(f"{bottom:g}"),
        number_format(f"{top:g}"),
    )
