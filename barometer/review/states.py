"""The life of a record, in one table: proposed → accepted → reviewed → published → corrected, or withdrawn."""

from __future__ import annotations

from collections.abc import Mapping

#: state → the states that may follow it
STATES: Mapping[str, frozenset[str]] = {
    "proposed": frozenset({"accepted", "published", "withdrawn"}),  # published: coding that a person did
    "accepted": frozenset({"proposed", "reviewed", "published", "withdrawn"}),
    "reviewed": frozenset({"accepted", "published", "withdrawn"}),
    "published": frozenset({"corrected", "withdrawn"}),
    "corrected": frozenset({"corrected", "withdrawn"}),
    "withdrawn": frozenset({"accepted"}),
}

#: step at the desk → the state it leads from → the state it leads to
STEPS: Mapping[str, Mapping[str, str]] = {
    "review": {"accepted": "reviewed"},
    "send back": {"accepted": "proposed", "reviewed": "accepted"},
    "publish": {"reviewed": "published"},
    "correct": {"published": "corrected", "corrected": "corrected"},
    "withdraw": dict.fromkeys(("accepted", "reviewed", "published", "corrected"), "withdrawn"),
    "reinstate": {"withdrawn": "accepted"},
}

#: what the public sees
PUBLIC = frozenset({"published", "corrected"})

#: a person has decided: no import changes such a record unasked
HELD = frozenset(STATES) - {"proposed"}


def may_become(state: str, following: str) -> bool:
    """Whether the table allows that step."""
    return following in STATES[state]
