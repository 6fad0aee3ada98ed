"""Policies of naming: what the codebook's types propose, and what is printed in the place of a name."""

from __future__ import annotations

import pytest

from barometer.codebook import codebook
from barometer.errors import UnknownValue
from barometer.review.naming_policy import (
    default_policy,
    is_named,
    naming,
    needs_consent,
    printed_name,
    role_words,
    strictest,
)

LANGUAGES = ("en", "ru", "kk")


def test_the_data_is_whole():
    known, book = naming(), codebook()
    assert list(known.policies) == ["public_role", "professional", "private", "relative", "minor", "victim"]
    assert {side for side, _ in known.proposed} == {"target", "actor"}
    for (side, code), policy in known.proposed.items():
        assert code in (book.target_types if side == "target" else book.actor_types)
        assert policy in known.policies
    people = {code for code, kind in book.target_types.items() if kind.person}
    assert people == {code for side, code in known.proposed if side == "target"}
    labels = [policy.label for policy in known.policies.values()]
    labels += [label for row in known.lists.values() for label in row.values()] + [known.mark]
    for label in labels:
        assert set(label) == set(LANGUAGES)
        assert all(label.values())
    assert len(known.countries) == len(set(known.countries)) > 240
    assert {"KZ", "PL", "GE"} <= set(known.countries)


def test_pages_are_of_those_who_are_named_anyway():
    for policy in naming().policies.values():
        assert policy.page == policy.named
        assert not (policy.named and policy.consent)


@pytest.mark.parametrize(
    ("types", "policy"),
    [
        ([("target", "journalist")], "professional"),
        ([("target", "editor")], "professional"),
        ([("actor", "official")], "public_role"),
        ([("target", "relative")], "relative"),
        ([("target", "source")], "private"),
        ([("actor", "private_person")], "private"),
        ([("actor", "private_person"), ("target", "journalist")], "professional"),
        ([("target", "relative"), ("target", "journalist")], "relative"),
        ([("target", "relative"), ("actor", "private_person")], "relative"),
        ([("actor", "no such type")], "private"),
        ([], "private"),
    ],
)
def test_what_types_propose(types, policy):
    assert default_policy(types) == policy


@pytest.mark.parametrize(
    ("role", "more", "said"),
    [
        ("journalist", {}, ("a journalist", "журналист", "журналист")),
        ("journalist", {"gender": "f"}, ("a journalist", "журналистка", "журналист")),
        ("relative", {"relation": "son"}, ("the son of a journalist", "сын журналиста", "журналистің ұлы")),
        ("media_worker", {"policy": "minor", "gender": "f"}, ("a minor", "несовершеннолетняя", "кәмелетке толмаған адам")),
        ("no such role", {}, ("a private person", "частное лицо", "жеке тұлға")),
        ("source", {"gender": "x"}, ("a journalist’s source", "источник журналиста", "журналистің ақпарат көзі")),
    ],
)  # fmt: skip
def test_who_it_is_in_words(role, more, said):
    assert tuple(role_words(role, language, **more) for language in LANGUAGES) == said


def test_a_name_is_printed_by_policy_or_by_leave():
    def printed(policy, consent):
        return printed_name("A. Name", policy=policy, consent=consent, role="journalist", language="en")

    for code in ("public_role", "professional"):
        assert printed(code, False) == "A. Name"
    for code in ("private", "relative", "victim"):
        assert printed(code, False) == "a journalist"
        assert printed(code, True) == "A. Name"
    assert not is_named("minor", consent=False)
    assert strictest(["private", "victim", "public_role"]) == "victim"
    with pytest.raises(UnknownValue, match="public_role, professional"):
        is_named("secret", consent=False)


def test_what_waits_for_consent():
    assert needs_consent("professional", ["legal.fine", "discrimination.stalking"])
    assert needs_consent("professional", tip=True)
    assert needs_consent("victim")
    assert not needs_consent("professional", ["legal.fine", "no.such.type"])
    waiting = {code for code, kind in codebook().types.items() if kind.consent}
    assert {code for code in codebook().types if code.startswith("discrimination.")} <= waiting
    assert {"obstruction.threat", "legal.threat"} <= waiting
    assert not [code for code in waiting if code.startswith(("context.", "outcome."))]
