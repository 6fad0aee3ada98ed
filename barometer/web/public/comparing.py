"""Two quarters side by side: of whatever is filtered, counts with their units, and whether the events differ clearly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from barometer.indicators import Difference, poisson_interval
from barometer.web.public import facets, glance, words
from barometer.web.public.facets import Selection
from barometer.web.public.filters import COUNTS, Filters, address

#: Tables of the page, with how many lines each has at most.
TABLES = {"counts": 5, "section": 12, "type": 12, "region": 22}


@dataclass(frozen=True)
class Compared:
    """A line: what is counted, both counts with the addresses of their events, the difference in words."""

    label: str
    before: int
    after: int
    before_address: str
    after_address: str
    change: str
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
    return shown | {
        "chosen": chosen,
        "quarters": [words.capital(words.quarter_words(one)) for one in chosen],
        "events": _line(gettext("All events"), "", "", two),
        "people": _people(two),
        "tables": [table for name, most in TABLES.items() if (table := _table(name, most, two, titles))],
        "intervals": [interval_words(one.count) for one in two],
    }


def _table(name: str, most: int, two: list[Selection], titles: Mapping[int, str]) -> Table | None:
    counts = [one.counts(name) for one in two]
    values = sorted({*counts[0], *counts[1]}, key=lambda value: _place(name, value, counts))
    lines = tuple(
        _line(facets.value_label(name, value, titles, {}), name, value, two) for value in values[:most]
    )
    return Table(facets.facet_label(name), name, lines) if lines else None


def _place(name: str, value: str, counts: list[dict[str, int]]) -> tuple[int, str]:
    if name == "section":
        return int(value), ""
    if name == "counts":
        return COUNTS.index(value), ""
    return -sum(one.get(value, 0) for one in counts), value


def _line(label: str, name: str, value: str, two: list[Selection]) -> Compared:
    numbers = [one.counts(name).get(value, 0) if name else one.count for one in two]
    addresses = [
        address(one.filters.without(name).toggled(name, value) if name else one.filters) for one in two
    ]
    found = Difference(*numbers)
    return Compared(
        label=label,
        before=numbers[0],
        after=numbers[1],
        before_address=addresses[0],
        after_address=addresses[1],
        change=_signed(found.change),
        verdict=verdict_words(found),
        clear=found.verdict != "no clear change",
    )


def _signed(change: int) -> str:
    return f"+{change}" if change > 0 else f"−{-change}" if change else "0"


def verdict_words(found: Difference) -> str:
    """Whether there was a change, with the intervals that say so where there is none."""
    if found.verdict == "more":
        return gettext("clearly more")
    if found.verdict == "fewer":
        return gettext("clearly fewer")
    return gettext("no clear change")


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


def interval_words(count: int) -> str:
    """Between which rates a count is no surprise, for the note below the tables."""
    found = poisson_interval(count)
    return f"{found.low:.1f}–{found.high:.1f}"
