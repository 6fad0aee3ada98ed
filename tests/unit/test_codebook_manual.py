"""The coding manual is made from the data, and the page in docs/ is what is made."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from barometer.codebook import LANGUAGES, codebook
from barometer.codebook.examples import examples, nevers
from barometer.codebook.manual import render

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "coding-manual.md"
MANUAL = render()
BOOK = codebook()


def test_the_page_is_what_the_data_say():
    assert PAGE.read_text(encoding="utf-8") == MANUAL, "run: make docs"


@pytest.mark.parametrize("code", BOOK.types)
def test_a_type_is_there_with_all_that_is_known_of_it(code):
    kind = BOOK.type(code)
    [row] = [line for line in MANUAL.splitlines() if line.startswith(f"| `{code}` |")]
    for words in (*(kind.label[language] for language in LANGUAGES), kind.definition, kind.example):
        assert words in row
    assert row.endswith(f"| {kind.section} | {kind.severity} |")


def test_every_other_term_field_and_rule_is_there():
    lists = (BOOK.kinds, BOOK.phases, BOOK.work_links, BOOK.target_types, BOOK.actor_types, BOOK.actor_roles)
    for terms in lists:
        assert all(f"| `{code}` | {terms[code].label['en']}" in MANUAL for code in terms)
    assert all(f"| `{field.name}` | {field.label['en']}" in MANUAL for field in BOOK.fields)
    assert all(f"### {rule.number}. {rule.title}\n\n{rule.text}" in MANUAL for rule in BOOK.rules)
    assert all(section.title["kk"] in MANUAL for section in BOOK.sections.values())
    assert all(code in MANUAL for code in BOOK.regions["KZ"])


def test_every_worked_example_is_there_under_its_rule():
    rules = re.split(r"^### (?=\d+\. )", MANUAL, flags=re.MULTILINE)[1:]
    assert len(rules) == 23
    for example in examples():
        assert example.text in rules[example.rules[0] - 1]
        assert example.why in rules[example.rules[0] - 1]
    for never in nevers():
        assert never.why in rules[never.rules[0] - 1]


def test_tables_are_whole_and_links_lead_somewhere():
    headings = {
        re.sub(r"[^a-z ]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in MANUAL.splitlines()
        if line.startswith("## ")
    }
    assert set(re.findall(r"\]\(#([a-z-]+)\)", MANUAL)) <= headings
    columns = None
    for line in MANUAL.splitlines():
        if not line.startswith("|"):
            columns = None
            continue
        count = len(re.findall(r"(?<!\\)\|", line))
        assert columns in (None, count), line
        columns = count
