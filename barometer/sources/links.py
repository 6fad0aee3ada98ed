"""A list of links that somebody keeps: .txt, .csv or .xlsx → addresses with their rows, errors row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from barometer.errors import BadInput, TooLarge, Unreadable
from barometer.sources.extract import guard_zip
from barometer.sources.found import one_line
from barometer.sources.markup import decoded, web_address

LIST_LIMIT = 32 << 20
MOST_ROWS = 100_000
#: What people call the column of addresses.
_HEADINGS = frozenset(
    {
        "url",
        "link",
        "links",
        "address",
        "href",
        "ссылка",
        "ссылки",
        "адрес",
        "сілтеме",
        "сілтемелер",
        "мекенжай",
    }
)


@dataclass(frozen=True)
class Link:
    """One row: its number as a spreadsheet counts (`sheet` where there are several), its address and other words.

    Where the row cannot be used, `url` is "" and `error` says why.
    """

    row: int
    url: str
    title: str = ""
    sheet: str = ""
    error: str = ""


def read_links(source: Path | bytes, name: str = "") -> list[Link]:
    """The rows of a list, empty ones and comments (#) left out; Unreadable or TooLarge where it is none.

    `name` tells the kind by its ending where `source` are bytes. The address stands in the column that is headed as
    such ("url", «ссылка», «сілтеме»), else in the first cell that holds one.
    """
    if isinstance(source, Path):
        name = name or source.name
    data = source if isinstance(source, bytes) else _bytes(source)
    if len(data) > LIST_LIMIT:
        raise TooLarge(f"it is over {LIST_LIMIT:,} bytes", file=name, next_step="cut it into parts")
    found: list[Link] = []
    seen: dict[str, int] = {}
    for sheet, rows in _sheets(data, name):
        column = _column(rows)
        for number, cells in enumerate(rows, 1):
            if len(found) >= MOST_ROWS:
                raise TooLarge(f"it has over {MOST_ROWS:,} rows", file=name, next_step="cut it into parts")
            if any(cells) and not (number == 1 and column is not None) and not cells[0].startswith("#"):
                found.append(_link(number, cells, column, sheet, seen))
    return found


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(LIST_LIMIT + 1)
    except OSError as error:
        raise Unreadable(
            f"it cannot be opened ({error.strerror})", file=path, next_step="check its name and permissions"
        ) from None


def _column(rows: Sequence[Sequence[str]]) -> int | None:
    """Where the addresses stand, by the first row's headings; None where it has none."""
    heads = [cell.casefold().strip(" :") for cell in rows[0]] if rows else []
    return next((at for at, head in enumerate(heads) if head in _HEADINGS), None)


def _link(number: int, cells: Sequence[str], column: int | None, sheet: str, seen: dict[str, int]) -> Link:
    if column is not None:
        cell = cells[column] if column < len(cells) else ""
    else:
        cell = next((each for each in cells if _address(each)), "")
    address = _address(cell)
    title = one_line(" ".join(each for each in cells if each != cell))
    if not address:
        written = one_line(cell or " ".join(cells), 60)
        return Link(
            number, "", title, sheet, f"{written!r} is no web address; write it with http:// or https://"
        )
    if address in seen:
        return Link(number, "", title, sheet, f"the same address as in row {seen[address]}")
    seen[address] = number
    return Link(number, address, title, sheet)


def _address(cell: str) -> str:
    """The web address of a cell that is one from its beginning to its end."""
    return web_address(cell) if cell.lower().startswith(("http://", "https://")) and " " not in cell else ""


# --- rows -------------------------------------------------------------------------------------------------------


def _sheets(data: bytes, name: str) -> Iterator[tuple[str, list[list[str]]]]:
    ending = Path(name).suffix.lower()
    if ending in (".xlsx", ".xlsm"):
        yield from _workbook(data, name)
    elif ending in (".txt", ".csv", ".tsv", ""):
        if b"\0" in data[:2000] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise Unreadable(
                "it is a binary file, not a list", file=name, next_step="save it as .csv or .xlsx"
            )
        text = decoded(data)[0].replace("\0", "")
        yield "", _lines(text) if ending == ".txt" else _table(text, name)
    else:
        raise BadInput(
            f"a list of kind {ending!r} cannot be read", file=name, next_step="save it as .txt, .csv or .xlsx"
        )


def _lines(text: str) -> list[list[str]]:
    """A line has an address, and may have words after it."""
    return [[word.strip() for word in line.strip().split(maxsplit=1)] for line in text.split("\n")]


def _table(text: str, name: str) -> list[list[str]]:
    sample = text[:20_000]
    delimiter = max(",;\t", key=sample.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise Unreadable(f"it is no CSV ({error})", file=name, next_step="save it again as CSV") from None
    return [[cell.strip() for cell in row] for row in rows]


def _workbook(data: bytes, name: str) -> Iterator[tuple[str, list[list[str]]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    guard_zip(Path(name), data, "XLSX workbook")
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        several = len(book.sheet_names) > 1
        for sheet in book.sheet_names:
            rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False, nrows=MOST_ROWS + 1)
            yield sheet if several else "", [[str(cell).strip() for cell in row] for row in rows]
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable(
            f"its inside is not that of a workbook ({one_line(str(error), 100)})",
            file=name,
            next_step="open it in a spreadsheet program and save it again as .xlsx",
        ) from None
