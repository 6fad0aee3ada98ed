"""How likely two written names are of one person, outlet, body or company, and why.

    compare("Әмір Тестенов", "Testenov, Amir").probability      → near 1
    compare("Асель Тестова", "Асет Тестов").reasons           → which part speaks for, which against

A probability is a proposal for people to judge; it never joins anything by itself.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

from barometer.names import organisations, people

KINDS = ("person", "outlet", "body", "company")
#: What a name that says nothing gets, and the most that any pair gets.
_NOTHING = 0.02
_MOST = 0.9999
#: One word that is written the same: probably one, but many bear it.
_ONE_WORD = 0.9

_SILENT = {
    "empty": "there is no word in it",
    "letter": "one letter is no name",
    "mixed": "a word mixes two alphabets",
    "long": "it is too long to be a name",
    "place": "it is the name of a place, an outlet or a body, not of a person",
    "title": "it is a trade or a title without a name",
    "only a place": "it is the name of a place",
    "general": "there are only general words in it",
}


@dataclass(frozen=True)
class Reason:
    """One sentence, and how much it speaks for (above 0) or against (below 0) the two being one."""

    text: str
    weight: float

    def __str__(self) -> str:
        return f"{self.weight:+.1f}  {self.text}"


@dataclass(frozen=True)
class Comparison:
    """The likelihood that `a` and `b` name one person, outlet, body or company."""

    a: str
    b: str
    kind: str
    probability: float

    @cached_property
    def reasons(self) -> tuple[Reason, ...]:
        """Why: the weightiest first. Worked out when asked for."""
        if self.kind == "person":
            return _person_reasons(self.a, self.b)
        return _other_reasons(self.a, self.b, self.kind)


@cache
def weights() -> Mapping[str, Mapping[str, float]]:
    """The learned weights: for people and for everything else."""
    with (resources.files("barometer.names") / "data" / "weights.json").open("rb") as stream:
        found: dict[str, dict[str, float]] = json.load(stream)
    return found


def compare(a: str, b: str, kind: str | None = "person") -> Comparison:
    """Compare two written names; an unknown or missing kind counts as a person. Any text gets an answer."""
    kind = kind if kind in KINDS else "person"
    found = _person_probability(a, b) if kind == "person" else _other_probability(a, b, kind)
    return Comparison(a, b, kind, found)


def _person_probability(a: str, b: str) -> float:
    left, right = people.person(a), people.person(b)
    if right.key < left.key:  # the same both ways round
        left, right = right, left
    if left.says_nothing or right.says_nothing:
        return _NOTHING
    if left.key == right.key:
        return _MOST if len(left.words) + len(left.initials) > 1 else _ONE_WORD
    return probability(people.findings(left, right).values, weights()["person"])


def _other_probability(a: str, b: str, kind: str) -> float:
    left, right = organisations.organisation(a), organisations.organisation(b)
    if right.key < left.key:
        left, right = right, left
    if left.says_nothing or right.says_nothing:
        return _NOTHING
    if left.key == right.key:
        return _MOST
    return probability(organisations.findings(left, right, kind).values, weights()["other"])


def probability(values: Mapping[str, float], learned: Mapping[str, float]) -> float:
    """The learned weights applied to findings."""
    total = learned["bias"]
    for name, value in values.items():
        total += learned.get(name, 0.0) * value
    return round(min(_MOST, 1.0 / (1.0 + math.exp(-total))) if total > -30 else 0.0, 6)


def _person_reasons(a: str, b: str) -> tuple[Reason, ...]:
    left, right = people.person(a), people.person(b)
    silent = _silence(a, left.says_nothing) + _silence(b, right.says_nothing)
    if silent:
        return silent
    if left.key == right.key:
        return (Reason("both are written the same", 10.0),)
    found = people.findings(left, right, explain=True)
    return _in_words(found.values, found.notes, weights()["person"])


def _other_reasons(a: str, b: str, kind: str) -> tuple[Reason, ...]:
    left, right = organisations.organisation(a), organisations.organisation(b)
    silent = _silence(a, left.says_nothing) + _silence(b, right.says_nothing)
    if silent:
        return silent
    if left.key == right.key:
        return (Reason("both are written the same", 10.0),)
    found = organisations.findings(left, right, kind, explain=True)
    return _in_words(found.values, found.notes, weights()["other"])


def _silence(name: str, why: str) -> tuple[Reason, ...]:
    if not why:
        return ()
    short = name if len(name) <= 60 else name[:57] + "…"
    return (Reason(f"{short!r} names nobody: {_SILENT[why]}", -10.0),)


def _in_words(
    values: Mapping[str, float],
    notes: list[tuple[str, tuple[str, ...]]],
    learned: Mapping[str, float],
) -> tuple[Reason, ...]:
    """Each sentence with the weight of its findings; a finding that several share is split among them."""
    shared: dict[str, int] = {}
    for _, names in notes:
        for name in names:
            shared[name] = shared.get(name, 0) + 1
    reasons = [
        Reason(text, round(sum(learned.get(n, 0.0) * values.get(n, 0.0) / shared[n] for n in names), 2))
        for text, names in notes
    ]
    rest = sum(learned.get(name, 0.0) * value for name, value in values.items() if name not in shared)
    rest += learned["bias"]
    reasons.sort(key=lambda reason: -abs(reason.weight))
    return (*reasons, Reason("how much the names say at all, taken together", round(rest, 2)))
