"""Our types of events in the schemes of others: only by names that those publish and that were read there.

crosswalk().mapped → Mapped("legal.house_arrest", "rsf", "detained: house arrest", "direct", None), …
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from barometer.codebook.book import codebook


@dataclass(frozen=True)
class Scheme:
    """A published scheme as it was read: `unit` is what it counts, `since` its first year, where that is known."""

    id: str
    title: str
    version: str
    since: int | None
    unit: str
    source: str
    terms: tuple[str, ...]


@dataclass(frozen=True)
class Mapped:
    """A type of ours is this term of a scheme: directly, or the nearest; `when`: only then."""

    code: str
    scheme: str
    term: str
    fit: Literal["direct", "near"]
    when: str | None


@dataclass(frozen=True)
class Crosswalk:
    """The schemes, and every type's terms in them."""

    schemes: tuple[Scheme, ...]
    mapped: tuple[Mapped, ...]

    def __post_init__(self) -> None:
        known = {scheme.id: set(scheme.terms) for scheme in self.schemes}
        for one in self.mapped:
            if one.code not in codebook().types:
                raise ValueError(f"{one.code!r} is no type of codebook {codebook().version}")
            if one.term not in known.get(one.scheme, ()):
                raise ValueError(f"{one.code}: {one.term!r} is no term of scheme {one.scheme!r}")


@cache
def crosswalk() -> Crosswalk:
    """The crosswalk of this version of the codebook."""
    with (resources.files("barometer.codebook") / "data" / "crosswalk.toml").open("rb") as stream:
        data = tomllib.load(stream)
    schemes = tuple(
        Scheme(
            one["id"], one["title"], one["version"], one["since"] or None, one["unit"], one["source"],
            tuple(one["terms"]),
        )
        for one in data["scheme"]
    )  # fmt: skip
    return Crosswalk(schemes, tuple(_mapped(data["types"])))


def _mapped(types: Mapping[str, Mapping[str, Any]]) -> Iterator[Mapped]:
    for code, by_scheme in types.items():
        for scheme, terms in by_scheme.items():
            for text in terms:
                term, _, when = text.removeprefix("~").partition(" if ")
                yield Mapped(code, scheme, term, "near" if text.startswith("~") else "direct", when or None)
