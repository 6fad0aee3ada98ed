"""Which row is which: one to one, the same for the same, and nothing is taken for what it is not like."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.web.actions.matching import (
    LIKE_ENOUGH,
    Entry,
    Happening,
    content_of,
    like_entries,
    like_happenings,
    pair,
)

DAY = (date(2031, 1, 12), date(2031, 1, 12))
MONTH = (date(2031, 1, 1), date(2031, 1, 31))


def happening(
    key="a#1",
    content="x",
    entry="a",
    types=("legal.fine",),
    targets=("Aigerim Example",),
    days=DAY,
    lines=(1, 3),
):
    return Happening(key, content, entry, tuple(types), frozenset(targets), days, lines)


def test_likeness_by_hand():
    one = happening()
    assert like_happenings(one, one) == pytest.approx(1)
    assert like_happenings(one, happening(types=["legal.arrest"])) == 1 - 0.25 - 0.10
    assert like_happenings(one, happening(days=MONTH)) == 1 - 0.10
    assert like_happenings(one, happening(entry="b", lines=(8, 9))) == 1 - 0.25
    other = happening(entry="b", lines=(8, 9), types=["digital.ddos"], targets=["Invented Herald"], days=None)
    assert like_happenings(one, other) == 0


def test_entries_by_hand():
    one = Entry("a", "x", (1, 2), "a court fined Aigerim", 2, "2031-01")
    assert like_entries(one, one) == pytest.approx(1)
    assert round(like_entries(one, Entry("b", "y", (2, 3), "a court fined Bolat", 2, "2031-01")), 3) == round(
        0.6 * 3 / 5 + 0.3 / 3 + 0.1, 3
    )


def test_key_before_likeness():
    old = [happening("a#1", "x"), happening("b#1", "y", entry="b", types=["digital.ddos"])]
    new = [happening("b#1", "z", entry="b"), happening("a#1", "w", types=["digital.ddos"])]
    assert pair(old, new, like_happenings) == {0: 1, 1: 0}


def test_the_likest_gets_it():
    old = [happening("a#1", "x")]
    new = [happening("n#1", "y", days=MONTH), happening("n#2", "z")]
    assert pair(old, new, like_happenings) == {1: 0}


def test_content_does_not_depend_on_order():
    assert content_of({"a": 1, "b": [1, {"c": 2, "d": 3}]}) == content_of(
        {"b": [1, {"d": 3, "c": 2}], "a": 1}
    )
    assert content_of({"a": [1, 2]}) != content_of({"a": [2, 1]})


rows = st.builds(
    happening,
    key=st.sampled_from([f"{entry}#{number}" for entry in "abc" for number in (1, 2, 3)]),
    content=st.sampled_from("xyz"),
    entry=st.sampled_from("abc"),
    types=st.sampled_from([("legal.fine",), ("digital.ddos",), ("legal.fine", "digital.ddos")]),
    targets=st.sampled_from([(), ("A",), ("A", "B")]),
    days=st.sampled_from([None, DAY, MONTH]),
)
unique = st.lists(rows, max_size=9, unique_by=lambda row: row.key)


@given(old=unique, new=unique)
def test_one_to_one_and_nothing_alike_is_left(old, new):
    pairs = pair(old, new, like_happenings)
    assert len(set(pairs.values())) == len(pairs)
    for n, row in enumerate(new):
        for o, other in enumerate(old):
            if n not in pairs and o not in pairs.values():
                assert row.key != other.key
                assert row.content != other.content
                assert like_happenings(other, row) < LIKE_ENOUGH


@given(unique)
def test_the_same_file_pairs_with_itself(old):
    assert pair(old, old, like_happenings) == {index: index for index in range(len(old))}


@given(one=rows, other=rows)
def test_likeness_is_a_share_and_has_no_direction(one, other):
    assert 0 <= like_happenings(one, other) <= 1
    assert like_happenings(one, other) == like_happenings(other, one)
