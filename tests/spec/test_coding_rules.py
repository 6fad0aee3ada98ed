"""Each rule of coding: worked examples that hold, and cases that are refused beside those that are right."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from barometer.codebook import CodedBulletin, Event, codebook
from barometer.codebook.check import check
from barometer.codebook.examples import examples, file_of, nevers

NEW = {"phase": None, "work_link": "unclear", "people_hit": None, "people_hit_exact": False}
EMPTY = {
    "date": None,
    "alleged": False,
    "place": None,
    "targets": [],
    "actors": [],
    "provisions": [],
    "case": None,
}
ROLE = {"role": "decider"}


def whole(event):
    """The event with every expected field, so that only what a case is about is found."""
    event = {**EMPTY, **NEW, **event}
    return {**event, "actors": [{**ROLE, **actor} for actor in event["actors"]]}


def names(cases):
    return [f"rule{case.rules[0]}-{number}" for number, case in enumerate(cases)]


@pytest.mark.parametrize("example", examples(), ids=names(examples()))
def test_a_worked_example_is_by_the_codebook(example):
    assert check(example.file()) == []


@pytest.mark.parametrize("example", examples(), ids=names(examples()))
def test_what_a_worked_example_says_is_in_its_text(example):
    for event in example.events:
        for named in (*event.targets, *event.actors):
            assert named.written in example.text
        for part in (event.date_text or "").split(" … "):
            assert part in example.text


@pytest.mark.parametrize("case", nevers(), ids=names(nevers()))
def test_what_a_rule_does_not_let_stand_is_found_at_its_place(case):
    [found] = check(file_of([whole(case.event)]))
    assert found.path == f"entries.0.events.0.{case.path}"
    assert case.says in found.message
    assert found.level == case.level


@pytest.mark.parametrize("case", nevers(), ids=names(nevers()))
def test_an_error_cannot_be_built_and_a_warning_can(case):
    if case.level == "error":
        with pytest.raises(ValidationError):
            Event(**case.event)
    else:
        assert Event(**case.event).kind == case.event["kind"]


@pytest.mark.parametrize("case", nevers(), ids=names(nevers()))
def test_what_stands_beside_it_as_right_is_right(case):
    assert check(file_of([whole(case.instead)])) == []


def test_every_rule_has_a_worked_example():
    shown = {number for example in examples() for number in example.rules}
    assert shown == {rule.number for rule in codebook().rules} == set(range(1, 24))


def test_every_finding_that_the_check_draws_from_a_rule_has_a_case():
    """Rules a value or a check enforces on one event: each has a refused case and a right one beside it."""
    assert {number for case in nevers() for number in case.rules} >= {
        4,
        7,
        8,
        9,
        10,
        11,
        12,
        14,
        16,
        17,
        18,
        23,
    }


# Rule 18: what counts as a new violation, as a table.
COUNTED = [
    ("violation", "legal.house_arrest", "imposed", False, True),
    ("violation", "legal.house_arrest", "imposed", True, False),
    ("violation", "legal.house_arrest", "step", False, False),
    ("violation", "legal.house_arrest", None, False, False),
    ("relief", "outcome.released", "ended", False, False),
    ("context", "context.law", None, False, False),
    ("context", "legal.civil_suit", None, False, False),
]


@pytest.mark.parametrize(("kind", "type_", "phase", "background", "counted"), COUNTED)
def test_rule_18_what_counts_as_a_new_violation(kind, type_, phase, background, counted):
    event = Event(kind=kind, types=(type_,), phase=phase, background=background)
    assert event.is_new_violation is counted


# Rule 12: who says it, and how that is coded.
ALLEGED = [(False, False), (True, True), (["legal.detention"], True), ([], False)]


@pytest.mark.parametrize(("alleged", "is_alleged"), ALLEGED)
def test_rule_12_alleged_is_all_part_or_nothing(alleged, is_alleged):
    event = Event(kind="violation", types=("legal.detention", "obstruction.insult"), alleged=alleged)
    assert event.is_alleged is is_alleged


# Rule 21: the neighbours are all types, and no two of them mean the same.
NEIGHBOURS = [
    ("information.evasion", "information.refusal", "information.formal_reply", "information.no_reply"),
    ("digital.outage", "digital.ddos", "digital.website_blocking"),
    ("context.closure", "censorship.economic", "legal.licence"),
    ("obstruction.stop", "legal.detention"),
    ("obstruction.court_access", "obstruction.access_denied"),
]


@pytest.mark.parametrize("codes", NEIGHBOURS)
def test_rule_21_neighbours_are_told_apart_by_the_manual(codes):
    rule = next(rule for rule in codebook().rules if rule.number == 21)
    assert len({codebook().type(code).definition for code in codes}) == len(codes)
    assert all(f"`{code}`" in rule.text for code in codes)


def test_rule_22_the_printed_section_is_kept_whatever_the_type_proposes():
    [example] = [example for example in examples() if example.rules == (22,)]
    [entry] = CodedBulletin.model_validate(example.file()).entries
    assert entry.section == 4
    assert codebook().type(entry.events[0].main_type).section == 2
