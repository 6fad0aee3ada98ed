"""The rules of review: sentences, each with what stands against it. The words are data, `rules.toml` beside this file."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from barometer.errors import UnknownValue
from barometer.review.states import STEPS

Sentence = Mapping[str, str]

#: what a person may answer in the harm check; `na`: the question does not arise here
ANSWERS = ("yes", "no", "na")


@dataclass(frozen=True)
class Facts:
    """What the rules look at in one record, for one person who wants to do something with it.

    People are told apart by keys such as a login. `reason` and `told` are None while nobody has been asked yet, as on
    a page that only shows which buttons there will be.
    """

    state: str
    person: str
    #: the steps that one of the person's roles allows
    allowed: frozenset[str] = frozenset()
    small_desk: bool = False
    accepted_by: str = ""
    changed_by: frozenset[str] = frozenset()
    reviewed_by: str = ""
    #: whether these very words were reviewed, and asked through in the harm check
    reviewed_as_is: bool = False
    harm_as_is: bool = False
    #: question → answer
    harm: Mapping[str, str] = field(default_factory=dict)
    sources: int = 0
    copies: int = 0
    contradictions: tuple[str, ...] = ()
    held_back: tuple[str, ...] = ()
    links_not_cleared: tuple[str, ...] = ()
    copies_not_cleared: tuple[str, ...] = ()
    consent_missing: tuple[str, ...] = ()
    named_without_leave: tuple[str, ...] = ()
    reason: str | None = None
    told: str | None = None


@dataclass(frozen=True)
class Question:
    """A question of the harm check; `against` is the answer that stands against publication."""

    id: str
    sentence: Sentence
    against: str


#: what stands against a rule, each in a word or two; '' where the sentence says all of it
Against = Callable[[Facts, str], Sequence[str]]


@dataclass(frozen=True)
class Rule:
    """One sentence, the steps that it holds for, and what it looks at."""

    id: str
    sentence: Sentence
    steps: frozenset[str]
    against: Against


@dataclass(frozen=True)
class Refusal:
    """A rule that does not hold, with what stands against it."""

    rule: Rule
    details: tuple[str, ...] = ()

    def text(self, language: str) -> str:
        """The sentence, and in brackets what stands against it."""
        details = "; ".join(self.words(language))
        return f"{self.rule.sentence[language]} ({details})" if details else self.rule.sentence[language]

    def words(self, language: str) -> tuple[str, ...]:
        """What stands against it, in words: the questions of the harm check by their sentences."""
        asked = questions()
        return tuple(asked[one].sentence[language] if one in asked else one for one in self.details if one)


def refusals(facts: Facts, step: str) -> tuple[Refusal, ...]:
    """The rules that stand against that step, in their order; none: it may be done."""
    found = ((rule, rule.against(facts, step)) for rule in rules_of(step))
    return tuple(Refusal(rule, tuple(details)) for rule, details in found if details)


def rules_of(step: str) -> tuple[Rule, ...]:
    """The rules that hold for a step; UnknownValue for what is none."""
    if step not in STEPS:
        raise UnknownValue(f"{step!r} is no step of review", next_step=f"one of {', '.join(STEPS)}")
    return tuple(rule for rule in rules() if step in rule.steps)


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, in the order of the file."""
    return tuple(
        Rule(row["id"], row["sentence"], frozenset(row["steps"]), _AGAINST[row["id"]])
        for row in _data()["rule"]
    )


@cache
def questions() -> Mapping[str, Question]:
    """The harm check, in the order of the file."""
    return {row["id"]: Question(row["id"], row["sentence"], row["against"]) for row in _data()["question"]}


@cache
def _data() -> dict[str, Any]:
    with (resources.files("barometer.review") / "rules.toml").open("rb") as stream:
        return tomllib.load(stream)


# --- what each rule looks at ------------------------------------------------------------------------------


def _if(broken: bool, *details: str) -> Sequence[str]:
    return (details or ("",)) if broken else ()


def _state(facts: Facts, step: str) -> Sequence[str]:
    return _if(facts.state not in STEPS[step])


def _role(facts: Facts, step: str) -> Sequence[str]:
    return _if(step not in facts.allowed)


def _reason(facts: Facts, step: str) -> Sequence[str]:
    return _if(facts.reason is not None and not facts.reason.strip())


def _told(facts: Facts, step: str) -> Sequence[str]:
    return _if(facts.told is not None and not facts.told.strip())


def _another_person(facts: Facts, step: str) -> Sequence[str]:
    """Who reviews now, or who reviewed what is to be published; whoever accepted must be on record."""
    reviewer = facts.person if step == "review" else facts.reviewed_by
    own = {facts.accepted_by, *facts.changed_by}
    return _if(not facts.accepted_by or not reviewer or (reviewer in own and not facts.small_desk))


def _unchanged(facts: Facts, step: str) -> Sequence[str]:
    return _if(not facts.reviewed_as_is)


def _source(facts: Facts, step: str) -> Sequence[str]:
    return _if(facts.sources < 1 or facts.copies < 1)


def _harm_answered(facts: Facts, step: str) -> Sequence[str]:
    if not facts.harm_as_is:
        return ("",)
    return tuple(one for one in questions() if facts.harm.get(one) not in ANSWERS)


def _harm_none(facts: Facts, step: str) -> Sequence[str]:
    return tuple(one.id for one in questions().values() if facts.harm.get(one.id) == one.against)


_AGAINST: Mapping[str, Against] = {
    "state": _state,
    "role": _role,
    "reason": _reason,
    "told": _told,
    "another-person": _another_person,
    "unchanged": _unchanged,
    "source": _source,
    "contradiction": lambda facts, step: facts.contradictions,
    "held-back": lambda facts, step: facts.held_back,
    "cleared": lambda facts, step: (*facts.links_not_cleared, *facts.copies_not_cleared),
    "harm-answered": _harm_answered,
    "harm-none": _harm_none,
    "consent": lambda facts, step: facts.consent_missing,
    "names": lambda facts, step: facts.named_without_leave,
}
