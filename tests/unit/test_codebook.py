"""The codebook's data is whole: every code, in three languages, with a definition, an example, a section, a severity."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from barometer.codebook import LANGUAGES, codebook
from barometer.codebook import values as v
from barometer.errors import UnknownValue

BOOK = codebook()
LISTS = {
    name: getattr(BOOK, name)
    for name in (
        "kinds",
        "groups",
        "types",
        "phases",
        "work_links",
        "target_types",
        "actor_types",
        "actor_roles",
        "sections",
    )
}
TERMS = [(name, term) for name, terms in LISTS.items() for term in terms.values()]
MODELS = {
    "file": v.CodedBulletin, "entry": v.Entry, "event": v.Event, "place": v.Place, "target": v.Target, "actor": v.Actor,
    "upcoming": v.Upcoming, "amount": v.Amount, "ground": v.Ground, "letter": v.CodedLetter, "addressee": v.Addressee,
    "letter_case": v.LetterCase,
}  # fmt: skip
CYRILLIC = re.compile("[А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі]")

# The published codebook 1.2, counted by hand: how many types a group has.
TYPES = {
    "life": 5, "legal": 24, "obstruction": 13, "digital": 11, "information": 6, "censorship": 5, "discrimination": 3,
    "impunity": 1, "outcome": 8, "context": 8,
}  # fmt: skip


def test_every_type_of_the_published_codebook_is_there():
    assert Counter(kind.group for kind in BOOK.types.values()) == TYPES
    assert sum(TYPES.values()) == len(BOOK.types) == 84
    assert set(TYPES) == set(BOOK.groups)


def test_every_closed_list_of_the_published_codebook_is_there():
    assert list(BOOK.kinds) == ["violation", "relief", "context"]
    assert list(BOOK.phases) == ["imposed", "step", "ended"]
    assert list(BOOK.work_links) == ["stated", "alleged", "disputed", "unclear"]
    assert list(BOOK.actor_roles) == ["decider", "complainant", "executor"]
    assert (len(BOOK.target_types), len(BOOK.actor_types)) == (12, 28)
    assert list(BOOK.sections) == [1, 2, 3, 4, 5]
    assert [rule.number for rule in BOOK.rules] == list(range(1, 24))
    assert len(BOOK.regions["KZ"]) == 20
    assert {"KZ-10", "KZ-33", "KZ-62"} <= BOOK.regions["KZ"]


@pytest.mark.parametrize(("name", "term"), TERMS, ids=[f"{name}:{term.code}" for name, term in TERMS])
def test_a_term_has_its_words(name, term):
    assert set(term.label) == set(LANGUAGES)
    assert all(label == label.strip() and label for label in term.label.values())
    assert all(CYRILLIC.search(term.label[language]) for language in ("ru", "kk"))
    assert not CYRILLIC.search(term.label["en"])
    assert term.definition.endswith(".")
    assert len(term.definition) > 10
    assert term.example
    assert term.in_language("kk") == term.label["kk"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", LISTS)
def test_no_two_terms_of_a_list_share_a_label(name, language):
    labels = Counter(term.label[language].casefold() for term in LISTS[name].values())
    assert [label for label, count in labels.items() if count > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_printed_title_of_a_section_begins_with_its_label_and_says_more_in_brackets(language):
    for section in BOOK.sections.values():
        assert re.fullmatch(rf"{re.escape(section.label[language])} \(.+\)", section.title[language])


def test_a_type_proposes_a_standing_section_and_has_a_severity_of_the_scale():
    for kind in BOOK.types.values():
        assert kind.section in BOOK.sections
        assert kind.severity in BOOK.severities


def test_the_scale_of_severity_runs_from_five_to_one_in_three_languages():
    assert list(BOOK.severities) == [5, 4, 3, 2, 1]
    for level in BOOK.severities.values():
        assert set(level.label) == set(LANGUAGES)
        assert level.definition
    assert BOOK.type("life.killing").severity == 5
    assert BOOK.type("context.statement").severity == 1


@pytest.mark.parametrize(
    ("group", "section"),
    [("life", 3), ("legal", 2), ("obstruction", 3), ("digital", 4), ("information", 5), ("censorship", 5),
     ("discrimination", 3), ("impunity", 3), ("outcome", 2), ("context", 1)],
)  # fmt: skip
def test_a_group_proposes_one_section(group, section):
    assert {kind.section for kind in BOOK.types.values() if kind.group == group} == {section}


def test_a_phase_belongs_to_one_kind():
    assert {code: phase.kind for code, phase in BOOK.phases.items()} == {
        "imposed": "violation", "step": "violation", "ended": "relief",
    }  # fmt: skip


def test_organisations_and_circles_are_no_people():
    assert [code for code, kind in BOOK.target_types.items() if not kind.person] == [
        "outlet",
        "media_ngo",
        "public",
    ]


@pytest.mark.parametrize("of", MODELS)
def test_every_field_of_a_value_is_in_the_codebook_and_only_those(of):
    fields = {field.name: field for field in BOOK.fields if field.of == of}
    model = MODELS[of].model_fields
    assert set(model) == {name for name, field in fields.items() if not field.own or name in model}
    assert {name for name, field in fields.items() if field.required} == {
        name for name, field in model.items() if field.is_required()
    }


def test_a_field_has_its_words_and_is_named_once():
    assert {field.of for field in BOOK.fields} == set(MODELS)
    assert len({(field.of, field.name) for field in BOOK.fields}) == len(BOOK.fields)
    for field in BOOK.fields:
        assert set(field.label) == set(LANGUAGES)
        assert all(CYRILLIC.search(field.label[language]) for language in ("ru", "kk"))
        assert field.definition
        assert field.example
        assert not (field.required and field.optional)


def test_the_fields_that_came_with_1_2():
    assert {(field.of, field.name) for field in BOOK.fields if field.since == "1.2"} == {
        ("event", "phase"), ("event", "work_link"), ("event", "people_hit"), ("event", "people_hit_exact"),
        ("actor", "role"), ("place", "country"),
    }  # fmt: skip


def test_a_rule_has_a_title_and_a_text():
    for rule in BOOK.rules:
        assert rule.title
        assert rule.text.endswith(".")


def test_codes_in_the_words_of_rules_and_definitions_are_codes():
    known = {*BOOK.types, *BOOK.target_types, *BOOK.actor_types, *BOOK.phases, *BOOK.kinds}
    known |= {field.name for field in BOOK.fields}
    texts = [rule.text for rule in BOOK.rules] + [field.definition for field in BOOK.fields]
    for text in texts:
        for code in re.findall(r"`([a-z_.]+)`", text):
            assert code in known, text


def test_an_unknown_type_is_refused_with_a_next_step():
    with pytest.raises(UnknownValue) as refused:
        BOOK.type("legal.nothing")
    assert "'legal.nothing'" in str(refused.value)
    assert "Next:" in str(refused.value)


def test_the_codebook_is_read_once_and_does_not_change():
    assert codebook() is BOOK
    with pytest.raises(AttributeError):
        BOOK.version = "2"
