"""How a notice is answered: drafts with what the notice tells, and the days by which something is to be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from barometer.reach.notice_clock import Course, Outcome
from barometer.reach.notices import Draft, draft_counter, draft_kinds, facts_of, kind_for
from barometer.web.actions.takedowns import notice_of
from barometer.web.records.models import Party
from barometer.web.records.takedowns import NoticeStep, NoticeTarget, TakedownNotice

Kind = NoticeStep.Kind
_TAKEN = (Kind.REMOVED, Kind.RESTRICTED)
PRODUCT = "-//Press Barometer//Takedown notices//EN"


@dataclass(frozen=True)
class Answer:
    """The drafts for the addresses of one outlet (None: of none that we know); `fits` is for the notice's recipient."""

    outlet: Party | None
    fits: Draft
    others: tuple[Draft, ...]

    @property
    def key(self) -> str:
        """The outlet, as it stands in an address."""
        return self.outlet.public_id if self.outlet else ""


def answers(row: TakedownNotice, language: str) -> list[Answer]:
    """Drafts of an answer for each outlet, on its addresses that are not restored; what is not on record is a blank.

    The letters are in English, what is said about them in `language`.
    """
    groups: dict[Party | None, list[NoticeTarget]] = {}
    for target in row.targets.select_related("outlet"):
        if target.state != NoticeTarget.State.RESTORED:
            groups.setdefault(target.outlet, []).append(target)
    return [_answer(row, outlet, targets, language) for outlet, targets in groups.items()]


def _answer(
    row: TakedownNotice, outlet: Party | None, targets: Sequence[NoticeTarget], language: str
) -> Answer:
    notice = replace(notice_of(row), number=row.number, targets=tuple(one.url for one in targets))
    days = {day for one in targets if (day := _removed_on(row, one))}
    on_record = {
        "date_removed": ", ".join(day.isoformat() for day in sorted(days)),
        "outlet": outlet.name if outlet else "",
    }
    facts = facts_of(notice) | on_record
    first = kind_for(notice)
    others = (draft_counter(kind, facts, language) for kind in draft_kinds() if kind != first)
    return Answer(outlet, draft_counter(first, facts, language), tuple(others))


def _removed_on(row: TakedownNotice, target: NoticeTarget) -> date | None:
    """The day on which the address went away, for the last time."""
    day = None
    for step in row.steps.all():
        if step.target_id not in (None, target.pk):
            continue
        if step.kind in _TAKEN:
            day = day or step.day
        elif step.kind in (Kind.RESTORED, Kind.UP):
            day = None
    return day


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
    days = [first[kind] for kind in _TAKEN if kind in first]
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
