"""What holds for every two names, whatever hypothesis thinks of."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st
from tried import tried

from barometer.names.comparison import KINDS, compare
from barometer.names.index import blocks
from barometer.names.people import person

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
WORDS = st.text("абвгдежзиклмнопрстуәғқңөұүійяю", min_size=2, max_size=10).map(str.capitalize)
LATIN = st.text("abcdefghijklmnopqrstuvwxyzçğışöüñá'", min_size=2, max_size=10).map(str.capitalize)
NAMES = st.lists(st.one_of(WORDS, LATIN), min_size=1, max_size=4).map(" ".join)
EITHER = st.one_of(NAMES, ANY)
KIND = st.sampled_from(KINDS)


@given(EITHER, EITHER, KIND)
@tried(150)
def test_between_nought_and_one_and_the_same_both_ways(a, b, kind):
    found, turned = compare(a, b, kind), compare(b, a, kind)
    assert 0 <= found.probability <= 1
    assert found.probability == turned.probability
    assert found.reasons


@given(EITHER, KIND)
@tried(150)
def test_the_same_string_is_the_same_unless_it_says_nothing(name, kind):
    found = compare(name, name, kind)
    assert found.probability >= 0.9 or "names nobody" in found.reasons[0].text


@given(WORDS, WORDS)
@tried(100)
def test_the_order_of_two_words_matters_little(a, b):
    if person(f"{a} {b}").says_nothing or person(f"{b} {a}").says_nothing:
        return
    if len(person(f"{a} {b}").words) == 2 == len(person(f"{b} {a}").words):
        assert compare(f"{a} {b}", f"{b} {a}").probability > 0.5


@given(NAMES)
@tried(60)
def test_capitals_and_spaces_matter_little(name):
    if not person(name).says_nothing and not person(name.upper()).says_nothing:
        assert compare(name, "  " + name.replace(" ", "   ")).probability >= 0.9


@given(EITHER)
@tried(80)
def test_a_name_shares_its_keys_with_itself(name):
    keys = blocks(name)
    assert keys or person(name).says_nothing
    assert len(keys) < 200


@given(st.sampled_from(["а", "Касенов ", "а-", "A.", "'", "😀", "Ә", "1", "- ", "ұлы "]), KIND)
@tried(40)
def test_very_long_names_are_refused_quickly(piece, kind):
    started = time.process_time()
    assert compare(piece * 10_000, piece * 9_999, kind).probability < 0.1
    assert time.process_time() - started < 2
