"""The legal clock against examples counted by hand (deadlines.toml), an independent calendar, and what must always hold."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.countries.terms import deadlines, working_days
from barometer.deadlines.calendar import calendar_of
from barometer.deadlines.clock import (
    due_of,
    kinds_of,
    rule_for,
    rules_of,
    safe_until,
    standing,
    terms_of,
)
from barometer.deadlines.values import Clock, Rule, Step, StepKind
from barometer.errors import BadInput, UnknownValue

TABLE = tomllib.loads((Path(__file__).parent / "deadlines.toml").read_text(encoding="utf-8"))
EXAMPLES = TABLE["example"]
CALENDAR = calendar_of("KZ")
RULES = rules_of("KZ")
TERMS = {rule.kind: rule for rule in terms_of("KZ")}

#: Where the calendar departs from the `holidays` library, and why.
DIFFERENCES = {
    date(2026, 8, 31): "the library still has Constitution Day on Sunday 30 August in 2026",
}


def step(kind, day, more=None):
    """A step of a table's row."""
    named = {"body": more} if isinstance(more, str) else {"days": more}
    return Step(StepKind(kind), date.fromisoformat(day), **named)


def own_rule(kind, row):
    """A rule that a desk put over the country's."""
    return Rule(
        kind=kind,
        law="Order of the editors",
        article="1",
        days=row["days"],
        unit=row["unit"],
        extension=None,
        transfer=None,
        since=date.fromisoformat(row["since"]),
        until=None,
        source="invented",
        confirmed=True,
    )


def test_there_are_enough_examples_and_each_has_its_own_name():
    assert len(EXAMPLES) >= 60
    assert len({row["name"] for row in EXAMPLES}) == len(EXAMPLES)
    assert all(row["count"] for row in EXAMPLES)
    assert {row["clock"] for row in EXAMPLES} == {clock.value for clock in Clock}
    assert {row["kind"] for row in EXAMPLES} == set(deadlines("KZ").kinds)


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: row["name"])
def test_example(row):
    rules = (*RULES, *(own_rule(row["kind"], rule) for rule in row.get("rules", ())))
    found = standing(
        row["kind"], [step(*one) for one in row["steps"]], date.fromisoformat(row["on"]), CALENDAR, rules
    )
    assert (found.due.isoformat(), found.clock.value, found.late) == (
        row["due"],
        row["clock"],
        row.get("late", 0),
    )
    assert {tuple(reason) for reason in row.get("reasons", ())} <= set(found.reasons)
    assert not {code for code, _ in found.reasons} & set(row.get("without", ()))


@pytest.mark.parametrize("row", TABLE["term"], ids=lambda row: row["name"])
def test_term_of_the_asker(row):
    found = safe_until(TERMS[row["kind"]], date.fromisoformat(row["learned"]), CALENDAR)
    assert found.isoformat() == row["safe"]


@pytest.mark.parametrize("year", range(2015, 2027))
def test_the_calendar_agrees_with_an_independent_one(year):
    theirs = holidays.country_holidays("KZ", years=year)
    days = [date(year, 1, 1) + timedelta(days=count) for count in range(366)]
    different = {
        day for day in days if day.year == year and CALENDAR.works(day) != theirs.is_working_day(day)
    }
    assert different == {day for day in DIFFERENCES if day.year == year}


def test_the_order_of_steps_does_not_matter():
    steps = [step("answered", "2025-02-10"), step("sent", "2025-02-03"), step("extended", "2025-02-07", 3)]
    day = date(2025, 3, 3)
    assert standing("journalist", steps, day, CALENDAR, RULES) == standing(
        "journalist", steps[::-1], day, CALENDAR, RULES
    )


@pytest.mark.parametrize(
    ("kind", "steps", "said"),
    [
        ("journalist", [step("sent", "2015-03-02")], "no rule"),
        ("petition", [step("sent", "2025-02-03")], "petition"),
        ("access", [step("sent", "2031-02-03")], "not sent by that day"),
        ("access", [step("transferred", "2025-02-03", "Ministry of Rivers")], "not sent by that day"),
        ("access", [], "not sent by that day"),
    ],
)
def test_without_a_rule_or_a_day_of_sending_no_clock_is_made_up(kind, steps, said):
    with pytest.raises(UnknownValue, match=said):
        standing(kind, steps, date(2025, 12, 1), CALENDAR, RULES)


def test_a_unit_that_nobody_knows_is_named():
    rule = own_rule("access", {"days": 3, "unit": "moons", "since": "2025-01-01"})
    with pytest.raises(UnknownValue, match="moons"):
        due_of(rule, date(2025, 2, 3), CALENDAR)


def test_a_country_without_terms_is_named():
    with pytest.raises(UnknownValue, match=r"'XX' has no working_days\.toml"):
        working_days("XX")


def test_the_data_is_whole():
    data = deadlines("KZ")
    for row in (*data.rules, *data.terms):
        assert row.unit in ("working", "calendar", "months")
        assert row.extension_unit in ("", "working", "calendar", "months")
        assert row.until is None or row.since <= row.until
        assert "adilet.zan.kz" in row.source
        assert row.confirmed or "to be confirmed by a lawyer" in row.note
    assert {row.kind for row in data.rules} == set(data.kinds)
    assert all(set(names) == {"en", "ru", "kk"} for names in kinds_of("KZ").values())
    for kind in data.kinds:
        spans = sorted((row.since, row.until or date.max) for row in data.rules if row.kind == kind)
        assert all(
            first[1] + timedelta(days=1) == then[0] for first, then in zip(spans, spans[1:], strict=False)
        )


def test_what_was_moved_is_a_day_of_rest_for_a_working_day():
    for year in working_days("KZ").years.values():
        assert year.source
        for moved in year.moved:
            assert {moved.worked.year, moved.off.year} == {year.year}
            assert moved.off.isoweekday() < 6
            assert CALENDAR.works(moved.worked) and not CALENDAR.works(moved.off)


# --- A desk's own file of working days

OWN = """
[[year]]
year = 2027
known = true
moved = [{ from = 2027-05-08, to = 2027-05-06 }]
source = "an invented order"

[[feast]]
name = { en = "Kurban Ait" }
days = [2027-05-17]
source = "invented"
"""


def test_a_desk_writes_down_what_was_decided_since(tmp_path):
    file = tmp_path / "days.toml"
    file.write_text(OWN, encoding="utf-8")
    own = calendar_of("KZ", str(file))
    start = date(2027, 5, 4)
    # Wed 5; Thu 6 off, Fri 7 holiday; Sat 8 worked; Mon 10 off for Sun 9; Tue 11, Wed 12, Thu 13
    assert own.after(start, 5) == date(2027, 5, 13)
    # without the file: Wed 5, Thu 6; Fri 7 and Mon 10 off; Tue 11, Wed 12, Thu 13
    assert CALENDAR.after(start, 5) == date(2027, 5, 13)
    assert own.after(start, 2) == date(2027, 5, 8)
    assert not own.works(date(2027, 5, 17))
    assert (own.open_years(start, start), CALENDAR.open_years(start, start)) == ((), (2027,))
    assert own.works(date(2025, 1, 5))  # the country's other years stand


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[year", "no list of working days"),
        ("[[year]]\nyear = 2027", "no list of working days"),
        (
            OWN.replace("from = 2027-05-08, to = 2027-05-06", "from = 2027-05-06, to = 2027-05-08"),
            "rest anyway",
        ),
        (OWN.replace("2027-05-08", "2026-05-09"), "no day of 2027"),
        (OWN.replace("2027-05-06", '"6 May"'), "6 May"),
        (OWN.replace("days = [2027-05-17]", "days = [17]"), "a day that is none"),
        (OWN.replace("2027-05-08", "2027-05-08T10:00:00"), "no day of 2027"),
        (
            "[[holiday]]\nname = {}\ndays = ['02-30']\nmoves = true\nsince = 2027\nsource = ''",
            "no list of working",
        ),
    ],
)
def test_a_slip_of_the_pen_is_named(tmp_path, text, said):
    file = tmp_path / "days.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=said) as found:
        working_days("KZ", str(file))
    assert "days.toml" in str(found.value)
    assert found.value.next_step


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BadInput, match="cannot be read"):
        working_days("KZ", str(tmp_path / "nothing.toml"))


# --- What must always hold

DAYS = st.dates(date(2021, 7, 1), date(2027, 12, 31))
KINDS = st.sampled_from(["journalist", "access", "application", "complaint"])


@given(KINDS, DAYS, st.lists(st.one_of(st.none(), st.integers(0, 90)), max_size=3))
def test_due_is_a_working_day_not_before_the_start(kind, start, extensions):
    rule = rule_for(kind, CALENDAR.on_or_after(start), RULES)
    due = due_of(rule, start, CALENDAR, extensions)
    assert CALENDAR.works(due)
    assert due >= start + timedelta(days=rule.days)
    assert due_of(rule, start, CALENDAR) <= due <= due_of(rule, start, CALENDAR, [None])


@given(KINDS, DAYS, st.integers(0, 40))
def test_a_day_later_sent_is_never_due_earlier(kind, start, days):
    rule = own_rule(kind, {"days": days, "unit": "working", "since": "2021-07-01"})
    due = due_of(rule, start, CALENDAR)
    assert due <= due_of(rule, start + timedelta(days=1), CALENDAR)
    longer = own_rule(kind, {"days": days + 1, "unit": "working", "since": "2021-07-01"})
    assert due < due_of(longer, start, CALENDAR)
    assert CALENDAR.between(CALENDAR.on_or_after(start), due) == days


@given(DAYS, st.integers(-5, 900))
def test_working_days_between_two_days_are_those_that_one_counts(first, length):
    last = first + timedelta(days=length)
    counted = sum(CALENDAR.works(first + timedelta(days=day)) for day in range(1, length + 1))
    assert CALENDAR.between(first, last) == counted


STEPS = st.lists(
    st.tuples(st.sampled_from([one for one in StepKind if one != StepKind.SENT]), st.integers(0, 60)),
    max_size=5,
)


@given(KINDS, DAYS, STEPS, st.integers(0, 120))
def test_a_standing_is_of_one_piece(kind, start, later, passed):
    steps = [
        Step(StepKind.SENT, start),
        *(Step(one, start + timedelta(days=days)) for one, days in later),
    ]
    on = start + timedelta(days=passed)
    found = standing(kind, steps, on, CALENDAR, RULES)
    assert CALENDAR.works(found.due)
    if found.clock in (Clock.OPEN, Clock.SOON):
        assert on <= found.due
    if found.clock in (Clock.LATE, Clock.VERY_LATE):
        assert on > found.due
    if found.clock != Clock.ENDED:
        assert bool(found.late) == (found.clock in (Clock.LATE, Clock.VERY_LATE, Clock.AFTER_TIME))
