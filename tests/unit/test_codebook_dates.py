"""Dates that are no more exact than their source: intervals worked out by hand, and what is no date."""

from __future__ import annotations

from datetime import date

import pytest

from barometer.codebook import EventDate, Quarter

INTERVALS = [
    ("2026-03-15", date(2026, 3, 15), date(2026, 3, 15), "day", "2026-03"),
    ("2026-03", date(2026, 3, 1), date(2026, 3, 31), "month", "2026-03"),
    ("2026", date(2026, 1, 1), date(2026, 12, 31), "year", None),
    ("2026-02", date(2026, 2, 1), date(2026, 2, 28), "month", "2026-02"),
    ("2028-02", date(2028, 2, 1), date(2028, 2, 29), "month", "2028-02"),
    ("2028-02-29", date(2028, 2, 29), date(2028, 2, 29), "day", "2028-02"),
    ("2000-02", date(2000, 2, 1), date(2000, 2, 29), "month", "2000-02"),
    ("1900-02", date(1900, 2, 1), date(1900, 2, 28), "month", "1900-02"),
    ("2026-03-30/2026-04-05", date(2026, 3, 30), date(2026, 4, 5), "span", None),
    ("2026-04-01/2026-04-05", date(2026, 4, 1), date(2026, 4, 5), "span", "2026-04"),
    ("2026-04-05/2026-04-05", date(2026, 4, 5), date(2026, 4, 5), "span", "2026-04"),
    ("2025-12/2026-02", date(2025, 12, 1), date(2026, 2, 28), "span", None),
    ("2025/2026-02", date(2025, 1, 1), date(2026, 2, 28), "span", None),
    ("2026-03/2026-03-15", date(2026, 3, 1), date(2026, 3, 15), "span", "2026-03"),
    ("0001", date(1, 1, 1), date(1, 12, 31), "year", None),
    ("9999-12", date(9999, 12, 1), date(9999, 12, 31), "month", "9999-12"),
]


@pytest.mark.parametrize(("iso", "first", "last", "precision", "month"), INTERVALS)
def test_a_date_is_an_interval(iso, first, last, precision, month):
    found = EventDate.parse(iso, "in these words")
    assert (found.first, found.last, found.precision) == (first, last, precision)
    assert found.month == month
    assert (found.iso, found.wording) == (iso, "in these words")


REFUSED = [
    ("2026-02-29", "day of the calendar"),
    ("2026-04-31", "day of the calendar"),
    ("2026-03-00", "day of the calendar"),
    ("2026-13", "month of the calendar"),
    ("2026-00", "month of the calendar"),
    ("2026-13-01", "month of the calendar"),
    ("0000", "year of the calendar"),
    ("2026-04-05/2026-03-30", "ends before it begins"),
    ("2026-05/2026-04", "ends before it begins"),
    *((text, "is not a date") for text in [
        "", "26", "2026-3", "2026-03-1", "15.03.2026", "March 2026", "2026-03-15T00:00", " 2026-03", "2026-03\n",
        "2026-03-30/", "/2026-04-05", "2026/2027/2028", "2026-03-30 / 2026-04-05", "٢٠٢٦", "２０２６-03", "-2026",
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), REFUSED)
def test_what_is_no_date_is_refused_in_words(text, words):
    with pytest.raises(ValueError, match=words):
        EventDate.parse(text)


def test_an_interval_that_ends_before_it_begins_cannot_be_built():
    with pytest.raises(ValueError, match="ends before"):
        EventDate("2026", date(2026, 2, 1), date(2026, 1, 1), "span")


def test_a_date_does_not_change():
    with pytest.raises(AttributeError):
        EventDate.parse("2026").iso = "2027"


@pytest.mark.parametrize(
    ("iso", "inside"),
    [("2026-03", True), ("2026-01-01", True), ("2026-03-31", True), ("2026-04-01", False), ("2026", False),
     ("2025-12-31", False), ("2026-03-30/2026-04-05", False), ("2026-01/2026-03", True)],
)  # fmt: skip
def test_within_a_quarter_means_wholly_within(iso, inside):
    quarter = Quarter.parse("2026Q1")
    assert EventDate.parse(iso).within(quarter.first, quarter.last) is inside


QUARTERS = [
    ("2026Q1", ("2026-01", "2026-02", "2026-03"), date(2026, 1, 1), date(2026, 3, 31)),
    ("2026Q2", ("2026-04", "2026-05", "2026-06"), date(2026, 4, 1), date(2026, 6, 30)),
    ("2026Q3", ("2026-07", "2026-08", "2026-09"), date(2026, 7, 1), date(2026, 9, 30)),
    ("2026Q4", ("2026-10", "2026-11", "2026-12"), date(2026, 10, 1), date(2026, 12, 31)),
]


@pytest.mark.parametrize(("text", "months", "first", "last"), QUARTERS)
def test_a_quarter_has_three_months(text, months, first, last):
    quarter = Quarter.parse(text)
    assert (quarter.months, quarter.first, quarter.last, str(quarter)) == (months, first, last, text)
    assert Quarter.of(first) == Quarter.of(last) == quarter


@pytest.mark.parametrize(
    "text", ["", "2026", "2026Q5", "2026Q0", "Q1 2026", "2026-Q1", "26Q1", "0000Q1", "٢٠٢٦Q1"]
)
def test_what_is_no_quarter_is_refused(text):
    with pytest.raises(ValueError, match="write 2026Q1"):
        Quarter.parse(text)


def test_quarters_are_in_order_and_forgive_case_and_spaces():
    assert Quarter.parse(" 2026q1 ") == Quarter(2026, 1)
    assert sorted([Quarter(2026, 2), Quarter(2025, 4), Quarter(2026, 1)]) == [
        Quarter(2025, 4),
        Quarter(2026, 1),
        Quarter(2026, 2),
    ]
