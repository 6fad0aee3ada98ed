"""One bulletin, six formats: the same input gives the same bytes."""

from __future__ import annotations

from collections.abc import Sequence

from barometer.errors import UnknownValue
from barometer.publication.chart import Chart, charts
from barometer.publication.to_csv import to_csv
from barometer.publication.to_docx import to_docx
from barometer.publication.to_email import to_email
from barometer.publication.to_html import to_html
from barometer.publication.to_md import to_md
from barometer.publication.to_pdf import to_pdf
from barometer.publication.values import BulletinOut

#: `email` is a letter to be sent on, `csv` the numbers behind the charts
FORMATS = ("md", "html", "docx", "pdf", "email", "csv")
#: how a file of the format is named at its end
ENDINGS = {form: form for form in FORMATS} | {"email": "eml"}
MEDIA_TYPES = {
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "email": "message/rfc822",
    "csv": "text/csv; charset=utf-8",
}
_DRAWN = ("html", "docx", "pdf", "csv")


def render(bulletin: BulletinOut, format: str) -> bytes:
    """The bulletin as a file's bytes; UnknownValue where the format is not one of FORMATS."""
    if format not in FORMATS:
        raise UnknownValue(f"a bulletin has no format {format!r}", next_step=f"use {', '.join(FORMATS)}")
    return _rendered(bulletin, format, charts(bulletin) if format in _DRAWN else ())


def render_all(bulletin: BulletinOut) -> dict[str, bytes]:
    """The bulletin in every format; its charts are drawn once."""
    drawn = charts(bulletin)
    return {format: _rendered(bulletin, format, drawn) for format in FORMATS}


def _rendered(bulletin: BulletinOut, format: str, drawn: Sequence[Chart]) -> bytes:
    printed = bulletin.in_format(format)
    if format == "md":
        return to_md(printed)
    if format == "html":
        return to_html(printed, drawn)
    if format == "docx":
        return to_docx(printed, drawn)
    if format == "pdf":
        return to_pdf(printed, drawn)
    return to_email(printed) if format == "email" else to_csv(drawn, bulletin.language)
