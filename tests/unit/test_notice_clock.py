"""The business days after a counter-notice, by hand and beside an independent list of holidays; how a notice stands."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest

from barometer.reach.notice_clock import Course, Outcome, federal_holidays, is_business_day, window


@pytest.mark.parametrize(
    ("received", "first", "last"),
    [
        # Monday 2 June 2025; no holiday until 19 June (Thursday): 16 June is the tenth, 23 June is the fourteenth
        (date(2025, 6, 2), date(2025, 6, 16), date(2025, 6, 23)),
        # Friday; Christmas, New Year's Day: 22 23 24 26 29 30 31 | 2 5 6 | 7 8 9 12
        (date(2025, 12, 19), date(2026, 1, 6), date(2026, 1, 12)),
        # a Saturday counts from the Monday after: 10 … 21 February (17 is Washington's Birthday): ten days end on 24
        (date(2025, 2, 8), date(2025, 2, 24), date(2025, 2, 28)),
        # leap day: 19 Feb 2024 is a holiday; from Thursday 15: 16 20 21 22 23 26 27 28 29 1 | 4 5 6 7
        (date(2024, 2, 15), date(2024, 3, 1), date(2024, 3, 7)),
        # Thanksgiving on 27 November 2025, the Friday after it is a business day: 18 19 20 21 24 25 26 28 1 2 | 3 4 5 8
        (date(2025, 11, 17), date(2025, 12, 2), date(2025, 12, 8)),
        # 4 July 2026 is a Saturday, kept on Friday 3 (and 19 June is a holiday): 22 23 24 25 26 29 30 1 2 6 | 7 8 9 10
        (date(2026, 6, 19), date(2026, 7, 6), date(2026, 7, 10)),
        # New Year's Day 2022 was kept on 31 December 2021: 20 21 22 23 27 28 29 30 3 4 | 5 6 7 10; 24 kept for Christmas
        (date(2021, 12, 17), date(2022, 1, 4), date(2022, 1, 10)),
    ],
)
def test_the_tenth_and_the_fourteenth_business_day(received: date, first: date, last: date) -> None:
    found = window(received)
    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize("year", range(2000, 2061))
def test_federal_holidays_are_those_of_another_s_list(year: int) -> None:
    theirs = holidays.country_holidays("US", years=year, categories=("public",))
    kept = {day for day in theirs if day.year == year and day.weekday() < 5}
    ours = {day for day in federal_holidays(year) if day.weekday() < 5}
    if (
        date(year + 1, 1, 1).weekday() == 5
    ):  # their list has the last of December only when asked for the next year
        kept.add(date(year, 12, 31))
    assert ours == kept


def test_every_window_has_four_business_days_after_its_first() -> None:
    for offset in range(0, 1500, 7):
        found = window(date(2023, 1, 1) + timedelta(days=offset))
        between = [found.first + timedelta(days=at) for at in range((found.last - found.first).days + 1)]
        assert sum(map(is_business_day, between)) == 5


COUNTER = Course(removed=date(2025, 5, 20), counter_sent=date(2025, 6, 2))


@pytest.mark.parametrize(
    ("course", "today", "outcome"),
    [
        (Course(removed=date(2025, 5, 20)), date(2026, 1, 1), Outcome.SENT),
        (COUNTER, date(2025, 6, 1), Outcome.SENT),
        (COUNTER, date(2025, 6, 2), Outcome.COUNTER_SENT),
        (COUNTER, date(2025, 6, 23), Outcome.COUNTER_SENT),
        (COUNTER, date(2025, 6, 24), Outcome.LAPSED),
        (Course(COUNTER.removed, COUNTER.counter_sent, received=date(2025, 6, 4)), date(2025, 6, 24), Outcome.COUNTER_SENT),
        (Course(COUNTER.removed, COUNTER.counter_sent, sued=date(2025, 6, 10)), date(2025, 7, 1), Outcome.SUED),
        (Course(COUNTER.removed, COUNTER.counter_sent, refused=date(2025, 6, 10)), date(2025, 6, 9), Outcome.COUNTER_SENT),
        (Course(COUNTER.removed, COUNTER.counter_sent, refused=date(2025, 6, 10)), date(2025, 6, 10), Outcome.REFUSED),
        (Course(COUNTER.removed, None, restored=date(2025, 6, 1), refused=date(2025, 5, 25)), date(2025, 6, 1), Outcome.RESTORED),
    ],
)  # fmt: skip
def test_how_a_notice_stands(course: Course, today: date, outcome: Outcome) -> None:
    assert course.outcome(today) is outcome


def test_days_until_restored() -> None:
    assert Course(date(2024, 2, 28), restored=date(2024, 3, 1)).days_until_restored() == 2
    assert Course(date(2024, 2, 28), restored=date(2024, 2, 28)).days_until_restored() == 0
    assert Course(date(2024, 3, 1), restored=date(2024, 2, 28)).days_until_restored() is None
    assert Course(None, restored=date(2024, 2, 28)).days_until_restored() is None
