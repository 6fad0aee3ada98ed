"""What people say of two events: one told twice, background of the other, or two. Rows are added, never changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from barometer.cases.retelling import Told, words
from barometer.errors import NotAllowed, NotReady, UnknownValue
from barometer.web.actions.deciding import refuse
from barometer.web.actions.locks import Lock, one_at_a_time
from barometer.web.actions.revisions import record_revision
from barometer.web.records.models import Event, Retelling
from barometer.web.records.retellings import is_dropped

Verdict = Retelling.Verdict
DECIDED = (Verdict.SAME, Verdict.BACKGROUND, Verdict.DIFFERENT)


class Outdated(NotReady):
    """Somebody has judged the two since they were shown; `last` is that row."""

    def __init__(self, last: Retelling | None) -> None:
        self.last = last
        who = last.by if last else "somebody"
        super().__init__(f"{who} has judged these two since you saw them", next_step="look at them again")


def rows_of(one: Event, other: Event) -> QuerySet[Retelling]:
    """All that was said of two events, the newest first."""
    two = Q(event=one, told=other) | Q(event=other, told=one)
    return Retelling.objects.filter(two).order_by("-pk")


def propose(likely: Iterable[Told], *, by: str) -> int:
    """Keep what a machine proposes of pairs of which nothing was said yet; how many. No figure changes."""
    likely = list(likely)
    ids = {one for told in likely for one in (told.event, told.told)}
    events = {row.public_id: row for row in Event.objects.filter(public_id__in=ids)}
    kept = 0
    for told in likely:
        event, other = events[told.event], events[told.told]
        last = rows_of(event, other).first()
        if last is not None and not is_dropped(last):
            continue
        reasons = [reason.to_json() for reason in told.reasons]
        proposed = {"verdict": told.verdict, "probability": told.probability, "reasons": reasons}
        reason = "; ".join(words(reason) for reason in told.reasons)
        _add(event, other, Verdict.PROPOSED, reason, by, None, proposed)
        kept += 1
    return kept


def drop(rows: Iterable[Retelling], *, by: str) -> int:
    """Take a machine's proposals back that the coding, as it is now, does not bear; how many."""
    dropped = 0
    for row in rows:
        _add(row.event, row.told, Verdict.OPEN, "the coding has changed", by, None, {})
        dropped += 1
    return dropped


def judge(
    event: Event, told: Event, verdict: str, *, reason: str, by: str, seen: int, user: Any = None
) -> Retelling:
    """Add a person's word: `event` tells `told` again (`same`, `background`), or they are two (`different`).

    `seen` is the number of the newest row that the person saw of the two, 0 for none. Outdated where there is a newer
    one; NotAllowed without a name or reason, or where a relief would be one with a restriction; UnknownValue for what
    is no verdict.
    """
    if verdict not in DECIDED:
        raise UnknownValue(f"{verdict!r} is no verdict", next_step="say same, background or different")
    if event.pk == told.pk:
        raise UnknownValue("a judgement is about two events, not one")
    refuse(reason, by)
    if verdict != Verdict.DIFFERENT and "relief" in (event.kind, told.kind) and event.kind != told.kind:
        raise NotAllowed(
            "a relief ends what a restriction began: they are never one event",
            next_step="say that they are not the same",
        )
    with transaction.atomic():
        one_at_a_time(Lock.RETELLINGS)
        last = rows_of(event, told).first()
        if (last.pk if last else 0) != seen:
            raise Outdated(last)
        return _add(event, told, verdict, reason, by, user, last.proposed if last else {})


def undo(row: Retelling, *, reason: str, by: str, user: Any = None) -> Retelling:
    """Take a person's word back by one more row: what a person said before it holds again, or nothing.

    Outdated where the two were judged again since; NotAllowed for a machine's proposal.
    """
    refuse(reason, by)
    if row.verdict not in DECIDED:
        raise NotAllowed("there is nothing to take back", next_step="judge the two")
    with transaction.atomic():
        one_at_a_time(Lock.RETELLINGS)
        last, *earlier = rows_of(row.event, row.told)
        if last.pk != row.pk:
            raise Outdated(last)
        before = earlier[0] if earlier and earlier[0].verdict in DECIDED else None
        event, told = (before.event, before.told) if before else (row.event, row.told)
        return _add(event, told, before.verdict if before else Verdict.OPEN, reason, by, user, row.proposed)


def _add(
    event: Event, told: Event, verdict: str, reason: str, by: str, user: Any, proposed: dict[str, Any]
) -> Retelling:
    row = Retelling.objects.create(
        event=event,
        told=told,
        verdict=verdict,
        reason=reason.strip(),
        by=by.strip(),
        user=user,
        proposed=proposed,
    )
    action = "propose" if verdict == Verdict.PROPOSED else "judge"
    record_revision(row, action, by=row.by, reason=row.reason, user=user)
    return row
