"""Today, where the country is, and its working days."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from barometer.countries import country
from barometer.deadlines.calendar import WorkingCalendar, calendar_of
from barometer.web.public.words import COUNTRY


def today() -> date:
    """The country's date of today; tests put another in its place."""
    return datetime.now(ZoneInfo(country(COUNTRY).timezone)).date()


def working_calendar() -> WorkingCalendar:
    """The country's working days, with those that the desk wrote down (BAROMETER_WORKING_DAYS)."""
    return calendar_of(COUNTRY, settings.WORKING_DAYS)
