"""How a notice is answered: drafts with what the notice tells, and the days by which something is to be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from barometer.reach.notice_clock import Course, Outcome
from barometer.reach.notices import Draft, draft_counter, draft_kinds, facts_of, kind_for
from barometer.web.actions.takedowns import notice_of
from barometer.web.records.takedowns import NoticeStep, TakedownNotice

Kind = NoticeStep.Kind
PRODUCT = "-//Press Barometer//Takedown notices//EN"


def drafts(row: TakedownNotice, language: str) -> list[Draft]:
    """Drafts of an answer, that which fits the recipient first; what the notice does not tell is a blank.

    The letters are in English, what is said about them in `language`.
    """
    notice = replace(notice_of(row), number=row.number)
    first = kind_for(notice)
    facts = facts_of(notice)
    kinds = [first, *(kind for kind in draft_kinds() if kind != first)]
    return [draft_counter(kind, facts, language) for kind in kinds]


# --- days ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    """The days on which what was removed should be put back, for a notice whose counter-notice was sent."""

    row: TakedownNotice
    first: date
    last: date
    outcome: Outcome


def course(row: TakedownNotice) -> Course:
    """What happened to a notice, by the first step of each kind."""
    first: dict[str, date] = {}
    for step in sorted(row.steps.all(), key=lambda step: (step.day, step.pk)):
        first.setdefault(step.kind, step.day)
    days = [first[kind] for kind in (Kind.REMOVED, Kind.RESTRICTED) if kind in first]
    return Course(
        removed=min(days, default=None),
        counter_sent=first.get(Kind.COUNTER),
        restored=first.get(Kind.RESTORED),
        refused=first.get(Kind.REFUSED),
        sued=first.get(Kind.COURT),
    )


def due_of(row: TakedownNotice, today: date) -> Due | None:
    """The days of a notice; None where no counter-notice was sent, or the ground is none that the law gives days for."""
    found = course(row)
    window = found.window
    if window is None or row.ground != TakedownNotice.Ground.COPYRIGHT:
        return None
    return Due(row, window.first, window.last, found.outcome(today))


def waiting(today: date, ahead: timedelta = timedelta(days=14)) -> list[Due]:
    """The notices whose days are running, near or over without anything known to have happened; the nearest first."""
    rows = TakedownNotice.objects.filter(
        ground=TakedownNotice.Ground.COPYRIGHT, steps__kind=Kind.COUNTER
    ).distinct()
    found = [due_of(row, today) for row in rows.prefetch_related("steps")]
    open_ = (Outcome.COUNTER_SENT, Outcome.LAPSED)
    return sorted(
        (one for one in found if one and one.outcome in open_ and one.first <= today + ahead),
        key=lambda one: (one.last, one.row.pk),
    )


def calendar(due: Due | None, made: datetime, address: str, words: Mapping[str, str]) -> str:
    """The days as a calendar; it names nobody, for calendars lie elsewhere. `words` by "title", "first", "last"."""
    found = Calendar()
    found.add("prodid", PRODUCT)
    found.add("version", "2.0")
    found.add("x-wr-calname", words["title"])
    for name in ("first", "last") if due else ():
        day = getattr(due, name)
        entry = Event()
        entry.add("uid", f"{due.row.public_id}-{name}@press-barometer")
        entry.add("dtstamp", made)
        entry.add("dtstart", day)
        entry.add("dtend", day + timedelta(days=1))
        entry.add("summary", words[name])
        entry.add("transp", "TRANSPARENT")
        entry.add("url", address)
        found.add_component(entry)
    return found.to_ical().decode()
