"""The quarter in numbers: what is counted, and what is not.

*New violation*: kind violation, phase `imposed`, not background (rule 18 of the codebook). *Step*: a further step
of a restriction that stands already. Background retells an event that is counted where it belongs, so it is in
no number here but `events`; nor is an event that a person said to be one with another, which is counted for both.

*People hit at least* adds up `people_hit` of the new violations: who is hit three times counts three times, and
an event without a number adds nothing. *People named* counts distinct names, *outlets hit* distinct outlets and
media organisations, both of the new violations.

*Open case*: a case with a violation, also one that is only retold, and no relief that stands. A relief stands
unless a violation follows whose first possible day is later than the relief's last possible day.

An event is counted in the month under which its item is printed; without one, in the month of its own date; else
in "" (not known). An item without a section counts in the one that its event's main type proposes (rule 22).
"""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from barometer.codebook import CodedBulletin, Event, Quarter, codebook
from barometer.errors import UnknownValue

#: the key of what has no month, or no region, of its own
NOT_KNOWN = ""

ByMonth = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Counted:
    """An event where it is printed: section and month of its item, the item's key, and the event's own id.

    `again`: a person said that it tells again what another event tells, and that one is counted.
    """

    event: Event
    section: int | None
    month: str | None
    entry: str
    again: bool = False
    id: str = ""


@dataclass(frozen=True)
class Figures:
    """The quarter in numbers, each with its unit in its name; the module says what each counts."""

    new_violations: int
    steps: int
    relief_events: int
    context_events: int
    people_hit_at_least: int
    outlets_hit: int
    open_cases: int
    entries: int
    events: int
    #: section number → month → new violations; every section that has events, every month of the quarter
    violations_by_section_month: Mapping[int, ByMonth]
    relief_by_section_month: Mapping[int, ByMonth]
    #: region code → new violations; another country's code where it was abroad, "" where no place is given
    violations_by_region: Mapping[str, int]
    #: distinct names among the people whom the new violations hit
    people_named: int = 0


def figures(printed: Iterable[Counted], period: str, entries: int | None = None) -> Figures:
    """Count a quarter; UnknownValue if `period` is not one.

    `entries` is how many items are printed, where some have no event; by default those with events.
    """
    months = _months(period)
    rows = tuple(printed)
    live = [row for row in rows if not row.event.background and not row.again]
    new = [row for row in live if row.event.is_new_violation]
    relief = [row for row in live if row.event.kind == "relief"]
    sections = sorted({section_of(row) for row in live})
    return Figures(
        new_violations=len(new),
        steps=sum(row.event.phase == "step" for row in live),
        relief_events=len(relief),
        context_events=sum(row.event.kind == "context" for row in live),
        people_hit_at_least=sum(row.event.people_hit or 0 for row in new),
        outlets_hit=len(_names(new, people=False)),
        open_cases=sum(map(_is_open, _cases(rows))),
        entries=len({row.entry for row in rows}) if entries is None else entries,
        events=len(rows),
        violations_by_section_month=_by_section_month(new, sections, months),
        relief_by_section_month=_by_section_month(relief, sections, months),
        violations_by_region=_by_region(new),
        people_named=len(_names(new, people=True)),
    )


def counted(bulletin: CodedBulletin) -> tuple[Counted, ...]:
    """A coded bulletin's events where they are printed."""
    return tuple(
        Counted(event, entry.section, entry.month, entry.id)
        for entry in bulletin.entries
        for event in entry.events
    )


def _months(period: str) -> tuple[str, ...]:
    try:
        return Quarter.parse(period).months
    except ValueError:
        raise UnknownValue(f"{period!r} is not a quarter", next_step="write it like 2026Q1") from None


@cache
def rules_of_counting() -> Mapping[str, Any]:
    """What counting.toml says."""
    with (resources.files("barometer.indicators") / "counting.toml").open("rb") as stream:
        return tomllib.load(stream)


def nobody() -> frozenset[str]:
    """Types of target that are neither people nor organisations that could be counted."""
    return frozenset(rules_of_counting()["nobody"])


def reform() -> frozenset[str]:
    """The types of events that tell how a law is debated and changed."""
    return frozenset(rules_of_counting()["reform"])


def public_bodies() -> frozenset[str]:
    """The types of actors that are public bodies."""
    return frozenset(rules_of_counting()["bodies"])


def section_of(row: Counted) -> int:
    """The section of its item; without one, that which its main type proposes."""
    return row.section if row.section is not None else codebook().type(row.event.main_type).section


def month_of(row: Counted, months: tuple[str, ...]) -> str:
    """The month under which its item is printed, else its own; "" where neither is one of these."""
    own = row.event.when.month if row.event.when else None
    return next((month for month in (row.month, own) if month and month in months), NOT_KNOWN)


def _by_section_month(
    rows: list[Counted], sections: list[int], months: tuple[str, ...]
) -> Mapping[int, ByMonth]:
    table: dict[int, dict[str, int]] = {section: dict.fromkeys(months, 0) for section in sections}
    for row in rows:
        line, month = table[section_of(row)], month_of(row, months)
        line[month] = line.get(month, 0) + 1
    return table


def _by_region(rows: list[Counted]) -> Mapping[str, int]:
    found = Counter(map(region_of, rows))
    return dict(sorted(found.items(), key=lambda pair: (pair[0] == NOT_KNOWN, -pair[1], pair[0])))


def region_of(row: Counted) -> str:
    """Its region, or the other country where it happened; "" where no place is given."""
    place = row.event.place
    if place is None:
        return NOT_KNOWN
    abroad = NOT_KNOWN if place.country == rules_of_counting()["country"] else place.country
    return place.region or abroad


def _names(rows: list[Counted], *, people: bool) -> set[str]:
    """Distinct canonical names of the people, or of the organisations, that were hit."""
    types = codebook().target_types
    return {
        target.name
        for row in rows
        for target in row.event.targets
        if target.type not in nobody() and types[target.type].person is people
    }


def _cases(rows: tuple[Counted, ...]) -> Iterable[list[Counted]]:
    cases: dict[str, list[Counted]] = defaultdict(list)
    for row in rows:
        if row.event.case:
            cases[row.event.case].append(row)
    return cases.values()


def _is_open(case: list[Counted]) -> bool:
    violations = [_days(row) for row in case if row.event.kind == "violation"]
    ends = [last for _, last in (_days(row) for row in case if row.event.kind == "relief")]
    return bool(violations) and (not ends or any(first > max(ends) for first, _ in violations))


def _days(row: Counted) -> tuple[date, date]:
    """First and last possible day. Background without a date (rule 7) is earlier than all that has one."""
    when = row.event.when
    return (when.first, when.last) if when else (date.min, date.min)
