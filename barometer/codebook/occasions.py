"""The types by which the program codes what it proposes of its own accord: data, held to the codebook.

types_of("outage.down") → ("digital.outage",)
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from barometer.codebook.book import codebook
from barometer.errors import UnknownValue


@cache
def occasions() -> Mapping[str, tuple[str, ...]]:
    """Every occasion with its types, the main one first; ValueError for a type that the codebook does not have."""
    with (resources.files("barometer.codebook") / "data" / "occasions.toml").open("rb") as stream:
        tables = tomllib.load(stream)
    found = {
        f"{table}.{name}": tuple(types) for table, rows in tables.items() for name, types in rows.items()
    }
    for occasion, types in found.items():
        for code in types:
            if code not in codebook().types:
                raise ValueError(f"{occasion}: {code!r} is no type of codebook {codebook().version}")
    return found


def types_of(occasion: str) -> tuple[str, ...]:
    """The types of an event that is proposed on an occasion."""
    try:
        return occasions()[occasion]
    except KeyError:
        raise UnknownValue(
            f"{occasion!r} is no occasion of a proposal", next_step="add it to occasions.toml"
        ) from None


def type_of(occasion: str) -> str:
    """The main type of an event that is proposed on an occasion."""
    return types_of(occasion)[0]
