"""A spreadsheet or a CSV that somebody keeps → rows of text under headings, or one clear refusal.

Workbooks (XLSX, XLS, ODS) are read apart, in a child with limits. A cell is what a person sees in it: a formula's
value, a day as 2026-03-17, a whole number without ".0". What a spreadsheet program could take for a formula is
written with an apostrophe before it (`neutral`), and read without it again.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, cast

from barometer.errors import BadInput, ParseFailed, TooLarge, UnknownValue, Unreadable
from barometer.fetching import Apart
from barometer.sources.extract import guard_zip, likely_encoding
from barometer.sources.found import one_line

FILE_LIMIT = 32 << 20
MOST_ROWS = 100_000
MOST_COLUMNS = 200
#: What a cell of a spreadsheet can hold.
LONGEST_CELL = 32_767
#: All cells together, in letters.
MOST_LETTERS = 64_000_000
_SECONDS, _MEMORY = 60.0, 1 << 30

_ZIP, _OLE = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")
_WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})
ENDINGS = _WORKBOOKS | {".csv", ".tsv"}
_DELIMITERS = ";,\t|"


@dataclass(frozen=True)
class Row:
    """A row that is not empty: its number as the spreadsheet counts, its cells as wide as the headings."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One sheet: its headings, each another text, and its rows; `sheets` are the names of all that can be read."""

    name: str
    sheet: str
    sheets: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(data: bytes, name: str, sheet: str = "", *, apart: Apart | None = None) -> Table:
    """The rows of a file, of a workbook's first visible sheet or the one named.

    Unreadable, TooLarge or UnknownValue in one line where there is no such table.
    """
    if len(data) > FILE_LIMIT:
        raise TooLarge(f"it is over {FILE_LIMIT:,} bytes", file=name, next_step="cut it into parts")
    if not data.strip():
        raise Unreadable("it is empty", file=name, next_step="check that the file was saved or copied whole")
    ending = Path(name).suffix.lower()
    if ending not in ENDINGS:
        raise BadInput(
            f"a table of kind {ending!r} cannot be read",
            file=name,
            next_step="save it as .xlsx, .ods or .csv",
        )
    if data.startswith((_ZIP, _OLE)):
        found = _apart(data, name, sheet, apart)
    elif ending in _WORKBOOKS:
        raise Unreadable(
            "it is no workbook: cut off, or another kind of file",
            file=name,
            next_step="open it in a spreadsheet program and save it again",
        )
    else:
        found = {"sheet": "", "sheets": [], "rows": _csv_rows(data, name)}
    return _table(found, name)


def _apart(data: bytes, name: str, sheet: str, apart: Apart | None) -> dict[str, Any]:
    call = {"data": data, "name": name, "sheet": sheet}
    try:
        if apart is not None:
            return cast(dict[str, Any], apart.run(_READER, call, seconds=_SECONDS, memory=_MEMORY))
        with Apart() as room:
            return cast(dict[str, Any], room.run(_READER, call, seconds=_SECONDS, memory=_MEMORY))
    except ParseFailed as error:
        raise Unreadable(
            f"it cannot be read as a workbook ({error.message})",
            file=name,
            next_step="copy the rows into a new file and save it as .xlsx or .csv",
        ) from None


# --- workbooks, in the child ------------------------------------------------------------------------------------

_READER = "barometer.sources.tables:workbook"


def workbook(call: dict[str, Any]) -> dict[str, Any]:
    """The rows of one sheet of a workbook as plain values; run apart (`read_table`)."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    data, name = call["data"], call["name"]
    if data.startswith(_ZIP):
        guard_zip(Path(name), data, "workbook")
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = _visible(book)
        chosen = call["sheet"] or next(iter(sheets), "")
        if chosen not in sheets:
            raise UnknownValue(
                f"there is no sheet {chosen!r}",
                file=name,
                next_step=f"choose one of: {', '.join(sheets) or 'it has none'}",
            )
        sheet = book.get_sheet_by_name(chosen)
        _refuse_size(sheet.total_height, sheet.total_width, name, chosen)
        rows = [[_shown(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
        _fill_merged(rows, sheet.merged_cell_ranges or ())
    except PasswordError:
        raise Unreadable(
            "it is locked with a password", file=name, next_step="save it without the password"
        ) from None
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable(
            f"its inside is not that of a workbook ({one_line(str(error), 100)})",
            file=name,
            next_step="open it in a spreadsheet program and save it again",
        ) from None
    return {"sheet": chosen, "sheets": sheets, "rows": _checked(rows, name, chosen)}


def _visible(book: Any) -> list[str]:
    """The sheets that a person sees; all where none is marked as hidden or not."""
    return [
        one.name
        for one in book.sheets_metadata
        if str(one.visible).endswith("Visible") and str(one.typ).endswith("WorkSheet")
    ]


def _refuse_size(rows: int, columns: int, name: str, sheet: str = "") -> None:
    if rows > MOST_ROWS + 1:
        raise TooLarge(
            f"it has {rows:,} rows, over {MOST_ROWS:,}",
            file=name,
            place=f"sheet {sheet}" if sheet else None,
            next_step="cut it into parts; delete empty rows with a format below the last one",
        )
    if columns > MOST_COLUMNS:
        raise TooLarge(
            f"it has {columns:,} columns, over {MOST_COLUMNS}",
            file=name,
            place=f"sheet {sheet}" if sheet else None,
            next_step="delete the columns to the right that are not needed",
        )


def _shown(cell: object) -> str:
    """A cell's value as a person sees it."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def _fill_merged(rows: list[list[str]], merged: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Merged cells: what stands in the first of them stands in each that lies below it.

    A heading over several columns stays in the first column.
    """
    for (top, left), (bottom, _) in merged:
        for row in rows[top + 1 : bottom + 1]:
            if left < len(row) and not row[left]:
                row[left] = rows[top][left]


# --- CSV --------------------------------------------------------------------------------------------------------


def _csv_rows(data: bytes, name: str) -> list[list[str]]:
    text = _decoded(data, name)
    try:
        rows = list(
            islice(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)), MOST_ROWS + 2)
        )
    except csv.Error as error:
        if "field limit" in str(error):
            raise _too_long_cell(name, "", "somewhere", csv.field_size_limit() + 1) from None
        raise Unreadable(f"it is no CSV ({error})", file=name, next_step="save it again as CSV") from None
    return _checked(rows, name, "")


def _delimiter(text: str) -> str:
    """The sign between cells: the one by which most of the first rows have the same number of cells, above one."""

    def evenness(sign: str) -> tuple[int, int]:
        try:
            rows = islice(csv.reader(io.StringIO(text[:50_000], newline=""), delimiter=sign), 50)
            widths = Counter(len(row) for row in rows if any(row))
        except csv.Error:
            return 0, 0
        width, times = max(widths.items(), key=lambda one: (one[0] > 1, one[1], one[0]), default=(0, 0))
        return (times, width) if width > 1 else (0, 0)

    return max(_DELIMITERS, key=evenness)


def _decoded(data: bytes, name: str) -> str:
    """The text: by its mark, as UTF-8, as UTF-16 without a mark, else in the Cyrillic that it looks like."""
    encodings = ["utf-8-sig"]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif data[1:400:2].count(0) > len(data[1:400:2]) * 0.3:
        encodings = ["utf-16-le"]
    elif data[:400:2].count(0) > len(data[:400:2]) * 0.3:
        encodings = ["utf-16-be"]
    else:
        likely = likely_encoding(data[:400_000].translate(None, delete=bytes(range(128))))
        # Windows-1251 of Kazakhstan has the Kazakh letters in place of Serbian and Ukrainian ones.
        encodings.append({"cp1251": "kz1048"}.get(likely, likely))
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise Unreadable(
        "it is no text that can be read", file=name, next_step="save it as CSV in UTF-8, or as .xlsx"
    )


# --- what both share --------------------------------------------------------------------------------------------


def _checked(rows: list[list[str]], name: str, sheet: str) -> list[list[str]]:
    """The cells cleaned, within the limits."""
    _refuse_size(len(rows), max(map(len, rows), default=0), name, sheet)
    letters = 0
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if len(cell) > LONGEST_CELL:
                raise _too_long_cell(name, sheet, f"row {number}, column {letter(column)}", len(cell))
            row[column] = clean(cell)
            letters += len(cell)
        if letters > MOST_LETTERS:
            raise TooLarge(
                f"it holds over {MOST_LETTERS:,} letters", file=name, next_step="cut it into parts"
            )
    return rows


def _too_long_cell(name: str, sheet: str, place: str, length: int) -> TooLarge:
    return TooLarge(
        f"a cell holds {length:,} letters, at most {LONGEST_CELL:,} are read",
        file=name,
        place=", ".join(part for part in (f"sheet {sheet}" if sheet else "", place) if part),
        next_step="shorten the cell; if nothing there is so long, a quotation mark is not closed",
    )


#: Signs that nobody sees and that turn or split what is read: marks of direction, joiners, soft hyphens.
_UNSEEN = dict.fromkeys(
    [0xAD, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)]
)


def clean(cell: str) -> str:
    """A cell without signs that nobody sees, its apostrophe against formulas undone, no space around it."""
    lines = cell.translate(_UNSEEN).replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    kept = "".join(sign for sign in lines if sign in "\n\t" or unicodedata.category(sign) != "Cc")
    return plain(kept.strip())


_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


def neutral(cell: str) -> str:
    """The cell as it is written into a file: never one that a spreadsheet program takes for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def plain(cell: str) -> str:
    """What `neutral` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell


def letter(column: int) -> str:
    """A column as spreadsheets call it: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _table(found: dict[str, Any], name: str) -> Table:
    rows: list[list[str]] = found["rows"]
    head = _head_row(rows)
    if head is None:
        raise Unreadable(
            "there is no row of headings",
            file=name,
            place=f"sheet {found['sheet']}" if found["sheet"] else None,
            next_step="put the names of the columns into the first row",
        )
    headings = _headings(rows[head], rows[head + 1 :])
    width = len(headings)
    kept = tuple(
        Row(number, (*row[:width], *[""] * (width - len(row))))
        for number, row in enumerate(rows[head + 1 :], head + 2)
        if any(row)
    )
    return Table(name, found["sheet"], tuple(found["sheets"]), headings, kept)


def _head_row(rows: Sequence[Sequence[str]]) -> int | None:
    """The first row that is at least half as full as the fullest of the first ones: titles stand above it."""
    filled = [sum(map(bool, row)) for row in rows[:20]]
    return next((at for at, count in enumerate(filled) if count and 2 * count >= max(filled)), None)


def _headings(row: Sequence[str], below: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The headings, each once: a second "Name" is "Name (2)", one without words is called by its letter."""
    filled = (at for one in (row, *below) for at, cell in enumerate(one) if cell)
    names: list[str] = []
    seen: Counter[str] = Counter()
    for at in range(max(filled) + 1):
        words = one_line(row[at], 120) if at < len(row) else ""
        words = words or f"({letter(at)})"
        seen[words] += 1
        names.append(f"{words} ({seen[words]})" if seen[words] > 1 else words)
    return tuple(names)
