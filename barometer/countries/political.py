"""Days on which a country votes."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class PoliticalDate:
    """A vote: `kind` is presidential, parliamentary, local or referendum; `confirmed` whether its day was checked."""

    day: date
    kind: str
    name: Mapping[str, str]
    source: str
    confirmed: bool = False


@cache
def political_dates(code: str = "KZ") -> tuple[PoliticalDate, ...]:
    """The votes that the country's data has, the earliest first; none where it has no such file."""
    path = resources.files("barometer.countries") / code.lower() / "political_dates.toml"
    if not path.is_file():
        return ()
    with path.open("rb") as stream:
        rows = tomllib.load(stream)["date"]
    return tuple(sorted((PoliticalDate(**row) for row in rows), key=lambda one: one.day))
