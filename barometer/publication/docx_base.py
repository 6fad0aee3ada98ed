"""What all Word documents of the house share: the language of words, fields, the letters of a style, a file of fixed bytes."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

TAGS = {"en": "en-GB", "ru": "ru-RU", "kk": "kk-KZ"}
FONT = (
    "Cambria"  # on every machine with Word, with the Kazakh letters; others put their own serif in its place
)
INK, QUIET, LINK, RULE = "1D1B18", "5F5A52", "23527C", "D8D2C6"
#: the longest title that Word takes among a file's properties
MOST = 255
#: the only time in a file of a zip archive that says nothing
NO_TIME = (1980, 1, 1, 0, 0, 0)


def field_over(first: Any, last: Any, instruction: str) -> None:
    """A field whose result is the paragraphs from the first to the last."""
    begin, asked, parted, end = (OxmlElement("w:r") for _ in range(4))
    for run, kind in ((begin, "begin"), (parted, "separate"), (end, "end")):
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        run.append(mark)
    words = OxmlElement("w:instrText")
    words.set(qn("xml:space"), "preserve")
    words.text = f" {instruction} "
    asked.append(words)
    place = 1 if first._p.pPr is not None else 0
    for number, run in enumerate((begin, asked, parted)):
        first._p.insert(place + number, run)
    last._p.append(end)


def styled(element: Any, part: Any, name: str) -> None:
    """Give a paragraph or a run of the document's part its style.

    What the library does for `style="Name"` goes through all styles each time for the one that needs no saying, which
    was a third of the time of a document.
    """
    element.style = None if name == "Normal" else part.styles[name].style_id


def character(style: Any, size: float, color: str) -> None:
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


def language_of(properties: Any, language: str) -> None:
    """Put the language into a run's properties, for spelling and for screen readers."""
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    lang = OxmlElement("w:lang")
    lang.set(qn("w:val"), TAGS[language])
    lang.set(qn("w:eastAsia"), TAGS[language])
    properties.append(lang)


def fixed(document: Any) -> bytes:
    """The file with the same time on every part, in the same order."""
    written = io.BytesIO()
    document.save(written)
    out = io.BytesIO()
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            info = zipfile.ZipInfo(part.filename, NO_TIME)
            info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 0
            new.writestr(info, old.read(part.filename))
    return out.getvalue()


def without_thumbnail(document: Any) -> None:
    """The empty document that all others start from brings a picture of itself."""
    links = document.part.package.rels
    for name in [name for name, link in links.items() if link.reltype.endswith("/thumbnail")]:
        del links[name]


def field(paragraph: Any, instruction: str) -> None:
    """A field that Word fills in, such as the page's number."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)
