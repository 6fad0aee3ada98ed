"""Plain sheets that leave the house: numbers are numbers, words are words, nothing in them is a formula that came in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from barometer.errors import UnknownValue
from barometer.sources.tables import neutral

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
Cell = str | int


def written(head: Sequence[str], rows: Iterable[Sequence[Cell]], kind: str, *, name: str, note: str) -> bytes:
    """The rows as .xlsx or .csv; the note stands below them in a workbook."""
    if kind == "csv":
        return _csv(head, rows)
    if kind != "xlsx":
        raise UnknownValue(f"a sheet is not written as {kind!r}", next_step="take xlsx or csv")
    out, book = workbook()
    sheet = book.add_worksheet(name[:31])
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    last = 0
    for at, label in enumerate(head):
        sheet.set_column(at, at, 24 if at == 0 else 18)
        sheet.write_string(0, at, label, bold)
    for last, row in enumerate(rows, 1):
        for at, cell in enumerate(row):
            put(sheet, last, at, cell, plain)
    sheet.freeze_panes(1, 1)
    sheet.write_string(last + 2, 0, note)
    book.close()
    return out.getvalue()


def workbook() -> tuple[io.BytesIO, Any]:
    """An empty workbook that takes no words for a formula or a link; the same cells are the same bytes."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": datetime(1980, 1, 1), "author": "Press Barometer"})
    return out, book


def put(sheet: Any, row: int, at: int, cell: Cell, form: Any = None) -> None:
    """A number as a number, anything else as words that no program runs."""
    if isinstance(cell, int):
        sheet.write_number(row, at, cell, form)
    elif cell:
        sheet.write_string(row, at, neutral(cell), form)


def _csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([cell if isinstance(cell, int) else neutral(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")
