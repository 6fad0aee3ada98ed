"""Grounds for refusing a request for information, as a country's folder lists them, held against its law."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Literal

from barometer.countries.country import country
from barometer.errors import UnknownValue


@dataclass(frozen=True)
class Ground:
    """A ground: `label` and `note` by language; whether `law`, `article` lists it, and whether that is `confirmed`.

    `closed`: by it what was asked for is declared secret or personal (rule 11 of the codebook).
    """

    code: str
    label: Mapping[str, str]
    listed: Literal["yes", "conditions", "no"]
    law: str
    article: str
    confirmed: bool
    source: str
    note: Mapping[str, str]
    closed: bool = False

    @property
    def provision(self) -> str:
        """The code of the article, or of the law alone."""
        return f"{self.law}-{self.article}" if self.article else self.law


class Listing(StrEnum):
    """Whether the law lists a ground, as far as that is certain."""

    LISTED = "listed"
    CONDITIONS = "listed with conditions"
    NOT_LISTED = "not listed"
    UNCONFIRMED = "to be confirmed by a lawyer"


_LISTINGS = {"yes": Listing.LISTED, "conditions": Listing.CONDITIONS, "no": Listing.NOT_LISTED}


@dataclass(frozen=True)
class AgainstLaw:
    """A ground held against the law: `listing` is what may be said, `likely` what a lawyer has yet to confirm."""

    listing: Listing
    likely: Listing
    ground: Ground


@cache
def refusal_grounds(code: str = "KZ") -> Mapping[str, Ground]:
    """A country's grounds by code, in the order in which they are shown."""
    country(code)  # UnknownValue where there is no such folder
    file = resources.files("barometer.countries") / code.lower() / "refusal_grounds.toml"
    with file.open("rb") as stream:
        return {row["code"]: Ground(**row) for row in tomllib.load(stream)["ground"]}


def against_law(ground: str, code: str = "KZ") -> AgainstLaw:
    """What the country's law says of a ground. UnknownValue where the country's data do not have it."""
    one = refusal_grounds(code).get(ground)
    if one is None:
        raise UnknownValue(
            f"there is no ground for refusal {ground!r}",
            file="refusal_grounds.toml",
            next_step=f"use one of {', '.join(refusal_grounds(code))}",
        )
    likely = _LISTINGS[one.listed]
    return AgainstLaw(likely if one.confirmed else Listing.UNCONFIRMED, likely, one)
