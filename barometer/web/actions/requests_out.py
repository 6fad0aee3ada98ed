"""Requests as files for the desk: a table of all of them, and their last days for a calendar. Neither leaves the house."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext

from barometer.deadlines.ics import LastDay, calendar_of
from barometer.deadlines.values import Standing, StepKind
from barometer.publication import sheet
from barometer.web.actions.audit import note_act
from barometer.web.actions.requests import WAITING, all_standing, told, verdicts_of
from barometer.web.actions.requests_contest import contest_of
from barometer.web.actions.requests_rules import kinds, rules
from barometer.web.public import clock
from barometer.web.records.requests import InformationRequest, QuestionVerdict
from barometer.web.requests import words as said

REMIND_DAYS = 1


def due_days(
    found: Sequence[tuple[InformationRequest, Standing | None]], address: Callable[[InformationRequest], str]
) -> list[LastDay]:
    """The last day of every request that waits for an answer. It names the body, never the asker."""
    return [
        LastDay(
            name=f"request-{row.public_id}",
            day=stands.due,
            words=gettext("Answer due: %(body)s") % {"body": row.body.name},
            more=row.title,
            url=address(row),
        )
        for row, stands in found
        if stands and stands.clock in WAITING
    ]


def contest_days(
    found: Sequence[tuple[InformationRequest, Standing | None]],
    address: Callable[[InformationRequest], str],
    today: date,
) -> list[LastDay]:
    """The days ahead until which an outcome can be contested."""
    dated = ((row, contest_of(row, stands, today)) for row, stands in found)
    return [
        LastDay(
            name=f"contest-{row.public_id}",
            day=contest.day,
            words=f"{contest.name}: {row.body.name}",
            more=row.title,
            url=address(row),
        )
        for row, contest in dated
        if contest and contest.day >= today
    ]


def calendar(made: datetime, address: Callable[[InformationRequest], str]) -> str:
    """The last days as an iCalendar text, each with a reminder the day before."""
    found = all_standing(InformationRequest.objects.all(), rules())
    days = [*due_days(found, address), *contest_days(found, address, clock.today())]
    return calendar_of(days, made, gettext("Press Barometer: answers due"), remind=REMIND_DAYS)


def table(kind: str, on: date, *, by: str, user: Any = None) -> bytes:
    """All requests as .xlsx or .csv; that it was taken is noted. UnknownValue for another kind."""
    labels = kinds()
    rows = [
        _row(row, stands, labels)
        for row, stands in all_standing(InformationRequest.objects.all(), rules(), on)
    ]
    data = sheet.written(
        _head(), rows, kind, name=on.isoformat(),
        note=gettext("Days late are working days where the law counts in working days, else calendar days."),
    )  # fmt: skip
    note_act("take a table of requests", by=by, user=user, about=on.isoformat(), detail=kind)
    return data


def _head() -> list[str]:
    return [
        gettext("Request"), gettext("Body"), gettext("On whose behalf"), gettext("Kind"), gettext("Sent by"),
        gettext("Sent on"), gettext("Number"), gettext("Last day"), gettext("How it stands"), gettext("Days late"),
        gettext("First answer"), gettext("Grounds for refusal"), gettext("Questions"), gettext("Questions answered"),
        gettext("Public"),
    ]  # fmt: skip


def _row(row: InformationRequest, stands: Standing | None, labels: dict[str, str]) -> list[sheet.Cell]:
    steps = told(row)
    first = next((one.day for one in steps if one.kind in _ANSWERS), None)
    verdicts = verdicts_of(row).values()
    return [
        row.title,
        row.body.name,
        row.outlet.name if row.outlet else "",
        labels.get(row.kind, row.kind),
        said.channel_label(row.channel),
        row.sent_on.isoformat(),
        row.number,
        stands.due.isoformat() if stands else "",
        said.clock_label(stands),
        stands.late if stands else "",
        first.isoformat() if first else "",
        ", ".join(dict.fromkeys(code for one in steps for code in one.grounds)),
        len(row.questions),
        sum(one.verdict == QuestionVerdict.Verdict.ANSWERED for one in verdicts),
        gettext("yes") if row.visibility == InformationRequest.Visibility.PUBLIC else gettext("no"),
    ]


_ANSWERS = (StepKind.PARTIAL, StepKind.ANSWERED, StepKind.FORM_LETTER, StepKind.REFUSED)
