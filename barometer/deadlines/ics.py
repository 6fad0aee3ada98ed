"""Last days of requests as an iCalendar file, which any calendar can subscribe to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from barometer.cases.ics import universal_time

PRODUCT = "-//Press Barometer//Requests//EN"


@dataclass(frozen=True)
class LastDay:
    """A day until which something is due: `name` stays the same however the day moves, `url` leads to it."""

    name: str
    day: date
    words: str
    more: str = ""
    url: str = ""


def calendar_of(days: Iterable[LastDay], made: datetime, title: str, remind: int | None = None) -> str:
    """An iCalendar text with one whole-day entry a last day, in order; `remind` so many days before with an alarm.

    `made` is in universal time. A day that moved (an extension) replaces the entry that had its name.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    for one in sorted(days, key=lambda one: (one.day, one.name)):
        calendar.add_component(_entry(one, made, remind))
    if not calendar.subcomponents:
        calendar.add_component(universal_time())
    return str(calendar.to_ical().decode("utf-8"))


def _entry(one: LastDay, made: datetime, remind: int | None) -> Event:
    entry = Event()
    entry.add("uid", f"{one.name}@press-barometer")
    entry.add("dtstamp", made)
    entry.add("dtstart", one.day)
    entry.add("dtend", one.day + timedelta(days=1))
    entry.add("summary", one.words)
    entry.add("transp", "TRANSPARENT")
    if one.more:
        entry.add("description", one.more)
    if one.url:
        entry.add("url", one.url)
    if remind is not None:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", one.words)
        alarm.add("trigger", timedelta(days=-remind))
        entry.add_component(alarm)
    return entry
