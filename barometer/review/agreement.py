"""How far two codings of the same events agree, beyond chance: Krippendorff's alpha, field by field and month by month.

A unit is a lead's main event, coded by two people of whom the second had not seen the first coding, and before both
read by the machine. Every value is a name: two either agree or not. That nothing is told (no region, no number) is a
value too, so that "none" against "seven" counts as a disagreement and does not fall out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Literal

FIELDS = (
    "main_type",
    "kind",
    "phase",
    "region",
    "first_day",
    "target_type",
    "work_link",
    "people_hit",
    "is_alleged",
    "background",
)
Who = Literal["people", "first and machine", "second and machine"]
WHO: tuple[Who, ...] = ("people", "first and machine", "second and machine")
Why = Literal["", "too few", "no variation"]
FEWEST = 2


@dataclass(frozen=True)
class Coding:
    """A unit with what each of the two people and the machine say: field → value, '' where nothing is told.

    `machine` is None where it had proposed no such event.
    """

    unit: str
    day: date
    first: Mapping[str, str]
    second: Mapping[str, str]
    machine: Mapping[str, str] | None = None

    @property
    def differing(self) -> tuple[str, ...]:
        """The fields in which the two people differ."""
        return tuple(name for name in FIELDS if self.first[name] != self.second[name])


@dataclass(frozen=True)
class Alpha:
    """Alpha over so many units: 1 is full agreement, 0 what chance would give, below 0 less than that.

    `value` is None, and `why` says it, where there are fewer than two units, or where all say the same: then there is
    nothing to tell agreement from chance by.
    """

    units: int
    value: float | None
    why: Why = ""


@dataclass(frozen=True)
class Row:
    """The agreement of a month ("2031-03") on a field, between whom."""

    month: str
    field: str
    by: Mapping[Who, Alpha]


def is_chosen(unit: str, share: float) -> bool:
    """Whether a unit is one of the share that is coded twice: by its digest, so the same on every machine."""
    drawn = int.from_bytes(hashlib.sha256(f"double coding:{unit}".encode()).digest()[:8], "big")
    return drawn < share * 2**64


def alpha(pairs: Sequence[tuple[str, str]]) -> Alpha:
    """Krippendorff's alpha of two coders over units, for values that are names."""
    if len(pairs) < FEWEST:
        return Alpha(len(pairs), None, "too few")
    values = {value: number for number, value in enumerate(sorted({one for pair in pairs for one in pair}))}
    if len(values) < 2:
        return Alpha(len(pairs), None, "no variation")
    import krippendorff

    data = [[values[pair[coder]] for pair in pairs] for coder in (0, 1)]
    found = krippendorff.alpha(reliability_data=data, level_of_measurement="nominal")
    return Alpha(len(pairs), float(found))


def by_month(codings: Iterable[Coding]) -> tuple[Row, ...]:
    """The agreement of each month on each field, the last month first."""

    def month(one: Coding) -> str:
        return f"{one.day:%Y-%m}"

    told = groupby(sorted(codings, key=month, reverse=True), key=month)
    return tuple(row for name, units in told for row in _rows(name, list(units)))


def _rows(month: str, units: Sequence[Coding]) -> Iterable[Row]:
    for field in FIELDS:
        yield Row(month, field, {who: alpha(_pairs(units, field, who)) for who in WHO})


def _pairs(units: Sequence[Coding], field: str, who: Who) -> list[tuple[str, str]]:
    if who == "people":
        return [(one.first[field], one.second[field]) for one in units]
    person = "first" if who == "first and machine" else "second"
    return [(getattr(one, person)[field], one.machine[field]) for one in units if one.machine is not None]
