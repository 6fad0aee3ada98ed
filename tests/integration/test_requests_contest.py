"""Until when a refusal or a silence can be contested, by hand; on the desk's page and in its calendar. All is invented."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from icalendar import Calendar

from barometer.web.actions import requests, requests_out, requests_steps
from barometer.web.actions.requests import Asked, standing_of
from barometer.web.actions.requests_contest import contest_of
from barometer.web.actions.requests_rules import rules
from barometer.web.public import clock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

TODAY = date(2025, 3, 31)
BY = {"by": "A desk person"}


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def asked(*steps, kind="access", sent="2025-02-03"):
    row = requests.record(
        Asked("Ministry of Rivers", kind, "mail", "en", "Dams", date.fromisoformat(sent)), **BY
    )
    for step, day in steps:
        requests_steps.add(row, step, date.fromisoformat(day), **BY)
    return row


def until(row):
    found = contest_of(row, standing_of(row, rules()), TODAY)
    return found and (found.rule.kind, found.day.isoformat())


@pytest.mark.parametrize(
    ("steps", "more", "expected"),
    [
        # due on 18 February: silence counts from that day, three months on
        ([], {}, ("complaint_before", "2025-05-18")),
        ([("refused", "2025-02-10")], {}, ("complaint_before", "2025-05-10")),
        ([("form_letter", "2025-02-28")], {}, ("complaint_before", "2025-05-28")),
        ([("refused", "2025-02-10"), ("appealed", "2025-02-14")], {}, None),
        ([("answered", "2025-03-03")], {}, None),
        ([("withdrawn", "2025-02-06")], {}, None),
        ([], {"sent": "2025-03-24"}, None),  # it still runs
        ([], {"sent": "2014-02-03"}, None),  # no rule says until when
        # a complaint of 3 February is due on 3 March; a month from what was decided, or from silence
        ([("refused", "2025-02-28")], {"kind": "complaint"}, ("suit_before", "2025-03-28")),
        ([], {"kind": "complaint"}, ("suit_before", "2025-04-03")),
    ],
)
def test_until_when_it_can_be_contested(steps, more, expected):
    assert until(asked(*steps, **more)) == expected


def test_the_desk_reads_it_on_the_page_and_has_it_in_its_calendar(admin_client):
    row = asked(("refused", "2025-02-10"))
    passed = asked(("refused", "2024-12-02"), sent="2024-11-25")
    page = admin_client.get(reverse("desk:request", args=[row.public_id])).content.decode()
    assert "Last day for a complaint before court: 10 May 2025" in page
    text = requests_out.calendar(datetime(2025, 3, 31, tzinfo=UTC), lambda one: "https://desk.example/")
    entries = {one["uid"]: one for one in Calendar.from_ical(text).walk("VEVENT")}
    entry = entries[f"contest-{row.public_id}@press-barometer"]
    assert entry.decoded("dtstart") == date(2025, 5, 10)
    assert f"contest-{passed.public_id}@press-barometer" not in entries
