"""An editor says which of several statements is printed, and why."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from barometer.cases.contradictions import Contradiction, contradictions
from barometer.errors import NotAllowed, NotReady, UnknownValue
from barometer.web.actions.revisions import record_revision
from barometer.web.records import timelines
from barometer.web.records.models import Case, StatementChoice


@transaction.atomic
def choose_statement(
    case: Case, point: str, value: str, *, reason: str, by: str, user: Any = None
) -> StatementChoice:
    """What is printed on a point on which the sources of a case differ; an earlier choice is kept and superseded.

    NotAllowed without a name, NotReady without a reason, UnknownValue for a point on which nothing differs or a value
    that no source says.
    """
    if not by.strip():
        raise NotAllowed("a choice needs the name of who made it", next_step="give the name")
    if not reason.strip():
        raise NotReady("a choice needs its reason", next_step="say why this statement is printed")
    found = _point(case, point)
    if value not in found.values:
        raise UnknownValue("no source says this", next_step="choose one of the statements")
    row = StatementChoice.objects.create(
        case=case,
        point=point,
        value=value,
        reason=reason.strip(),
        by=by.strip(),
        user=user,
        events=sorted({statement.event for statement in found.statements}),
    )
    record_revision(row, "choose", by=by.strip(), reason=reason.strip(), user=user)
    return row


def _point(case: Case, point: str) -> Contradiction:
    rows = timelines.desk_events().filter(case=case).select_related("item__source")
    found = contradictions(timelines.case_value(case.slug, rows, public=False))
    for one in found:
        if one.key == point:
            return one
    raise UnknownValue(
        "the sources do not differ on this point (any more)", next_step="look at the case again"
    )
