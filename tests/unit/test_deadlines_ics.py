"""Last days of requests as a calendar file."""

from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar

from barometer.deadlines.ics import LastDay, calendar_of

MADE = datetime(2025, 2, 3, 9, 0, tzinfo=UTC)
RIVERS = LastDay(
    "request-1", date(2025, 2, 10), "Ministry of Rivers, answer due; dams", "5 days", "https://x.example/1"
)


def entries(text):
    return Calendar.from_ical(text).walk("VEVENT")


def test_one_whole_day_entry_a_last_day_in_order():
    lakes = LastDay("request-2", date(2025, 2, 5), "Ministry of Lakes, answer due")
    first, second = entries(calendar_of([RIVERS, lakes], MADE, "Requests"))
    assert (first["summary"], first.decoded("dtstart")) == ("Ministry of Lakes, answer due", date(2025, 2, 5))
    assert second.decoded("dtend") - second.decoded("dtstart") == timedelta(days=1)
    assert second["summary"] == "Ministry of Rivers, answer due; dams"
    assert (second["url"], second["description"]) == ("https://x.example/1", "5 days")


def test_a_day_that_moved_keeps_its_name():
    before = entries(calendar_of([RIVERS], MADE, "Requests"))[0]
    later = LastDay("request-1", date(2025, 2, 25), RIVERS.words)
    after = entries(calendar_of([later], MADE, "Requests"))[0]
    assert before["uid"] == after["uid"]
    assert before["dtstart"] != after["dtstart"]


def test_a_reminder_comes_so_many_days_before():
    alarm = entries(calendar_of([RIVERS], MADE, "Requests", remind=2))[0].walk("VALARM")[0]
    assert alarm.decoded("trigger") == timedelta(days=-2)


def test_no_day_is_a_calendar_all_the_same():
    assert Calendar.from_ical(calendar_of([], MADE, "Requests")).walk("VTIMEZONE")
