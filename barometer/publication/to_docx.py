"""The bulletin as a Word document: real styles, real links, a language for every run."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Pt, RGBColor

from barometer.codebook import Quarter
from barometer.publication.chart import Chart
from barometer.publication.tables import Table, figures_table, month_table, region_table
from barometer.publication.values import NO_ADDRESS, BulletinOut, Item, Said, SectionOut
from barometer.publication.words import month_name, words

TAGS = {"en": "en-GB", "ru": "ru-RU", "kk": "kk-KZ"}
FONT = (
    "Cambria"  # on every machine with Word, with the Kazakh letters; others put their own serif in its place
)
INK, QUIET, LINK, RULE = "1D1B18", "5F5A52", "23527C", "D8D2C6"
#: the only time in a file of a zip archive that says nothing
NO_TIME = (1980, 1, 1, 0, 0, 0)


def to_docx(bulletin: BulletinOut, chart: Chart | None) -> bytes:
    """A DOCX file. Linked words without an address lead to the top of the document."""
    document = Document()
    _without_thumbnail(document)
    _properties(document, bulletin)
    _styles(document, bulletin.language)
    _page(document, bulletin)
    _head(document, bulletin)
    _figures(document, bulletin, chart)
    for section in bulletin.sections:
        _section(document, section, bulletin.language)
    if bulletin.contact.text:
        _said(document, bulletin.contact.text, bulletin.contact.language, bulletin.language, "Contact")
    return _fixed(document)


# --- the document -----------------------------------------------------------------------------------------


def _without_thumbnail(document: Any) -> None:
    """The empty document that all others start from brings a picture of itself."""
    links = document.part.package.rels
    for name in [name for name, link in links.items() if link.reltype.endswith("/thumbnail")]:
        del links[name]


def _properties(document: Any, bulletin: BulletinOut) -> None:
    """Core properties; the dates are the quarter's last day, so that the same bulletin is the same file."""
    last = Quarter.parse(bulletin.period).last
    core = document.core_properties
    core.title = f"{bulletin.title}. {bulletin.period_words}"
    core.subject, core.language = bulletin.period_words, TAGS[bulletin.language]
    core.author = core.last_modified_by = "Press Barometer"
    core.comments, core.keywords, core.revision = "", bulletin.period, 1
    core.created = core.modified = datetime(last.year, last.month, last.day)


def _styles(document: Any, language: str) -> None:
    """Serif text with the look of a newspaper; every style in the document's language."""
    styles = document.styles
    _character(styles["Normal"], 11, INK)
    styles["Normal"].paragraph_format.space_after = Pt(7)
    styles["Normal"].paragraph_format.line_spacing = 1.16
    sizes = {"Title": (27, 0, 2), "Subtitle": (13, 0, 14), "Heading 1": (16, 24, 7), "Heading 2": (12, 13, 4)}
    for name, (size, before, after) in sizes.items():
        style = styles[name]
        _character(style, size, QUIET if name in ("Subtitle", "Heading 2") else INK)
        style.font.bold, style.font.italic = name in ("Title", "Heading 1"), name == "Heading 2"
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        style.paragraph_format.keep_with_next = True
    _character(styles["Caption"], 10, INK)
    styles["Caption"].paragraph_format.keep_with_next = True
    contact = styles.add_style("Contact", 1)
    contact.base_style = styles["Normal"]
    contact.paragraph_format.space_before = Pt(18)
    note = styles.add_style("Note", 1)
    note.base_style = styles["Normal"]
    _character(note, 9, QUIET)
    link = styles.add_style("Hyperlink", 2)
    link.font.color.rgb, link.font.underline = RGBColor.from_string(LINK), True
    _language_of(styles.element.find(qn("w:docDefaults")).find(f".//{qn('w:rPr')}"), language)


def _character(style: Any, size: float, color: str) -> None:
    style.font.name, style.font.size = FONT, Pt(size)
    style.font.color.rgb = RGBColor.from_string(color)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)
    border = style.element.find(f".//{qn('w:pBdr')}")
    if border is not None:
        border.getparent().remove(border)


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
        _field(line, "PAGE")


def _field(paragraph: Any, instruction: str) -> None:
    """A field that Word fills in, such as the page's number."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


# --- what it says -----------------------------------------------------------------------------------------


def _head(document: Any, bulletin: BulletinOut) -> None:
    document.add_paragraph(bulletin.title, style="Title")
    document.add_paragraph(bulletin.period_words, style="Subtitle")
    _paragraphs(document, bulletin.intro, bulletin.language)


def _figures(document: Any, bulletin: BulletinOut, chart: Chart | None) -> None:
    document.add_paragraph(words(bulletin.language)["figures"], style="Heading 1")
    _table(document, figures_table(bulletin))
    if chart:
        document.add_paragraph(chart.title, style="Caption")
        _picture(document, chart)
    for table in (month_table(bulletin), region_table(bulletin)):
        _table(document, table)
    for number, line in enumerate(bulletin.imprint):
        paragraph = document.add_paragraph(line, style="Note")
        if number == 0:
            paragraph.paragraph_format.space_before = Pt(10)


def _section(document: Any, section: SectionOut, language: str) -> None:
    _said(
        document,
        f"{section.number}. {section.title.text}",
        section.title.language,
        language,
        style="Heading 1",
    )
    _paragraphs(document, section.intro, language)
    for month in section.months:
        if month.month:
            document.add_paragraph(month_name(month.month, language), style="Heading 2")
        for item in month.items:
            _item(document, item, language)


def _paragraphs(document: Any, said: Said, language: str) -> None:
    for text in said.paragraphs:
        _said(document, text, said.language, language, "Normal")


def _said(document: Any, text: str, said_in: str, language: str, style: str) -> None:
    run = document.add_paragraph(style=style).add_run(text)
    if said_in != language:
        _language_of(run._r.get_or_add_rPr(), said_in)


def _item(document: Any, item: Item, language: str) -> None:
    paragraph = document.add_paragraph(style="Normal")
    for text, address in item.runs:
        run = paragraph.add_run(text)
        if item.language != language:
            _language_of(run._r.get_or_add_rPr(), item.language)
        if address is not None:
            _link(paragraph, run, address)
    if item.machine:
        paragraph.add_run(f" ({words(language)['machine']})").italic = True


def _link(paragraph: Any, run: Any, address: str) -> None:
    link = OxmlElement("w:hyperlink")
    if address == NO_ADDRESS:
        link.set(qn("w:anchor"), "_top")
    else:
        link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run.style = "Hyperlink"
    paragraph._p.append(link)
    link.append(run._r)


def _language_of(properties: Any, language: str) -> None:
    """Put the language into a run's properties, for spelling and for screen readers."""
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    lang = OxmlElement("w:lang")
    lang.set(qn("w:val"), TAGS[language])
    lang.set(qn("w:eastAsia"), TAGS[language])
    properties.append(lang)


# --- tables and the chart -----------------------------------------------------------------------------------


def _table(document: Any, table: Table) -> None:
    if not table.rows:
        return
    document.add_paragraph(table.caption, style="Caption").paragraph_format.space_before = Pt(12)
    drawn = document.add_table(rows=0, cols=len(table.head))
    drawn.alignment, drawn.autofit = WD_TABLE_ALIGNMENT.CENTER, True
    for place, cells in enumerate((table.head, *table.rows)):
        row = drawn.add_row()
        _ruled(row, INK if place == 0 else RULE)
        for column, text in enumerate(cells):
            _cell(row.cells[column], text, head=place == 0, number=column > 0)
    header = OxmlElement("w:tblHeader")
    drawn.rows[0]._tr.get_or_add_trPr().append(header)
    _described(drawn, table.caption)
    _widths(drawn, len(table.head))


def _cell(cell: Any, text: str, *, head: bool, number: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(2)
    paragraph.paragraph_format.space_before = Pt(2)
    if number:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = paragraph.add_run(text)
    run.font.size, run.font.bold = Pt(9.5), head or None


def _ruled(row: Any, color: str) -> None:
    """A thin line under a row, which is kept on one page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell in row.cells:
        borders, line = OxmlElement("w:tcBorders"), OxmlElement("w:bottom")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", color)):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
        cell._tc.get_or_add_tcPr().append(borders)


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


def _picture(document: Any, chart: Chart) -> None:
    document.add_picture(io.BytesIO(chart.png), width=Pt(459))
    picture = document.paragraphs[-1]._p.find(f".//{qn('wp:docPr')}")
    picture.set("name", chart.title)
    picture.set("descr", chart.description)


# --- bytes --------------------------------------------------------------------------------------------------


def _fixed(document: Any) -> bytes:
    """The file with the same time on every part, in the same order."""
    written = io.BytesIO()
    document.save(written)
    fixed = io.BytesIO()
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            info = zipfile.ZipInfo(part.filename, NO_TIME)
            info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 0
            new.writestr(info, old.read(part.filename))
    return fixed.getvalue()
