"""Files with notices come from anybody: they are read in a child with limits, which hands plain values back."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from barometer.reach.notices import Broken, Notice, read_notices
from barometer.sources.tables import ENDINGS

_READER = "barometer.reach.notices_apart:plain"
_SECONDS, _MEMORY = 120.0, 1 << 30
_DAYS = ("work_date", "target_date", "day")


class Runs(Protocol):
    """What runs a function of ours apart: `barometer.fetching.Apart`."""

    def run(self, function: str, argument: object, *, seconds: float, memory: int) -> Any:
        """What `function` ("module:name") makes of `argument`."""


def read_apart(data: bytes, name: str, apart: Runs) -> list[Notice | Broken]:
    """As `read_notices`; ParseFailed where the child does not come back. Workbooks are read apart by their reader."""
    if Path(name).suffix.lower() in ENDINGS:
        return read_notices(data, name)
    rows = apart.run(_READER, {"data": data, "name": name}, seconds=_SECONDS, memory=_MEMORY)
    return [_value(row) for row in rows]


def plain(call: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The far end: what the file holds, as plain values."""
    return [_plain(one) for one in read_notices(call["data"], call["name"])]


def _plain(one: Notice | Broken) -> dict[str, Any]:
    told = dataclasses.asdict(one)
    return {
        name: value.isoformat()
        if isinstance(value, date)
        else list(value)
        if isinstance(value, tuple)
        else value
        for name, value in told.items()
    }


def _value(row: Mapping[str, Any]) -> Notice | Broken:
    if "reason" in row:
        return Broken(**row)
    days = {name: date.fromisoformat(row[name]) if row[name] else None for name in _DAYS}
    return Notice(**{**row, **days, "works": tuple(row["works"]), "targets": tuple(row["targets"])})
