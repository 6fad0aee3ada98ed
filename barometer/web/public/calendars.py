"""Dates ahead over all cases: the calendar page and the feed. Published events only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from barometer.cases.ics import calendar_of
from barometer.cases.upcoming import FORTNIGHT, UpcomingDate, upcoming
from barometer.cases.values import add_days
from barometer.web.public import cards, casepage, columns, following, joined, memory, stories, words
from barometer.web.public.following import Coming
from barometer.web.records import timelines
from barometer.web.records.models import Event, Source

#: Reminders that are older stand on the pages of their cases only.
REMIND_DAYS = 365
#: What is over stays so long in the feed, so that it does not vanish from a calendar on the next morning.
FEED_KEEPS_DAYS = 60


@dataclass(frozen=True)
class Entry:
    """A date with its case."""

    coming: Coming
    title: str
    address: str


@dataclass(frozen=True)
class Week:
    """The dates of a week, which begins on a Monday."""

    title: str
    entries: tuple[Entry, ...]


def dates_on(day: date) -> list[UpcomingDate]:
    """Every date of every case that the public sees, with how it stands on the day; worked out once a revision.

    In a large ledger, of the open cases that moved last: see `is_cut`.
    """
    return memory.remembered(("dates", day, words.language()), lambda: _dates(day, None))


def is_cut() -> bool:
    """Whether the ledger is so large that the calendar tells of `stories.MOST_WATCHED` cases only.

    What lies ahead follows from all that happened in a case; of hundreds of thousands that takes minutes.
    """
    return columns.is_large() and len(stories.listed().standing(stories.OPEN)) > stories.MOST_WATCHED


def _dates(day: date, among: QuerySet[Event] | None) -> list[UpcomingDate]:
    """The dates; of cases of some events only, where it is said of which."""
    events = timelines.with_dates(timelines.public_events())
    if among is not None:
        latest = among.exclude(case=None).order_by("case").values("case").annotate(moved=Max("first_day"))
        cases = latest.order_by("-moved").values_list("case", flat=True)[: stories.MOST_WATCHED]
        events = events.filter(case__in=list(cases))
    elif is_cut():
        watched = stories.listed().standing(stories.OPEN)[: stories.MOST_WATCHED]
        events = events.filter(case__in=[row.pk for row in watched])
    found = timelines.cases(events, public=True, names=joined.names())
    return sorted((ahead for case in found for ahead in upcoming(case, day)), key=lambda ahead: ahead.order)


def context(day: date) -> dict[str, Any]:
    """What the calendar page shows on a day."""
    every = dates_on(day)
    ahead = [one for one in every if one.standing == "ahead"]
    passed = [one for one in every if one.standing == "passed"]
    recent = [one for one in passed if one.span.last >= add_days(day, -REMIND_DAYS)]
    entries = _entries([*ahead, *recent], day)
    soon = [one for one in ahead if one.span.earliest <= add_days(day, FORTNIGHT)]
    return {
        "soon": weeks((entries[one] for one in soon), day),
        "later": weeks((entries[one] for one in ahead if one not in soon), day),
        "passed": [entries[one] for one in reversed(recent)],
        "how_many": len(ahead),
        "older": len(passed) - len(recent),
        "cut": stories.MOST_WATCHED if is_cut() else 0,
        "today": words.day_words(day),
    }


def _entries(dates: list[UpcomingDate], day: date) -> dict[UpcomingDate, Entry]:
    told = {event for ahead in dates for event in ahead.announced_by}
    rows = following.Rows(cards.ready(Event.objects.public().filter(public_id__in=told)))
    titles = stories.titles({joined.slug_of(ahead.case) for ahead in dates})
    return {
        ahead: Entry(
            following.coming(ahead, rows, day),
            titles.get(joined.slug_of(ahead.case), joined.slug_of(ahead.case)),
            casepage.address_of(ahead.case),
        )
        for ahead in dates
    }


def weeks(entries: Iterable[Entry], day: date) -> list[Week]:
    """Entries under their week; one that may begin before the day stands under the day's week."""

    def monday(entry: Entry) -> date:
        first = max(entry.coming.ahead.span.earliest, day)
        return add_days(first, -first.weekday())

    ordered = sorted(entries, key=lambda entry: (monday(entry), entry.coming.ahead.order))
    return [Week(_week_words(first), tuple(of)) for first, of in groupby(ordered, key=monday)]


def _week_words(first: date) -> str:
    last = first + timedelta(6) if first <= date.max - timedelta(6) else date.max
    return words.when(f"{first.isoformat()}/{last.isoformat()}").short


def feed(day: date, address: Callable[[str], str], among: QuerySet[Event] | None = None) -> str:
    """The dates as iCalendar text; the same ledger and day give the same text.

    `among` leaves those that one of these events announced.
    """
    since = add_days(day, -FEED_KEEPS_DAYS)
    every = _dates(day, among) if among is not None and columns.is_large() else dates_on(day)
    kept = [one for one in every if one.standing != "superseded" and one.span.last >= since]
    if among is not None:
        announced = {event for one in kept for event in one.announced_by}
        told = set(among.filter(public_id__in=announced).values_list("public_id", flat=True))
        kept = [one for one in kept if told.intersection(one.announced_by)]
    sources = Source.objects.filter(name__in={name for one in kept for name in one.sources})
    titles = {row.name: following.source_words(row) for row in sources}
    people = joined.withheld()
    named = (
        replace(
            one,
            case=joined.slug_of(one.case),
            what=people.text(one.what, words.language()),
            sources=tuple(titles.get(name) or people.text(name, "en") for name in one.sources),
        )
        for one in kept
    )
    changed = Event.objects.public().aggregate(last=Max("changed_at"))["last"] or timezone.now()
    return calendar_of(
        named,
        changed.replace(microsecond=0),
        words.language(),
        gettext("Press Barometer: dates ahead"),
        address=lambda ahead: address(ahead.case),
    )
