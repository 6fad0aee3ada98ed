"""The parts that Word documents of the desk are made of: styles, headings, links, bookmarks, a contents field, tables."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Emu, Pt, RGBColor

from barometer.publication.docx_base import (
    INK,
    LINK,
    MOST,
    QUIET,
    RULE,
    TAGS,
    character,
    field_over,
    language_of,
    without_thumbnail,
)

#: The style of words that are about the document, not of it: no reader takes them for text.
NOTE = "Desk Note"
TABLE = "Desk Table"


def new(title: str, language: str, *, subject: str, day: date, head: str = "") -> Any:
    """An A4 document with its styles, in that language; `head` stands above every page."""
    document = Document()
    without_thumbnail(document)
    core = document.core_properties
    core.title, core.subject, core.language = title[:MOST], subject[:MOST], TAGS[language]
    core.author = core.last_modified_by = "Press Barometer"
    core.comments, core.keywords, core.revision = "", "", 1
    core.created = core.modified = datetime(day.year, day.month, day.day)
    _styles(document, language)
    page = document.sections[0]
    page.page_width, page.page_height = Emu(7560310), Emu(10692130)
    page.left_margin = page.right_margin = Pt(68)
    page.top_margin = page.bottom_margin = Pt(72)
    if head:
        line = page.header.paragraphs[0]
        line.style = document.styles[NOTE]
        line.add_run(head)
    return document


def _styles(document: Any, language: str) -> None:
    styles = document.styles
    character(styles["Normal"], 11, INK)
    styles["Normal"].paragraph_format.space_after = Pt(7)
    styles["Normal"].paragraph_format.line_spacing = 1.16
    for name, size, before, after in (
        ("Title", 24, 0, 2),
        ("Subtitle", 13, 0, 12),
        ("Heading 1", 16, 22, 6),
        ("Heading 2", 12, 12, 4),
    ):
        character(styles[name], size, QUIET if name in ("Subtitle", "Heading 2") else INK)
        spacing = styles[name].paragraph_format
        spacing.space_before, spacing.space_after, spacing.keep_with_next = Pt(before), Pt(after), True
    note = styles.add_style(NOTE, 1)
    note.base_style = styles["Normal"]
    character(note, 9, QUIET)
    entry = styles.add_style("toc 1", 1)
    entry.base_style = styles["Normal"]
    entry.paragraph_format.space_after = Pt(3)
    character(styles["TOC Heading"], 12, INK)
    cell = styles.add_style("Table Text", 1)
    cell.base_style = styles["Normal"]
    character(cell, 9.5, INK)
    cell.paragraph_format.space_before = cell.paragraph_format.space_after = Pt(2)
    drawn = styles.add_style(TABLE, 3)
    drawn.base_style = styles["Normal Table"]
    drawn.element.append(
        parse_xml(
            f"<w:tblPr {nsdecls('w')}><w:tblBorders>"
            f'<w:top w:val="single" w:sz="8" w:space="0" w:color="{INK}"/>'
            f'<w:bottom w:val="single" w:sz="4" w:space="0" w:color="{INK}"/>'
            f'<w:insideH w:val="single" w:sz="4" w:space="0" w:color="{RULE}"/></w:tblBorders></w:tblPr>'
        )
    )
    link = styles.add_style("Hyperlink", 2)
    link.font.color.rgb, link.font.underline = RGBColor.from_string(LINK), True
    language_of(styles.element.find(qn("w:docDefaults")).find(f".//{qn('w:rPr')}"), language)


def printable(text: str) -> str:
    """The text in one line, without the signs that XML forbids."""
    return "".join(
        " " if sign in "\n\r\t" else sign
        for sign in text
        if sign in "\n\r\t"
        or (unicodedata.category(sign) not in ("Cc", "Cs") and ord(sign) & 0xFFFE != 0xFFFE)
    )


def link(paragraph: Any, text: str, address: str) -> None:
    """Linked words at the paragraph's end."""
    run = paragraph.add_run(text)
    run.style = "Hyperlink"
    made = OxmlElement("w:hyperlink")
    made.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    paragraph._p.append(made)
    made.append(run._r)


def bookmark(paragraphs: Sequence[Any], name: str, number: int) -> None:
    """A bookmark over all words of these paragraphs; numbers are each other's own."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (start, end):
        mark.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    first = paragraphs[0]._p
    first.insert(1 if first.pPr is not None else 0, start)
    paragraphs[-1]._p.append(end)


def contents(document: Any, title: str, rows: Iterable[tuple[str, str]]) -> None:
    """The table of contents: a field that Word keeps up, filled in already; rows are (bookmark, words), one at least."""
    block = parse_xml(
        f'<w:sdt {nsdecls("w")}><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
        "<w:docPartUnique/></w:docPartObj></w:sdtPr><w:sdtContent/></w:sdt>"
    )
    lines = [document.add_paragraph(title, style="TOC Heading")]
    for name, text in rows:
        line = document.add_paragraph(style="toc 1")
        run = line.add_run(text)
        leading = OxmlElement("w:hyperlink")
        leading.set(qn("w:anchor"), name)
        line._p.append(leading)
        leading.append(run._r)
        lines.append(line)
    field_over(lines[1], lines[-1], 'TOC \\o "1-1" \\n \\h \\z')
    document.element.body.insert_element_before(block, "w:sectPr")
    for line in lines:
        block.find(qn("w:sdtContent")).append(line._p)


def table(document: Any, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table with a first row that is its head on every page."""
    drawn = document.add_table(rows=0, cols=len(head), style=TABLE)
    for number, cells in enumerate((head, *rows)):
        row = drawn.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for place, text in enumerate(cells):
            paragraph = row.cells[place].paragraphs[0]
            paragraph.style = "Table Text"
            paragraph.add_run(text).bold = number == 0
    drawn.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
