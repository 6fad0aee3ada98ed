"""Krippendorff's alpha: values worked out by hand, and what it does where there is nothing to work out."""

from __future__ import annotations

from datetime import date

import pytest

from barometer.review.agreement import FIELDS, Coding, alpha, by_month, is_chosen

# Twelve units, two coders, five values. Coincidences on the diagonal: a 2, b 4, c 6, d 4, e 2 = 18 of n = 24; how often
# each value was used: a 4, b 6, c 6, d 6, e 2. Alpha = (23·18 − 104) / (23·24 − 104) = 310/448, where
# 104 = 4·3 + 6·5 + 6·5 + 6·5 + 2·1.
ONE, OTHER = "aabbdcccedda", "babbbccceddd"


def test_a_textbook_example():
    assert alpha(list(zip(ONE, OTHER, strict=True))).value == pytest.approx(310 / 448)


def test_two_values_at_chance():
    """Ten units: both 1 once, both 0 five times, apart four times. Zeros 14, ones 6: (19·12 − 212) / (19·20 − 212)."""
    found = alpha(list(zip("0100000010", "1110010000", strict=True)))
    assert found.value == pytest.approx(16 / 168)
    assert found.units == 10


def test_the_order_of_coders_and_of_units_does_not_matter():
    pairs = list(zip(ONE, OTHER, strict=True))
    assert alpha([pair[::-1] for pair in reversed(pairs)]) == alpha(pairs)


def test_full_agreement_and_full_disagreement():
    assert alpha([("a", "a"), ("b", "b")]).value == 1
    # Two units, a against b and b against a: no coincidence on the diagonal; (3·0 − 4) / (3·4 − 4) = −1/2.
    assert alpha([("a", "b"), ("b", "a")]).value == pytest.approx(-0.5)


@pytest.mark.parametrize(
    ("pairs", "why"),
    [
        ([], "too few"), ([("a", "b")], "too few"), ([("a", "a")] * 5, "no variation"),
        ([("", "")] * 2, "no variation"),
    ],
)  # fmt: skip
def test_without_enough_there_is_no_number(pairs, why):
    found = alpha(pairs)
    assert (found.units, found.value, found.why) == (len(pairs), None, why)


def test_that_nothing_is_told_is_a_value():
    """None against seven is a disagreement: four units, '' twice agreed, 7 agreed, '' against 7 once.

    Used: '' five times, 7 three times; (7·6 − 26) / (7·8 − 26) = 16/30.
    """
    assert alpha([("", ""), ("", ""), ("7", "7"), ("", "7")]).value == pytest.approx(16 / 30)


def coded(**told):
    return dict.fromkeys(FIELDS, "x") | told


def test_by_month_with_the_machine_where_it_proposed():
    units = [
        Coding(
            "a", date(2031, 3, 1), coded(kind="violation"), coded(kind="violation"), coded(kind="context")
        ),
        Coding("b", date(2031, 3, 31), coded(kind="relief"), coded(kind="relief"), coded(kind="relief")),
        Coding("c", date(2031, 3, 9), coded(kind="relief"), coded(kind="violation"), None),
        Coding("d", date(2031, 4, 1), coded(), coded(region="KZ-75")),
    ]
    rows = {(row.month, row.field): row.by for row in by_month(units)}
    assert [row.month for row in by_month(units)][0] == "2031-04"
    assert len(rows) == 2 * len(FIELDS)
    march = rows["2031-03", "kind"]
    # Three units: violation agreed, relief agreed, one apart; each used three times: (5·4 − 12) / (5·6 − 12) = 8/18.
    assert march["people"].value == pytest.approx(8 / 18)
    # Two units with the machine: relief agreed, violation against context: (3·2 − 2) / (3·4 − 2) = 4/10.
    assert march["first and machine"].value == pytest.approx(0.4)
    assert march["second and machine"].units == 2
    assert rows["2031-03", "region"]["people"].why == "no variation"
    assert rows["2031-04", "region"]["people"].why == "too few"
    assert rows["2031-04", "region"]["first and machine"].units == 0
    assert units[2].differing == ("kind",)
    assert units[3].differing == ("region",)


def test_the_share_is_drawn_by_digest():
    ids = [f"unit{number}" for number in range(4000)]
    chosen = {one for one in ids if is_chosen(one, 0.1)}
    assert 320 <= len(chosen) <= 480  # four standard deviations about 400
    assert chosen == {one for one in ids if is_chosen(one, 0.1)}
    assert chosen < {one for one in ids if is_chosen(one, 0.2)}  # a larger share adds, it takes none away
    assert not any(is_chosen(one, 0) for one in ids)
    assert all(is_chosen(one, 1) for one in ids)
