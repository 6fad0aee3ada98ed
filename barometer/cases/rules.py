"""What the codebook's types and outcomes do in a case: measures, proceedings and stages, read from data."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from barometer.errors import UnknownValue

Label = Mapping[str, str]


def words_of(cues: Iterable[str]) -> re.Pattern[str]:
    """A pattern for cues: each is the beginning of a word, or of several words one after the other."""
    each = (r"\w*\W+".join(re.escape(word) for word in cue.casefold().split()) for cue in cues)
    return re.compile(r"(?<!\w)(?:" + "|".join(each) + ")")


NEVER = re.compile(r"(?!)")


@dataclass(frozen=True)
class Ladder:
    """Measures of which a person is under one at a time."""

    code: str
    label: Label
    people: bool = False


@dataclass(frozen=True)
class Measure:
    """What a person, an outlet or a site may be under. The fields are explained in the data file."""

    code: str
    label: Label
    ladder: str = ""
    rank: int = 0
    deprives: bool = False
    hours: bool = False
    repeats: bool = False
    ends_itself: bool = False
    passes_days: int | None = None
    hangs_on: str = ""
    loose: bool = False
    amounts: tuple[str, ...] = ()
    words: re.Pattern[str] = NEVER
    ends: re.Pattern[str] = NEVER


@dataclass(frozen=True)
class Stage:
    """How far a proceeding has come."""

    of: str
    code: str
    label: Label
    rank: int
    closes: bool = False
    frees: bool = False
    reopens: bool = False
    passes_days: int | None = None
    words: re.Pattern[str] = NEVER


@dataclass(frozen=True)
class Proceeding:
    """A case before an authority, of one of the kinds that the data lists."""

    code: str
    label: Label
    stages: Mapping[str, Stage]
    provisions: tuple[str, ...] = ()
    subject: str = "target"

    def provisions_of(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Those of the codes of law that belong to this kind of proceeding, in order."""
        return tuple(
            sorted(code for code in codes if not self.provisions or code.split("-")[1] in self.provisions)
        )


@dataclass(frozen=True)
class Effect:
    """What an event of a type does: begins a measure, brings a proceeding to a stage, or both."""

    type: str
    kind: str = "violation"
    measure: str = ""
    measures: tuple[str, ...] = ()
    proceeding: str = ""
    stage: str = ""
    step: str = ""
    stages: tuple[str, ...] = ()
    weak: bool = False


@dataclass(frozen=True)
class Outcome:
    """What relief does to the measures and proceedings that its further types name."""

    type: str
    lifts: bool = False
    stage: str = ""
    stages: tuple[str, ...] = ()
    instead: Mapping[str, str] = field(default_factory=dict)
    alone_lifts: str = ""

    def stage_of(self, proceeding: Proceeding) -> str:
        """The stage to which it brings a proceeding of that kind; none: ''."""
        stage = self.instead.get(proceeding.code, self.stage)
        return stage if stage in proceeding.stages else ""


@dataclass(frozen=True)
class UpcomingKind:
    """A kind of date ahead, known by words of what is announced."""

    code: str
    label: Label
    words: re.Pattern[str] = NEVER


@dataclass(frozen=True)
class Terms:
    """Which amounts are a length or a deadline, and what their units are in hours, days or months."""

    amounts: tuple[str, ...]
    reply: tuple[str, ...]
    hours: Mapping[str, int]
    days: Mapping[str, int]
    months: Mapping[str, int]


@dataclass(frozen=True)
class Rules:
    """All that `data/measures.toml` says."""

    ladders: Mapping[str, Ladder]
    measures: Mapping[str, Measure]
    proceedings: Mapping[str, Proceeding]
    effects: Mapping[str, tuple[Effect, ...]]
    outcomes: Mapping[str, Outcome]
    upcoming: Mapping[str, UpcomingKind]
    terms: Terms
    same_days: int
    repeating_days: int
    nothing_lasting: frozenset[str]
    standings: Mapping[str, Label]
    changes: Mapping[str, Label]
    months: Mapping[str, list[str]]
    phrases: Mapping[str, Label]

    def measure(self, code: str) -> Measure:
        """The measure of that code; UnknownValue if there is none."""
        if code not in self.measures:
            raise UnknownValue(
                f"{code!r} is not a measure", next_step=f"use one of {', '.join(self.measures)}"
            )
        return self.measures[code]

    def proceeding(self, code: str) -> Proceeding:
        """The kind of proceeding of that code; UnknownValue if there is none."""
        if code not in self.proceedings:
            raise UnknownValue(
                f"{code!r} is not a kind of proceeding", next_step=f"use one of {', '.join(self.proceedings)}"
            )
        return self.proceedings[code]

    def of_people(self, measure: str) -> bool:
        """Whether only people can be under it where people are named."""
        ladder = self.ladders.get(self.measures[measure].ladder)
        return ladder is not None and ladder.people

    def near_days(self, measure: str) -> int:
        """How many days apart two sources may be and still tell one act."""
        repeats = measure in self.measures and self.measures[measure].repeats
        return self.repeating_days if repeats else self.same_days


def table(name: str) -> dict[str, Any]:
    """A data file of this room, as it is written."""
    with (resources.files("barometer.cases") / "data" / name).open("rb") as stream:
        return tomllib.load(stream)


def _row(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the file: lists as tuples, cues as patterns; the codes of stages and measures stay codes."""
    return {name: _field(name, value) for name, value in row.items()}


def _field(name: str, value: Any) -> Any:
    if name in ("words", "ends"):
        return words_of(value)
    return tuple(value) if isinstance(value, list) else value


@cache
def rules() -> Rules:
    """The rules of this version, read once from their data file."""
    data = table("measures.toml")
    stages: dict[str, dict[str, Stage]] = {}
    for row in data["stage"]:
        stages.setdefault(row["of"], {})[row["code"]] = Stage(**_row(row))
    effects: dict[str, tuple[Effect, ...]] = {}
    for row in data["effect"]:
        effects[row["type"]] = (*effects.get(row["type"], ()), Effect(**_row(row)))
    return Rules(
        ladders={row["code"]: Ladder(**row) for row in data["ladder"]},
        measures={row["code"]: Measure(**_row(row)) for row in data["measure"]},
        proceedings={
            row["code"]: Proceeding(**_row(row), stages=stages[row["code"]]) for row in data["proceeding"]
        },
        effects=effects,
        outcomes={row["type"]: Outcome(**_row(row)) for row in data["outcome"]},
        upcoming={row["code"]: UpcomingKind(**_row(row)) for row in data["upcoming"]},
        terms=Terms(**_row(data["terms"])),
        same_days=data["same"]["days"],
        repeating_days=data["same"]["repeating_days"],
        nothing_lasting=frozenset(data["lasting"]["nothing"]),
        standings={row["code"]: row["label"] for row in data["standing"]},
        changes={row["code"]: row["label"] for row in data["change"]},
        months=data["months"],
        phrases=data["phrases"],
    )
