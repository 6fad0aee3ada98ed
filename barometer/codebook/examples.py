"""The worked examples of the rules: a text of our own → events as coded, and what a rule does not let stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from barometer.codebook.book import table
from barometer.codebook.values import Event, to_file


@dataclass(frozen=True)
class Example:
    """A text under the heading of a `section` and a `month`, its events in order, and why it is coded so."""

    rules: tuple[int, ...]
    text: str
    section: int
    month: str
    why: str
    events: tuple[Event, ...]

    def file(self) -> dict[str, Any]:
        """The example as a coded file."""
        return file_of([to_file(event) for event in self.events], self.section, self.month)


@dataclass(frozen=True)
class Never:
    """A raw event that breaks a rule: `path` in the event and words of the finding; `instead` is right."""

    rules: tuple[int, ...]
    level: Literal["error", "warning"]
    path: str
    says: str
    why: str
    event: Mapping[str, Any]
    instead: Mapping[str, Any]


def file_of(events: list[Any], section: int = 2, month: str = "2031-03") -> dict[str, Any]:
    """A coded file of one entry with these events."""
    entry = {"id": "e-1", "section": section, "month": month, "lines": [1, 1], "events": events}
    return {"source": "invented.txt", "quarter": "2031Q1", "codebook": "1.2", "entries": [entry]}


@cache
def examples() -> tuple[Example, ...]:
    """Every worked example, its events built."""
    return tuple(
        Example(
            rules=tuple(row["rules"]),
            text=row["text"],
            section=row["section"],
            month=row["month"],
            why=row["why"],
            events=tuple(Event.model_validate(event) for event in row["event"]),
        )
        for row in table("examples.toml")["example"]
    )


@cache
def nevers() -> tuple[Never, ...]:
    """Everything that a rule refuses or warns of, each beside what is right."""
    return tuple(Never(**{**row, "rules": tuple(row["rules"])}) for row in table("examples.toml")["never"])
