"""A bulletin that leaves the house: pure values, the same for every format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """A story paragraph over one or more events.

    `text` is one paragraph; `linked` is the (start, end) of its linked words in `text`; `address` is where
    they lead (a source or the event's page) or None; `machine` says that no person wrote or accepted the text.
    """

    key: str
    text: str
    linked: tuple[int, int]
    address: str | None
    event_ids: tuple[str, ...]
    language: str
    machine: bool = False


@dataclass(frozen=True)
class MonthItems:
    """The items of one month, or of a section without months (`month` None)."""

    month: str | None
    items: tuple[Item, ...]


@dataclass(frozen=True)
class SectionOut:
    """A section with its number, full printed title, intro paragraphs and months in order."""

    number: int
    title: str
    intro: str
    months: tuple[MonthItems, ...]


@dataclass(frozen=True)
class Figures:
    """The quarter in numbers, each with its unit in its name."""

    new_violations: int
    steps: int
    relief_events: int
    context_events: int
    people_hit_at_least: int
    outlets_hit: int
    open_cases: int
    entries: int
    events: int
    #: section number → month → new violations
    violations_by_section_month: Mapping[int, Mapping[str, int]]
    relief_by_section_month: Mapping[int, Mapping[str, int]]
    violations_by_region: Mapping[str, int]


@dataclass(frozen=True)
class BulletinOut:
    """Everything that a bulletin prints."""

    period: str
    language: str
    title: str
    intro: str
    sections: tuple[SectionOut, ...]
    figures: Figures
    contact: str
    imprint: str
