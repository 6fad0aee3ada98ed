"""The carry-over of a period in words, as a table in plain text and as data."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from barometer.cases.carryover import Carried
from barometer.cases.state import CaseState, measure_words, proceeding_words, span_words, who
from barometer.cases.upcoming import UpcomingDate
from barometer.cases.values import Period
from barometer.errors import UnknownValue, counted

HEAD = ("CASE", "LAST STATE", "NEXT DATE", "MOVED")
MARGIN = 2
NAMES = 3  # so many in a line, the rest is counted


@dataclass(frozen=True)
class Row:
    """A case that was open when the period began: its state on the eve and the next date in words."""

    case: str
    state: tuple[str, ...]
    next: str
    passed: tuple[str, ...]
    carried: Carried


def period_of(text: str) -> Period:
    """The period that a person writes; UnknownValue where it is none."""
    try:
        return Period.parse(text)
    except ValueError:
        raise UnknownValue(
            f"{text[:40]!r} is not a period",
            next_step="write a quarter (2026Q2), a month (2026-05), a year (2026) or days (2026-04-01/2026-05-15)",
        ) from None


def rows(carried: Iterable[Carried], language: str) -> tuple[Row, ...]:
    """Each case with its words in that language."""
    return tuple(
        Row(
            one.case,
            tuple(state_lines(one.at_start, language)),
            date_words(one.next, language) if one.next else "",
            tuple(date_words(ahead, language) for ahead in one.passed),
            one,
        )
        for one in carried
    )


def state_lines(state: CaseState, language: str) -> Iterator[str]:
    """What is open in a case, a line each: measures first, then proceedings; who stands alike stands in one line."""
    said: dict[str, list[str]] = {}
    for measure in state.measures:
        if measure.open:
            said.setdefault(measure_words(measure, language), []).append(who(measure.subject, language))
    for proceeding in state.proceedings:
        if proceeding.open:
            said.setdefault(proceeding_words(proceeding, language), []).append(
                who(proceeding.subject, language)
            )
    for words, people in said.items():
        more = f" (+{len(people) - NAMES})" if len(people) > NAMES else ""
        yield f"{', '.join(people[:NAMES])}{more}: {words}"


def date_words(ahead: UpcomingDate, language: str) -> str:
    """A date ahead as one line, the day first."""
    return f"{span_words(ahead.span, language)} {ahead.words(language)}"


def table(carried: Sequence[Carried], period: Period, width: int) -> Iterator[str]:
    """The carry-over as lines of plain text that fit the width: a line of totals, then a block a case."""
    moved = sum(one.moved == "yes" for one in carried)
    perhaps = sum(one.moved == "perhaps" for one in carried)
    yield (
        f"{counted(len(carried), 'case')} open on {period.first}: {moved} moved by {period.last}, "
        f"{perhaps} perhaps, {len(carried) - moved - perhaps} did not."
    )
    if not carried:
        return
    widths = _widths(width)
    yield ""
    yield from _block(HEAD, widths)
    for row in rows(carried, "en"):
        late = "".join(f"\npassed without news: {words}" for words in row.passed)
        said = "\n".join(row.state) or "nothing is open but the date ahead"
        if row.state and not row.carried.surely:
            said = f"perhaps open: {said}"
        yield from _block((row.case, said, (row.next or "none known") + late, row.carried.moved), widths)


def _widths(width: int) -> tuple[int, int, int, int]:
    moved = len("perhaps")
    left = max(48, width - moved - 3 * MARGIN)
    case = min(26, left // 4)
    ahead = (left - case) * 2 // 5
    return case, left - case - ahead, ahead, moved


def _block(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """One row of the table, as many lines as its longest cell needs."""
    columns = [
        [line for part in cell.split("\n") for line in textwrap.wrap(part, width, subsequent_indent=" ")]
        for cell, width in zip(cells, widths, strict=True)
    ]
    for line in zip_longest(*columns, fillvalue=""):
        padded = (part.ljust(width + MARGIN) for part, width in zip(line, widths, strict=True))
        yield "".join(padded).rstrip()


def as_data(carried: Sequence[Carried], period: Period) -> dict[str, Any]:
    """The carry-over as plain data, for JSON."""
    return {
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "cases": [
            {
                "case": row.case,
                "state": list(row.state),
                "surely_open": row.carried.surely,
                "last_news": row.carried.last_news.isoformat() if row.carried.last_news else None,
                "next": _date(row.carried.next),
                "moved": row.carried.moved,
                "still_open": row.carried.still_open,
                "passed_without_news": [_date(ahead) for ahead in row.carried.passed],
            }
            for row in rows(carried, "en")
        ],
    }


def _date(ahead: UpcomingDate | None) -> dict[str, Any] | None:
    if ahead is None:
        return None
    return {
        "date": str(ahead.span),
        "kind": ahead.kind,
        "of": ahead.of,
        "what": ahead.what,
        "words": ahead.words("en"),
        "sources": list(ahead.sources),
    }
