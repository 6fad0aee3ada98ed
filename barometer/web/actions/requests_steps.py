"""What happens to a request, step by step: added by a person, taken back by a further row, never changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from barometer.deadlines.values import StepKind
from barometer.errors import BadInput, NotReady, UnknownValue
from barometer.web.actions import requests as asked
from barometer.web.actions import requests_events
from barometer.web.actions.deciding import refuse
from barometer.web.actions.revisions import record_revision
from barometer.web.public import clock
from barometer.web.public.words import day_words
from barometer.web.records.models import Party
from barometer.web.records.requests import InformationRequest, RequestFile, RequestStep

LONGEST_NOTE = 4_000
MOST_DAYS = 400
Fate = RequestFile.Fate


def add(
    request: InformationRequest,
    kind: str,
    day: date,
    *,
    by: str,
    user: Any = None,
    days: int | None = None,
    body: str = "",
    grounds: Iterable[str] = (),
    note: str = "",
    number: str = "",
    file: RequestFile | None = None,
    base: int | None = None,
) -> RequestStep:
    """Add a step, and propose what it gives rise to. `file` is the letter that told it, decided on by this.

    `body` is where it was passed on to, `number` the one under which it was registered. Outdated where the request was
    changed since `base`; BadInput for a day before it was sent or ahead.
    """
    with transaction.atomic():
        row = asked.locked(request, base)
        if file is not None:
            file = _waiting(file)
        step = RequestStep(
            request=row,
            kind=_kind(kind),
            day=_day(row, day),
            days=_days(kind, days),
            body=_body(kind, body, by=by, user=user),
            grounds=list(dict.fromkeys(grounds)) if kind == StepKind.REFUSED else [],
            note=_note(note),
            evidence=file.evidence if file else None,
            proposed=file.read if file else None,
            by=by,
            user=user,
        )
        step.save()
        record_revision(step, "create", by=by, user=user)
        if number.strip():
            row.number = number.strip()[:100]
        row.save()
        record_revision(row, "step", by=by, user=user, reason=kind)
        if file is not None:
            file.fate = Fate.STEP
            file.save()
            record_revision(file, "decide", by=by, user=user)
        requests_events.follow_up(row)
    return step


@transaction.atomic
def no_step(file: RequestFile, *, reason: str, by: str, user: Any = None) -> RequestFile:
    """Say that a letter changes nothing in the request."""
    refuse(reason, by)
    row = _waiting(file)
    row.fate = Fate.NO_STEP
    row.save()
    record_revision(row, "decide", by=by, user=user, reason=reason.strip())
    return row


@transaction.atomic
def take_back(
    step: RequestStep, *, reason: str, by: str, user: Any = None, base: int | None = None
) -> RequestStep:
    """Take a step back that was written in error, by a further row. NotReady where it was taken back already."""
    refuse(reason, by)
    request = asked.locked(step.request, base)
    if step.voids_id is not None or RequestStep.objects.filter(voids=step).exists():
        raise NotReady("this step was taken back already", next_step="look at the request again")
    row = RequestStep.objects.create(
        request=request, kind=step.kind, day=step.day, note=reason.strip(), voids=step, by=by, user=user
    )
    record_revision(row, "take back", by=by, user=user, reason=reason.strip())
    record_revision(request, "take back", by=by, user=user, reason=step.kind)
    for file in RequestFile.objects.filter(request=request, evidence=step.evidence_id, fate=Fate.STEP):
        file.fate = Fate.WAITING
        file.save()
        record_revision(file, "take back", by=by, user=user)
    requests_events.follow_up(request)
    return row


def _waiting(file: RequestFile) -> RequestFile:
    row = RequestFile.objects.select_for_update(of=("self",)).select_related("evidence").get(pk=file.pk)
    if row.fate != Fate.WAITING:
        raise NotReady("somebody has decided on this letter already", next_step="look at the request again")
    return row


def _kind(kind: str) -> str:
    if kind not in RequestStep.Kind.values:
        raise UnknownValue(f"{kind[:20]!r} is no step", next_step="choose from the form")
    return kind


def _day(request: InformationRequest, day: date) -> date:
    if not request.sent_on <= day <= clock.today():
        raise BadInput(
            f"{day_words(day)} lies before the request or ahead",
            next_step=f"give a day from {day_words(request.sent_on)} to today",
        )
    return day


def _days(kind: str, days: int | None) -> int | None:
    if kind != StepKind.EXTENDED or days is None:
        return None
    if not 1 <= days <= MOST_DAYS:
        raise BadInput(f"an extension of {days} days", next_step=f"give 1 to {MOST_DAYS}, or leave it empty")
    return days


def _body(kind: str, name: str, *, by: str, user: Any) -> Party | None:
    if kind != StepKind.TRANSFERRED or not name.strip():
        return None
    if len(name) > 300:
        raise BadInput("the name of the body is too long", next_step="shorten it")
    return asked.body_of(name, by=by, user=user)


def _note(text: str) -> str:
    if len(text) > LONGEST_NOTE:
        raise BadInput(f"the note is over {LONGEST_NOTE} letters", next_step="shorten it")
    return text.strip()
