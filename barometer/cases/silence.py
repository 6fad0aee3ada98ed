"""Retracted and gagged statements: which orders of a case forbid to repeat what. A person keeps the words themselves
on the list of held-back statements, and barometer.review.held finds them in texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from barometer.cases.rules import Label, table
from barometer.cases.telling import Fact, facts_of
from barometer.cases.values import Case, CaseEvent, Claim, Span


@dataclass(frozen=True)
class Order:
    """A type that forbids to repeat a statement, and the outcomes that allow it again."""

    type: str
    code: str
    label: Label
    lifted_by: tuple[str, ...]


@dataclass(frozen=True)
class Silence:
    """An order in force: of which kind, since when, by which fact, on which claims.

    `named` is false where the order's event does not say which claims it is about: then it is on every claim of
    the people and outlets that it hits, because a machine cannot know which are left.
    """

    kind: str
    since: Span
    fact: str
    claims: tuple[str, ...]
    named: bool
    subjects: tuple[str, ...]

    @property
    def label(self) -> Label:
        """What it is, in words."""
        return next(order.label for order in orders() if order.code == self.kind)


@cache
def orders() -> tuple[Order, ...]:
    """The orders that the data lists."""
    return tuple(
        Order(row["type"], row["code"], row["label"], tuple(row["lifted_by"]))
        for row in table("contradictions.toml")["silence"]
    )


def silences(case: Case, day: date, known_by: date | None = None) -> tuple[Silence, ...]:
    """The orders in force on a day, by what was known by another (None: all that is known), in order of their facts."""
    known = case.known_by(known_by)
    facts = [fact for fact in facts_of(known) if fact.span.earliest <= day]
    return tuple(
        _silence(order, fact, case)
        for fact in facts
        for order in orders()
        if _orders(order, fact) and not any(_lifts(order, fact, later, day) for later in facts)
    )


def _orders(order: Order, fact: Fact) -> bool:
    return any(order.type in event.event.types and event.event.kind != "relief" for event in fact.tellings)


def _lifts(order: Order, fact: Fact, later: Fact, day: date) -> bool:
    """Whether another fact surely lifts the order by that day: it names the same people, or nobody."""
    if later.span.last > day or later.span.last < fact.span.earliest:
        return False
    return any(
        event.event.main_type in order.lifted_by
        and order.type in event.event.types
        and (not _hit(event) or _hit(event) >= {name for told in fact.tellings for name in _hit(told)})
        for event in later.tellings
    )


def _silence(order: Order, fact: Fact, case: Case) -> Silence:
    subjects = tuple(sorted({name for event in fact.tellings for name in _hit(event)}))
    told = tuple(sorted({claim for event in fact.tellings for claim in event.claims}))
    claims = told or tuple(claim.id for claim in case.claims if _may_be_meant(claim, subjects))
    return Silence(order.code, fact.span, fact.id, claims, bool(told), subjects)


def _may_be_meant(claim: Claim, subjects: Iterable[str]) -> bool:
    return not claim.by or bool(set(claim.by) & set(subjects)) or not tuple(subjects)


def _hit(event: CaseEvent) -> set[str]:
    return {target.name for target in event.event.targets}
