"""Whether two counts differ: intervals as tables and other programs print them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.indicators.comparing import (
    Difference,
    holm,
    share_interval,
    verdicts,
)

COUNTS = st.integers(0, 500)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    # As tables of exact binomial limits print them; none of ten is 1 − 0.025 ** (1 / 10).
    [(0, 10, 0, 0.3085), (3, 10, 0.0667, 0.6525), (5, 10, 0.1871, 0.8129), (10, 10, 0.6915, 1), (0, 0, 0, 1)],
)
def test_a_share_is_as_sure_as_its_whole_is_large(part, whole, low, high):
    found = share_interval(part, whole)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_a_ratio_of_rates_worked_out_by_hand():
    # 5 before, 15 after: 15 of 20 fell after, whose exact limits are 0.5090 and 0.9134, so 0.5090 / 0.4910 = 1.036
    # and 0.9134 / 0.0866 = 10.55; the chance is twice that of 15 or more heads of 20: 2 × 21,700 / 2 ** 20.
    found = Difference(5, 15)
    assert found.ratio == 3
    assert found.interval.low == pytest.approx(1.036, abs=0.002)
    assert found.interval.high == pytest.approx(10.55, abs=0.01)
    assert found.chance == pytest.approx(2 * 21_700 / 2**20)
    assert found.verdict == "more"


def test_days_count():
    # 30 in 90 days and 10 in 30 days are the same rate; 20 in 30 days are twice it.
    assert Difference(30, 10, 90, 30).ratio == 1
    assert Difference(30, 10, 90, 30).verdict == "no clear change"
    assert Difference(30, 20, 90, 30).ratio == 2
    assert Difference(30, 20, 90, 30).verdict == "more"
    assert Difference(30, 20).verdict == "no clear change"


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (10, 12, "no clear change"),
        (12, 10, "no clear change"),
        (3, 20, "more"),
        (20, 3, "fewer"),
        (0, 5, "no clear change"),  # 2 / 2 ** 5 is more than one in twenty
        (0, 6, "more"),  # 2 / 2 ** 6 is less
        (6, 0, "fewer"),
        (0, 0, "no clear change"),
    ],
)
def test_a_change_is_claimed_where_chance_is_no_answer(before, after, verdict):
    assert Difference(before, after).verdict == verdict


@given(COUNTS, COUNTS, st.floats(0.1, 100), st.floats(0.1, 100))
def test_the_word_and_the_interval_say_the_same(before, after, days_before, days_after):
    found = Difference(before, after, days_before, days_after)
    if abs(found.chance - 0.05) > 1e-9:
        assert (found.verdict == "no clear change") == found.interval.has(1)
    assert found.interval.low <= found.interval.high
    assert (
        found.ratio is None
        or found.interval.has(found.ratio)
        or found.ratio == pytest.approx(found.interval.low)
    )


@given(COUNTS, COUNTS)
def test_looking_back_is_looking_forward_turned(before, after):
    one, other = Difference(before, after), Difference(after, before)
    assert one.chance == pytest.approx(other.chance)
    assert {one.verdict, other.verdict} in ({"more", "fewer"}, {"no clear change"})


def test_a_table_is_judged_as_a_whole():
    # Holm by hand: 0.01 × 4, then 0.02 × 3, then 0.03 × 2 (raised to 0.06), then 0.04 × 1 (raised to 0.06).
    assert holm([0.04, 0.01, 0.03, 0.02]) == pytest.approx([0.06, 0.04, 0.06, 0.06])
    alone, among = Difference(0, 6), [Difference(0, 6)] + [Difference(5, 5)] * 3
    assert alone.verdict == "more"
    assert verdicts([alone]) == ["more"]
    assert verdicts(among) == ["no clear change"] * 4
    assert verdicts([]) == []


@given(st.lists(st.floats(0, 1), max_size=30))
def test_a_line_among_others_is_never_surer_than_alone(chances):
    found = holm(chances)
    assert all(1 >= after >= before for before, after in zip(chances, found, strict=True))
    assert sorted(range(len(chances)), key=lambda n: (chances[n], n)) == sorted(
        range(len(chances)), key=lambda n: (found[n], chances[n], n)
    )


def test_what_is_no_count_is_refused():
    with pytest.raises(ValueError, match="-2 is no count"):
        Difference(1, -2)
    with pytest.raises(ValueError, match="no days"):
        Difference(1, 2, 0)
    with pytest.raises(ValueError, match="4 of 3"):
        share_interval(4, 3)
