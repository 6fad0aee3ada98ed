"""The terms of a country: its days of rest, and how long the kinds of request may take."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from barometer.errors import UnknownValue


@dataclass(frozen=True)
class Holiday:
    """A holiday on the same `days` ("03-08") of every year from `since` to `until`.

    Where it falls on a day of rest and `moves`, the next working day is off as well.
    """

    name: Mapping[str, str]
    days: tuple[str, ...]
    moves: bool
    since: int
    source: str
    until: int | None = None

    def on(self, year: int) -> tuple[date, ...]:
        """Its days in that year, none where it was not kept."""
        if year < self.since or (self.until is not None and year > self.until):
            return ()
        return tuple(date.fromisoformat(f"{year:04}-{day}") for day in self.days)


@dataclass(frozen=True)
class Feast:
    """A day of rest that each year has a day of its own, and does not move."""

    name: Mapping[str, str]
    days: tuple[date, ...]
    source: str


@dataclass(frozen=True)
class Moved:
    """A day of rest that is worked, and the working day that is off for it."""

    worked: date
    off: date


@dataclass(frozen=True)
class MovedDays:
    """What was decided for one year; `known` once no further decision can come."""

    year: int
    known: bool
    source: str
    moved: tuple[Moved, ...] = ()


@dataclass(frozen=True)
class WorkingDays:
    """A country's days of rest: `weekend` as ISO days of the week, and what departs from them."""

    weekend: frozenset[int]
    holidays: tuple[Holiday, ...]
    feasts: tuple[Feast, ...]
    years: Mapping[int, MovedDays]


@dataclass(frozen=True)
class Term:
    """A row of deadlines.toml: see there."""

    kind: str
    law: str
    article: str
    days: int
    unit: str
    since: date
    source: str
    confirmed: bool
    note: str = ""
    extension: int | None = None
    extension_unit: str = ""
    transfer: int | None = None
    until: date | None = None
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Deadlines:
    """`kinds` of request with their names by language, the rules on them, and the `terms` of the asker."""

    kinds: Mapping[str, Mapping[str, str]]
    rules: tuple[Term, ...]
    terms: tuple[Term, ...]


@cache
def working_days(code: str = "KZ") -> WorkingDays:
    """The days of rest of a country; UnknownValue where they are not written down."""
    table = _table(code, "working_days.toml")
    return WorkingDays(
        weekend=frozenset(table["weekend"]),
        holidays=tuple(Holiday(**row | {"days": tuple(row["days"])}) for row in table["holiday"]),
        feasts=tuple(Feast(**row | {"days": tuple(row["days"])}) for row in table["feast"]),
        years={row["year"]: _moved_days(row) for row in table["year"]},
    )


@cache
def deadlines(code: str = "KZ") -> Deadlines:
    """The terms of requests in a country; UnknownValue where they are not written down."""
    table = _table(code, "deadlines.toml")
    return Deadlines(
        kinds={row["code"]: row["names"] for row in table["kind"]},
        rules=tuple(Term(**row) for row in table["rule"]),
        terms=tuple(Term(**row) for row in table["term"]),
    )


def _moved_days(row: Mapping[str, Any]) -> MovedDays:
    moved = tuple(Moved(worked=pair["from"], off=pair["to"]) for pair in row.get("moved", ()))
    return MovedDays(row["year"], row["known"], row["source"], moved)


def _table(code: str, name: str) -> dict[str, Any]:
    file = resources.files("barometer.countries") / code.lower() / name
    if not re.fullmatch(r"[A-Z]{2}", code) or not file.is_file():
        raise UnknownValue(
            f"the country {code!r} has no {name}",
            next_step=f"use KZ, or write barometer/countries/{code.lower()}/{name}",
        )
    with file.open("rb") as stream:
        return tomllib.load(stream)
