"""Tables of events as files: a template to fill in, and events written so that reading them again changes nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from barometer.countries import country
from barometer.pipeline.cells import label, region_label, yes_word
from barometer.pipeline.columns import Column, columns, words
from barometer.sources.tables import neutral

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
#: Rows of the template that have drop-down lists.
_READY = 2000


def template(language: str, kind: str) -> bytes:
    """An empty table with one invented row, in that language; as XLSX with drop-down lists and a page of help."""
    shown = [column for column in columns().values() if column.name != "record"]
    row = {column.name: _example(column, language) for column in shown}
    if kind == "csv":
        return _csv([_heading(column, language) for column in shown], [[row[one.name] for one in shown]])
    return _workbook(shown, [row], language, ready=True)


def written(rows: Iterable[Mapping[str, str]], language: str, kind: str) -> bytes:
    """Rows of cells (`barometer.pipeline.rows.cells_of_event`) as a file."""
    shown = list(columns().values())
    if kind == "csv":
        return _csv(
            [_heading(column, language) for column in shown],
            ([row.get(column.name, "") for column in shown] for row in rows),
        )
    return _workbook(shown, rows, language)


def refused(
    headings: Sequence[str], rows: Iterable[tuple[Sequence[str], Sequence[str]]], language: str
) -> bytes:
    """Rows as they came with what is wrong with each, as CSV; to be mended and imported again."""
    return _csv(
        [*headings, words()["sheet"]["error"][language]],
        ([*cells, " ".join(problems)] for cells, problems in rows),
    )


def _heading(column: Column, language: str) -> str:
    return column.label[language]


def _example(column: Column, language: str) -> str:
    cell = column.example.get(language, "")
    if column.name == "region" and cell:
        return region_label(cell, language)
    if column.list and cell:
        return "; ".join(label(column.name, code.strip(), language) for code in cell.split(";"))
    return cell


def _csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Semicolons and the mark of UTF-8: so that a spreadsheet program set to Russian opens it in columns."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([neutral(heading) for heading in headings])
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _workbook(
    shown: Sequence[Column], rows: Iterable[Mapping[str, str]], language: str, *, ready: bool = False
) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    formats = {
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        "required": book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#FBE6B4"}
        ),
        "text": book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"}),
        "date": book.add_format({"valign": "top", "num_format": "yyyy-mm-dd", "align": "left"}),
        "number": book.add_format({"valign": "top", "num_format": "0"}),
    }
    sheet = book.add_worksheet(words()["sheet"]["events"][language])
    for at, column in enumerate(shown):
        kind = {"date": "date", "number": "number"}.get(column.form, "text")
        sheet.set_column(at, at, column.width, formats[kind])
        sheet.write_string(
            0, at, _heading(column, language), formats["required" if column.required else "head"]
        )
        if ready:
            sheet.write_comment(0, at, column.help[language], {"x_scale": 2})
    for number, row in enumerate(rows, 1):
        for at, column in enumerate(shown):
            _write(sheet, number, at, column, row.get(column.name, ""), formats)
    sheet.freeze_panes(1, 0)
    if ready:
        _help(book, shown, language, formats)
        _lists(book, sheet, shown, language)
    book.close()
    return out.getvalue()


def _write(sheet: Any, row: int, at: int, column: Column, cell: str, formats: Mapping[str, Any]) -> None:
    if not cell:
        return
    if column.form == "number" and cell.isdecimal():
        sheet.write_number(row, at, int(cell), formats["number"])
    elif column.form == "date" and (day := _day(cell)):
        sheet.write_datetime(row, at, day, formats["date"])
    else:
        sheet.write_string(row, at, neutral(cell), formats["text"])


def _day(cell: str) -> date | None:
    """A day that a spreadsheet has as such: it knows none before 1900."""
    try:
        day = date.fromisoformat(cell)
    except ValueError:
        return None
    return day if day.year > 1900 and len(cell) == 10 else None


def _help(book: Any, shown: Sequence[Column], language: str, formats: Mapping[str, Any]) -> None:
    told = words()["sheet"]
    sheet = book.add_worksheet(told["help"][language])
    sheet.set_column(0, 0, 30, formats["text"])
    sheet.set_column(1, 1, 90, formats["text"])
    sheet.write_string(0, 0, told["head"][language])
    sheet.write_string(2, 0, told["column"][language], formats["head"])
    sheet.write_string(2, 1, told["meaning"][language], formats["head"])
    for row, column in enumerate(shown, 3):
        must = f" ({told['required'][language]})" if column.required else ""
        sheet.write_string(row, 0, _heading(column, language) + must, formats["text"])
        sheet.write_string(row, 1, column.help[language], formats["text"])


def _lists(book: Any, sheet: Any, shown: Sequence[Column], language: str) -> None:
    """The drop-down lists: strict where one value stands in a cell, a help where several may."""
    name = words()["sheet"]["lists"][language]
    lists = book.add_worksheet(name)
    at = 0
    for place, column in enumerate(shown):
        choices = choices_of(column.name, language)
        if not choices:
            continue
        lists.write_string(0, at, _heading(column, language))
        lists.write_column(1, at, choices)
        sheet.data_validation(
            1, place, _READY, place,
            {
                "validate": "list",
                "source": _range(name, at, len(choices)),
                "show_error": column.form in ("code", "region"),
            },
        )  # fmt: skip
        at += 1


def _range(sheet: str, column: int, count: int) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    first = xl_rowcol_to_cell(1, column, row_abs=True, col_abs=True)
    last = xl_rowcol_to_cell(count, column, row_abs=True, col_abs=True)
    return f"='{sheet}'!{first}:{last}"


def choices_of(name: str, language: str) -> list[str]:
    """What may stand in a column, in that language; empty where anything may."""
    column = columns()[name]
    if column.form == "region":
        return [region.names[language] for region in country().regions.values()]
    if column.form == "yes":
        return [yes_word(True, language), yes_word(False, language)]
    return [term.in_language(language) for term in column.terms.values()]


def manual() -> str:
    """The reference page of the columns, from their data."""
    lines = [
        "# The columns of a table of events",
        "",
        "Written from `barometer/pipeline/data/columns.toml`; a test compares it. One row is one event. Headings are known",
        "by the column's label in any of the three languages, by its name here, and by the other words listed; how a",
        "table comes in: [bring your own spreadsheet](../how-to/bring-your-spreadsheet.md).",
        "",
    ]
    for column in columns().values():
        labels = " · ".join(dict.fromkeys(column.label.values()))
        lines += [f"## {column.name}", "", f"{labels}{' (required)' if column.required else ''}", ""]
        lines += [column.help["en"], ""]
        if column.list:
            lines += [f"A code or a label of the codebook's list `{column.list}`.", ""]
        if column.constant:
            lines += ["May be said once for all rows.", ""]
        if column.synonyms:
            lines += [f"Also headed: {', '.join(column.synonyms)}.", ""]
    return "\n".join(lines)
