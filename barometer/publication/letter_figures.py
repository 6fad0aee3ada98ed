"""Figures that a letter's prose may name in braces: a fixed list, and nothing else stands in braces.

filled("{new_violations} violations in all", {"new_violations": "7"})  →  "7 violations in all"
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from barometer.errors import NotReady, UnknownValue


@cache
def letter_data() -> Mapping[str, Any]:
    """The data file of letters: the words that every letter prints, figures, templates."""
    with (resources.files("barometer.publication") / "letters.toml").open("rb") as stream:
        return tomllib.load(stream)


#: name → what it counts, by language
FIGURES: Mapping[str, Mapping[str, str]] = {row["name"]: row["label"] for row in letter_data()["figure"]}
#: figure → the types of which a new violation has one
BY_TYPE: Mapping[str, tuple[str, ...]] = {
    row["name"]: tuple(row["types"]) for row in letter_data()["figure"] if "types" in row
}
#: figure → the measure that somebody is under
BY_MEASURE: Mapping[str, str] = {
    row["name"]: row["measure"] for row in letter_data()["figure"] if "measure" in row
}
_BRACES = re.compile(r"\{([^{}\n]*)\}")


def names_in(text: str) -> tuple[str, ...]:
    """The figures that a text names; UnknownValue for one that is none."""
    found = tuple(dict.fromkeys(_BRACES.findall(text)))
    for name in found:
        if name not in FIGURES:
            raise UnknownValue(
                f"{{{name[:40]}}} is no figure of a letter", next_step=f"use {', '.join(FIGURES)}"
            )
    return found


def filled(text: str, figures: Mapping[str, str]) -> str:
    """The text with its figures; UnknownValue for a name that is none, NotReady for one that is not known."""
    for name in names_in(text):
        if name not in figures:
            raise NotReady(
                f"{{{name}}} is not known for this letter", next_step="give the day from which it counts"
            )
    return _BRACES.sub(lambda match: figures[match[1]], text)
