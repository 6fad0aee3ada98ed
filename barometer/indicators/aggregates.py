"""Counts of people that tell nothing of one person: small numbers are left out, and what would give them away.

    suppressed(Table(("women", "men"), ("staff", "freelance"), ((20, 3), (30, 9))))
    → no number of freelance women, and none of those from which it could be worked out

**How**: a line whose total is small is put together with the next smallest, so that every total that is shown is of
enough people. Then small cells are left out, and one more at a time, until no cell that is left out follows from the
totals: each could be another number with all that is shown unchanged. A nought is shown unless it has to cover others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

#: A number of people below this is not shown.
THRESHOLD = 5

Cell = tuple[int, int]


@dataclass(frozen=True)
class Table:
    """Numbers of people by two things, each person in one cell; `rows` and `columns` are codes."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        if len(self.cells) != len(self.rows) or any(len(row) != len(self.columns) for row in self.cells):
            raise ValueError("a table has a number for each row and column")
        if any(number < 0 for row in self.cells for number in row):
            raise ValueError("nobody can be counted less than never")

    @property
    def row_totals(self) -> tuple[int, ...]:
        """The total of each row."""
        return tuple(map(sum, self.cells))

    @property
    def column_totals(self) -> tuple[int, ...]:
        """The total of each column."""
        return tuple(map(sum, zip(*self.cells, strict=True)))

    @property
    def total(self) -> int:
        """Everybody."""
        return sum(self.row_totals)

    def turned(self) -> Table:
        """Rows for columns."""
        return Table(self.columns, self.rows, tuple(zip(*self.cells, strict=True)))


@dataclass(frozen=True)
class Shown:
    """A table as it may be published: None where a number is left out; lines may stand for several codes."""

    rows: tuple[tuple[str, ...], ...]
    columns: tuple[tuple[str, ...], ...]
    cells: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int, ...]
    column_totals: tuple[int, ...]
    total: int

    @property
    def lines(self) -> Iterator[tuple[tuple[str, ...], tuple[int | None, ...], int]]:
        """Each row with its cells and total."""
        return zip(self.rows, self.cells, self.row_totals, strict=True)

    @property
    def left_out(self) -> int:
        """How many cells are left out."""
        return sum(number is None for row in self.cells for number in row)


def counted(people: Iterable[tuple[str, str]], rows: Sequence[str], columns: Sequence[str]) -> Table:
    """The table of people given as (row, column)."""
    cells = [[0] * len(columns) for _ in rows]
    for row, column in people:
        cells[rows.index(row)][columns.index(column)] += 1
    return Table(tuple(rows), tuple(columns), tuple(map(tuple, cells)))


def suppressed(table: Table, threshold: int = THRESHOLD) -> Shown | None:
    """The table as it may be published; None where there are too few people for any."""
    if threshold < 2:
        raise ValueError("below two nothing is left out")
    if table.total < threshold:
        return None
    rows, table = _joined(table, threshold)
    columns, turned = _joined(table.turned(), threshold)
    table = turned.turned()
    hidden = _hidden(table.cells, threshold)
    return Shown(
        rows,
        columns,
        tuple(
            tuple(None if (i, j) in hidden else number for j, number in enumerate(row))
            for i, row in enumerate(table.cells)
        ),
        table.row_totals,
        table.column_totals,
        table.total,
    )


def _joined(table: Table, threshold: int) -> tuple[tuple[tuple[str, ...], ...], Table]:
    """The rows without empty ones, small ones put together with the next smallest until no total is small."""
    lines: list[tuple[tuple[str, ...], tuple[int, ...]]] = [
        ((code,), row) for code, row in zip(table.rows, table.cells, strict=True) if sum(row)
    ]
    while len(lines) > 1 and min(sum(row) for _, row in lines) < threshold:
        (codes, row), (others, more) = sorted(lines, key=lambda line: sum(line[1]))[:2]
        place = max(lines.index((codes, row)), lines.index((others, more)))
        together: tuple[tuple[str, ...], tuple[int, ...]] = (
            (*codes, *others),
            tuple(map(sum, zip(row, more, strict=True))),
        )
        lines[place] = together
        lines = [line for line in lines if line not in ((codes, row), (others, more))]
    order = table.rows.index
    keys = tuple(tuple(sorted(codes, key=order)) for codes, _ in lines)
    return keys, Table(
        tuple("+".join(codes) for codes in keys), table.columns, tuple(row for _, row in lines)
    )


def _hidden(cells: Sequence[Sequence[int]], threshold: int) -> frozenset[Cell]:
    """The cells to leave out: the small ones, and others until none follows from the totals."""
    hidden = {(i, j) for i, row in enumerate(cells) for j, number in enumerate(row) if 0 < number < threshold}
    while bare := [cell for cell in sorted(hidden) if not is_covered(cell, hidden, cells)]:
        hidden.add(_cover(bare[0], hidden, cells))
    return frozenset(hidden)


def _cover(cell: Cell, hidden: set[Cell], cells: Sequence[Sequence[int]]) -> Cell:
    """One more cell to leave out: where it stands with a lone one in its row, its column or both; the smallest of these.

    Noughts come last: they cover only what may be less. Where no line has a lone one, a cell near this one.
    """
    every = [(i, j) for i in range(len(cells)) for j in range(len(cells[0])) if (i, j) not in hidden]
    in_row = Counter(i for i, _ in hidden)
    in_column = Counter(j for _, j in hidden)

    def rank(one: Cell) -> tuple[bool, int, int, Cell]:
        i, j = one
        lone = (in_row[i] == 1) + (in_column[j] == 1)
        near = (i == cell[0]) + (j == cell[1])
        return cells[i][j] == 0, -(10 * lone + near), cells[i][j], one

    return min(every, key=rank)


def is_covered(cell: Cell, hidden: Iterable[Cell], cells: Sequence[Sequence[int]]) -> bool:
    """Whether the cell could be another number, with all that is shown and no number below nought.

    One more in it is one less elsewhere in its row, one more in that one's column, and so on round to where it began.
    """
    hidden = set(hidden)
    i, j = cell
    more = _reaches(("column", j), ("row", i), cell, hidden, lambda one: cells[one[0]][one[1]] > 0)
    if more or not cells[i][j]:
        return more
    return _reaches(("row", i), ("column", j), cell, hidden, lambda one: cells[one[0]][one[1]] > 0)


def _reaches(
    start: tuple[str, int],
    end: tuple[str, int],
    without: Cell,
    hidden: set[Cell],
    can_lose: Callable[[Cell], bool],
) -> bool:
    """Whether a way leads there over hidden cells: from a row by one more, from a column by one less."""
    seen, waiting = {start}, [start]
    while waiting:
        line, at = waiting.pop()
        for one in hidden - {without}:
            if line == "row" and one[0] == at:
                following = ("column", one[1])
            elif line == "column" and one[1] == at and can_lose(one):
                following = ("row", one[0])
            else:
                continue
            if following == end:
                return True
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return False
