"""Two quarters side by side: of whatever is filtered, counts with their units, and whether the events differ clearly."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from barometer.codebook import Quarter
from barometer.indicators.comparing import Difference, Interval, Verdict, verdicts
from barometer.indicators.report import Effort
from barometer.web.public import clock, facets, glance, words
from barometer.web.public.facets import Selection
from barometer.web.public.filters import COUNTS, Filters, address
from barometer.web.records import measuring

#: Tables of the page, with how many lines each has at most.
TABLES = {"counts": 5, "section": 12, "type": 12, "region": 22}


@dataclass(frozen=True)
class Compared:
    """A line: what is counted, both counts with the addresses of their events, the difference in words.

    `ratio` says between which ratios of their rates by day the counts are no surprise.
    """

    label: str
    before: int
    after: int
    before_address: str
    after_address: str
    change: str
    ratio: str
    verdict: str
    clear: bool


@dataclass(frozen=True)
class Table:
    """Lines of one thing."""

    title: str
    id: str
    lines: tuple[Compared, ...]


def context(wanted: Filters, titles: Mapping[int, str]) -> dict[str, Any]:
    """What the page shows: by default the two newest quarters."""
    periods = glance.periods()
    chosen = wanted.compared or tuple(sorted(periods[:2]))
    base = wanted.without("period").seen_as("compare", compared=chosen)
    shown = {"periods": [(one, words.capital(words.quarter_words(one))) for one in periods], "base": base}
    if len(chosen) < 2:
        return shown
    two = [facets.select(base.plain().toggled("period", one)) for one in chosen]
    days = [days_of(one) for one in chosen]
    kinds = {name: _values(name, most, two, titles) for name, most in TABLES.items()}
    pairs = [_pair(name, value, two, days) for name, values in kinds.items() for _, value in values]
    said = iter(verdicts(pairs))  # all lines of all tables are judged together
    tables = [
        Table(
            facets.facet_label(name),
            name,
            tuple(_line(label, name, value, two, days, next(said)) for label, value in values),
        )
        for name, values in kinds.items()
        if values
    ]
    return shown | {
        "chosen": chosen,
        "quarters": [words.capital(words.quarter_words(one)) for one in chosen],
        "events": _line(gettext("All events"), "", "", two, days, _pair("", "", two, days).verdict),
        "people": _people(two),
        "effort": effort_rows(*(measuring.effort(Quarter.parse(one)) for one in chosen)),
        "tables": tables,
        "unfinished": any(Quarter.parse(one).last >= clock.today() for one in chosen),
    }


def days_of(period: str) -> int:
    """How many days of a quarter have passed; of one that is still to come, its first."""
    quarter = Quarter.parse(period)
    return max(1, (min(quarter.last, clock.today()) - quarter.first).days + 1)


def _values(name: str, most: int, two: list[Selection], titles: Mapping[int, str]) -> list[tuple[str, str]]:
    """The lines of a table: what each is called, and its value."""
    counts = [one.counts(name) for one in two]
    values = sorted({*counts[0], *counts[1]}, key=lambda value: _place(name, value, counts))
    return [(facets.value_label(name, value, titles, {}), value) for value in values[:most]]


def _place(name: str, value: str, counts: list[dict[str, int]]) -> tuple[int, str]:
    if name == "section":
        return int(value), ""
    if name == "counts":
        return COUNTS.index(value), ""
    return -sum(one.get(value, 0) for one in counts), value


def _numbers(name: str, value: str, two: list[Selection]) -> list[int]:
    return [one.counts(name).get(value, 0) if name else one.count for one in two]


def _pair(name: str, value: str, two: list[Selection], days: list[int]) -> Difference:
    return Difference(*_numbers(name, value, two), *days)


def _line(
    label: str, name: str, value: str, two: list[Selection], days: list[int], verdict: Verdict
) -> Compared:
    found = _pair(name, value, two, days)
    addresses = [
        address(one.filters.without(name).toggled(name, value) if name else one.filters) for one in two
    ]
    return Compared(
        label=label,
        before=found.before,
        after=found.after,
        before_address=addresses[0],
        after_address=addresses[1],
        change=_signed(found.change),
        ratio=ratio_words(found.interval),
        verdict=verdict_words(verdict),
        clear=verdict != "no clear change",
    )


def effort_rows(before: Effort, after: Effort) -> list[tuple[str, str, str]]:
    """How much was watched: (what, before, after), as far as it is on record."""
    rows = (
        (gettext("Sources watched"), "sources_watched"),
        (gettext("Documents met"), "documents_met"),
        (gettext("Leads read"), "leads_read"),
    )
    return [
        (label, *(str(getattr(one, name) or gettext("not known")) for one in (before, after)))
        for label, name in rows
    ]


def _signed(change: int) -> str:
    return f"+{change}" if change > 0 else f"−{-change}" if change else "0"


def verdict_words(verdict: Verdict) -> str:
    """Whether there was a change."""
    if verdict == "more":
        return gettext("clearly more")
    if verdict == "fewer":
        return gettext("clearly fewer")
    return gettext("no clear change")


def ratio_words(interval: Interval) -> str:
    """ "×0.8–2.4"; without an end where nothing bounds it."""
    if math.isinf(interval.high):
        return f"×{interval.low:.1f}–"
    return f"×{interval.low:.1f}–{interval.high:.1f}"


def _people(two: list[Selection]) -> list[tuple[str, int, int, str]]:
    """People and outlets: (what is counted, before, after, difference), without a verdict."""
    rows = {
        gettext("People hit in new violations, counted each time (at least)"): [
            one.columns.at_least(one.mask) for one in two
        ],
        gettext("People hit or helped, each once"): [
            one.columns.columns["person_hit"].distinct(one.mask) for one in two
        ],
        gettext("Outlets, each once"): [one.columns.columns["outlet_hit"].distinct(one.mask) for one in two],
    }
    return [(label, before, after, _signed(after - before)) for label, (before, after) in rows.items()]
