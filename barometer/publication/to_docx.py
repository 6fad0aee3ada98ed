"""The bulletin as a Word document: real styles, real links, a language for every run."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Emu, Pt, RGBColor

from barometer.codebook import Quarter
from barometer.publication import machine
from barometer.publication.chart import Chart
from barometer.publication.docx_base import (
    INK,
    LINK,
    MOST,
    QUIET,
    RULE,
    TAGS,
    character,
    field,
    field_over,
    fixed,
    language_of,
    styled,
    without_thumbnail,
)
from barometer.publication.tables import Table, figures_table, measures_table, month_table, region_table
from barometer.publication.values import BulletinOut, Item, Said, SectionOut
from barometer.publication.words import month_name, words

TABLE = "Bulletin Table"
_HEADING_LIKE = re.compile(r"\W*(?:#|(?:[^\W\d]+\s+)?(?:\d{1,2}|[IVX]{1,4})\s*[.):])")


def to_docx(bulletin: BulletinOut, charts: Sequence[Chart]) -> bytes:
    """A DOCX file with a table of contents that Word keeps up; words without an address are plain words."""
    document = Document()
    without_thumbnail(document)
    _properties(document, bulletin)
    _styles(document, bulletin.language)
    _page(document, bulletin)
    _head(document, bulletin)
    _contents(document, bulletin)
    _figures(document, bulletin, charts)
    for section in bulletin.sections:
        _section(document, section, bulletin.language)
    if bulletin.contact.text:
        _said(document, bulletin.contact.text, bulletin.contact.language, bulletin.language, "Contact")
    return fixed(document)


# --- the document -----------------------------------------------------------------------------------------


def _properties(document: Any, bulletin: BulletinOut) -> None:
    """Core properties; the dates are the quarter's last day, so that the same bulletin is the same file."""
    last = Quarter.parse(bulletin.period).last
    core = document.core_properties
    core.title = f"{bulletin.title}. {bulletin.period_words}"[:MOST]
    core.subject, core.language = bulletin.period_words, TAGS[bulletin.language]
    core.author = core.last_modified_by = "Press Barometer"
    core.comments, core.keywords, core.revision = "", bulletin.period, 1
    core.created = core.modified = datetime(last.year, last.month, last.day)
    if bulletin.has_machine_text:
        core.keywords = f"{bulletin.period}; {machine.PROPERTY}={machine.COMPOSITE}"
        _custom_property(document, machine.PROPERTY, machine.COMPOSITE)


def _custom_property(document: Any, name: str, value: str) -> None:
    """A property beside those that every document has, as Word shows them under "Custom"."""
    package = document.part.package
    written = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="{escape(name)}">'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property></Properties>"
    )
    kind = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
    part = Part(PackURI("/docProps/custom.xml"), kind, written.encode(), package)
    package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)


def _styles(document: Any, language: str) -> None:
    """Serif text with the look of a newspaper; every style in the document's language."""
    styles = document.styles
    character(styles["Normal"], 11, INK)
    styles["Normal"].paragraph_format.space_after = Pt(7)
    styles["Normal"].paragraph_format.line_spacing = 1.16
    sizes = {"Title": (27, 0, 2), "Subtitle": (13, 0, 14), "Heading 1": (16, 24, 7), "Heading 2": (12, 13, 4)}
    for name, (size, before, after) in sizes.items():
        style = styles[name]
        character(style, size, QUIET if name in ("Subtitle", "Heading 2") else INK)
        style.font.bold, style.font.italic = name in ("Title", "Heading 1"), name == "Heading 2"
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        style.paragraph_format.keep_with_next = True
    character(styles["Caption"], 10, INK)
    styles["Caption"].paragraph_format.keep_with_next = True
    contact = styles.add_style("Contact", 1)
    contact.base_style = styles["Normal"]
    contact.paragraph_format.space_before = Pt(18)
    note = styles.add_style("Note", 1)
    note.base_style = styles["Normal"]
    character(note, 9, QUIET)
    entry = styles.add_style("toc 1", 1)
    entry.base_style = styles["Normal"]
    entry.paragraph_format.space_after = Pt(3)
    entry.paragraph_format.left_indent, entry.paragraph_format.first_line_indent = Pt(14), Pt(-14)
    contents = styles["TOC Heading"]
    character(contents, 12, INK)
    contents.base_style = styles["Normal"]
    contents.font.bold, contents.paragraph_format.keep_with_next = True, True
    contents.paragraph_format.space_before = Pt(14)
    cell = styles.add_style("Table Text", 1)
    cell.base_style = styles["Normal"]
    character(cell, 9.5, INK)
    cell.paragraph_format.space_before = cell.paragraph_format.space_after = Pt(2)
    _table_style(styles)
    link = styles.add_style("Hyperlink", 2)
    link.font.color.rgb, link.font.underline = RGBColor.from_string(LINK), True
    language_of(styles.element.find(qn("w:docDefaults")).find(f".//{qn('w:rPr')}"), language)


def _table_style(styles: Any) -> None:
    """Thin lines under the rows, a bold first row with a darker line: the look that a user can change in one place."""
    style = styles.add_style(TABLE, 3)
    style.base_style = styles["Normal Table"]
    style.element.append(
        parse_xml(
            f"<w:tblPr {nsdecls('w')}><w:tblBorders>"
            f'<w:top w:val="single" w:sz="8" w:space="0" w:color="{INK}"/>'
            f'<w:bottom w:val="single" w:sz="4" w:space="0" w:color="{INK}"/>'
            f'<w:insideH w:val="single" w:sz="4" w:space="0" w:color="{RULE}"/></w:tblBorders></w:tblPr>'
        )
    )
    style.element.append(
        parse_xml(
            f'<w:tblStylePr {nsdecls("w")} w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr><w:tcBorders>'
            f'<w:bottom w:val="single" w:sz="6" w:space="0" w:color="{INK}"/></w:tcBorders></w:tcPr></w:tblStylePr>'
        )
    )


def _page(document: Any, bulletin: BulletinOut) -> None:
    """A4, title and quarter above, page numbers below."""
    page = document.sections[0]
    page.page_width, page.page_height = Emu(7560310), Emu(10692130)
    page.left_margin = page.right_margin = Pt(68)
    page.top_margin = page.bottom_margin = Pt(72)
    page.different_first_page_header_footer = True
    header = page.header.paragraphs[0]
    header.style = document.styles["Note"]
    header.add_run(f"{bulletin.title} · {bulletin.period_words}")
    for footer in (page.footer, page.first_page_footer):
        line = footer.paragraphs[0]
        line.style, line.alignment = document.styles["Note"], WD_ALIGN_PARAGRAPH.CENTER
        field(line, "PAGE")


# --- what it says -----------------------------------------------------------------------------------------


def _head(document: Any, bulletin: BulletinOut) -> None:
    document.add_paragraph(bulletin.title, style="Title")
    document.add_paragraph(bulletin.period_words, style="Subtitle")
    _paragraphs(document, bulletin.intro, bulletin.language)


def _contents(document: Any, bulletin: BulletinOut) -> None:
    """The table of contents: a field in a block of its own, filled in already, each line leading to its heading."""
    block = parse_xml(
        f'<w:sdt {nsdecls("w")}><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
        "<w:docPartUnique/></w:docPartObj></w:sdtPr><w:sdtContent/></w:sdt>"
    )
    said = words(bulletin.language)
    rows = [("figures", said["figures"], bulletin.language)]
    rows += [
        (f"section_{section.number}", _heading(section), section.title.language)
        for section in bulletin.sections
    ]
    paragraphs = [document.add_paragraph(said["contents"], style="TOC Heading")]
    for name, text, language in rows:
        line = document.add_paragraph(style="toc 1")
        run = line.add_run(text)
        if language != bulletin.language:
            language_of(run._r.get_or_add_rPr(), language)
        _lead_to(line, run, name)
        paragraphs.append(line)
    field_over(paragraphs[1], paragraphs[-1], 'TOC \\o "1-1" \\n \\h \\z')
    document.element.body.insert_element_before(block, "w:sectPr")
    for paragraph in paragraphs:
        block.find(qn("w:sdtContent")).append(paragraph._p)


def _lead_to(paragraph: Any, run: Any, bookmark: str) -> None:
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), bookmark)
    link.set(qn("w:history"), "1")
    paragraph._p.append(link)
    link.append(run._r)


def _bookmarked(paragraph: Any, name: str, number: int) -> None:
    """A heading that the contents lead to."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (start, end):
        mark.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    paragraph._p.insert(1 if paragraph._p.pPr is not None else 0, start)
    paragraph._p.append(end)


def _heading(section: SectionOut) -> str:
    return f"{section.number}. {section.title.text}"


def _figures(document: Any, bulletin: BulletinOut, charts: Sequence[Chart]) -> None:
    """Each chart with the table of what it shows after it; then the imprint."""
    heading = document.add_paragraph(words(bulletin.language)["figures"], style="Heading 1")
    _bookmarked(heading, "figures", 0)
    drawn = {chart.name: chart for chart in charts}
    _table(document, figures_table(bulletin))
    for names, table in (
        (("sections", "relief"), month_table(bulletin)),
        (("regions",), region_table(bulletin)),
        (("measures",), measures_table(bulletin)),
    ):
        for name in names:
            _picture(document, drawn.get(name))
        _table(document, table)
    lines = [*bulletin.house, *(Said(line, bulletin.language) for line in bulletin.imprint)]
    for number, line in enumerate(lines):
        paragraph = _said(document, line.text, line.language, bulletin.language, "Note")
        if number == 0:
            paragraph.paragraph_format.space_before = Pt(10)


def _section(document: Any, section: SectionOut, language: str) -> None:
    heading = _said(document, _heading(section), section.title.language, language, "Heading 1")
    _bookmarked(heading, f"section_{section.number}", section.number)
    _paragraphs(document, section.intro, language)
    unclear = section.unclear_start
    for month in section.months:
        if month.month:
            document.add_paragraph(month_name(month.month, language), style="Heading 2")
        for item in month.items:
            _item(document, item, language, marked=unclear)
            unclear = False


def _paragraphs(document: Any, said: Said, language: str) -> None:
    for text in said.paragraphs:
        paragraph = _said(document, text, said.language, language, "Normal")
    if said.machine:
        _label(paragraph, language)


def _label(paragraph: Any, language: str) -> None:
    paragraph.add_run(f" ({words(language)['machine']})").italic = True


def _said(document: Any, text: str, said_in: str, language: str, style: str) -> Any:
    """The paragraph, in its language."""
    paragraph = document.add_paragraph()
    styled(paragraph._p, document.part, style)
    run = paragraph.add_run(text)
    if said_in != language:
        language_of(run._r.get_or_add_rPr(), said_in)
    return paragraph


def _item(document: Any, item: Item, language: str, *, marked: bool) -> None:
    """The paragraph. `marked` puts it into a link without an address, which nobody sees and our reader does: here
    items begin; and so does a number or a # at its head, which would be taken for that of a heading.
    """
    paragraph = document.add_paragraph()
    styled(paragraph._p, document.part, "Normal")
    for text, address in item.runs:
        run = paragraph.add_run(text)
        if item.language != language:
            language_of(run._r.get_or_add_rPr(), item.language)
        if address is not None:
            _link(paragraph, run, address)
        elif marked or (not item.links and _HEADING_LIKE.match(item.text)):
            _unseen(paragraph, run)
    if item.machine:
        _label(paragraph, language)


def _link(paragraph: Any, run: Any, address: str) -> None:
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    styled(run._r, paragraph.part, "Hyperlink")
    paragraph._p.append(link)
    link.append(run._r)


def _unseen(paragraph: Any, run: Any) -> None:
    link = OxmlElement("w:hyperlink")
    paragraph._p.append(link)
    link.append(run._r)


# --- tables and the chart -----------------------------------------------------------------------------------


def _table(document: Any, table: Table) -> None:
    if not table.rows:
        return
    document.add_paragraph(table.caption, style="Caption").paragraph_format.space_before = Pt(12)
    drawn = document.add_table(rows=0, cols=len(table.head), style=TABLE)
    drawn.alignment, drawn.autofit = WD_TABLE_ALIGNMENT.CENTER, True
    for place, cells in enumerate((table.head, *table.rows)):
        row = drawn.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for column, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
            _cell(cell, text, together=place < len(table.rows), number=column > 0)
    drawn.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    _described(drawn, table.caption)
    _widths(drawn, len(table.head))


def _cell(cell: Any, text: str, *, together: bool, number: bool) -> None:
    """A cell's words; `together` keeps its row on the page of the next one."""
    paragraph = cell.paragraphs[0]
    styled(paragraph._p, paragraph.part, "Table Text")
    paragraph.paragraph_format.keep_with_next = together or None
    if number:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    paragraph.add_run(text)


def _described(drawn: Any, caption: str) -> None:
    said = OxmlElement("w:tblCaption")
    said.set(qn("w:val"), caption)
    drawn._tbl.tblPr.append(said)


def _widths(drawn: Any, columns: int) -> None:
    """The first column takes what the numbers leave."""
    whole, rest = Pt(459), Pt(62)
    for row in drawn.rows:
        for column, cell in enumerate(row.cells):
            cell.width = rest if column else whole - rest * (columns - 1)


def _picture(document: Any, chart: Chart | None) -> None:
    if chart is None:
        return
    document.add_paragraph(chart.title, style="Caption").paragraph_format.space_before = Pt(12)
    document.add_picture(io.BytesIO(chart.png), width=Pt(459))
    picture = document.paragraphs[-1]._p.find(f".//{qn('wp:docPr')}")
    picture.set("name", chart.title)
    picture.set("descr", chart.description)


# --- bytes --------------------------------------------------------------------------------------------------
