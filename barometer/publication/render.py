"""One bulletin, four formats: the same input gives the same bytes."""

from __future__ import annotations

from barometer.errors import UnknownValue
from barometer.publication.chart import Chart, chart
from barometer.publication.to_docx import to_docx
from barometer.publication.to_html import to_html
from barometer.publication.to_md import to_md
from barometer.publication.to_pdf import to_pdf
from barometer.publication.values import BulletinOut

FORMATS = ("md", "html", "docx", "pdf")


def render(bulletin: BulletinOut, format: str) -> bytes:
    """The bulletin as a file's bytes; UnknownValue where the format is not one of FORMATS."""
    if format == "md":
        return to_md(bulletin)
    if format == "html":
        return to_html(bulletin, chart_of(bulletin))
    if format == "docx":
        return to_docx(bulletin, chart_of(bulletin))
    if format == "pdf":
        return to_pdf(bulletin, chart_of(bulletin))
    raise UnknownValue(f"a bulletin has no format {format!r}", next_step=f"use {', '.join(FORMATS)}")


def chart_of(bulletin: BulletinOut) -> Chart | None:
    """The chart of the bulletin's quarter, or None where nothing is to be drawn."""
    titles = {section.number: section.label for section in bulletin.sections}
    return chart(bulletin.figures, bulletin.language, bulletin.period, titles)
