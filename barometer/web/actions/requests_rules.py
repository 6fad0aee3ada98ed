"""The rules by which the clock of a request runs: the country's, and the desk's over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from barometer.codebook.book import LANGUAGES
from barometer.countries.terms import deadlines
from barometer.deadlines.clock import rule_of, rules_of
from barometer.deadlines.values import Rule
from barometer.errors import BadInput, NotReady, UnknownValue
from barometer.web.actions.deciding import refuse
from barometer.web.actions.revisions import last_number, record_revision
from barometer.web.public.words import COUNTRY, day_words, language
from barometer.web.records.requests import DeadlineRule

MOST_DAYS = 400


@dataclass(frozen=True)
class Shown:
    """A rule as the desk sees it: `row` is the desk's where it is one; `beaten` where the desk's holds in its place."""

    rule: Rule
    row: DeadlineRule | None
    beaten: bool


def rules() -> tuple[Rule, ...]:
    """The rules that hold: the desk's stand after the country's, and in place of those of their kind and first day."""
    return tuple(one.rule for one in shown() if not one.beaten)


def shown() -> list[Shown]:
    """Every rule, those that the desk overrides too, by kind and the latest first."""
    rows = list(DeadlineRule.objects.order_by("pk"))
    over = {(row.kind, row.since) for row in rows}
    found = [Shown(rule, None, (rule.kind, rule.since) in over) for rule in rules_of(COUNTRY)]
    found += [Shown(value(row), row, row.dropped) for row in rows]
    return sorted(found, key=lambda one: (one.rule.kind, -one.rule.since.toordinal(), one.row is not None))


def value(row: DeadlineRule) -> Rule:
    """A rule of the desk as the clock takes it."""
    return rule_of(row, confirmed=row.confirmed_on is not None)


def kinds() -> dict[str, str]:
    """The kinds of request that some rule is about, in words: code → label."""
    here = language()
    found = {code: names[here] for code, names in deadlines(COUNTRY).kinds.items()}
    for row in DeadlineRule.objects.filter(dropped=False).order_by("pk"):
        if row.kind not in found:
            found[row.kind] = row.label.get(here) or next(iter(row.label.values()), row.kind)
    return found


@transaction.atomic
def save_rule(
    given: Mapping[str, Any],
    *,
    reason: str,
    by: str,
    user: Any = None,
    row: DeadlineRule | None = None,
    base: int = 0,
) -> DeadlineRule:
    """A rule of the desk, new or changed. BadInput without a source, or for days that cannot be.

    NotReady where somebody changed it since `base`, or where there is one of that kind and first day.
    """
    refuse(reason, by)
    held = DeadlineRule.objects.select_for_update().get(pk=row.pk) if row else DeadlineRule()
    if row and last_number(held) != base:
        raise NotReady("somebody has changed this rule since you opened it", next_step="look at it again")
    for name, one in given.items():
        setattr(held, name, one)
    _refuse_bad(held)
    twin = DeadlineRule.objects.filter(kind=held.kind, since=held.since).exclude(pk=held.pk)
    if twin.exists():
        raise NotReady(
            f"there is a rule on {held.kind} from {day_words(held.since)} already",
            next_step="change that one",
        )
    held.save()
    record_revision(held, "change" if row else "create", by=by, user=user, reason=reason.strip())
    return held


def _refuse_bad(row: DeadlineRule) -> None:
    if not row.kind or not row.kind.replace("_", "").isalnum() or len(row.kind) > 40:
        raise BadInput(f"{row.kind[:40]!r} is no code of a kind", next_step="write small letters and _")
    if row.kind not in deadlines(COUNTRY).kinds and not any(row.label.get(one) for one in LANGUAGES):
        raise BadInput("a new kind of request needs a name", next_step="write what it is called")
    if not row.law.strip() or not row.source.strip():
        raise BadInput("a rule says of which law it is and where it can be read", next_step="give both")
    if row.unit not in DeadlineRule.Unit.values or row.extension_unit not in ("", *DeadlineRule.Unit.values):
        raise UnknownValue(f"{row.unit!r} is no unit", next_step=f"use {', '.join(DeadlineRule.Unit.values)}")
    if any((one or 0) > MOST_DAYS for one in (row.days, row.extension, row.transfer)):
        raise BadInput(f"no law allows more than {MOST_DAYS} days", next_step="mend the number")
    if not date(1990, 1, 1) <= row.since <= (row.until or date.max):
        raise BadInput("a rule ends after it began", next_step="mend the days")
    if row.confirmed_on and not row.confirmed_by.strip():
        raise BadInput("somebody confirms a rule", next_step="say who, or leave the day empty")
