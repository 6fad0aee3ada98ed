"""Today, where the country is."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from barometer.countries import country
from barometer.web.public.words import COUNTRY


def today() -> date:
    """The country's date of today; tests put another in its place."""
    return datetime.now(ZoneInfo(country(COUNTRY).timezone)).date()
