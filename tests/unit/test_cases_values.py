"""Intervals, periods, events of a case, and cases from coded files."""

from __future__ import annotations

from datetime import date

import pytest

from barometer.cases.telling import combined
from barometer.cases.values import Case, CaseEvent, Choice, Period, Said, Span, add_months
from barometer.codebook import Event
from barometer.errors import UnknownValue

MARCH = Span(date(2031, 3, 1), date(2031, 3, 31))
DAY = Span.day(date(2031, 3, 17))
NEXT = Span.day(date(2031, 3, 18))
KNOWN = date(2031, 4, 13)


def detention(ident, **fields):
    event = Event(kind="violation", types=("legal.detention",), phase="imposed", **fields)
    return CaseEvent(ident, event, ("bulletin",), KNOWN)


def test_a_month_and_a_day_in_it_meet_in_the_day():
    assert MARCH.meet(DAY) == DAY.meet(MARCH) == DAY
    assert MARCH.apart(DAY) == 0


def test_two_days_meet_in_all_that_lies_between():
    assert DAY.meet(NEXT) == Span(DAY.earliest, NEXT.last)
    assert DAY.apart(NEXT) == NEXT.apart(DAY) == 1


def test_spans_are_combined_alike_in_any_order():
    spans = [MARCH, DAY, NEXT, DAY, Span.of(None, KNOWN)]
    assert combined(spans) == combined(reversed(spans)) == Span(DAY.earliest, NEXT.last)
    assert combined([MARCH, Span.of(None, KNOWN)]) == MARCH


@pytest.mark.parametrize(
    ("span", "text"),
    [(DAY, "2031-03-17"), (MARCH, "2031-03-01/2031-03-31"), (Span.of(None, KNOWN), "…/2031-04-13")],
)
def test_a_span_is_written_as_exactly_as_it_is_known(span, text):
    assert str(span) == text


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2031, 1, 31), 1, date(2031, 2, 28)),
        (date(2032, 1, 31), 1, date(2032, 2, 29)),
        (date(2031, 12, 15), 1, date(2032, 1, 15)),
        (date(2031, 3, 21), 2, date(2031, 5, 21)),
        (date(2031, 3, 31), -1, date(2031, 2, 28)),
    ],
)
def test_months_are_counted_to_the_same_day_or_the_last_of_the_month(day, months, then):
    assert add_months(day, months) == then


def test_terms_beyond_the_last_day_of_the_calendar_end_there():
    assert DAY.plus_months(12 * 9000).last == date.max
    assert Span.of(None, KNOWN).plus_days(3).first is None


def test_what_is_told_has_happened_by_the_day_on_which_it_became_known():
    assert detention("a", date="2031").span == Span(date(2031, 1, 1), KNOWN)
    assert detention("a").span == Span.of(None, KNOWN)
    assert detention("a", date="2031-05-02").span == Span.day(date(2031, 5, 2))


def test_the_order_of_events_does_not_matter():
    one, two = detention("a", date="2031-03-17"), detention("b", date="2031-03-02")
    assert Case("x", (one, two)) == Case("x", (two, one)) == Case("x", (one,)).plus(two)


def test_two_events_with_one_id_are_refused():
    with pytest.raises(ValueError, match="two events with one id"):
        Case("x", (detention("a"), detention("a")))


def test_an_event_without_a_source_or_with_an_unknown_stage_is_refused():
    event = detention("a").event
    with pytest.raises(ValueError, match="at least one source"):
        CaseEvent("a", event, (), KNOWN)
    with pytest.raises(ValueError, match="'ordeal' is not a stage"):
        CaseEvent("a", event, ("bulletin",), KNOWN, stage="ordeal")
    with pytest.raises(UnknownValue, match="'banishment' is not a measure"):
        CaseEvent("a", event, ("bulletin",), KNOWN, measure="banishment")


@pytest.mark.parametrize("field", ["reason", "by"])
def test_a_choice_has_a_reason_and_says_who_chose(field):
    fields = {"reason": "the court's record", "by": "editor"} | {field: " "}
    with pytest.raises(ValueError, match="reason"):
        Choice("x", "date:a", "2031-03-17", on=KNOWN, **fields)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026Q2", date(2026, 4, 1), date(2026, 6, 30)),
        ("2026q2", date(2026, 4, 1), date(2026, 6, 30)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-04-03/2026-05-10", date(2026, 4, 3), date(2026, 5, 10)),
        (" 2026-04-03 ", date(2026, 4, 3), date(2026, 4, 3)),
    ],
)
def test_a_period_is_a_quarter_a_month_a_year_or_two_dates(text, first, last):
    assert Period.parse(text) == Period(first, last)


@pytest.mark.parametrize("text", ["", "2026Q5", "spring", "2026-05-10/2026-04-03", "2026-13"])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(ValueError):
        Period.parse(text)


def test_a_case_as_it_was_known_has_only_what_was_known():
    case = Case("x", (detention("a"),))
    assert case.known_by(date(2031, 4, 12)).events == ()
    assert case.known_by(KNOWN) == case.known_by(None) == case


def test_a_statement_beside_the_fields_is_a_point_with_a_value():
    assert Said("role:Saule Oydan", "founder") == Said("role:Saule Oydan", "founder")
