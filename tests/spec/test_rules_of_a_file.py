"""Rules that show over a whole coded file: names, lines, ids, sections, the fields of 1.2, unknown fields."""

from __future__ import annotations

import pytest

from barometer.codebook import CodedBulletin
from barometer.codebook.check import check
from barometer.codebook.examples import file_of

FINE = {
    "kind": "violation", "types": ["legal.fine"], "date": "2031-03", "alleged": False, "place": None, "targets": [],
    "actors": [], "provisions": [], "case": None, "phase": "imposed", "work_link": "stated", "people_hit": None,
    "people_hit_exact": False,
}  # fmt: skip
OYLA = {"name": "Oyla", "written": "Oyla", "type": "outlet"}


def entries(*rows):
    file = file_of([])
    return {**file, "entries": [{**file["entries"][0], "events": [], **row} for row in rows]}


def said(document):
    return [(finding.level, finding.path, finding.message) for finding in check(document)]


def test_an_empty_list_of_events_is_an_entry_all_the_same():
    assert said(file_of([])) == []


LINES = [
    # lines of two entries, which of the two is told of
    ([1, 2], [3, 4], None),
    ([1, 3], [3, 4], 1),
    ([5, 9], [6, 7], 1),
    ([6, 7], [5, 9], 0),
    ([3, 4], [1, 2], None),
]


@pytest.mark.parametrize(("one", "two", "told"), LINES)
def test_lines_of_entries_do_not_overlap(one, two, told):
    found = said(entries({"id": "a", "lines": one}, {"id": "b", "lines": two}))
    assert [path for _, path, _ in found] == ([] if told is None else [f"entries.{told}.lines"])
    assert all(level == "warning" for level, _, _ in found)


def test_a_long_entry_is_told_against_each_that_lies_in_it():
    found = said(
        entries(
            *({"id": str(n), "lines": lines} for n, lines in enumerate([[1, 9], [2, 2], [4, 4], [10, 10]]))
        )
    )
    assert [path for _, path, _ in found] == ["entries.1.lines", "entries.2.lines"]


def test_no_two_entries_have_one_id():
    found = said(entries({"id": "a"}, {"id": "b", "lines": [2, 2]}, {"id": "a", "lines": [3, 3]}))
    assert found == [("error", "entries.2.id", "two entries have the id 'a'")]


@pytest.mark.parametrize("section", [1, 5, 6, 14, None])
def test_a_section_is_the_printed_number_of_thematic_sections_too(section):
    assert said(entries({"section": section})) == []


@pytest.mark.parametrize("section", [0, -1, "2", 2.5, True])
def test_what_is_no_number_of_a_section_is_refused(section):
    [(level, path, _)] = said(entries({"section": section}))
    assert (level, path) == ("error", "entries.0.section")


def test_rule_4_one_name_has_one_type_in_a_file():
    editor = {"name": "Saule Oydan", "written": "Saule Oydan", "type": "editor"}
    other = {**editor, "written": "S. Oydan", "type": "journalist"}
    one, two = ({**FINE, "targets": [target], "people_hit": 1} for target in (editor, other))
    assert said(file_of([one, one])) == []
    assert said(file_of([one, two, two])) == [
        (
            "warning",
            "entries.0.events.1.targets.0.type",
            '"Saule Oydan" is editor and journalist in this file',
        )
    ]


PEOPLE = [
    # people_hit, exact, targets that are people, finding at
    (2, True, 2, None),
    (7, True, 2, None),
    (1, False, 2, "people_hit"),
    (0, True, 1, "people_hit"),
    (None, False, 2, None),
    (None, True, 0, "people_hit_exact"),
]


@pytest.mark.parametrize(("people_hit", "exact", "named", "at"), PEOPLE)
def test_people_hit_is_at_least_those_who_are_named(people_hit, exact, named, at):
    targets = [{"name": f"Dina {n}", "written": f"Dina {n}", "type": "journalist"} for n in range(named)]
    event = {**FINE, "targets": [*targets, OYLA], "people_hit": people_hit, "people_hit_exact": exact}
    assert [path for _, path, _ in said(file_of([event]))] == ([f"entries.0.events.0.{at}"] if at else [])


NEW_FIELDS = ["phase", "work_link", "people_hit", "people_hit_exact"]


@pytest.mark.parametrize("field", NEW_FIELDS)
def test_a_field_of_1_2_that_is_absent_is_one_warning_with_its_count(field):
    without = {name: value for name, value in FINE.items() if name != field}
    assert said(file_of([FINE, without, without])) == [
        ("warning", f"entries.0.events.1.{field}", f"{field}, new in codebook 1.2, is absent in 2 events")
    ]


def test_an_actor_without_a_role_and_a_place_without_a_country_are_warned_of():
    event = {**FINE, "actors": [{"name": "Bos Qural", "written": "Bos Qural", "type": "company"}],
             "place": {"name": "Oral", "region": "KZ-27"}}  # fmt: skip
    assert [path for _, path, _ in said(file_of([event]))] == [
        "entries.0.events.0.place.country",
        "entries.0.events.0.actors.0.role",
    ]
    assert CodedBulletin.model_validate(file_of([event])).events[0].place.country == "KZ"


@pytest.mark.parametrize(
    "field", ["id", "headline", "date_text", "background", "note", "summary", "upcoming", "grounds"]
)
def test_an_optional_field_may_be_absent(field):
    assert field not in FINE
    assert said(file_of([FINE])) == []


def test_a_null_phase_where_the_kind_has_one_is_told_once():
    null = {**FINE, "phase": None}
    [(level, path, message)] = said(file_of([FINE, null, null]))
    assert (level, path) == ("warning", "entries.0.events.1.phase")
    assert "in 2 events" in message


def test_a_field_that_nobody_knows_is_kept_and_told_once():
    document = file_of([{**FINE, "mood": "gloomy"}, {**FINE, "mood": "fair"}])
    [(level, path, message)] = said(document)
    assert (level, path) == ("warning", "entries.0.events.0.mood")
    assert "in 2 events" in message
    assert CodedBulletin.model_validate(document).events[0].mood == "gloomy"


def test_our_own_fields_of_the_file_are_known():
    document = {
        **file_of([FINE]),
        "language": "kk",
        "title": {"kk": "Барометр"},
        "intro": {},
        "contact": {},
        "sections": {},
    }
    assert said(document) == []


@pytest.mark.parametrize(("version", "warned"), [("1.0", 0), ("1.1", 0), ("1.2", 0), ("1.3", 1), ("two", 1)])
def test_a_codebook_that_is_not_known_is_told_of(version, warned):
    assert len(said({**file_of([]), "codebook": version})) == warned


GROUND = {"span": [0, 4], "text_sha256": "0" * 64, "rule": "outlets", "version": "1", "confidence": 0.5}


@pytest.mark.parametrize(
    ("path", "lost"),
    [("targets.0.name", False), ("kind", False), ("types.0", False), ("targets.1.name", True), ("targets.0.age", True),
     ("place.region", True), ("nowhere", True), ("", True)],
)  # fmt: skip
def test_a_ground_is_of_a_field_that_the_event_has(path, lost):
    event = {**FINE, "targets": [OYLA], "grounds": {path: GROUND}}
    assert [found[:2] for found in said(file_of([event]))] == (
        [("warning", f"entries.0.events.0.grounds.{path}")] if lost else []
    )
