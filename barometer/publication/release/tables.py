"""The tables of a release and what their columns mean, in three languages (`tables.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from barometer.publication.release.frozen import Records
from barometer.publication.release.rows import rows


@dataclass(frozen=True)
class Column:
    """A column: `type` is string, integer, number, boolean or date; `to` is the table that it leads to."""

    name: str
    type: str
    said: Mapping[str, str]
    to: str = ""

    @property
    def target(self) -> tuple[str, str]:
        """The table and the column that it leads to."""
        table, _, column = self.to.partition(".")
        return table, column


@dataclass(frozen=True)
class Table:
    """A table: its columns in order, and those of them by which a row is known."""

    name: str
    said: Mapping[str, str]
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    def lines(self, records: Records) -> Iterator[tuple[Any, ...]]:
        """The rows of these records, each in the order of the columns."""
        names = [column.name for column in self.columns]
        for row in rows(self.name, records):
            yield tuple(row[name] for name in names)


@cache
def tables() -> tuple[Table, ...]:
    """All tables, each after those that it leads to."""
    with (resources.files("barometer.publication.release") / "tables.toml").open("rb") as stream:
        data = tomllib.load(stream)
    return tuple(
        Table(
            name,
            told["said"],
            tuple(_column(name, column, told, data["columns"]) for column in told["columns"]),
            tuple(told["key"]),
        )
        for name, told in data["tables"].items()
    )


def _column(table: str, name: str, told: Mapping[str, Any], known: Mapping[str, Any]) -> Column:
    """A column by its own words in the table, else by those that it has in all."""
    said = told.get("own", {}).get(name) or known[name]
    return Column(name, said.get("type", "string"), _words(said), told.get("to", {}).get(name, ""))


def _words(said: Mapping[str, Any]) -> dict[str, str]:
    return {code: said[code] for code in ("en", "ru", "kk")}
