"""A file → the document that it is by its form: a bulletin, an open letter, or a single report."""

from __future__ import annotations

from pathlib import Path

from barometer.sources.bulletin import Bulletin, read_bulletin
from barometer.sources.extract import extract
from barometer.sources.letter import Letter, is_letter, read_letter
from barometer.sources.report import as_report, is_report


def read_document_file(path: Path, published: str | None = None) -> Bulletin | Letter:
    """Read a .txt, .md or .docx file; Unreadable or TooLarge where it holds no text.

    `published` (YYYY-MM-DD) is the day of a single report; a bulletin has its quarter, a letter its date.
    """
    document = extract(path)
    return read_document(document.name, document.text, published)


def read_document(source_name: str, text: str, published: str | None = None) -> Bulletin | Letter:
    """The document of a text, told by its form. Never fails."""
    if is_letter(text):
        return read_letter(source_name, text)
    bulletin = read_bulletin(source_name, text)
    return as_report(bulletin, published) if is_report(bulletin) else bulletin
