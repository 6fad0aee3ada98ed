"""Dates ahead as an iCalendar file, which any calendar can subscribe to."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event, Timezone, TimezoneStandard

from barometer.cases.upcoming import UpcomingDate
from barometer.cases.values import add_days

PRODUCT = "-//Press Barometer//Cases//EN"


def calendar_of(
    dates: Iterable[UpcomingDate],
    made: datetime,
    language: str,
    title: str,
    address: Callable[[UpcomingDate], str] | None = None,
) -> str:
    """An iCalendar text with one whole-day entry a date, in order; the same dates and `made` give the same text.

    A date that is only known as a month or a span is an entry over all its days. `made` is in universal time;
    `address` gives the page that an entry leads to. A calendar without any date has the time zone of its times, for
    one without a component is none (RFC 5545, 3.4).
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    for ahead in sorted(dates, key=lambda one: one.order):
        calendar.add_component(_entry(ahead, made, language, address(ahead) if address else ""))
    if not calendar.subcomponents:
        calendar.add_component(universal_time())
    return str(calendar.to_ical().decode("utf-8"))


def universal_time() -> Timezone:
    """The time zone of a calendar without any entry."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", "Etc/UTC")
    standard.add("dtstart", datetime(1970, 1, 1))
    standard.add("tzoffsetfrom", timedelta(0))
    standard.add("tzoffsetto", timedelta(0))
    zone.add_component(standard)
    return zone


def _entry(ahead: UpcomingDate, made: datetime, language: str, address: str) -> Event:
    entry = Event()
    entry.add("uid", f"{_digest(ahead)}@press-barometer")
    entry.add("dtstamp", made)
    entry.add("dtstart", ahead.span.earliest)
    entry.add("dtend", add_days(ahead.span.last, 1))
    entry.add("summary", ahead.words(language))
    entry.add("description", ", ".join((ahead.case, *ahead.sources)))
    entry.add("categories", [ahead.kind])
    entry.add("transp", "TRANSPARENT")
    if address:
        entry.add("url", address)
    return entry


def _digest(ahead: UpcomingDate) -> str:
    """The same date keeps its name in the calendar, whatever else comes in."""
    parts = (ahead.case, ahead.kind, ahead.of, ahead.measure, str(ahead.span))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
