"""Carry-over: of every case that was open on the first day of a quarter, its issue says what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override

from barometer.cases.carryover import Carried
from barometer.cases.state import state_on
from barometer.cases.values import Case as Value
from barometer.codebook import LANGUAGES
from barometer.errors import BadInput, NotReady, UnknownValue
from barometer.publication.carryover import period_of
from barometer.publication.drafting import draft_person
from barometer.publication.words import words
from barometer.web.actions.deciding import LONGEST_REASON
from barometer.web.actions.holding import is_held_back
from barometer.web.actions.issuing_items import Role, leave_out, make_item, take_back, write_draft
from barometer.web.actions.issuing_open import months_of, to_edit
from barometer.web.actions.issuing_words import spellings
from barometer.web.actions.outlook import carried_of, outlooks
from barometer.web.actions.revisions import record_revision
from barometer.web.public import joined
from barometer.web.records import timelines
from barometer.web.records.issues import CarryDecision
from barometer.web.records.models import Case, Event, Issue

Decision = CarryDecision.Decision
#: so many people of a case are told of where there is no news
MOST_SUBJECTS = 3
#: what somebody says of a case: the decision and why
Said = tuple[str, str]


@dataclass(frozen=True)
class Open:
    """A case that was open when the quarter began, and what the issue decided of it, if it did."""

    carried: Carried
    decision: CarryDecision | None


def to_decide(issue: Issue, today: date | None = None) -> dict[str, CarryDecision | None]:
    """The cases that were open on the first day of the issue's quarter, by all that the desk knows, by slug, with what
    the issue decided of them, if it did."""
    said = {row.case.slug: row for row in issue.carried.select_related("case", "item")}
    known = outlooks(period_of(issue.period), today or timezone.localdate())
    return {one.slug: said.get(one.slug) for one in known if one.carried}


def open_cases(issue: Issue, slugs: Collection[str] | None = None, today: date | None = None) -> list[Open]:
    """Those of these cases that were open then, or all, as they stand now, by slug."""
    known = to_decide(issue, today)
    wanted = [slug for slug in known if slugs is None or slug in slugs]
    found = carried_of(wanted, period_of(issue.period), today or timezone.localdate())
    return [Open(one, known.get(one.case)) for one in found]


def undecided(issue: Issue, today: date | None = None) -> list[str]:
    """The slugs of the cases of which nothing was decided yet."""
    return [slug for slug, decision in to_decide(issue, today).items() if decision is None]


@transaction.atomic
def decide(
    issue: Issue, said: Mapping[str, Said], *, by: str, user: Any, today: date | None = None
) -> list[CarryDecision]:
    """Keep what somebody says of cases, by slug; those of which nothing new is said stay. The rows that changed.

    UnknownValue for what is no decision, or no case that was open; BadInput where a case is dropped without a reason.
    A case of which the issue prints that there is no news gets an item that says so.
    """
    issue = to_edit(issue)
    known = {one.carried.case: one for one in open_cases(issue, said, today)}
    changed = []
    for slug, (decision, reason) in said.items():
        if slug not in known or decision not in Decision.values:
            raise UnknownValue(gettext("This case or this decision is not on the list."))
        kept, reason = known[slug].decision, reason.replace("\x00", "").strip()
        if decision == Decision.DROPPED and not reason:
            raise BadInput(gettext("Say why the case is dropped."))
        if len(reason) > LONGEST_REASON:
            raise BadInput(gettext("The reason is too long."))
        if kept is None or (kept.decision, kept.reason) != (decision, reason):
            changed.append(_decide(issue, known[slug], decision, reason, today, by=by, user=user))
    return changed


def _decide(
    issue: Issue, one: Open, decision: str, reason: str, today: date | None, *, by: str, user: Any
) -> CarryDecision:
    row = one.decision or CarryDecision(issue=issue, case=Case.objects.get(slug=one.carried.case))
    row.decision, row.reason, row.by, row.user = decision, reason, by, user
    if decision == Decision.PRINTED:
        row.item = _printed_line(row, today, by=by, user=user)
    elif row.item and not row.item.left_out:
        leave_out(row.item, reason=gettext("The case was marked otherwise."), by=by, user=user)
    row.save()
    record_revision(row, "carry over", by=by, reason=reason, user=user)
    return row


# --- the line that says that there is no news -------------------------------------------------------------


def _printed_line(row: CarryDecision, today: date | None, *, by: str, user: Any) -> Any:
    """The item that says that there is no news and how the case stands, as a draft in each language.

    It stands at the end of the quarter, in the section of the case's last public event, which it tells as background.
    """
    if row.item:
        return take_back(row.item, by=by, user=user)
    event = (
        Event.objects.public()
        .filter(case=row.case)
        .select_related("case", "item")
        .order_by("first_day", "pk")
        .last()
    )
    if event is None:
        raise NotReady(gettext("Nothing of this case is public: it cannot be printed."))
    month = months_of(row.issue)[-1]
    item = make_item(row.issue, [(event, Role.BACKGROUND)], month=month, by=by, user=user)
    write_draft(
        item, {language: _line(row, today, language) for language in LANGUAGES}, None, by=by, user=user
    )
    return item


def _line(row: CarryDecision, today: date | None, language: str) -> str:
    """That there is no news, and how the case stands for whom it is open, by what the bulletin may tell."""
    period = period_of(row.issue.period)
    day = min(period.last, today or timezone.localdate())
    with override(language):  # in which those who are not named are called
        names = joined.names_in("bulletin")
        public = timelines.public_events().filter(case=row.case)
        [case] = timelines.cases(public, public=True, names=names)
    known = spellings(language)
    told = [
        draft_person(case, subject, day, language, known).text for subject in _subjects(case, period.first)
    ]
    return " ".join([words(language)["quiet"], *(text for text in told if text and not is_held_back(text))])


def _subjects(case: Value, first: date) -> list[str]:
    """For whom the case was open when the quarter began; whom it tells of, where nothing lasts."""
    state = state_on(case, first)
    lasting = [one.subject for one in (*state.measures, *state.proceedings) if one.open and one.subject]
    told = [target.name for event in case.events for target in event.event.targets]
    return list(dict.fromkeys(lasting or told))[:MOST_SUBJECTS]
