"""The chart of whatever is filtered: events by time and section, violations up, relief down, and the same as a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext
from numpy.typing import NDArray

from barometer.web.public import words
from barometer.web.public.counting import KINDS, Columns, Mask
from barometer.web.public.facets import Selection
from barometer.web.public.filters import Filters, address

#: So many columns at most where months or quarters do; else one for each year.
MOST_COLUMNS = 24
#: The drawing's units: a column of time, the bar in it, and all of the height.
STEP, BAR, HIGH = 10.0, 7.6, 40.0
#: Fewer columns than these have narrower bars, or they would be slabs; so many have each its name below it.
MANY, EACH_NAMED = 6, 12
Row = Mapping[str, NDArray[np.int64]]


@dataclass(frozen=True)
class Span:
    """A column of the chart: its months, and what it is called."""

    months: tuple[str, ...]
    label: str
    short: str


@dataclass(frozen=True)
class Block:
    """A part of a column in the drawing."""

    kind: str
    x: float
    y: float
    height: float


@dataclass(frozen=True)
class Cell:
    """A number of the table, and the address of the events that it counts."""

    number: int
    address: str


@dataclass(frozen=True)
class Strip:
    """A section, or all of them: its drawing, and its line of the table."""

    title: str
    total: int
    address: str
    blocks: tuple[Block, ...]
    base: float
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Chart:
    """All of it; every section has the same scale and size."""

    spans: tuple[Span, ...]
    whole: Strip
    strips: tuple[Strip, ...]
    width: float
    height: float
    bar: float
    no_month: Cell
    sums: tuple[tuple[str, tuple[int, ...], int], ...]  # kind in words → its numbers by column, and their sum

    @property
    def each_named(self) -> bool:
        """Whether there is room for the name of every column."""
        return len(self.spans) <= EACH_NAMED

    @property
    def whole_rows(self) -> list[tuple[Span, Cell]]:
        """All sections together, column by column."""
        return list(zip(self.spans, self.whole.cells, strict=True))


def chart(selection: Selection, titles: Mapping[int, str]) -> Chart:
    """The chart of the events that a selection has."""
    found, mask, wanted = selection.columns, selection.mask, selection.filters
    months = found.columns["month"].counts(mask)
    spans = _spans(months)
    whole = _row(found, spans, mask)
    inside = {
        section: mask & found.having("section", [section])
        for section in sorted(found.columns["section"].counts(mask), key=int)
    }
    rows = {section: _row(found, spans, of_section) for section, of_section in inside.items()}
    scale = _scale(rows.values())
    strips = tuple(
        Strip(
            f"{section}. {words.section_label(int(section), titles.get(int(section), ''))}",
            int(inside[section].sum()),
            address(_narrowed(wanted, section=[section])),
            _blocks(row, scale),
            scale.base,
            _cells(row, spans, _narrowed(wanted, section=[section])),
        )
        for section, row in rows.items()
    )
    own = _scale([whole])
    return Chart(
        spans=spans,
        whole=Strip(
            gettext("All sections"),
            selection.count,
            address(wanted.plain()),
            _blocks(whole, own),
            own.base,
            _cells(whole, spans, wanted),
        ),
        strips=strips,
        width=len(spans) * STEP,
        height=HIGH,
        bar=_bar(len(spans)),
        no_month=Cell(months.get(words.NO_MONTH, 0), address(_narrowed(wanted, month=[words.NO_MONTH]))),
        sums=tuple(
            (words.kind_label(kind), tuple(int(n) for n in numbers), int(numbers.sum()))
            for kind, numbers in whole.items()
        ),
    )


def _row(found: Columns, spans: Sequence[Span], mask: Mask) -> Row:
    """Kind → how many events of it in each column of time."""
    return {kind: _by_span(found, spans, mask & found.having("kind", [kind])) for kind in KINDS}


def _by_span(found: Columns, spans: Sequence[Span], mask: Mask) -> NDArray[np.int64]:
    counts = found.columns["month"].counts(mask)
    return np.array([sum(counts.get(month, 0) for month in span.months) for span in spans], np.int64)


def _cells(row: Row, spans: Sequence[Span], wanted: Filters) -> tuple[Cell, ...]:
    totals = sum(row.values())
    return tuple(
        Cell(int(total), address(_narrowed(wanted, month=span.months)))
        for total, span in zip(totals, spans, strict=True)
    )


def _narrowed(wanted: Filters, **values: Sequence[str]) -> Filters:
    """The list of what is filtered, where besides these filters have just these values."""
    plain = wanted.plain()
    for name, chosen in values.items():
        plain = plain.without(name)
        for value in chosen:
            plain = plain.toggled(name, value)
    return plain


# --- columns of time --------------------------------------------------------------------------------------


def _spans(months: Mapping[str, int]) -> tuple[Span, ...]:
    known = sorted(month for month in months if month != words.NO_MONTH)
    if not known:
        return ()
    every = _from_to(known[0], known[-1])
    for size, name in ((1, _month_span), (3, _quarter_span)):
        parts = _parts(every, size)
        if len(parts) <= MOST_COLUMNS:
            return tuple(name(part) for part in parts)
    return tuple(_year_span(part) for part in _parts(every, 12))


def _from_to(first: str, last: str) -> list[str]:
    (year, month), (end, final) = (map(int, one.split("-")) for one in (first, last))
    return [
        f"{number // 12:04}-{number % 12 + 1:02}" for number in range(year * 12 + month - 1, end * 12 + final)
    ]


def _parts(months: list[str], size: int) -> list[tuple[str, ...]]:
    """Whole quarters or years, of which the first and the last may be only begun."""
    found: dict[int, list[str]] = {}
    for month in months:
        year, number = map(int, month.split("-"))
        found.setdefault((year * 12 + number - 1) // size, []).append(month)
    return [tuple(part) for part in found.values()]


def _month_span(months: tuple[str, ...]) -> Span:
    return Span(months, words.capital(words.month_words(months[0])), words.month_short(months[0]))


def _quarter_span(months: tuple[str, ...]) -> Span:
    year, month = map(int, months[0].split("-"))
    code = f"{year:04}Q{(month - 1) // 3 + 1}"
    return Span(months, words.capital(words.quarter_words(code)), words.quarter_short(code))


def _year_span(months: tuple[str, ...]) -> Span:
    year = months[0][:4]
    return Span(months, words.year_words(int(year)), year)


# --- the drawing ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scale:
    """How high one event is drawn, and where the line lies on which columns stand and below which relief hangs."""

    one: float
    base: float


def _scale(rows: Iterable[Row]) -> Scale:
    """One scale for all of these."""
    up = down = 0
    for row in rows:
        up = max([up, *map(int, _up(row))])
        down = max([down, *map(int, row["relief"])])
    one = HIGH / ((up + down) or 1)
    return Scale(one, round(up * one, 2))


def _up(row: Row) -> NDArray[np.int64]:
    return row["violation"] + row["context"]


def _bar(columns: int) -> float:
    return round(BAR * min(columns, MANY) / MANY, 2)


def _blocks(row: Row, scale: Scale) -> tuple[Block, ...]:
    found, bar = [], _bar(len(row["relief"]))
    for place, (new, relief, context) in enumerate(zip(*(row[kind] for kind in KINDS), strict=True)):
        x = round(place * STEP + (STEP - bar) / 2, 2)
        high, above, below = (round(float(n) * scale.one, 2) for n in (new, context, relief))
        parts = (
            Block("violation", x, round(scale.base - high, 2), high),
            Block("context", x, round(scale.base - high - above, 2), above),
            Block("relief", x, scale.base, below),
        )
        found += [part for part in parts if part.height]
    return tuple(found)
