"""How bodies answer: every figure worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest

from barometer.deadlines.calendar import calendar_of
from barometer.deadlines.clock import rules_of
from barometer.deadlines.statistics import Share, course_of, figures, median_days, together, wilson
from barometer.deadlines.values import Step, StepKind

ON = date(2025, 3, 31)
RIVERS, LAKES = "Ministry of Rivers", "Ministry of Lakes"
EARLY = "2025-02-03"  # due on 18 February
LATELY = "2025-03-24"  # due on 8 April: still running


def course(sent, *steps, grounds=(), body=RIVERS):
    told = [Step(StepKind.SENT, date.fromisoformat(sent))]
    told += [Step(StepKind(kind), date.fromisoformat(day), body=to) for kind, day, to in steps]
    return course_of(body, "access", told, ON, calendar_of("KZ"), rules_of("KZ"), grounds)


COURSES = (
    course(EARLY, ("answered", "2025-02-10", "")),
    course(EARLY, ("answered", "2025-02-18", "")),
    course(EARLY, ("answered", "2025-02-20", "")),
    course(EARLY, ("refused", "2025-02-10", ""), grounds=["official_use"]),
    course(EARLY),
    course(EARLY, ("partial", "2025-02-14", "")),
    course(EARLY, ("form_letter", "2025-02-17", "")),
    course(EARLY, ("withdrawn", "2025-02-06", "")),
    course(LATELY, ("answered", "2025-03-25", "")),
    course(LATELY),
    course(EARLY, ("transferred", "2025-02-05", LAKES), ("answered", "2025-02-20", "")),
)


def test_every_request_is_counted_once_with_the_body_that_has_it():
    lakes, rivers = figures(COURSES)
    assert (rivers.body, rivers.requests, rivers.passed_on) == (RIVERS, 10, 1)
    assert (rivers.withdrawn, rivers.running, rivers.due) == (1, 2, 7)
    assert rivers.requests == rivers.withdrawn + rivers.running + rivers.due
    assert (rivers.in_time, rivers.late, rivers.partial) == (2, 1, 1)
    assert (rivers.refused, rivers.form_letter, rivers.silent) == (1, 1, 1)
    assert rivers.grounds == (("official_use", 1),)
    assert (lakes.body, lakes.requests, lakes.due, lakes.in_time, lakes.passed_on) == (LAKES, 1, 1, 1, 0)


def test_a_quick_answer_counts_when_a_slow_one_would():
    quick = [course(LATELY, ("answered", "2025-03-25", ""))] * 9
    assert together(quick).share == Share(0, 0)


def test_a_share_has_its_denominator_and_its_interval():
    share = figures(COURSES)[1].share
    assert (share.part, share.whole) == (2, 7)
    assert share.rate == pytest.approx(0.2857, abs=1e-4)
    assert share.interval == pytest.approx((0.0822, 0.6411), abs=1e-4)


def test_below_the_least_number_there_are_only_counts():
    lakes = figures(COURSES)[0]
    assert (lakes.share.part, lakes.share.whole) == (1, 1)
    assert (lakes.share.rate, lakes.share.interval, lakes.median, lakes.enough) == (None, None, None, False)


def test_withdrawn_after_the_last_day_was_silence():
    late = course(EARLY, ("withdrawn", "2025-02-20", ""))
    found = together([late])
    assert (found.withdrawn, found.due, found.silent) == (0, 1, 1)


def test_passed_on_twice_counts_with_the_last():
    looped = course(EARLY, ("transferred", "2025-02-05", LAKES), ("transferred", "2025-02-10", RIVERS))
    lakes, rivers = figures([looped])
    assert (lakes.requests, lakes.passed_on) == (0, 1)
    assert (rivers.requests, rivers.passed_on) == (1, 1)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    # Wilson 1927; the first as in Newcombe 1998, table I
    [(81, 263, 0.2553, 0.3662), (5, 10, 0.2366, 0.7634), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_of_a_share(part, whole, low, high):
    assert wilson(part, whole) == pytest.approx((low, high), abs=1e-4)
    mirrored = wilson(whole - part, whole)
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-4)


@pytest.mark.parametrize(("part", "whole"), [(0, 0), (-1, 5), (6, 5)])
def test_what_is_no_share_is_refused(part, whole):
    with pytest.raises(ValueError, match="no share"):
        wilson(part, whole)


@pytest.mark.parametrize(
    ("answered", "unanswered", "never", "median"),
    [
        ([1, 2, 3], [], 0, 2),  # 1 - 1/3, then 1/3
        ([1, 2, 3, 4], [], 0, 2),  # a half is reached on the second day
        ([3, 5, 8], [4, 10], 1, 8),  # 5/6, 5/6 * 3/4 = 0.625, 0.625 * 2/3 = 0.417
        ([3, 5], [9, 10], 1, None),  # 4/5, 3/5: half is not reached
        ([3, 5], [1, 1], 0, 3),  # those who waited a day say nothing of the third: 1/2
        ([], [4], 0, None),
        ([2, 2, 2], [], 3, 2),  # three of six on one day
    ],
)
def test_within_how_many_days_half_are_answered(answered, unanswered, never, median):
    assert median_days(answered, unanswered, never) == median


def test_half_is_not_reached_where_refusals_and_silence_are_counted():
    # answered after 1, 7, 15, 17 days; open for 7, 56, 56; two will not be answered:
    # 8/9, 7/9, 7/9 * 5/6 = 0.648, 0.648 * 4/5 = 0.519
    assert figures(COURSES)[1].median is None
    assert figures(COURSES)[1].enough


def test_half_is_reached_with_one_more_answer():
    more = (*COURSES, course(EARLY, ("answered", "2025-02-21", "")))
    # day 18: at risk are that answer, two open and two that will not be answered, of now ten:
    # 9/10, 8/10, 8/10 * 6/7 = 0.686, * 5/6 = 0.571, * 4/5 = 0.457
    assert figures(more)[1].median == 18
