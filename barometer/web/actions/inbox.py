"""What people do with leads in the inbox, one or many at once: give, put off, wake, let go, and take it back.

A lead that was meanwhile decided by somebody else is left out, and the count says so: many at once must not fail for
one. Each lead's change, its revision and its row (LeadAct) are one transaction with those of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from barometer.errors import NotAllowed, NotReady
from barometer.web.accounts.roles import Act as Right
from barometer.web.accounts.roles import may
from barometer.web.actions import leads as decisions
from barometer.web.actions.deciding import LONGEST_REASON
from barometer.web.actions.leadacts import ASSIGNMENT, DECISION, PUT_OFF, Act, before, note, restore
from barometer.web.actions.locks import Lock, one_at_a_time
from barometer.web.actions.revisions import record_revision
from barometer.web.records.desk import LeadAct
from barometer.web.records.fields import new_public_id
from barometer.web.records.gathering import Lead

#: So many at once; the page shows fewer.
MOST_AT_ONCE = 200


@dataclass(frozen=True)
class Done:
    """How many leads were changed, and how many were left as they are."""

    changed: int
    left: int
    batch: str = ""


def assign(ids: Iterable[str], to: Any, *, by: str, user: Any = None) -> Done:
    """Give leads to somebody, or with None back to all. NotAllowed for somebody who may not decide on leads."""
    if to is not None and not may(to, Right.CODE):
        raise NotAllowed(
            f"{to.get_username()} may not decide on leads", next_step="give them to a monitor or an editor"
        )

    def change(lead: Lead, batch: str) -> bool:
        if lead.assigned_to == to:
            return False
        stood = before(lead)
        lead.assigned_to, lead.assigned_at = to, timezone.now() if to else None
        lead.save(update_fields=[*ASSIGNMENT, "changed_at"])
        record_revision(lead, "assign", by=by, user=user)
        note(lead, Act.ASSIGN, stood, by=by, user=user, to=to, batch=batch)
        return True

    return _on_each(ids, change, by)


def snooze(ids: Iterable[str], until: date, *, by: str, user: Any = None) -> Done:
    """Put leads off to a day, on which they are back by themselves. NotReady for a day that is not ahead."""
    if until <= timezone.localdate():
        raise NotReady("that day is not ahead", place=until.isoformat(), next_step="name a later day")

    def change(lead: Lead, batch: str) -> bool:
        stood = before(lead)
        lead.snoozed_until = until
        lead.save(update_fields=[*PUT_OFF, "changed_at"])
        record_revision(lead, "snooze", by=by, user=user)
        note(lead, Act.SNOOZE, stood, by=by, user=user, until=until, batch=batch)
        return True

    return _on_each(ids, change, by)


def wake(ids: Iterable[str], *, by: str, user: Any = None) -> Done:
    """Have leads back at once that were put off."""

    def change(lead: Lead, batch: str) -> bool:
        if lead.snoozed_until is None:
            return False
        stood = before(lead)
        lead.snoozed_until = None
        lead.save(update_fields=[*PUT_OFF, "changed_at"])
        record_revision(lead, "wake", by=by, user=user)
        note(lead, Act.WAKE, stood, by=by, user=user, batch=batch)
        return True

    return _on_each(ids, change, by)


def dismiss(ids: Iterable[str], reason: str, *, by: str, user: Any = None) -> Done:
    """Let leads go for a reason. NotAllowed without one."""
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise NotAllowed("to let a lead go needs a reason", next_step="say why in a few words")

    def change(lead: Lead, batch: str) -> bool:
        decisions.dismiss(lead, reason=reason, by=by, user=user, batch=batch)
        return True

    return _on_each(ids, change, by)


def _on_each(ids: Iterable[str], change: Callable[[Lead, str], bool], by: str) -> Done:
    """Do it with every lead of these ids that is new still: all of them or, at a fault, none."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        raise NotReady("no lead is chosen", next_step="tick one")
    if len(wanted) > MOST_AT_ONCE:
        raise NotReady(f"{len(wanted)} leads are too many at once", next_step=f"tick at most {MOST_AT_ONCE}")
    if not by.strip():
        raise NotAllowed("an act on a lead needs the name of who did it", next_step="give the name")
    batch = new_public_id()
    with transaction.atomic():
        one_at_a_time(Lock.LEADS)
        rows = Lead.objects.filter(public_id__in=wanted, state=Lead.State.NEW)
        changed = sum(change(lead, batch) for lead in rows.select_related("assigned_to"))
    return Done(changed, len(wanted) - changed, batch if changed else "")


# --- and back ---------------------------------------------------------------------------------------------------------


def last_of(user: Any) -> list[LeadAct]:
    """What this person did last and has not taken back; empty where they did nothing, or that cannot be taken back.

    What was taken into the ledger is there: its events are withdrawn there.
    """
    if user is None:
        return []
    mine = LeadAct.objects.filter(user=user, undone_by=None).exclude(act=Act.UNDO)
    latest = mine.order_by("-pk").first()
    if latest is None or latest.act == Act.TAKE:
        return []
    return list(mine.filter(batch=latest.batch).select_related("lead"))


@transaction.atomic
def undo(batch: str, *, by: str, user: Any = None) -> Done:
    """Take back what this person did last, lead by lead, unless somebody did something with the lead since.

    NotReady where `batch` is not what they did last.
    """
    one_at_a_time(Lock.LEADS)
    acts = last_of(user)
    if not acts or acts[0].batch != batch:
        raise NotReady("this is not what you did last", next_step="look at the lead again")
    mine, changed = new_public_id(), 0
    for act in acts:
        since = LeadAct.objects.filter(lead=act.lead, pk__gt=act.pk, undone_by=None).exclude(act=Act.UNDO)
        if since.exists():
            continue
        stood = before(act.lead)
        restore(act.lead, act.before)
        act.lead.save(update_fields=[*DECISION, *ASSIGNMENT, *PUT_OFF, "changed_at"])
        record_revision(act.lead, f"undo {act.act}", by=by, user=user)
        note(act.lead, Act.UNDO, stood, by=by, user=user, batch=mine, undoes=act)
        changed += 1
    if not changed:
        raise NotReady("others did something with it since", next_step="look at the lead again")
    return Done(changed, len(acts) - changed, mine)
