"""The codebook as data: what may be recorded, with its words in three languages."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from barometer.errors import UnknownValue

LANGUAGES = ("en", "ru", "kk")


@dataclass(frozen=True)
class Term:
    """One code of a closed list: what it means, and its label in en, ru and kk."""

    code: str
    label: Mapping[str, str]
    definition: str
    example: str = ""

    def in_language(self, language: str) -> str:
        """The label in that language."""
        return self.label[language]


@dataclass(frozen=True)
class EventType(Term):
    """A type of event: `section` is the standing section it proposes (1–5), `severity` runs from 1 to 5.

    `consent` says that those whom it hits must have agreed before it is published.
    """

    section: int = 1
    severity: int = 1
    consent: bool = False

    @property
    def group(self) -> str:
        """The part before the dot: legal, obstruction, digital …"""
        return self.code.partition(".")[0]


@dataclass(frozen=True)
class Phase(Term):
    """A phase, and the one kind of event that has it."""

    kind: str = ""


@dataclass(frozen=True)
class TargetType(Term):
    """A type of target: `person` says whether it is one of people, who count as people hit."""

    person: bool = False


@dataclass(frozen=True)
class Section(Term):
    """A standing section of the bulletin; `title` is the full printed title by language."""

    number: int = 0
    title: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Severity:
    """A level of the scale of severity, 1 (slight) to 5 (gravest)."""

    level: int
    label: Mapping[str, str]
    definition: str


@dataclass(frozen=True)
class Rule:
    """A rule of coding, by its number in the published codebook."""

    number: int
    title: str
    text: str


@dataclass(frozen=True)
class Field:
    """A field of the coded file: where it stands (`event`, `entry`, `file` …) and what it means.

    `since` is the codebook that brought it; `own` marks a field that the published codebook does not have.
    A field is required, or optional, or else expected: there, and null or empty where the text says nothing.
    """

    name: str
    of: str
    definition: str
    label: Mapping[str, str]
    example: str = ""
    since: str = "1.0"
    required: bool = False
    optional: bool = False
    own: bool = False


@dataclass(frozen=True)
class Codebook:
    """Every closed list of the codebook, each an ordered mapping from code to term.

    `regions` has the codes of ISO 3166-2 by country; `no_target` are words that name nobody (rule 8), folded.
    """

    version: str
    kinds: Mapping[str, Term]
    groups: Mapping[str, Term]
    types: Mapping[str, EventType]
    phases: Mapping[str, Phase]
    work_links: Mapping[str, Term]
    target_types: Mapping[str, TargetType]
    actor_types: Mapping[str, Term]
    actor_roles: Mapping[str, Term]
    sections: Mapping[int, Section]
    severities: Mapping[int, Severity]
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...]
    regions: Mapping[str, frozenset[str]]
    no_target: frozenset[str]

    def type(self, code: str) -> EventType:
        """The type of that code; UnknownValue if there is none."""
        try:
            return self.types[code]
        except KeyError:
            raise UnknownValue(
                f"{code!r} is not a type of codebook {self.version}",
                next_step="see the list of types in docs/reference/coding-manual.md",
            ) from None


def table(name: str) -> dict[str, Any]:
    """A data file of the codebook, as it is written."""
    with (resources.files("barometer.codebook") / "data" / name).open("rb") as stream:
        return tomllib.load(stream)


def _terms(rows: list[dict[str, Any]]) -> dict[str, Term]:
    return {row["code"]: Term(**row) for row in rows}


@cache
def codebook() -> Codebook:
    """The codebook of this version, read once from its data files."""
    book = table("codebook.toml")
    return Codebook(
        version=book["version"],
        kinds=_terms(book["kind"]),
        groups=_terms(book["group"]),
        types={row["code"]: EventType(**row) for row in table("types.toml")["type"]},
        phases={row["code"]: Phase(**row) for row in book["phase"]},
        work_links=_terms(book["work_link"]),
        target_types={row["code"]: TargetType(**row) for row in book["target_type"]},
        actor_types=_terms(book["actor_type"]),
        actor_roles=_terms(book["actor_role"]),
        sections={row["number"]: Section(code=f"section.{row['number']}", **row) for row in book["section"]},
        severities={row["level"]: Severity(**row) for row in book["severity"]},
        fields=tuple(Field(**row) for row in table("fields.toml")["field"]),
        rules=tuple(Rule(**row) for row in table("rules.toml")["rule"]),
        regions={country: frozenset(codes) for country, codes in book["regions"].items()},
        no_target=frozenset(word.casefold() for word in book["no_target"]),
    )
