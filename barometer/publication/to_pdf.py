"""The bulletin typeset: tagged PDF with bookmarks, live links and embedded letters."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import resources
from typing import Any

import typst

from barometer.codebook import Quarter
from barometer.publication import machine
from barometer.publication.chart import Chart
from barometer.publication.tables import (
    figures_table,
    headlines,
    measures_table,
    month_table,
    region_table,
)
from barometer.publication.values import BulletinOut, Item, Said, SectionOut
from barometer.publication.words import month_name, words

LONGEST_HEAD = 44


def to_pdf(bulletin: BulletinOut, charts: Sequence[Chart]) -> bytes:
    """A PDF file. The words go to the typesetter as data: nothing in them is markup."""
    template = (resources.files("barometer.publication") / "bulletin.typ").read_bytes()
    data = json.dumps(_data(bulletin, charts), ensure_ascii=False)
    try:
        return _typeset(template, data, bulletin.period, for_archives=True)
    except typst.TypstError:
        # A sign that no embedded font has (an emoji) is printed as a box; the archive's standard forbids that.
        return _typeset(template, data, bulletin.period, for_archives=False)


def _typeset(template: bytes, data: str, period: str, *, for_archives: bool) -> bytes:
    """`for_archives` keeps PDF/UA-1 and PDF/A-2a: accessible, and fit for archives."""
    return typst.compile(
        template,
        format="pdf",
        sys_inputs={"data": data},
        ignore_system_fonts=True,
        pdf_standards=["ua-1", "a-2a"] if for_archives else None,
        timestamp=_date(period),
    )


def _date(period: str) -> datetime:
    """The file's date is the quarter's last day, so that the same bulletin is the same file."""
    last = Quarter.parse(period).last
    return datetime(last.year, last.month, last.day, tzinfo=UTC)


def _data(bulletin: BulletinOut, charts: Sequence[Chart]) -> dict[str, Any]:
    return {
        "language": bulletin.language,
        "title": bulletin.title,
        "quarter": bulletin.period,
        "period": bulletin.period_words,
        "words": words(bulletin.language),
        "intro": _said(bulletin.intro),
        "headlines": [
            {"name": name, "number": number, "words": said} for name, number, said in headlines(bulletin)
        ],
        "charts": {
            chart.name: {"title": chart.title, "description": chart.description, "svg": chart.svg}
            for chart in charts
        },
        "tables": [
            {"caption": table.caption, "head": table.head, "rows": table.rows}
            for table in (
                month_table(bulletin),
                figures_table(bulletin),
                region_table(bulletin),
                measures_table(bulletin),
            )
        ],
        "sections": [_section(section, bulletin.language) for section in bulletin.sections],
        "contact": {"text": bulletin.contact.text, "language": bulletin.contact.language},
        "imprint": [
            *({"text": line.text, "language": line.language} for line in bulletin.house),
            *({"text": line, "language": bulletin.language} for line in bulletin.imprint),
        ],
        "keywords": [bulletin.period, *_source_type(bulletin)],
    }


def _source_type(bulletin: BulletinOut) -> list[str]:
    """What tells a machine that a machine wrote some of it."""
    return [f"{machine.PROPERTY}={machine.COMPOSITE}"] if bulletin.has_machine_text else []


def _said(said: Said) -> dict[str, Any]:
    return {"paragraphs": said.paragraphs, "language": said.language, "machine": said.machine}


def _section(section: SectionOut, language: str) -> dict[str, Any]:
    label = section.label
    return {
        "number": section.number,
        "title": section.title.text,
        "title_language": section.title.language,
        "label": label if len(label) <= LONGEST_HEAD else label[:LONGEST_HEAD].rsplit(" ", 1)[0] + "…",
        "intro": _said(section.intro),
        "months": [
            {
                "name": month_name(month.month, language) if month.month else None,
                "items": [_item(item) for item in month.items],
            }
            for month in section.months
        ],
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "runs": [{"text": text, "address": address} for text, address in item.runs],
        "language": item.language,
        "machine": item.machine,
    }
