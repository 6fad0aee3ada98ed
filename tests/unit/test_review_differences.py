"""Two versions as a difference: what changed, word by word, and nothing lost on the way."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from barometer.review.differences import Piece, as_text, differences, word_pieces

TEXTS = st.text(st.sampled_from("ab яқ.,\n "), max_size=60)


def test_a_sentence_with_one_word_changed():
    assert word_pieces("A court fined Aigerim.", "A court acquitted Aigerim.") == (
        Piece("A court"),
        Piece(" fined", "gone"),
        Piece(" acquitted", "new"),
        Piece(" Aigerim."),
    )


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_the_pieces(before, after):
    pieces = word_pieces(before, after)
    assert "".join(piece.text for piece in pieces if piece.change != "new") == before
    assert "".join(piece.text for piece in pieces if piece.change != "gone") == after


def test_only_fields_that_changed_in_the_order_of_the_later_version():
    before = {"date": "2031-01-12", "place": "", "note": None, "types": ["legal.fine"], "old": "x"}
    after = {"types": ["legal.fine", "legal.arrest"], "date": "2031-01-12", "place": None, "note": []}
    found = differences(before, after)
    assert [(one.field, one.before, one.after) for one in found] == [
        ("types", ["legal.fine"], ["legal.fine", "legal.arrest"]),
        ("old", "x", None),
    ]
    assert found[0].pieces == (Piece("legal.fine"), Piece("\nlegal.arrest", "new"))


def test_zero_and_false_are_values_and_not_empty():
    assert [one.field for one in differences({"n": 0, "b": False}, {"n": None, "b": True})] == ["n", "b"]
    assert as_text(0) == "0"
    assert as_text(False) == "false"


def test_long_texts_are_compared_within_a_second_or_shown_whole():
    before = "the word " * 1_900
    after = before + "more"
    began = time.process_time()
    assert word_pieces(before, after)[-1].change == "new"
    huge = "a " * 100_000
    assert word_pieces(huge, huge + "b") == (Piece(huge, "gone"), Piece(huge + "b", "new"))
    assert time.process_time() - began < 5
