"""Who is deprived of liberty on a day: one row a person and measure, as a table, a spreadsheet or a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date

from barometer.publication import docx_parts, sheet
from barometer.publication.docx_base import fixed

#: The columns, in order; the labels are the caller's.
COLUMNS = (
    "person",
    "measure",
    "standing",
    "since",
    "least",
    "most",
    "all_least",
    "all_most",
    "place",
    "charge",
    "case",
    "next",
)


@dataclass(frozen=True)
class Held:
    """A person under a measure that deprives of liberty, on the day: everything in words but the numbers of days.

    `least` and `most` are the days under this measure, `all_least` and `all_most` those of all measures of the case;
    `most` is None where nothing bounds it. `place` is where the measure was told to have begun.
    """

    person: str
    measure: str
    standing: str
    since: str
    least: int
    most: int | None
    all_least: int
    all_most: int | None
    place: str
    charge: str
    case: str
    next: str


def written(
    rows: Sequence[Held], kind: str, *, labels: Sequence[str], title: str, note: str, language: str, day: date
) -> bytes:
    """The list as .xlsx, .csv or .docx; UnknownValue for another kind."""
    cells = [["" if value is None else value for value in astuple(one)] for one in rows]
    if kind == "docx":
        return _document(cells, labels, title, note, language, day)
    return sheet.written(labels, cells, kind, name=day.isoformat(), note=f"{title}. {note}")


def _document(
    cells: Sequence[Sequence[str | int]],
    labels: Sequence[str],
    title: str,
    note: str,
    language: str,
    day: date,
) -> bytes:
    """A heading a person, with what is known below it: twelve columns stand on no sheet of paper."""
    document = docx_parts.new(title, language, subject=day.isoformat(), day=day)
    document.add_paragraph(title, style="Title")
    document.add_paragraph(note, style=docx_parts.NOTE)
    for row in cells:
        document.add_paragraph(docx_parts.printable(str(row[0])), style="Heading 1")
        told = [
            (label, docx_parts.printable(str(value)))
            for label, value in zip(labels[1:], row[1:], strict=True)
            if value != ""
        ]
        docx_parts.table(document, told[0], told[1:])
    return fixed(document)
