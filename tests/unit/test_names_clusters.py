"""Clusters follow from the log: the last word counts, contradictions are shown, one row undoes a join."""

from __future__ import annotations

import pytest

from barometer.names.clusters import DIFFERENT, OPEN, SAME, UNSURE, Judged, canonical, clusters


def said(*rows):
    return clusters(Judged(*row) for row in rows)


def test_what_is_the_same_hangs_together():
    found = said(("a", "b", SAME), ("c", "b", SAME), ("d", "e", SAME))
    assert found.joined == (frozenset("abc"), frozenset("de"))
    assert found.of("c") == frozenset("abc")
    assert found.of("x") == frozenset("x")
    assert {found.leader(member) for member in "abc"} == {"a"}


@pytest.mark.parametrize("verdict", [DIFFERENT, UNSURE, OPEN])
def test_the_last_word_on_a_pair_counts(verdict):
    found = said(("a", "b", SAME), ("b", "a", verdict))
    assert found.joined == ()
    assert found.conflicts == ()
    assert said(("a", "b", verdict), ("a", "b", SAME)).joined == (frozenset("ab"),)


def test_a_contradiction_is_shown_and_nothing_of_it_is_joined():
    found = said(("a", "b", SAME), ("b", "c", SAME), ("a", "c", DIFFERENT), ("d", "e", SAME))
    [conflict] = found.conflicts
    assert conflict.members == frozenset("abc")
    assert conflict.same == (("a", "b"), ("b", "c"))
    assert conflict.different == (("a", "c"),)
    assert found.joined == (frozenset("de"),)
    assert found.of("b") == frozenset("b")
    assert found.in_conflict("b") and not found.in_conflict("d")


def test_one_row_resolves_a_contradiction():
    rows = [("a", "b", SAME), ("b", "c", SAME), ("a", "c", DIFFERENT)]
    assert said(*rows, ("b", "c", DIFFERENT)).joined == (frozenset("ab"),)
    assert said(*rows, ("a", "c", OPEN)).joined == (frozenset("abc"),)
    assert said(*rows, ("b", "c", DIFFERENT)).conflicts == ()


def test_a_wrong_join_is_undone_by_one_row_and_what_followed_with_it():
    rows = [("a", "b", SAME), ("b", "c", SAME), ("c", "d", SAME)]
    found = said(*rows, ("b", "c", DIFFERENT))
    assert found.joined == (frozenset("ab"), frozenset("cd"))


def test_what_is_decided_is_not_asked_again():
    found = said(("a", "b", SAME), ("b", "c", DIFFERENT), ("d", "e", UNSURE))
    assert found.is_decided("a", "b")
    assert found.is_decided("a", "c")  # it follows
    assert found.is_decided("e", "d")
    assert not found.is_decided("a", "d")
    assert found.verdict("e", "d") == UNSURE
    broken = said(("a", "b", SAME), ("b", "c", SAME), ("c", "d", SAME), ("a", "d", DIFFERENT))
    assert broken.is_decided("a", "c")  # the contradiction comes first
    assert not broken.is_decided("a", "x")


def test_mentions_belong_to_their_party_unless_somebody_says_otherwise():
    belongs = {"m1": "p", "m2": "p", "m3": "q"}
    assert clusters([], belongs).of("m1") == frozenset(["m1", "m2", "p"])
    joined = clusters([Judged("m2", "m3", SAME)], belongs)
    assert joined.of("p") == frozenset(["m1", "m2", "p", "m3", "q"])
    [conflict] = clusters([Judged("m1", "m2", DIFFERENT)], belongs).conflicts
    assert conflict.different == (("m1", "m2"),)


@pytest.mark.parametrize("row", [("a", "a", SAME), ("a", "b", "perhaps")])
def test_a_judgement_is_about_two_and_says_something_known(row):
    with pytest.raises(ValueError, match="verdict|two"):
        Judged(*row)


def test_the_name_to_show_is_a_full_one_and_a_frequent_one():
    assert canonical({"Kiyarov": 9, "Rysbek Kiyarov": 2, "Рысбек Кияров": 3}) == "Рысбек Кияров"
    assert canonical({"R. Kiyarov": 9, "Rysbek Kiyarov": 1}) == "Rysbek Kiyarov"
    assert canonical({"B A": 1, "A B": 1}) == "A B"


def test_a_very_long_chain():
    rows = [Judged(f"{n:05}", f"{n + 1:05}", SAME) for n in range(20_000)]
    assert len(clusters(rows).of("00000")) == 20_001
