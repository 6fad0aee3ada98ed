"""Figures that a letter's prose may name in braces: a fixed list, and nothing else stands in braces.

filled("{new_violations} violations in all", {"new_violations": "7"})  →  "7 violations in all"
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from barometer.errors import NotReady, UnknownValue

#: name → what it counts, from the letter's first day of counting to the day of the letter
FIGURES: Mapping[str, str] = {
    "new_violations": "new violations",
    "people_hit": "people hit by them, at least",
    "outlets_hit": "outlets hit by them",
    "relief": "relief",
    "arrests": "new violations of which a type is a detention, an arrest, house arrest or custody",
    "criminal_cases": "new violations of which a type is a criminal case",
    "attacks": "new violations of which a type is an attack on the body or on property",
    "blocked_sites": "new violations of which a type is a blocked site",
    "not_investigated": "new violations of which a type is an attack not investigated",
    "under_house_arrest": "people under house arrest on the day of the letter",
    "in_custody": "people in custody on the day of the letter",
    "open_cases": "open cases on the day of the letter",
    "since": "the first day of counting",
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
