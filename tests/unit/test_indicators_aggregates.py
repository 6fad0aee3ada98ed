"""Sums of people: worked by hand, and that nothing that is left out can be worked out by anybody."""

from __future__ import annotations

from itertools import islice, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.indicators.aggregates import THRESHOLD, Shown, Table, counted, suppressed


def test_what_is_large_enough_is_shown_as_it_is():
    shown = suppressed(Table(("f", "m"), ("staff", "freelance"), ((20, 7), (30, 9))))
    assert shown.cells == ((20, 7), (30, 9))
    assert (shown.row_totals, shown.column_totals, shown.total) == ((27, 39), (50, 16), 66)
    assert shown.left_out == 0


def test_one_small_cell_takes_a_rectangle_with_it():
    shown = suppressed(Table(("f", "m"), ("staff", "freelance"), ((20, 3), (30, 9))))
    assert shown.cells == ((None, None), (None, None))  # any three of the four would tell the fourth
    assert (shown.row_totals, shown.column_totals) == ((23, 39), (50, 12))


def test_of_a_larger_table_the_rest_stays():
    rows = ((20, 3, 40), (30, 9, 50), (60, 70, 80))
    shown = suppressed(Table(("a", "b", "c"), ("x", "y", "z"), rows))
    assert shown.cells[2] == (60, 70, 80)
    assert [row[2] for row in shown.cells] == [40, 50, 80]
    assert shown.left_out == 4


def test_a_line_of_few_goes_with_the_next_smallest():
    shown = suppressed(Table(("f", "m", "x"), ("staff", "freelance"), ((20, 10), (30, 15), (1, 1))))
    assert shown.rows == (("m",), ("f", "x")) or shown.rows == (("f", "x"), ("m",))
    assert sorted(shown.row_totals) == [32, 45]
    assert shown.left_out == 0


def test_an_empty_line_is_not_listed_and_a_nought_is_shown():
    shown = suppressed(Table(("f", "m", "x"), ("a", "b"), ((0, 9), (8, 7), (0, 0))))
    assert shown.rows == (("f",), ("m",))
    assert shown.cells == ((0, 9), (8, 7))


def test_too_few_people_are_no_table():
    assert suppressed(Table(("f", "m"), ("a", "b"), ((1, 1), (1, 1)))) is None
    assert suppressed(Table(("f",), ("a",), ((5,),))).cells == ((5,),)
    assert suppressed(Table((), (), ())) is None


def test_a_table_is_what_it_says():
    with pytest.raises(ValueError, match="for each row"):
        Table(("f",), ("a", "b"), ((1,),))
    with pytest.raises(ValueError, match="less than never"):
        Table(("f",), ("a",), ((-1,),))
    with pytest.raises(ValueError, match="below two"):
        suppressed(Table(("f",), ("a",), ((9,),)), 1)
    assert counted([("f", "b"), ("f", "b"), ("m", "a")], ("f", "m"), ("a", "b")).cells == ((0, 2), (1, 0))


# --- what a reader could work out -------------------------------------------------------------------------

numbers = st.integers(0, 12)
tables = st.integers(1, 4).flatmap(
    lambda n: st.lists(st.lists(numbers, min_size=n, max_size=n), min_size=1, max_size=4)
)


def table_of(rows) -> Table:
    codes = "abcdefgh"
    return Table(tuple(codes[: len(rows)]), tuple(codes[: len(rows[0])]), tuple(map(tuple, rows)))


def possible(shown: Shown) -> dict[tuple[int, int], list[int]]:
    """For each cell that is left out the numbers that fit what is shown; two are enough to be unsure."""
    gaps = [(i, j) for i, row in enumerate(shown.cells) for j, n in enumerate(row) if n is None]
    rows = [t - sum(n or 0 for n in row) for row, t in zip(shown.cells, shown.row_totals, strict=True)]
    turned = zip(*shown.cells, strict=True)
    columns = [t - sum(n or 0 for n in row) for row, t in zip(turned, shown.column_totals, strict=True)]
    return {gap: list(islice(_numbers(gap, gaps, rows, columns), 2)) for gap in gaps}


def _numbers(gap, gaps, rows, columns):
    i, j = gap
    for number in range(min(rows[i], columns[j]) + 1):
        left = [n - number * (place == i) for place, n in enumerate(rows)]
        under = [n - number * (place == j) for place, n in enumerate(columns)]
        if fits(left, under, [other for other in gaps if other != gap]):
            yield number


def fits(rows, columns, gaps) -> bool:
    """Whether numbers in the gaps can make up these totals: the largest flow from rows to columns."""
    flow = dict.fromkeys(gaps, 0)
    left, under = list(rows), list(columns)

    def push(row, seen) -> bool:
        for i, j in gaps:
            if i != row or j in seen:
                continue
            seen.add(j)
            if under[j]:
                under[j] -= 1
                flow[i, j] += 1
                return True
            for k, other in gaps:
                if other == j and flow[k, j] and k != row and push(k, seen):
                    flow[k, j] -= 1
                    flow[i, j] += 1
                    return True
        return False

    for row in range(len(rows)):
        while left[row]:
            if not push(row, set()):
                return False
            left[row] -= 1
    return True


@given(tables)
def test_nothing_small_is_shown_and_nothing_left_out_follows_from_the_totals(rows):
    shown = suppressed(table_of(rows))
    total = sum(map(sum, rows))
    if shown is None:
        assert total < THRESHOLD
        return
    assert shown.total == total == sum(shown.row_totals) == sum(shown.column_totals)
    every = [n for row in shown.cells for n in row if n is not None]
    assert not [n for n in (*every, *shown.row_totals, *shown.column_totals) if 0 < n < THRESHOLD]
    assert sorted(code for line in shown.rows for code in line) == sorted(
        code for code, row in zip(table_of(rows).rows, rows, strict=True) if sum(row)
    )
    for numbers_ in possible(shown).values():
        assert len(numbers_) > 1


@given(st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=2), min_size=2, max_size=2))
def test_the_same_by_trying_every_table(rows):
    """Two by two, small: every table of that size with the same face is tried."""
    shown = suppressed(table_of(rows), threshold=3)
    if shown is None or len(shown.rows) < 2 or len(shown.columns) < 2 or not shown.left_out:
        return
    fits = []
    for a, b, c, d in product(range(17), repeat=4):
        same = ((a, b), (c, d))
        if (
            (a + b, c + d) == shown.row_totals
            and (a + c, b + d) == shown.column_totals
            and all(
                kept in (None, number)
                for row, other in zip(shown.cells, same, strict=True)
                for kept, number in zip(row, other, strict=True)
            )
        ):
            fits.append((a, b, c, d))
    flat = [n for row in shown.cells for n in row]
    for place, kept in enumerate(flat):
        if kept is None:
            assert len({one[place] for one in fits}) > 1
