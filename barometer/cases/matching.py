"""An event, or a story of several, and the cases that are there → which it probably goes on, with reasons in words.

Whoever keeps cases in a database hands in the few that share a name's key with the event (`barometer.names.index`);
with nobody and no outlet in common no case is proposed. What is proposed is decided by a person.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from barometer.codebook import Event
from barometer.codebook.book import codebook
from barometer.names.comparison import compare

#: Less likely than this is not proposed; names less likely one are two.
LEAST, SAME = 0.3, 0.6
_QUARTER, _HALF_YEAR = 92, 183

#: The types of targets that are people, by the codebook, and groups of them: neither is named as an outlet is.
PEOPLE = frozenset(code for code, row in codebook().target_types.items() if row.person) | {"public"}


@dataclass(frozen=True)
class Outline:
    """What a case is known by: who was hit, who asked, articles, types, regions, first and last day.

    `exact` are the days of those of its events that are dated to the day.
    """

    slug: str
    people: frozenset[str] = frozenset()
    outlets: frozenset[str] = frozenset()
    askers: frozenset[str] = frozenset()
    provisions: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    first: date | None = None
    last: date | None = None
    exact: frozenset[date] = frozenset()

    @classmethod
    def of(cls, slug: str, events: Iterable[Event]) -> Outline:
        """The outline of a case from its events."""
        some = list(events)
        days = [day for e in some if e.when for day in (e.when.first, e.when.last) if day]
        targets = [t for e in some for t in e.targets]
        return cls(
            slug,
            frozenset(t.name for t in targets if t.type in PEOPLE),
            frozenset(t.name for t in targets if t.type not in PEOPLE),
            frozenset(a.name for e in some for a in e.actors if a.role == "complainant"),
            frozenset(code for e in some for code in e.provisions),
            frozenset(code for e in some for code in e.types),
            frozenset(e.place.region for e in some if e.place and e.place.region),
            min(days, default=None),
            max(days, default=None),
            frozenset(e.when.first for e in some if e.when and e.when.first == e.when.last),
        )


@dataclass(frozen=True)
class Reason:
    """One thing that speaks for (weight above 0) or against; `values` fill its words."""

    name: str
    weight: float
    values: dict[str, str] = field(default_factory=dict)

    def text(self, language: str = "en") -> str:
        """The reason in words."""
        words: str = _rules()["words"][self.name][language]
        return words.format(**self.values)

    def to_json(self) -> dict[str, Any]:
        """The reason as it is kept."""
        return {"name": self.name, "weight": round(self.weight, 2), "values": self.values}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Reason:
        """A reason that was kept."""
        return cls(kept["name"], kept["weight"], dict(kept["values"]))


@dataclass(frozen=True)
class Likely:
    """A case that an event probably goes on, how likely, and why, the weightiest reason first."""

    slug: str
    probability: float
    reasons: tuple[Reason, ...]

    @property
    def is_firm(self) -> bool:
        """Whether the event is put there until a person says otherwise: likely, and by more than a name and a kind."""
        firm = _rules()["firm"]
        return self.probability >= firm["least"] and any(
            reason.name in firm["reasons"] for reason in self.reasons
        )


@cache
def _rules() -> dict[str, Any]:
    with (resources.files("barometer.cases") / "data" / "matching.toml").open("rb") as stream:
        return tomllib.load(stream)


def likely_cases(event: Event, outlines: Iterable[Outline], least: float = LEAST) -> tuple[Likely, ...]:
    """The cases that the event probably goes on, the likeliest first; none where it opens a new one."""
    return likely_cases_of_story(Outline.of("", [event]), outlines, least)


def likely_cases_of_story(
    own: Outline, outlines: Iterable[Outline], least: float = LEAST
) -> tuple[Likely, ...]:
    """The same for several events that are one story."""
    found = []
    for outline in outlines:
        reasons = tuple(sorted(_reasons(own, outline), key=lambda reason: (-abs(reason.weight), reason.name)))
        if not any(reason.name in ("person", "outlet") for reason in reasons):
            continue
        probability = 1 / (1 + math.exp(-(_rules()["from"] + sum(reason.weight for reason in reasons))))
        if probability >= least:
            found.append(Likely(outline.slug, round(probability, 3), reasons))
    return tuple(sorted(found, key=lambda one: (-one.probability, one.slug)))


def _reasons(own: Outline, case: Outline) -> Iterator[Reason]:
    weights = _rules()["weights"]
    for name, kind, mine, theirs in (
        ("person", "person", own.people, case.people),
        ("outlet", "outlet", own.outlets, case.outlets),
        ("asker", "company", own.askers, case.askers),
    ):
        best = max(
            ((_alike(a, b, kind), a, b) for a in mine for b in theirs),
            key=lambda row: (row[0], row[1], row[2]),
            default=(0.0, "", ""),
        )
        if best[0] >= SAME:
            yield Reason(name, weights[name] * best[0], {"a": best[1], "b": best[2]})
    shared = own.provisions & case.provisions
    if shared:
        yield Reason("provision", weights["provision"], {"b": ", ".join(sorted(shared))})
    elif _criminal(own) and _criminal(case):
        values = {"a": ", ".join(_criminal(own)), "b": ", ".join(_criminal(case))}
        yield Reason("other_provision", weights["other_provision"], values)
    types = own.types & case.types
    groups = {code.partition(".")[0] for code in own.types} & {code.partition(".")[0] for code in case.types}
    if once := sorted(types & set(_rules()["once"])):
        yield Reason("once", weights["once"], {"b": ", ".join(once)})
    elif types:
        yield Reason("type", weights["type"], {"b": ", ".join(sorted(types))})
    elif groups:
        yield Reason("proceeding", weights["proceeding"], {"b": ", ".join(sorted(groups))})
    if own.regions and case.regions:
        name = "place" if own.regions & case.regions else "other_place"
        values = {"a": ", ".join(sorted(own.regions)), "b": ", ".join(sorted(case.regions))}
        yield Reason(name, weights[name], values)
    if near := sorted(
        (mine, theirs)
        for mine in own.exact
        for theirs in case.exact
        if abs((mine - theirs).days) <= _rules()["same_days"]
    ):
        yield Reason("day", weights["day"], {"a": str(near[0][0]), "b": str(near[0][1])})
    if own.first and own.last and case.first and case.last:
        apart = max(0, (own.first - case.last).days, (case.first - own.last).days)
        if apart <= _QUARTER:
            yield Reason("close", weights["close"])
        else:
            yield Reason("far", weights["far"] * (apart - _QUARTER) / _HALF_YEAR, {"a": str(apart)})


@lru_cache(maxsize=65_536)
def _alike(a: str, b: str, kind: str) -> float:
    return 1.0 if a == b else compare(a, b, kind).probability


def _criminal(outline: Outline) -> list[str]:
    return sorted(code for code in outline.provisions if "-CC-" in code)
