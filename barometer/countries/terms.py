"""The terms of a country: its days of rest, and how long the kinds of request may take."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from barometer.errors import BadInput, UnknownValue


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
def working_days(code: str = "KZ", own: str = "") -> WorkingDays:
    """The days of rest of a country; `own` is a file of a desk in the same form that adds to them, or "".

    Its years stand in place of the country's, its holidays and feasts beside them. UnknownValue where the country's are
    not written down; BadInput for a file that cannot be used.
    """
    found = _working_days(_table(code, "working_days.toml"))
    if not own:
        return found
    more = _own(Path(own), found.weekend)
    return replace(
        found,
        holidays=(*found.holidays, *more.holidays),
        feasts=(*found.feasts, *more.feasts),
        years={**found.years, **more.years},
    )


def _working_days(table: Mapping[str, Any]) -> WorkingDays:
    return WorkingDays(
        weekend=frozenset(table.get("weekend", ())),
        holidays=tuple(Holiday(**row | {"days": tuple(row["days"])}) for row in table.get("holiday", ())),
        feasts=tuple(Feast(**row | {"days": tuple(row["days"])}) for row in table.get("feast", ())),
        years={row["year"]: _moved_days(row) for row in table.get("year", ())},
    )


def _own(file: Path, weekend: frozenset[int]) -> WorkingDays:
    """What a desk wrote down, looked at closely: a slip of the pen would move every deadline."""
    try:
        more = _working_days(tomllib.loads(file.read_text(encoding="utf-8")))
        for year in more.years.values():
            _refuse_slips(year, file, weekend)
        for holiday in more.holidays:
            holiday.on(holiday.since)
        if not all(type(day) is date for one in more.feasts for day in one.days):
            raise BadInput("a feast has a day that is none", file=file, next_step="write it as 2027-05-16")
    except OSError as error:
        raise BadInput(
            "the file of working days cannot be read", file=file, next_step="mend BAROMETER_WORKING_DAYS"
        ) from error
    except (
        UnicodeDecodeError,
        tomllib.TOMLDecodeError,
        TypeError,
        KeyError,
        ValueError,
        AttributeError,
    ) as error:
        raise BadInput(
            f"this is no list of working days: {error}",
            file=file,
            next_step="write it in the form of barometer/countries/kz/working_days.toml",
        ) from error
    return more


def _refuse_slips(year: MovedDays, file: Path, weekend: frozenset[int]) -> None:
    """BadInput for days that are none or of another year, and where the two of a pair have changed places."""
    for day in (day for moved in year.moved for day in (moved.worked, moved.off)):
        if type(day) is not date or day.year != year.year:
            raise BadInput(
                f"{day} is no day of {year.year}", file=file, next_step=f"write it as {year.year}-01-05"
            )
    for moved in year.moved:
        if moved.off.isoweekday() in weekend:
            raise BadInput(
                f"{moved.off} is a day of rest anyway",
                file=file,
                next_step="write the day of rest that is worked as `from`, the day that is off as `to`",
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
