"""The row that each thing done with a lead leaves, and what stood before, so that it can be undone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime

from barometer.web.records.desk import LeadAct
from barometer.web.records.fields import new_public_id
from barometer.web.records.gathering import Lead

Act = LeadAct.Act
#: The columns that an act changes. Each writes its own only, so that two at once do not undo one another.
DECISION = ("state", "decided_by", "decided_at")
ASSIGNMENT = ("assigned_to", "assigned_at")
PUT_OFF = ("snoozed_until",)


def before(lead: Lead) -> dict[str, Any]:
    """What stands on the lead now, as plain values."""
    return {
        "state": lead.state,
        "decided_by": lead.decided_by,
        "decided_at": _text(lead.decided_at),
        "assigned_to": lead.assigned_to_id,
        "assigned_at": _text(lead.assigned_at),
        "snoozed_until": _text(lead.snoozed_until),
    }


def restore(lead: Lead, kept: dict[str, Any]) -> None:
    """Put on the lead what stood before; it is not saved."""
    lead.state, lead.decided_by = kept["state"], kept["decided_by"]
    lead.decided_at = _time(kept["decided_at"])
    lead.assigned_to_id, lead.assigned_at = kept["assigned_to"], _time(kept["assigned_at"])
    lead.snoozed_until = parse_date(kept["snoozed_until"]) if kept["snoozed_until"] else None


def note(
    lead: Lead,
    act: str,
    stood: dict[str, Any],
    *,
    by: str,
    user: Any = None,
    reason: str = "",
    to: Any = None,
    until: date | None = None,
    batch: str = "",
    undoes: LeadAct | None = None,
) -> LeadAct:
    """Write the row of one act, in the transaction of the act; `stood` is what `before` said."""
    return LeadAct.objects.create(
        lead=lead,
        act=act,
        before=stood,
        by=by,
        user=user,
        reason=reason,
        to=to,
        until=until,
        batch=batch or new_public_id(),
        undoes=undoes,
    )


def _text(value: date | datetime | None) -> str:
    return value.isoformat() if value else ""


def _time(text: str) -> datetime | None:
    return parse_datetime(text) if text else None
