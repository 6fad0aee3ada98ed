"""What else is known of two mentions, and how it raises or lowers the belief that they are one.

    in_context(compare("Айдар Қияров", "Aidar Kiyarov"), Around(outlets={"Invented Herald"}), Around(…)).probability

The names' own likelihood is taken as log-odds, no higher than a name alone can say; each finding adds its weight
(`data/context.toml`). A name that many bear needs more. A name that says nothing stays what it is.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from barometer.names import organisations, people
from barometer.names.comparison import Comparison, compare
from barometer.names.forenames import Forename, Lexicon, lexicon
from barometer.names.sounds import sounds

_LEAST, _MOST = 0.0001, 0.9999
#: So many outlets, roles … of one record are looked at.
_FEW = 8


@dataclass(frozen=True)
class Around:
    """What is known of one record beside its name. What is empty is not known and says nothing.

    `events`, `cases`, `provisions`: their ids; `outlets`, `places`: names; `roles`: codes of the codebook's types.
    """

    events: frozenset[str] = frozenset()
    cases: frozenset[str] = frozenset()
    outlets: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    provisions: frozenset[str] = frozenset()
    days: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Finding:
    """One thing that is known of both: its code, its weight in log-odds, what fills its sentence."""

    code: str
    weight: float
    filling: Mapping[str, str | int] = field(default_factory=dict)

    def said(self, language: str = "en") -> str:
        """The sentence in en, ru or kk."""
        return str(_data()["reasons"][self.code][language]).format(**self.filling)

    def __str__(self) -> str:
        return f"{self.weight:+.1f}  {self.said()}"


@dataclass(frozen=True)
class Belief:
    """How likely two mentions are one, names and all else together."""

    comparison: Comparison
    probability: float
    findings: tuple[Finding, ...]


@cache
def _data() -> dict[str, Any]:
    with (resources.files("barometer.names") / "data" / "context.toml").open("rb") as stream:
        return tomllib.load(stream)


def in_context(comparison: Comparison, a: Around, b: Around) -> Belief:
    """The likelihood of the names with all that is known of both; the same both ways round."""
    if _says_nothing(comparison.a, comparison.kind) or _says_nothing(comparison.b, comparison.kind):
        return Belief(comparison, comparison.probability, ())
    odds = log_odds(comparison.probability)
    findings = []
    most = _data()["name_alone"]
    if odds > most:
        findings.append(Finding("name_alone", most - odds))
    if comparison.kind == "person":
        findings += frequent(comparison.a, comparison.b)
    else:  # courts and papers do the same things everywhere, at all times
        a, b = (Around(events=one.events, cases=one.cases, places=one.places) for one in (a, b))
    findings += around(a, b)
    total = odds + sum(finding.weight for finding in findings)
    return Belief(comparison, round(1 / (1 + math.exp(-total)), 6), tuple(findings))


def _says_nothing(name: str, kind: str) -> bool:
    if kind == "person":
        return bool(people.person(name).says_nothing)
    return bool(organisations.organisation(name).says_nothing)


def log_odds(probability: float) -> float:
    """The natural logarithm of the odds; never without bounds."""
    bounded = min(_MOST, max(_LEAST, probability))
    return math.log(bounded / (1 - bounded))


def around(a: Around, b: Around) -> list[Finding]:
    """What events, cases, outlets, roles, places, provisions and days say; at most so much for it in all."""
    found = [*_together(a, b), *_outlets(a, b), *_roles(a, b), *_places(a, b), *_time(a, b)]
    if a.events & b.events:  # what two share because one event names both says nothing for their being one
        found = [finding for finding in found if finding.weight < 0]
    speaks_for = sum(finding.weight for finding in found if finding.weight > 0)
    over = speaks_for - _data()["most_for"]
    return [*found, Finding("most_for", -over)] if over > 0 else found


def _finding(code: str, **filling: str | int) -> Finding:
    return Finding(code, _data()["reasons"][code]["weight"], filling)


def _together(a: Around, b: Around) -> Iterator[Finding]:
    if a.events & b.events:
        yield _finding("event")
    elif a.cases & b.cases:
        yield _finding("case", what=_list(a.cases & b.cases))
    if a.provisions & b.provisions:
        yield _finding("provision", what=_list(a.provisions & b.provisions))


def _outlets(a: Around, b: Around) -> Iterator[Finding]:
    if not a.outlets or not b.outlets:
        return
    least = _data()["same_outlet"]
    for one in sorted(a.outlets)[:_FEW]:
        for other in sorted(b.outlets)[:_FEW]:
            if one == other or compare(one, other, "outlet").probability >= least:
                yield _finding("outlet_same", what=min(one, other))
                return
    yield _different("outlet_apart", a.outlets, b.outlets)


def _roles(a: Around, b: Around) -> Iterator[Finding]:
    if a.roles & b.roles:
        yield _finding("role_same", what=_list(a.roles & b.roles))
        return
    left, right = _groups(a.roles), _groups(b.roles)
    if left and right and not left & right:
        yield _different("role_apart", a.roles, b.roles)


def _groups(roles: Iterable[str]) -> frozenset[str]:
    wanted = frozenset(roles)
    return frozenset(name for name, codes in _data()["roles"].items() if wanted & frozenset(codes.split()))


def _places(a: Around, b: Around) -> Iterator[Finding]:
    if a.places & b.places:
        yield _finding("place_same", what=_list(a.places & b.places))
    elif a.places and b.places:
        yield _different("place_apart", a.places, b.places)


def _time(a: Around, b: Around) -> Iterator[Finding]:
    if not a.days or not b.days:
        return
    days = _apart(a.days, b.days)
    if days <= _data()["near"]:
        yield _finding("near", days=days)
    elif days >= _data()["far"]:
        yield _finding("far", days=days)


def _apart(a: frozenset[date], b: frozenset[date]) -> int:
    """Days between the nearest two."""
    ordered = sorted([(day, 0) for day in a] + [(day, 1) for day in b])
    gaps = [
        (later - earlier).days
        for (earlier, of), (later, of_other) in zip(ordered, ordered[1:], strict=False)
        if of != of_other
    ]
    return min(gaps)


def _different(code: str, one: Iterable[str], other: Iterable[str]) -> Finding:
    """The two sides in one order, whichever was given first."""
    left, right = sorted((_list(one), _list(other)))
    return _finding(code, one=left, other=right)


def _list(values: Iterable[str]) -> str:
    ordered = sorted(values)
    return ", ".join(ordered[:3]) + (" …" if len(ordered) > 3 else "")


# --- names that many bear ---------------------------------------------------------------------------------


def frequent(a: str, b: str) -> list[Finding]:
    """What speaks against it because many bear the surname or the forename that both names have.

    Nothing where both have the same patronymic: with it, a name is rare.
    """
    left, right = people.person(a), people.person(b)
    fathers = [{word.stem for word in name.patronymics} for name in (left, right)]
    if fathers[0] & fathers[1]:
        return []
    found = []
    for part, of in (("surname", _surname), ("forename", _forename)):
        (many, shown), (many_too, shown_too) = of(left), of(right)
        code = {1: f"{part}_frequent", 2: f"{part}_very_frequent"}.get(min(many, many_too))
        if code:
            found.append(_finding(code, what=min(shown, shown_too)))
    return found


def _surname(name: people.Person) -> tuple[int, str]:
    """How frequent (0, 1 or 2), and the word."""
    if not 0 <= name.family < len(name.words):
        return 0, ""
    word = name.words[name.family]
    return max(_rank(sound, _surnames()) for sound in (word.stem, word.sound)), word.text


def _forename(name: people.Person) -> tuple[int, str]:
    words = [word for place, word in enumerate(name.words) if place != name.family or len(name.words) == 1]
    ranks = [
        (max((_forenames().get(group, 0) for group in word.forenames), default=0), word) for word in words
    ]
    rank, word = max(ranks, key=lambda pair: pair[0], default=(0, None))
    return (rank, word.text) if word else (0, "")


def _rank(sound: str, known: tuple[Lexicon, Lexicon]) -> int:
    very, rather = known
    return 2 if very.groups_of(sound) else 1 if rather.groups_of(sound) else 0


@cache
def _surnames() -> tuple[Lexicon, Lexicon]:
    """The very frequent and the frequent stems, looked up by their sounds."""
    listed = _data()["frequent"]
    very, rather = (
        Lexicon.of(Forename((stem,), (), "") for stem in listed[name].split())
        for name in ("surnames_very", "surnames")
    )
    return very, rather


@cache
def _forenames() -> Mapping[int, int]:
    """Groups of the list of forenames → 2 very frequent, 1 frequent."""
    listed = _data()["frequent"]
    ranks: dict[int, int] = {}
    for rank, name in ((1, "forenames"), (2, "forenames_very")):
        for word in listed[name].split():
            ranks |= dict.fromkeys(lexicon().groups_of(sounds(word)), rank)
    return ranks
