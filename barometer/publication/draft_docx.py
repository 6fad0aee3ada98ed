"""A drafted letter as a Word document: it says on its first line, and to other machines, that a machine made it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from barometer.publication import docx_parts
from barometer.publication.docx_base import fixed

_STYLES = {"heading": "Heading 1", "notice": docx_parts.NOTE}


def written(
    title: str, paragraphs: Iterable[tuple[str, str]], language: str, day: date, made: tuple[str, str]
) -> bytes:
    """The paragraphs, each as (style, text), as .docx; `made` is the property that says what made it."""
    document = docx_parts.new(title, language, subject=day.isoformat(), day=day)
    document.core_properties.keywords = "=".join(made)
    for style, text in paragraphs:
        for line in text.split("\n"):
            document.add_paragraph(docx_parts.printable(line), style=_STYLES.get(style, "Normal"))
    return fixed(document)
