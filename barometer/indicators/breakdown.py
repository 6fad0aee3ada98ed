"""Counts of events by what they have: section, type, region, who decided, article of law, link to the work, month.

Each count holds the ids of its events, so that whoever reads a number can read what stands behind it. By what an event
has once (section, region, month, link to the work, main type) the counts add up to the total; by what it may have
several of (types, actors, articles) an event counts under each, and they do not: `overlaps` says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from barometer.codebook import Quarter
from barometer.indicators.quarter import NOT_KNOWN, Counted, month_of, region_of, section_of

Keys = Callable[[Counted], Iterable[str]]


@dataclass(frozen=True)
class Cell:
    """The events that have one key."""

    key: str
    events: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self.events)


@dataclass(frozen=True)
class Breakdown:
    """A count of events by one thing; the most frequent first, but sections and months in their own order."""

    by: str
    cells: tuple[Cell, ...]
    overlaps: bool


#: what is counted → which events are of it; `live` leaves out background and what is told again
FIGURES: Mapping[str, Callable[[Counted], bool]] = {
    "new_violations": lambda row: row.event.is_new_violation,
    "steps": lambda row: row.event.phase == "step",
    "relief": lambda row: row.event.kind == "relief",
    "context": lambda row: row.event.kind == "context",
}
ORDERED = ("section", "month")


def live(rows: Iterable[Counted]) -> list[Counted]:
    """What is counted at all: no background, and nothing that another event tells already."""
    return [row for row in rows if not row.event.background and not row.again]


def of_figure(figure: str, rows: Iterable[Counted]) -> list[Counted]:
    """The events of a figure, `live` ones."""
    return [row for row in live(rows) if FIGURES[figure](row)]


def breakdowns(rows: Iterable[Counted], period: str) -> tuple[Breakdown, ...]:
    """These events by everything that they are counted by."""
    rows = list(rows)
    months = Quarter.parse(period).months
    single: Mapping[str, Callable[[Counted], str]] = {
        "section": lambda row: str(section_of(row)),
        "month": lambda row: month_of(row, months),
        "main_type": lambda row: row.event.main_type,
        "region": region_of,
        "work_link": lambda row: row.event.work_link or NOT_KNOWN,
    }
    several: Mapping[str, Keys] = {
        "type": lambda row: row.event.types,
        "decider": lambda row: (actor.type for actor in row.event.actors if actor.role == "decider"),
        "complainant": lambda row: (actor.type for actor in row.event.actors if actor.role == "complainant"),
        "executor": lambda row: (actor.type for actor in row.event.actors if actor.role == "executor"),
        "target": lambda row: (target.type for target in row.event.targets),
        "provision": lambda row: row.event.provisions,
    }
    once = [_by(name, rows, _alone(key), overlaps=False) for name, key in single.items()]
    return (*once, *(_by(name, rows, keys, overlaps=True) for name, keys in several.items()))


def _alone(key: Callable[[Counted], str]) -> Keys:
    return lambda row: (key(row),)


def _by(name: str, rows: Iterable[Counted], keys: Keys, *, overlaps: bool) -> Breakdown:
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for key in dict.fromkeys(keys(row)):
            found[key].append(row.id)
    cells = [Cell(key, tuple(ids)) for key, ids in found.items()]
    return Breakdown(name, tuple(sorted(cells, key=lambda cell: _place(name, cell))), overlaps)


def _place(name: str, cell: Cell) -> tuple[bool, int, str]:
    """What is not known comes last."""
    return cell.key == NOT_KNOWN, 0 if name in ORDERED else -cell.count, cell.key
