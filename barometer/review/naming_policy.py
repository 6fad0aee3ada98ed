"""By which name people are printed: policies, what a type of the codebook proposes, and what stands for a name.

    printed_name("Aliya Sarsenova", policy="relative", consent=False, role="relative", language="en")
    → "a relative of a journalist"

Policies, roles and their words are data (`data/naming.toml`). Who agreed to what is the ledger's matter.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from barometer.codebook import codebook
from barometer.errors import UnknownValue

Labels = Mapping[str, str]


@dataclass(frozen=True)
class Policy:
    """A way of naming: `named` without asking, with a public `page`; or only with `consent`, as `strictness` grows."""

    code: str
    label: Labels
    named: bool
    page: bool
    consent: bool
    strictness: int


@dataclass(frozen=True)
class Naming:
    """Everything of the data file; lists keep its order."""

    policies: Mapping[str, Policy]
    proposed: Mapping[tuple[str, str], str]  # (target or actor, type) → policy
    mark: Labels
    roles: Mapping[str, Mapping[str, Any]]
    countries: tuple[str, ...]  # ISO 3166-1: the finest that is kept of where somebody lives
    lists: Mapping[
        str, Mapping[str, Labels]
    ]  # relation, use, how, gender, employment, medium, outlet_language

    def policy(self, code: str) -> Policy:
        """The policy of that code; UnknownValue where there is none."""
        try:
            return self.policies[code]
        except KeyError:
            raise UnknownValue(
                f"{code!r} is not a naming policy", next_step=f"take one of {', '.join(self.policies)}"
            ) from None


LISTS = ("relation", "use", "how", "gender", "employment", "medium", "outlet_language")


@cache
def naming() -> Naming:
    """The data, read once."""
    with (resources.files("barometer.review") / "data" / "naming.toml").open("rb") as stream:
        data = tomllib.load(stream)
    return Naming(
        policies={row["code"]: Policy(strictness=n, **row) for n, row in enumerate(data["policy"])},
        proposed={
            (side, code): policy for side in ("target", "actor") for code, policy in data[side].items()
        },
        mark=data["mark"],
        roles=data["roles"],
        countries=tuple(data["countries"].split()),
        lists={name: {row["code"]: row["label"] for row in data[name]} for name in LISTS},
    )


def default_policy(types: Iterable[tuple[str, str]]) -> str:
    """What (side, type) of somebody's mentions propose: the strictest, but `private` yields to any other.

    A type that the data does not know, or no type at all, is a private person.
    """
    known = naming()
    found = {known.proposed.get(one, "private") for one in types} or {"private"}
    return strictest(found - {"private"} or found)


def strictest(policies: Iterable[str]) -> str:
    """The strictest of several policies."""
    known = naming()
    return max(policies, key=lambda code: known.policy(code).strictness)


def needs_consent(policy: str, types: Iterable[str] = (), *, tip: bool = False) -> bool:
    """Whether somebody whom an event of these types hits must have agreed before it is published.

    `tip`: the event came from a tip.
    """
    asked = any(code in codebook().types and codebook().types[code].consent for code in types)
    return tip or asked or naming().policy(policy).consent


def is_named(policy: str, *, consent: bool) -> bool:
    """Whether the name is printed."""
    return consent or naming().policy(policy).named


def printed_name(
    name: str,
    *,
    policy: str,
    consent: bool,
    role: str,
    language: str,
    gender: str = "",
    relation: str = "",
) -> str:
    """The name, or where it is not printed who it is: "a journalist", "the son of a journalist"."""
    if is_named(policy, consent=consent):
        return name
    return role_words(role, language, policy=policy, gender=gender, relation=relation)


def role_words(role: str, language: str, *, policy: str = "", gender: str = "", relation: str = "") -> str:
    """What stands in the place of a name. A minor who is no journalist's child is "a minor", whatever the type."""
    known = naming()
    if relation:
        return known.lists["relation"][relation][language]
    code = "minor" if policy == "minor" else role if role in known.roles else "private_person"
    words: str | Mapping[str, str] = known.roles[code][language]
    return words if isinstance(words, str) else words.get(gender, words["any"])
