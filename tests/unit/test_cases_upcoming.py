"""Dates ahead, what passed without news, and the carry-over between two bulletins."""

from __future__ import annotations

from datetime import date

import pytest

from barometer.cases.carryover import carryover
from barometer.cases.state import state_on
from barometer.cases.upcoming import next_dates, passed_without_news, upcoming
from barometer.cases.values import Case, CaseEvent, Period
from barometer.codebook import Event

APRIL = date(2031, 4, 1)
SAULE = {"name": "Saule Oydan", "written": "Saule Oydan", "type": "editor"}
OYLA = {"name": "Oyla", "written": "Oyla", "type": "outlet"}


def told(ident, day, *types, known="2031-12-31", who=(SAULE,), source="bulletin", **fields):
    kind = {"outcome": "relief", "context": "context"}.get(types[0].partition(".")[0], "violation")
    phase = fields.pop("phase", {"relief": "ended", "violation": "imposed"}.get(kind))
    event = Event(kind=kind, types=types, date=day, phase=phase, targets=who, **fields)
    return CaseEvent(ident, event, (source,), date.fromisoformat(known))


def ahead(day, what, of=None):
    return ({"date": day, "what": what, "of": of},)


def arrest(ident="a", until="2031-05-21"):
    return told(ident, "2031-03-21", "legal.house_arrest", upcoming=ahead(until, "end of house arrest"))


KINDS = [
    ("next court hearing, Astana", "hearing"),
    ("end of the mediation talks", "mediation"),
    ("end of house arrest", "end_of_measure"),
    ("окончание домашнего ареста", "end_of_measure"),
    ("үйқамақ мерзімінің аяқталуы", "end_of_measure"),
    ("очередное судебное заседание", "hearing"),
    ("келесі сот отырысы", "hearing"),
    ("reply of the ministry", "reply"),
    ("срок ответа министерства", "reply"),
    ("end of the festival", "other"),
    ("publication of the list", "other"),
]


@pytest.mark.parametrize(("what", "kind"), KINDS)
def test_the_kind_of_a_date_ahead_is_known_by_its_words(what, kind):
    case = Case("x", (told("a", "2031-03-21", "legal.house_arrest", upcoming=ahead("2031-05-21", what)),))
    assert kind in [one.kind for one in upcoming(case, APRIL)]


ENDS = [
    ("legal.house_arrest", "end of house arrest", "house_arrest"),
    ("legal.house_arrest", "end of the arrest", "house_arrest"),
    ("legal.arrest", "end of the arrest", "arrest"),
    ("legal.custody", "end of detention", "custody"),
    ("legal.custody", "end of house arrest", "house_arrest"),
    ("legal.travel_ban", "end of the travel ban", "travel_ban"),
    ("legal.house_arrest", "окончание ареста", "house_arrest"),
]


@pytest.mark.parametrize(("type_", "what", "measure"), ENDS)
def test_the_measure_that_ends_is_known_by_its_words(type_, what, measure):
    case = Case("x", (told("a", "2031-03-21", type_, upcoming=ahead("2031-05-21", what)),))
    assert [one.measure for one in upcoming(case, APRIL) if not one.computed] == [measure]


def test_an_end_before_the_beginning_is_no_term():
    case = Case("x", (arrest(until="2031-03-01"),))
    [row] = state_on(case, APRIL).measures
    assert (row.until, row.standing) == (None, "open")


def test_the_end_of_a_measure_that_is_announced_is_one_date():
    [one] = upcoming(Case("x", (arrest(),)), APRIL)
    assert (one.kind, one.measure, one.of, one.standing, one.computed) == (
        "end_of_measure",
        "house_arrest",
        "Saule Oydan",
        "ahead",
        False,
    )
    assert one.words("en") == "End of the measure: House arrest · Saule Oydan · end of house arrest"
    assert one.words("ru").startswith("Окончание меры: Домашний арест")


def test_the_end_that_follows_from_a_length_is_computed():
    amounts = ({"what": "measure", "value": 2, "unit": "month"},)
    [one] = upcoming(Case("x", (told("a", "2031-03-21", "legal.house_arrest", amounts=amounts),)), APRIL)
    assert (str(one.span), one.computed, one.announced_by) == ("2031-05-21", True, ("a",))


def test_a_deadline_that_is_told_as_a_length_is_computed():
    amounts = ({"what": "deadline", "value": 5, "unit": "day"},)
    asked = told("a", "2031-03-30", "information.delay", amounts=amounts)
    [one] = upcoming(Case("x", (asked,)), APRIL)
    assert (one.kind, str(one.span), one.standing) == ("reply", "2031-04-04", "ahead")
    [one] = upcoming(Case("x", (asked,)), date(2031, 4, 10))
    assert one.standing == "passed"


def test_two_sources_that_announce_one_date_announce_it_once():
    other = told(
        "b",
        "2031-03-21",
        "legal.house_arrest",
        source="letter",
        upcoming=ahead("2031-05", "end of house arrest"),
    )
    [one] = upcoming(Case("x", (arrest(), other)), APRIL)
    assert (str(one.span), one.sources) == ("2031-05-21", ("bulletin", "letter"))


STANDINGS = [
    # further events, day, standing
    ((), "2031-05-21", "ahead"),
    ((), "2031-05-22", "passed"),
    ((("2031-06-01", "obstruction.police_visit"),), "2031-06-10", "met"),
    ((("2031-06-01", "obstruction.police_visit"),), "2031-05-25", "passed"),
    ((("2031-05-01", "obstruction.police_visit"),), "2031-05-25", "passed"),
    ((("2031-05-01", "legal.custody"),), "2031-05-25", "superseded"),
    ((("2031-05-01", "outcome.released", "legal.house_arrest"),), "2031-05-10", "superseded"),
]


@pytest.mark.parametrize(("more", "day", "standing"), STANDINGS)
def test_how_a_date_stands_follows_from_what_came_in(more, day, standing):
    events = (arrest(), *(told(f"m{n}", when, *types) for n, (when, *types) in enumerate(more)))
    [one] = [
        one for one in upcoming(Case("x", events), date.fromisoformat(day)) if one.measure == "house_arrest"
    ]
    assert one.standing == standing


def test_an_extension_puts_a_new_end_in_the_place_of_the_old():
    more = told(
        "b", "2031-05-19", "legal.house_arrest", phase="step", upcoming=ahead("2031-07-21", "end of house arrest")
    )  # fmt: skip
    case = Case("x", (arrest(), more))
    assert [(str(one.span), one.standing) for one in upcoming(case, date(2031, 6, 1))] == [
        ("2031-05-21", "superseded"),
        ("2031-07-21", "ahead"),
    ]
    assert [str(one.span) for one in upcoming(case, date(2031, 5, 1))] == ["2031-05-21"]


def test_undated_background_is_no_news():
    later = told("b", None, "legal.criminal_case", background=True)
    [one] = upcoming(Case("x", (arrest(), later)), date(2031, 6, 1))
    assert one.standing == "passed"


def test_the_next_fourteen_days_over_all_cases_in_order():
    def hearing(day):
        return (told("a", "2031-03-01", "legal.civil_suit", who=(OYLA,), upcoming=ahead(day, "hearing")),)

    cases = [
        Case("late", hearing("2031-04-16")),
        Case("second", hearing("2031-04-15")),
        Case("month", hearing("2031-04")),
        Case("today", hearing("2031-04-01")),
        Case("gone", hearing("2031-03-31")),
    ]
    assert [one.case for one in next_dates(cases, APRIL)] == ["today", "month", "second"]
    assert [one.case for one in next_dates(cases, APRIL, days=15)] == ["today", "month", "second", "late"]
    assert [one.case for one in passed_without_news(cases, APRIL)] == ["gone"]


def test_a_date_that_was_not_yet_known_is_not_ahead():
    case = Case("x", (arrest(),))
    assert upcoming(case, APRIL, known_by=date(2031, 3, 30)) == ()
    assert upcoming(case, date(2031, 3, 20)) == ()


# --- carry-over -------------------------------------------------------------------------------------------

SECOND = Period.parse("2031Q2")

CARRIED = [
    # events, carried, moved, still open
    ((("2031-02-01", "legal.house_arrest"),), True, "no", True),
    ((("2031-04-01", "legal.house_arrest"),), False, None, None),
    ((("2031-02-01", "legal.house_arrest"), ("2031-04-01", "outcome.released")), True, "yes", False),
    ((("2031-02-01", "legal.house_arrest"), ("2031-03-31", "outcome.released")), False, None, None),
    ((("2031-02-01", "legal.house_arrest"), ("2031", "obstruction.police_visit")), True, "perhaps", True),
    ((("2031-02-01", "legal.house_arrest"), ("2031-07-01", "outcome.released")), True, "no", True),
    ((("2031-02-01", "obstruction.insult"),), False, None, None),
    ((("2031-02-01", "legal.detention"),), False, None, None),
    ((("2031-03-30/2031-04-05", "legal.custody"),), True, "perhaps", True),
]


@pytest.mark.parametrize(("events", "carried", "moved", "still_open"), CARRIED)
def test_a_case_is_carried_over_where_it_was_open(events, carried, moved, still_open):
    case = Case("x", tuple(told(f"e{n}", day, *types) for n, (day, *types) in enumerate(events)))
    found = carryover([case], SECOND)
    assert bool(found) is carried
    if found:
        assert (found[0].moved, found[0].still_open) == (moved, still_open)


def test_a_case_with_only_a_date_ahead_is_carried_over():
    statement = told(
        "a", "2031-03-01", "context.statement", upcoming=ahead("2031-04-15", "hearing"), who=(OYLA,)
    )
    [one] = carryover([Case("x", (statement,))], SECOND)
    # what has passed without news by the end is not what comes next
    assert one.next is None
    assert [str(passed.span) for passed in one.passed] == ["2031-04-15"]
    [one] = carryover([Case("x", (statement,))], SECOND, today=date(2031, 4, 10))
    assert str(one.next.span) == "2031-04-15"
    assert one.passed == ()


def test_a_case_without_a_date_was_perhaps_open_before_it_is_known_to_have_begun():
    [one] = carryover([Case("x", (told("a", None, "legal.house_arrest", known="2031-05-01"),))], SECOND)
    assert not one.surely
    [one] = carryover([Case("x", (told("a", None, "legal.house_arrest", known="2031-03-01"),))], SECOND)
    assert one.surely


def test_what_is_carried_over_is_in_the_order_of_slugs_with_last_news_and_next_date():
    cases = [Case("zhuldyz", (arrest(),)), Case("aqiyal", (arrest(),))]
    found = carryover(cases, SECOND)
    assert found == carryover(list(reversed(cases)), SECOND)
    assert [(one.case, one.last_news, str(one.passed[0].span)) for one in found] == [
        ("aqiyal", date(2031, 3, 21), "2031-05-21"),
        ("zhuldyz", date(2031, 3, 21), "2031-05-21"),
    ]
    assert found[0].at_start.measures[0].standing == "in_force"
    assert found[0].at_end.measures[0].standing == "passed"


def test_what_is_learned_later_is_not_in_a_carry_over_as_it_was_known():
    released = told("b", "2031-03-25", "outcome.released", known="2031-06-01")
    started = told("a", "2031-03-21", "legal.house_arrest", known="2031-03-22")
    case = Case("x", (started, released))
    assert carryover([case], SECOND) == ()
    assert len(carryover([case], SECOND, known_by=date(2031, 4, 1))) == 1


def test_carry_over_of_the_first_days_of_the_calendar():
    assert carryover([Case("x")], Period(date.min, date.min)) == ()
