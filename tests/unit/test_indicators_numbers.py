"""Breakdowns, spheres, outcomes and days of liberty: worked out by hand on a few invented events."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from barometer.cases.rules import rules
from barometer.cases.state import AtLeastAtMost, state_on
from barometer.cases.values import Case, CaseEvent
from barometer.codebook import Event, codebook
from barometer.errors import UnknownValue
from barometer.indicators import Counted
from barometer.indicators.breakdown import breakdowns, of_figure
from barometer.indicators.courses import Course, Endings, Lengths, courses
from barometer.indicators.in_force import Count, Run, on, series, stays
from barometer.indicators.liberty import days_lost
from barometer.indicators.quarter import rules_of_counting
from barometer.indicators.report import Appearance, Given, Site, report, sdg_people
from barometer.indicators.spheres import composite, methods, spheres, words


def _event(types, day="2031-02-10", kind="violation", phase="imposed", **more) -> Event:
    return Event.model_validate(
        {"kind": kind, "types": list(types), "date": day} | ({"phase": phase} if phase else {}) | more
    )


def _row(ident, event, section=None, month=None, again=False) -> Counted:
    return Counted(event, section, month, f"item-{ident}", again, ident)


TARGET = [{"written": "Qiyal News", "name": "Qiyal News", "type": "outlet"}]
COURT = {"written": "the court", "name": "Invented District Court", "type": "court", "role": "decider"}
PLAINTIFF = {"written": "a firm", "name": "Bulut Ltd", "type": "company", "role": "complainant"}
ROWS = [
    _row(
        "a",
        _event(["legal.civil_suit"], actors=[COURT, PLAINTIFF], targets=TARGET, provisions=["KZ-CIVIL-143"]),
    ),
    _row(
        "b",
        _event(["legal.fine", "digital.website_blocking"], day="2031-03-02", actors=[COURT], targets=TARGET),
    ),
    _row("c", _event(["digital.ddos"], day="2031-03-05", targets=TARGET, alleged=True)),
    _row("d", _event(["legal.custody"], phase="step", targets=TARGET)),
    _row(
        "e", _event(["outcome.dismissed", "legal.civil_suit"], kind="relief", phase="ended", targets=TARGET)
    ),
    _row("f", _event(["context.bill"], kind="context", phase=None)),
    _row("g", _event(["life.killing"], background=True, targets=TARGET)),
    _row("h", _event(["life.killing"], targets=TARGET), again=True),
]


def test_what_is_counted_is_neither_background_nor_told_again():
    assert [row.id for row in of_figure("new_violations", ROWS)] == ["a", "b", "c"]
    assert [row.id for row in of_figure("steps", ROWS)] == ["d"]
    assert [row.id for row in of_figure("relief", ROWS)] == ["e"]
    assert [row.id for row in of_figure("context", ROWS)] == ["f"]


def test_each_count_has_its_events():
    found = {one.by: one for one in breakdowns(of_figure("new_violations", ROWS), "2031Q1")}
    assert [(cell.key, cell.events) for cell in found["month"].cells] == [
        ("2031-02", ("a",)),
        ("2031-03", ("b", "c")),
    ]
    assert [(cell.key, cell.count) for cell in found["decider"].cells] == [("court", 2)]
    assert [(cell.key, cell.events) for cell in found["complainant"].cells] == [("company", ("a",))]
    assert [(cell.key, cell.events) for cell in found["provision"].cells] == [("KZ-CIVIL-143", ("a",))]
    assert {cell.key: cell.count for cell in found["type"].cells} == {
        "legal.civil_suit": 1, "legal.fine": 1, "digital.website_blocking": 1, "digital.ddos": 1,
    }  # fmt: skip
    assert found["region"].cells[0].key == ""
    for one in found.values():
        assert one.overlaps or sum(cell.count for cell in one.cells) == 3


def test_a_sphere_weighs_its_new_violations():
    severities = {
        code: codebook().types[code].severity
        for code in ("legal.civil_suit", "legal.fine", "digital.ddos", "digital.website_blocking")
    }
    weights = methods()[1].weights
    found = {row.sphere: row for row in spheres(ROWS)}
    # b's gravest type decides its weight, its main type its sphere; c is alleged by one side and weighs half.
    gravest = max(severities["legal.fine"], severities["digital.website_blocking"])
    assert found["legal"].weight == weights[severities["legal.civil_suit"]] + weights[gravest]
    assert found["digital"].weight == weights[severities["digital.ddos"]] / 2
    assert found["life_and_access"].weight == 0 and found["life_and_access"].events == ()
    assert found["climate"].events == ("f",)
    assert sum(found["legal"].by_severity.values()) == 2


def test_the_method_is_named_and_every_type_has_a_sphere_or_lifts_something():
    method = methods()[1]
    for code in codebook().types:
        assert (method.sphere_of(code) is None) == code.startswith("outcome.")
    assert set(method.weights) == {one.severity for one in codebook().types.values()}
    assert all(words(sphere, language) for sphere in method.spheres for language in ("en", "ru", "kk"))
    with pytest.raises(UnknownValue, match="no method 99"):
        spheres([], 99)


def test_the_experiment_is_no_sum_and_leaves_the_climate_out():
    found = spheres(ROWS)
    weights = [row.weight for row in found if row.sphere != "climate"]
    product = 1.0
    for weight in weights:
        product *= 1 + weight
    assert composite(found) == pytest.approx(product ** (1 / 4) - 1)
    assert composite(spheres([])) == 0


# --- how long, and how it ended ---------------------------------------------------------------------------


def _lengths(*courses):
    """Of courses told as their days, and "" for those that did not end."""
    found = Lengths()
    for days, *outcome in courses:
        found.add(Course("case", "someone", days, *(outcome or ["won"])))
    return found


def _outcomes(states, proceeding, day):
    found = Endings(proceeding)
    for state in states:
        found.add(state, day)
    return found.told()


def test_open_cases_count_for_as_long_as_they_were_seen():
    # Of five, one ends on day 10 (4 of 5 are still open), one was seen for 20 days only, one ends on day 30: three were
    # at risk, so 4/5 × 2/3 = 8/15; one ends on day 40 of two: 4/15. The median is day 40; by the ended alone it is 30.
    found = _lengths((10,), (20, ""), (30,), (40,), (90, ""))
    assert [(step.days, step.at_risk, step.open) for step in found.still_open()] == [
        (10, 5, pytest.approx(4 / 5)), (30, 3, pytest.approx(8 / 15)), (40, 2, pytest.approx(4 / 15)),
    ]  # fmt: skip
    assert (found.began, found.ended, found.median_days()) == (5, 3, 40)
    assert _lengths((10,), (20, ""), (30, "")).median_days() is None
    assert _lengths((10,), (20,)).median_days() == 10
    # Two of four end on day 10, one is last seen on it and was at risk too: half are open, and one of these ends on day 15.
    found = _lengths((10,), (10, ""), (10,), (15,))
    assert [(step.days, step.at_risk, step.open) for step in found.still_open()] == [
        (10, 4, pytest.approx(1 / 2)), (15, 1, 0),
    ]  # fmt: skip
    assert _lengths().median_days() is None


def test_every_stage_that_counting_names_is_one_of_its_proceeding():
    for proceeding, sorts in rules_of_counting()["outcomes"].items():
        stages = rules().proceedings[proceeding].stages
        named = [stage for sort in sorts.values() for stage in sort]
        assert set(named) <= set(stages) and len(named) == len(set(named))


def _case(slug, *events: Event) -> Case:
    return Case(
        slug,
        tuple(
            CaseEvent(f"{slug}-{n}", event, ("source",), date(2031, 12, 31)) for n, event in enumerate(events)
        ),
    )


def test_suits_are_told_by_how_they_ended():
    suit = _event(["legal.civil_suit"], "2031-01-10", targets=TARGET)
    won = _event(
        ["outcome.dismissed", "legal.civil_suit"], "2031-03-11", kind="relief", phase="ended", targets=TARGET
    )
    cases = [_case("one", suit, won), _case("two", suit)]
    day = date(2031, 3, 31)
    states = [state_on(case, day) for case in cases]
    found = courses(states, "civil", day)
    assert [(one.case, one.days, one.ended) for one in found] == [("one", 60, True), ("two", 80, False)]
    told = _outcomes(states, "civil", day)
    assert (told.for_media, told.against, told.open, told.decided) == (1, 0, 1, 1)
    assert told.events == ("one-0", "one-1")


def test_how_a_suit_stood_on_an_earlier_day_does_not_change_with_what_came_later():
    suit = _event(["legal.civil_suit"], "2031-01-10", targets=TARGET)
    won = _event(
        ["outcome.dismissed", "legal.civil_suit"], "2031-04-11", kind="relief", phase="ended", targets=TARGET
    )
    states = [state_on(_case("one", suit, won), date(2031, 6, 1))]
    (course,) = courses(states, "civil", date(2031, 3, 31))
    assert (course.days, course.ended) == (80, False)
    assert _outcomes(states, "civil", date(2031, 3, 31)).open == 1
    assert courses(states, "civil", date(2031, 1, 9)) == ()
    assert _outcomes(states, "civil", date(2031, 1, 9)).open == 0


AS_OF = date(2031, 12, 31)


def test_days_of_liberty_are_those_of_the_period():
    person = [{"written": "Dina Qiyalova", "name": "Dina Qiyalova", "type": "journalist"}]
    custody = _event(["legal.custody"], "2030-12-22", targets=person)
    released = _event(
        ["outcome.released", "legal.custody"], "2031-01-15", kind="relief", phase="ended", targets=person
    )
    found = stays([_case("one", custody, released)], AS_OF)
    (lost,) = days_lost(found, date(2031, 1, 1), date(2031, 3, 31))
    # From 1 to 15 January: fifteen days; the ten of December are of the quarter before.
    assert (lost.subject, lost.days, lost.cases) == ("Dina Qiyalova", AtLeastAtMost(15, 15), ("one",))
    assert days_lost(found, date(2031, 4, 1), date(2031, 6, 30)) == ()
    (before,) = days_lost(found, date(2030, 10, 1), date(2030, 12, 31))
    assert before.days == AtLeastAtMost(10, 10)


def test_of_a_quarter_from_which_nothing_dates_a_measure_nothing_is_told():
    """Released on 10 February; nothing says since when she was in custody."""
    person = _person("Dina Qiyalova")
    released = _event(
        ["outcome.released", "legal.custody"], "2031-02-10", kind="relief", phase="ended", targets=person
    )
    cases = [_case("one", released)]
    found = stays(cases, AS_OF)
    # The day of the release for certain; at most from 1 January on: 31 days and 10.
    (lost,) = days_lost(found, date(2031, 1, 1), date(2031, 3, 31))
    assert lost.days == AtLeastAtMost(1, 41)
    assert on(found, date(2031, 1, 1)) == {"custody": Count(0, 0, 1)}
    assert on(found, date(2031, 2, 10)) == {"custody": Count(1, 1, 1)}
    for first, last in (
        (date(2030, 10, 1), date(2030, 12, 31)),
        (date(2019, 1, 1), date(2019, 3, 31)),
        (date(2031, 4, 1), date(2031, 6, 30)),
    ):
        assert days_lost(found, first, last) == ()
        assert on(found, first) == on(found, last) == {}
        assert series(found, first, last) == {}
        assert not found[0].touches(first, last)
    told = report("2019Q1", Given([], cases=cases), AS_OF)
    assert told.figure("days_of_liberty_lost").at_most == 0
    assert told.figure("people_who_lost_liberty").at_most == 0


def test_a_measure_without_any_day_is_told_of_no_quarter_before_its_report():
    """Of the custody no day is told at all; it became known on the last day of June."""
    custody = _event(["legal.custody"], None, targets=_person("Dina Qiyalova"))
    case = Case("one", (CaseEvent("one-0", custody, ("source",), date(2031, 6, 30)),))
    found = stays([case], date(2031, 6, 30))
    assert days_lost(found, date(2019, 1, 1), date(2019, 3, 31)) == ()
    assert days_lost(found, date(2031, 1, 1), date(2031, 3, 31)) == ()
    # By the last day of June it had begun; at most it lasted from 1 April on, 91 days.
    (lost,) = days_lost(found, date(2031, 4, 1), date(2031, 6, 30))
    assert lost.days == AtLeastAtMost(1, 91)


def test_nobody_loses_more_days_than_there_are():
    person = [{"written": "Dina Qiyalova", "name": "Dina Qiyalova", "type": "journalist"}]
    one = _case(
        "one",
        _event(
            ["legal.custody"],
            "2030-11-01",
            targets=person,
            upcoming=[{"date": "2031-06-01", "what": "end of custody"}],
        ),
    )
    two = _case("two", _event(["legal.house_arrest"], "2030-11-01", targets=person))
    (lost,) = days_lost(stays([one, two], AS_OF), date(2031, 1, 1), date(2031, 3, 31))
    assert lost.days.most == 90 and lost.days.least <= 90
    assert lost.cases == ("one", "two")


# --- measures in force ------------------------------------------------------------------------------------


def _person(name):
    return [{"written": name, "name": name, "type": "journalist"}]


def _arrest(day, name="Dina Qiyalova", **more):
    return _event(["legal.house_arrest"], day, targets=_person(name), **more)


def test_each_day_is_confirmed_or_open_or_perhaps():
    # From some day of February on; word of it once more on 10 March; nothing since.
    again = _arrest("2031-03-10", phase="step")
    found = stays([_case("one", _arrest("2031-02"), again)], AS_OF)
    told = {
        day: on(found, day)
        for day in (date(2031, 1, 31), date(2031, 2, 5), date(2031, 3, 5), date(2031, 3, 11))
    }
    assert told == {
        date(2031, 1, 31): {},
        date(2031, 2, 5): {"house_arrest": Count(0, 0, 1)},
        date(2031, 3, 5): {"house_arrest": Count(1, 1, 1)},
        date(2031, 3, 11): {"house_arrest": Count(0, 1, 1)},
    }
    assert series(found, date(2031, 1, 1), date(2031, 3, 31)) == {
        "house_arrest": (
            Run(date(2031, 1, 1), date(2031, 1, 31), Count(0, 0, 0)),
            Run(date(2031, 2, 1), date(2031, 2, 27), Count(0, 0, 1)),
            Run(date(2031, 2, 28), date(2031, 3, 10), Count(1, 1, 1)),
            Run(date(2031, 3, 11), date(2031, 3, 31), Count(0, 1, 1)),
        )
    }


def test_a_stay_touches_the_days_of_which_anything_can_be_said():
    # From some day of February on; its end is known: 10 March.
    ended = _event(
        ["outcome.released"], "2031-03-10", kind="relief", phase="ended", targets=_person("Dina Qiyalova")
    )
    (stay,) = stays([_case("one", _arrest("2031-02"), ended)], AS_OF)
    for first, last, touches in (
        (date(2031, 1, 1), date(2031, 1, 31), False),
        (date(2031, 1, 1), date(2031, 2, 1), True),
        (date(2031, 3, 10), date(2031, 3, 31), True),
        (date(2031, 4, 1), date(2031, 6, 30), False),
    ):
        days = (first + timedelta(n) for n in range((last - first).days + 1))
        assert stay.touches(first, last) is touches is any(on([stay], day) for day in days)


def test_a_series_is_the_count_of_each_of_its_days():
    cases = [
        _case("one", _arrest("2031-01-20"), _arrest("2031-02", phase="step")),
        _case("two", _arrest("2031-01"), _arrest("2031-03-01", "Arman Oidanov")),
        _case("three", _event(["legal.custody"], "2031-02-10/2031-02-20", targets=_person("Arman Oidanov"))),
    ]
    found = stays(cases, AS_OF)
    first, last = date(2031, 1, 1), date(2031, 3, 31)
    for measure, runs in series(found, first, last).items():
        assert (runs[0].first, runs[-1].last) == (first, last)
        days = [
            (run.first + timedelta(n), run.count)
            for run in runs
            for n in range((run.last - run.first).days + 1)
        ]
        assert [day for day, _ in days] == [first + timedelta(n) for n in range(90)]
        for day, count in days:
            assert on(found, day).get(measure, Count(0, 0, 0)) == count
            assert count.confirmed <= count.in_force <= count.at_most


def test_somebody_counts_once_and_who_has_no_name_in_each_case():
    cases = [_case("one", _arrest("2031-02-01")), _case("two", _arrest("2031-02-02"))]
    day = date(2031, 2, 3)
    assert on(stays(cases, AS_OF), day)["house_arrest"].in_force == 1
    words = [_case(slug, _arrest("2031-02-01", "a journalist")) for slug in ("one", "two")]
    assert on(stays(words, AS_OF, {"a journalist"}), day)["house_arrest"].in_force == 2
    two = [_case("one", _arrest("2031-02-01", "a journalist"), _arrest("2031-02-01", "a journalist (2)"))]
    assert on(stays(two, AS_OF, {"a journalist"}), day)["house_arrest"].in_force == 2


# --- the whole --------------------------------------------------------------------------------------------


def test_a_report_has_every_figure_with_its_unit_and_its_events():
    given = Given(
        rows=ROWS,
        before=[_row(f"p{n}", _event(["digital.ddos"], day="2030-11-05", targets=TARGET)) for n in range(12)],
        appearances=[
            Appearance("a", "decider", "Invented District Court", "court"),
            Appearance("b", "decider", "Invented District Court", "court"),
            Appearance("a", "complainant", "Bulut Ltd", "company"),
            # The police of two towns are not one body.
            Appearance("a", "executor", "police", "police"),
            Appearance("b", "executor", "Police", "police"),
        ],
        answered=(3, 10),
        sites=[
            Site("qiyal.example", 12.5, 3, 100, 2060, 80, 100, ("b",)),
            Site("dala.example", 0.5, 0, 60, 2100, 60, 60),
        ],
    )
    made = report("2031Q1", given, date(2031, 4, 20))
    assert (made.complete, made.until, made.method) == (True, date(2031, 3, 31), 3)
    assert made.figure("new_violations").events == ("a", "b", "c")
    hours = [made.figure(f"hours_{what}") for what in ("down", "unknown", "looked_at", "not_looked_at")]
    assert [one.value for one in hours] == [13, 3, 160, 4160] and hours[0].events == ("b",)
    looks = made.figure("looks_that_reached")
    assert (looks.value, looks.of, looks.interval) == (140 / 160, 160, None)
    # a and b have a decider that is known, a court; c has none.
    state = made.figure("state_deciders")
    assert (state.value, state.of, state.events) == (1.0, 2, ("a", "b"))
    answers = made.figure("answers_in_time")
    assert (answers.value, answers.of) == (0.3, 10)
    assert answers.interval.low == pytest.approx(0.0667, abs=1e-4)
    assert [(one.side, one.name, one.events) for one in made.repeated] == [
        ("decider", "Invented District Court", ("a", "b"))
    ]
    total = made.changes[0]
    # 12 in the 92 days of October to December, 3 in the 90 days of January to March.
    assert (total.difference.before, total.difference.after) == (12, 3)
    assert (total.difference.days_before, total.difference.days_after) == (92, 90)
    assert total.verdict == "fewer"
    assert json.loads(json.dumps(made.to_json(), allow_nan=False))["figures"][0]["value"] == 3


def test_a_quarter_that_lasts_is_compared_by_its_days_so_far():
    before = [_row(f"p{n}", _event(["digital.ddos"], day="2030-11-05", targets=TARGET)) for n in range(9)]
    made = report("2031Q1", Given(rows=ROWS, before=before), date(2031, 1, 30))
    assert (made.complete, made.until) == (False, date(2031, 1, 30))
    assert made.changes[0].difference.days_after == 30
    assert made.changes[0].verdict == "no clear change"
    assert made.in_force == {}
    assert [(one.month, one.complete) for one in made.months] == [
        ("2031-01", False), ("2031-02", False), ("2031-03", False),
    ]  # fmt: skip
    assert [one.complete for one in report("2031Q1", Given(rows=ROWS), date(2031, 2, 1)).months] == [
        True,
        False,
        False,
    ]
    assert made.figure("hours_down").value is None


def test_nothing_is_compared_with_a_quarter_that_was_not_watched():
    assert report("2031Q1", Given(rows=ROWS), date(2031, 4, 20)).changes == ()


def test_people_hit_by_what_the_goals_count():
    person = [{"written": "Dina Qiyalova", "name": "Dina Qiyalova", "type": "journalist"}]
    rows = [
        _row("k", _event(["life.killing"], targets=person)),
        _row("d", _event(["legal.detention"], targets=person, people_hit=3)),
        _row("x", _event(["digital.ddos"], targets=TARGET)),
        _row("a", _event(["life.torture"], targets=person, alleged=True)),
    ]
    assert sdg_people(rows, "direct") == (1, ("k",))
    assert sdg_people(rows, "conditional") == (3, ("d",))
    assert sdg_people(rows, "near") == (0, ())
    rows.append(_row("p", _event(["legal.criminal_case", "legal.travel_ban"], targets=person)))
    made = report("2031Q1", Given(rows=rows), date(2031, 4, 20))
    basket = {
        one.code: (one.value, one.events)
        for one in made.figures
        if one.code.startswith("basket_") and one.value
    }
    assert basket == {"basket_prosecution": (1, ("p",)), "basket_mobility": (1, ("p",))}
    assert {code for part in rules_of_counting()["basket"].values() for code in part} <= set(codebook().types)
