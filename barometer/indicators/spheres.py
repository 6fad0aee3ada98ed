"""Figures of spheres: new violations of a period, weighed by how grave their type is. There is no total of the spheres.

The weights and the groups of types in each sphere are a *method* with a version (spheres.toml). A figure names the
method by which it was made and the severities that it met, so that it can be made again, and a new method never passes
for a change in the country. The climate (laws, bills, statements) has no new violations: its events are counted, and
weighed in the same way, but they are of another kind and are never set beside the violations.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from barometer.codebook import Event, codebook
from barometer.errors import UnknownValue
from barometer.indicators.breakdown import live
from barometer.indicators.quarter import Counted

CLIMATE = "climate"
#: figures of a release that is an experiment: see `composite`
COMPOSITE = "composite"


@dataclass(frozen=True)
class Method:
    """A way of weighing: `weights` by level of severity, `alleged` the factor of what one side alone says."""

    version: int
    codebook: str
    weights: Mapping[int, float]
    alleged: float
    spheres: Mapping[str, tuple[str, ...]]

    def sphere_of(self, code: str) -> str | None:
        """The sphere of a type; None for an outcome, which lifts something of another sphere."""
        group: str = code.partition(".")[0]
        return next((one for one in self.spheres if group in self.spheres[one]), None)


@dataclass(frozen=True)
class Sphere:
    """A sphere in a period: `weight` of its `events`, and how many there are on each level of severity."""

    sphere: str
    method: int
    weight: float
    by_severity: Mapping[int, int]
    events: tuple[str, ...]


@cache
def _data() -> Mapping[str, Any]:
    with (resources.files("barometer.indicators") / "spheres.toml").open("rb") as stream:
        return tomllib.load(stream)


@cache
def methods() -> Mapping[int, Method]:
    """The methods by version."""
    found = {}
    for row in _data()["method"]:
        weights = {int(level): float(weight) for level, weight in row["weights"].items()}
        spheres = {sphere: tuple(groups) for sphere, groups in row["spheres"].items()}
        found[row["version"]] = Method(row["version"], row["codebook"], weights, row["alleged"], spheres)
    return found


def latest() -> Method:
    """The method by which new figures are made."""
    return methods()[max(methods())]


def words(sphere: str, language: str) -> str:
    """What a sphere is called."""
    return str(_data()["words"][sphere][language])


def spheres(rows: Iterable[Counted], version: int | None = None) -> tuple[Sphere, ...]:
    """The figures of all spheres, in the order of the method; UnknownValue where there is no such method."""
    method = latest() if version is None else methods().get(version)
    if method is None:
        known = ", ".join(map(str, methods()))
        raise UnknownValue(f"there is no method {version} of spheres", next_step=f"name one of {known}")
    placed: dict[str, list[Counted]] = {sphere: [] for sphere in method.spheres}
    for row in live(rows):
        sphere = method.sphere_of(row.event.main_type)
        if sphere is not None and (row.event.is_new_violation or row.event.kind == "context"):
            # A law or a statement is of the climate, whatever it is about; a violation never is.
            of = CLIMATE if row.event.kind == "context" else sphere
            placed[of].append(row)
    return tuple(_sphere(sphere, found, method) for sphere, found in placed.items())


def _sphere(sphere: str, rows: list[Counted], method: Method) -> Sphere:
    levels = [severity_of(row.event) for row in rows]
    return Sphere(
        sphere=sphere,
        method=method.version,
        weight=sum(_weight(row.event, level, method) for row, level in zip(rows, levels, strict=True)),
        by_severity={level: levels.count(level) for level in sorted(set(levels))},
        events=tuple(row.id for row in rows),
    )


def severity_of(event: Event) -> int:
    """The level of its gravest type; an outcome among them weighs nothing of its own."""
    types = codebook().types
    return max(types[code].severity for code in event.types)


def _weight(event: Event, level: int, method: Method) -> float:
    alleged = event.alleged is True or event.main_type in (event.alleged or ())
    return method.weights[level] * (method.alleged if alleged else 1)


def composite(found: Iterable[Sphere]) -> float:
    """One number of the violations of all spheres: **an experiment**, and off wherever it is not asked for.

    The geometric mean of the spheres' weights, each plus one, less one: so that no sphere alone makes it. It says
    nothing that the spheres do not say better.
    """
    weights = [row.weight for row in found if row.sphere != CLIMATE]
    product = 1.0
    for weight in weights:
        product *= (1 + weight) ** (1 / len(weights))
    return product - 1
