"""The median of days until restored, worked out by hand."""

from __future__ import annotations

import pytest

from barometer.reach.restoring import Away, median_days


@pytest.mark.parametrize(
    ("addresses", "day"),
    [
        ((), None),
        (((3, True),), 3),
        (((3, False),), None),
        (((1, True), (5, True), (9, True)), 5),
        (((1, True), (5, False), (9, False)), None),  # 2/3 are away, and nobody saw more
        (((2, True), (4, False), (6, True), (8, True)), 6),  # 3/4, then 3/4 × 1/2 = 3/8
        (((2, False), (2, True)), 2),  # who was seen until that day was still at risk: 1/2
        (((0, True), (0, True), (7, False)), 0),
    ],
)
def test_half_are_back_by(addresses, day):
    assert median_days([Away(*one) for one in addresses]) == day
