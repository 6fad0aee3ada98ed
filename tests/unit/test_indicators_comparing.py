"""Whether two counts differ: intervals as tables of the Poisson distribution print them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.indicators import Difference, Interval, poisson_interval


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0, 3.689), (1, 0.025, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390), (100, 81.364, 121.627)],
)
def test_intervals_are_those_of_the_tables(count, low, high):
    found = poisson_interval(count)
    assert found.low == pytest.approx(low, abs=0.001)
    assert found.high == pytest.approx(high, abs=0.001)


@given(st.integers(1, 300))
def test_beyond_an_interval_a_count_is_a_surprise_of_one_in_forty(count):
    def chance(rate: float, counts: range) -> float:
        return math.fsum(math.exp(n * math.log(rate) - rate - math.lgamma(n + 1)) for n in counts)

    found = poisson_interval(count)
    assert 1 - chance(found.low, range(count)) == pytest.approx(0.025, abs=1e-6)
    assert chance(found.high, range(count + 1)) == pytest.approx(0.025, abs=1e-6)


def test_a_large_count_is_quick_and_near_the_normal_interval():
    found = poisson_interval(90_000)
    assert (found.low, found.high) == (pytest.approx(89_413, abs=3), pytest.approx(90_590, abs=3))


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (10, 12, "no clear change"),
        (12, 10, "no clear change"),
        (3, 20, "more"),
        (20, 3, "fewer"),
        (0, 3, "no clear change"),
        (0, 12, "more"),
        (0, 0, "no clear change"),
    ],
)
def test_a_change_is_claimed_where_the_intervals_are_apart(before, after, verdict):
    assert Difference(before, after).verdict == verdict


def test_intervals_that_touch_meet_and_no_count_is_below_zero():
    assert Interval(1, 2).meets(Interval(2, 3)) and not Interval(1, 2).meets(Interval(2.1, 3))
    with pytest.raises(ValueError, match="-1 is no count"):
        poisson_interval(-1)
