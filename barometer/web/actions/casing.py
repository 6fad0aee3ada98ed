"""On which case events go: what a machine proposes, and what people say of it. Rows are added, never changed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from barometer.cases.matching import Likely
from barometer.errors import NotAllowed, NotReady, UnknownValue
from barometer.web.actions.deciding import refuse
from barometer.web.actions.revisions import record_revision
from barometer.web.records.models import Case, CaseJudgement, Event

Verdict = CaseJudgement.Verdict
DECIDED = (Verdict.BELONGS, Verdict.NOT)


class Outdated(NotReady):
    """Somebody has judged one of the events since they were shown."""

    def __init__(self) -> None:
        super().__init__("one of the events was judged since you saw it", next_step="look at them again")


def last_on(events: Collection[int]) -> QuerySet[CaseJudgement]:
    """The newest row on each of these events."""
    newest = (
        CaseJudgement.objects.filter(event__in=events).order_by().values("event").annotate(last=Max("pk"))
    )
    return CaseJudgement.objects.filter(pk__in=newest.values("last"))


def propose(event: Event, case: Case, otherwise: Case | None, likely: Likely, *, by: str) -> None:
    """Keep a machine's proposal that an event goes on a case; the event is moved by whoever proposes."""
    proposed = {
        "probability": likely.probability,
        "firm": likely.is_firm,
        "reasons": [reason.to_json() for reason in likely.reasons],
    }
    reason = "; ".join(reason.text() for reason in likely.reasons)
    _add(event, case, otherwise, Verdict.PROPOSED, reason, by, None, proposed)


def judge(
    events: Collection[Event], case: Case, verdict: str, *, reason: str, by: str, seen: int, user: Any = None
) -> list[CaseJudgement]:
    """A person's word on whether events of one story go on a case; they move there, or to where they go otherwise.

    `seen` is the number of the newest row that the person saw on any of them. Outdated where there is a newer one;
    NotAllowed without a name or reason; UnknownValue for what is no verdict, or for events of which this case was
    never proposed.
    """
    if verdict not in DECIDED:
        raise UnknownValue(f"{verdict!r} is no verdict", next_step="say belongs or not")
    refuse(reason, by)
    with transaction.atomic():
        before = _newest(events, seen)
        if any(before[event.pk].case_id != case.pk for event in events):
            raise UnknownValue("this case was not proposed for all of the events")
        return [
            _decide(event, before[event.pk], verdict, reason=reason, by=by, user=user) for event in events
        ]


def undo(
    events: Collection[Event], *, reason: str, by: str, seen: int, user: Any = None
) -> list[CaseJudgement]:
    """Take the last word on events back by one more row each: the proposal stands again, the events as it had them."""
    refuse(reason, by)
    with transaction.atomic():
        before = _newest(events, seen)
        if any(before[event.pk].verdict not in DECIDED for event in events):
            raise NotAllowed("there is nothing to take back", next_step="judge the events")
        return [
            _decide(event, before[event.pk], Verdict.OPEN, reason=reason, by=by, user=user)
            for event in events
        ]


def _newest(events: Collection[Event], seen: int) -> dict[int, CaseJudgement]:
    """The newest row on each event; the events' own rows are locked where the database can."""
    ids = [event.pk for event in events]
    list(Event.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    found = {row.event_id: row for row in last_on(ids)}
    if not ids or set(found) != set(ids) or max(row.pk for row in found.values()) != seen:
        raise Outdated
    return found


def _decide(
    event: Event, before: CaseJudgement, verdict: str, *, reason: str, by: str, user: Any
) -> CaseJudgement:
    firm = before.proposed.get("firm", False)
    goes = verdict == Verdict.BELONGS or verdict == Verdict.OPEN and firm
    case = before.case if goes else before.otherwise
    if event.case != case:
        event.case = case
        event.save(update_fields=["case", "changed_at"])
        record_revision(event, "case", by=by, reason=reason.strip(), user=user)
    return _add(event, before.case, before.otherwise, verdict, reason, by, user, before.proposed)


def _add(
    event: Event,
    case: Case,
    otherwise: Case | None,
    verdict: str,
    reason: str,
    by: str,
    user: Any,
    proposed: dict[str, Any],
) -> CaseJudgement:
    row = CaseJudgement.objects.create(
        event=event, case=case, otherwise=otherwise, verdict=verdict, reason=reason.strip(), by=by.strip(),
        user=user, proposed=proposed,
    )  # fmt: skip
    action = "propose" if verdict == Verdict.PROPOSED else "judge"
    record_revision(row, action, by=row.by, reason=row.reason, user=user)
    return row
