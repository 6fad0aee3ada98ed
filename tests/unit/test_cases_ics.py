"""Dates ahead as an iCalendar file."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

icalendar = pytest.importorskip("icalendar")

from barometer.cases.ics import calendar_of  # noqa: E402
from barometer.cases.upcoming import upcoming  # noqa: E402
from barometer.cases.values import Case, CaseEvent  # noqa: E402
from barometer.codebook import Event  # noqa: E402

MADE = datetime(2031, 4, 1, 12, 0, tzinfo=UTC)


def dates(*ahead):
    target = {"name": "Сауле Ойдан", "written": "Сауле Ойдан", "type": "editor"}
    event = Event(
        kind="violation",
        types=("legal.house_arrest",),
        phase="imposed",
        date="2031-03-21",
        targets=(target,),
        upcoming=tuple({"date": day, "what": what} for day, what in ahead),
    )
    case = Case("oydan-274", (CaseEvent("a", event, ("bulletin",), date(2031, 4, 1)),))
    return [one for one in upcoming(case, date(2031, 4, 1)) if not one.computed]


def test_a_day_is_an_entry_of_one_whole_day():
    text = calendar_of(dates(("2031-05-21", "hearing; with a comma, and\na line")), MADE, "ru", "Barometer")
    [entry] = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert (entry.decoded("dtstart"), entry.decoded("dtend")) == (date(2031, 5, 21), date(2031, 5, 22))
    assert str(entry["summary"]).startswith("Судебное заседание · Сауле Ойдан · hearing; with a comma")
    assert "\r\n" in text


def test_a_month_is_an_entry_over_all_its_days():
    [entry] = icalendar.Calendar.from_ical(
        calendar_of(dates(("2031-05", "hearing")), MADE, "en", "Barometer")
    ).walk("VEVENT")
    assert (entry.decoded("dtstart"), entry.decoded("dtend")) == (date(2031, 5, 1), date(2031, 6, 1))


def test_the_same_dates_give_the_same_text_and_keep_their_names():
    two = dates(("2031-05-21", "hearing"), ("2031-06-01", "hearing"))
    text = calendar_of(two, MADE, "en", "Barometer")
    assert text == calendar_of(list(reversed(two)), MADE, "en", "Barometer")
    names = [str(entry["uid"]) for entry in icalendar.Calendar.from_ical(text).walk("VEVENT")]
    assert len(set(names)) == 2
    assert names[0] in calendar_of(two[:1], datetime(2031, 4, 2, tzinfo=UTC), "kk", "Barometer")


def test_an_entry_leads_to_its_page():
    text = calendar_of(
        dates(("2031-05-21", "hearing")),
        MADE,
        "en",
        "Barometer",
        lambda ahead: f"https://x.example/{ahead.case}/",
    )
    [entry] = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert str(entry["url"]) == "https://x.example/oydan-274/"


def test_a_calendar_without_dates_is_a_calendar():
    text = calendar_of([], MADE, "en", "Nothing ahead")
    [zone] = icalendar.Calendar.from_ical(text).subcomponents
    assert (zone.name, zone["TZID"]) == ("VTIMEZONE", "Etc/UTC")
