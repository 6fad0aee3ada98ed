"""Records of a release that lie on disk are a list like any other."""

from __future__ import annotations

import pytest

from barometer.publication.release.frozen import Kept, Records

ROWS = [
    {"id": "b", "name": "Айгүл\nU+2028 \u2028", "n": None},
    {"id": "a", "n": 1.5, "of": [{}, True]},
    {"id": "c"},
]


def test_what_is_kept_is_read_back_as_it_was_and_as_often_as_one_likes():
    kept = Kept(iter(ROWS))
    assert len(kept) == 3
    assert list(kept) == list(kept) == ROWS
    assert [(one["id"], other["id"]) for one in kept for other in kept][:4] == [
        ("b", "b"), ("b", "a"), ("b", "c"), ("a", "b"),
    ]  # fmt: skip
    assert (kept[-1], kept[1:], list(kept[0])) == (ROWS[2], ROWS[1:], ["id", "name", "n"])
    with pytest.raises(IndexError):
        kept[3]
    assert list(Kept([])) == []


def test_a_release_tells_the_same_of_records_on_disk_and_in_memory():
    assert Records(events=Kept(ROWS)).digests() == Records(events=ROWS).digests()
