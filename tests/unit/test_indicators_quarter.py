"""The quarter's figures, counted by hand on a small invented quarter."""

from __future__ import annotations

import json
import tomllib
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.codebook import CodedBulletin, Event, codebook
from barometer.errors import UnknownValue
from barometer.indicators import NOT_KNOWN, Counted, Figures, counted, figures

JAN, FEB, MAR = "2026-01", "2026-02", "2026-03"


def event(
    kind: str = "violation", types: str = "legal.fine", phase: str | None = "imposed", **more: object
) -> Event:
    targets = [{"name": n, "written": n, "type": t} for n, t in more.pop("targets", [])]  # type: ignore[attr-defined]
    place = more.pop("place", None)
    if isinstance(place, str):
        place = {"country": place[:2], "name": "Somewhere", "region": place if "-" in place else None}
    row = {"kind": kind, "types": types.split(), "phase": phase, "targets": targets, "place": place, **more}
    return Event.model_validate(row)


def relief(**more: object) -> Event:
    return event("relief", "outcome.dismissed legal.fine", "ended", **more)


def context(**more: object) -> Event:
    return event("context", "context.law", None, **more)


ANNA, BOLAT = ("Anna Invented", "journalist"), ("Bolat Invented", "blogger")
PAPER, GUILD = ("The Invented Paper", "outlet"), ("Invented Guild", "media_ngo")

#: a violation of two people and a paper; a step; a retold violation; relief; context; an event abroad …
QUARTER = (
    Counted(event(date=JAN, people_hit=2, targets=[ANNA, PAPER], place="KZ-71", case="a"), 2, JAN, "1"),
    Counted(event(phase="step", date=JAN, people_hit=5, targets=[ANNA, BOLAT], case="a"), 2, JAN, "1"),
    Counted(event(date="2025", people_hit=9, background=True, place="KZ-75", case="b"), 2, JAN, "1"),
    Counted(relief(date=FEB, case="b"), 2, FEB, "2"),
    Counted(context(date=FEB), 1, FEB, "3"),
    Counted(event(date="2026-03-05", targets=[ANNA, BOLAT, GUILD], place="RU"), 6, None, "4"),
    Counted(event(date="2026", people_hit=1, place="KZ-71", targets=[("crowd", "public")]), 6, None, "4"),
    Counted(event(types="digital.ddos", date="2026-03-31", people_hit=None), None, MAR, "5"),
)


@pytest.fixture(scope="module")
def counts() -> Figures:
    return figures(QUARTER, "2026Q1")


def test_only_imposed_events_that_are_not_background_are_new_violations(counts: Figures) -> None:
    assert (counts.new_violations, counts.steps, counts.relief_events, counts.context_events) == (4, 1, 1, 1)


def test_events_and_entries_count_everything_once(counts: Figures) -> None:
    assert (counts.events, counts.entries) == (8, 5)
    assert figures(QUARTER, "2026Q1", entries=7).entries == 7


def test_people_are_added_up_once_a_violation_and_names_once_each(counts: Figures) -> None:
    assert counts.people_hit_at_least == 2 + 1
    assert counts.people_named == 2  # Anna, Bolat: the crowd is nobody, organisations are no people
    assert counts.outlets_hit == 2


def test_months_are_the_printed_ones_then_the_events_own_then_not_known(counts: Figures) -> None:
    assert counts.violations_by_section_month == {
        1: {JAN: 0, FEB: 0, MAR: 0},
        2: {JAN: 1, FEB: 0, MAR: 0},
        4: {JAN: 0, FEB: 0, MAR: 1},  # no section: the type proposes it
        6: {JAN: 0, FEB: 0, MAR: 1, NOT_KNOWN: 1},
    }
    assert counts.relief_by_section_month[2] == {JAN: 0, FEB: 1, MAR: 0}


def test_no_place_is_never_dropped_and_abroad_is_its_own_country(counts: Figures) -> None:
    assert counts.violations_by_region == {"KZ-71": 2, "RU": 1, NOT_KNOWN: 1}
    assert list(counts.violations_by_region)[-1] == NOT_KNOWN


def test_country_wide_has_no_region() -> None:
    everywhere = event(place="KZ")
    assert figures([Counted(everywhere, 2, JAN, "1")], "2026Q1").violations_by_region == {NOT_KNOWN: 1}


@pytest.mark.parametrize(
    ("story", "is_open"),
    [
        ([event(date="2026-01-05")], True),
        ([event(date="2026-01-05"), relief(date="2026-02-01")], False),
        ([event(date="2026-01-05"), relief(date="2026-02-01"), event(date="2026-02-02", phase="step")], True),
        ([event(date="2026-02-01"), relief(date="2026-02-01")], False),
        ([event(date="2026-02-10"), relief(date="2026-02")], False),  # does not surely follow
        ([event(date="2026-03-01"), relief(date="2026-02")], True),
        ([event(date=None, background=True), relief(date=JAN)], False),
        ([event(date=None, background=True), context(date=JAN)], True),
        ([event(date=JAN), relief(date=FEB), context(date=MAR)], False),
        ([context(date=JAN)], False),
        ([relief(date=JAN)], False),
    ],
)
def test_a_case_is_open_until_a_relief_stands(story: list[Event], is_open: bool) -> None:
    rows = [Counted(e.model_copy(update={"case": "c"}), 2, JAN, "1") for e in story]
    assert figures(rows, "2026Q1").open_cases == int(is_open)
    assert figures(rows[::-1], "2026Q1").open_cases == int(is_open)


def test_events_without_a_case_are_no_case() -> None:
    assert figures([Counted(event(), 2, JAN, "1")], "2026Q1").open_cases == 0


@pytest.mark.parametrize("period", ["", "2026", "2026Q5", "spring"])
def test_a_period_that_is_no_quarter_is_refused(period: str) -> None:
    with pytest.raises(UnknownValue, match="not a quarter"):
        figures([], period)


def test_nothing_counts_to_nothing() -> None:
    empty = figures([], "2026Q2")
    assert (empty.events, empty.new_violations, empty.violations_by_region) == (0, 0, {})


@given(st.lists(st.sampled_from(QUARTER)))
def test_every_table_adds_up_to_its_figure(rows: list[Counted]) -> None:
    counts = figures(rows, "2026Q1")
    by_month = counts.violations_by_section_month.values()
    assert sum(n for line in by_month for n in line.values()) == counts.new_violations
    assert sum(counts.violations_by_region.values()) == counts.new_violations
    assert (
        sum(n for line in counts.relief_by_section_month.values() for n in line.values())
        == counts.relief_events
    )


def test_the_order_of_events_does_not_matter(counts: Figures) -> None:
    assert figures(QUARTER[::-1], "2026Q1") == counts


def test_the_counting_data_names_types_of_the_codebook() -> None:
    with (resources.files("barometer.indicators") / "counting.toml").open("rb") as stream:
        rules = tomllib.load(stream)
    assert set(rules["nobody"]) <= set(codebook().target_types)
    assert rules["country"] in codebook().regions


def test_the_hand_coded_quarter(shared_data) -> None:  # type: ignore[no-untyped-def]
    coded = json.loads((shared_data / "bulletin-2026q1.gold.json").read_text("utf-8"))
    counts = figures(counted(CodedBulletin.model_validate(coded)), "2026Q1")
    new = [
        event
        for entry in coded["entries"]
        for event in entry["events"]
        if event["kind"] == "violation" and event["phase"] == "imposed" and not event.get("background")
    ]
    assert (counts.entries, counts.events, counts.new_violations) == (73, 101, len(new))
    assert counts.people_hit_at_least == sum(event["people_hit"] or 0 for event in new)
