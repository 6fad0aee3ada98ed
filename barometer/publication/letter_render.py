"""A letter as Markdown, one web page, a Word document or a tagged PDF: the same letter gives the same bytes."""

from __future__ import annotations

import base64
import io
import json
from datetime import UTC, datetime
from html import escape
from importlib import resources
from typing import Any

import typst
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt
from PIL import Image

from barometer.errors import UnknownValue
from barometer.publication.docx_base import (
    INK,
    MOST,
    QUIET,
    TAGS,
    character,
    field,
    fixed,
    language_of,
    without_thumbnail,
)
from barometer.publication.letter import Addressee, LetterOut, Signed, letter_words
from barometer.publication.to_md import escaped

FORMATS = ("md", "html", "docx", "pdf")
TYPES = {
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
#: The box of a logo, in millimetres.
LOGO_WIDTH, LOGO_HEIGHT = 42, 13
#: The date of a file whose letter bears none.
_NO_DAY = datetime(2000, 1, 1)


def render_letter(letter: LetterOut, format: str) -> bytes:
    """The letter as a file's bytes; UnknownValue where the format is not one of FORMATS."""
    makers = {"md": to_md, "html": to_html, "docx": to_docx, "pdf": to_pdf}
    if format not in makers:
        raise UnknownValue(f"a letter has no format {format!r}", next_step=f"use {', '.join(FORMATS)}")
    return makers[format](letter)


def _lines(one: Addressee) -> tuple[str, ...]:
    return tuple(line for line in (one.name, one.role, *one.lines) if line)


def _said(one: Signed) -> str:
    return f"{one.name}, {one.about}" if one.about else one.name


# --- Markdown ---------------------------------------------------------------------------------------------


def to_md(letter: LetterOut) -> bytes:
    """UTF-8 text."""
    said = letter_words(letter.language)
    blocks = [f"# {escaped(letter.title)}", *([letter.day_words] if letter.day else [])]
    blocks += ["  \n".join(map(escaped, _lines(one))) for one in letter.addressees]
    if letter.sent_via:
        blocks.append(f"{said['sent_via']} {escaped(letter.sent_via)}")
    blocks += map(escaped, filter(None, (letter.salutation, *letter.undersigned, *letter.concern)))
    if letter.demands:
        blocks.append(said["request"])
        blocks.append("\n".join(f"{one.number}. {escaped(one.text)}" for one in letter.demands))
    if letter.people:
        blocks.append(f"## {said['cases']}")
        for one in letter.people:
            note = f" *({said['machine']})*" if one.drafted else ""
            blocks.append(f"**{escaped(one.name)}:** {escaped(one.text)}{note}")
    blocks += map(escaped, (*letter.wider, *letter.closing))
    if letter.signatories:
        blocks.append(f"## {said['signed']}")
        blocks.append("\n".join(f"- {escaped(_said(one))}" for one in letter.signatories))
    return ("\n\n".join(blocks) + "\n").encode()


# --- one web page -----------------------------------------------------------------------------------------


def to_html(letter: LetterOut) -> bytes:
    """A whole HTML document in UTF-8 that asks for nothing else."""
    said = letter_words(letter.language)
    css = (resources.files("barometer.publication") / "letter.css").read_text("utf-8")
    body = "\n".join(
        [
            f'<a class="skip" href="#text">{escape(said["skip"])}</a>',
            f'<main id="text">\n<header class="head">{_head(letter, said)}</header>',
            f"<h1>{escape(letter.title)}</h1>",
            *_body(letter, said),
            "</main>",
        ]
    )
    return (
        f'<!doctype html>\n<html lang="{letter.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(letter.title)}</title>\n<style>\n{css}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    ).encode()


def _head(letter: LetterOut, said: Any) -> str:
    parts = [f"<p>{escape(letter.day_words)}</p>" if letter.day else ""]
    for one in letter.addressees:
        parts.append(f'<p class="addressee">{"<br>".join(map(escape, _lines(one)))}</p>')
    if letter.sent_via:
        parts.append(f'<p class="via">{escape(said["sent_via"])} {escape(letter.sent_via)}</p>')
    return "".join(parts)


def _body(letter: LetterOut, said: Any) -> list[str]:
    parts = [
        f"<p>{escape(text)}</p>" for text in (letter.salutation, *letter.undersigned, *letter.concern) if text
    ]
    if letter.demands:
        rows = "".join(f"<li>{escape(one.text)}</li>" for one in letter.demands)
        parts.append(f"<p>{escape(said['request'])}</p>\n<ol>{rows}</ol>")
    if letter.people:
        parts.append(f"<h2>{escape(said['cases'])}</h2>")
        for one in letter.people:
            note = f' <span class="machine">({escape(said["machine"])})</span>' if one.drafted else ""
            parts.append(f"<p><strong>{escape(one.name)}:</strong> {escape(one.text)}{note}</p>")
    parts += [f"<p>{escape(text)}</p>" for text in (*letter.wider, *letter.closing)]
    if letter.signatories:
        rows = "".join(f"<li>{_logo(one)}{escape(_said(one))}</li>" for one in letter.signatories)
        parts.append(f'<h2>{escape(said["signed"])}</h2>\n<ul class="signed">{rows}</ul>')
    return parts


def _logo(one: Signed) -> str:
    if not one.logo:
        return ""
    return f'<img src="data:image/png;base64,{base64.b64encode(one.logo).decode()}" alt="">'


# --- Word -------------------------------------------------------------------------------------------------


def to_docx(letter: LetterOut) -> bytes:
    """A DOCX file with real styles: a title, headings, a numbered list, a language for every word."""
    said = letter_words(letter.language)
    document = Document()
    without_thumbnail(document)
    _prepared(document, letter)
    if letter.day:
        document.add_paragraph(letter.day_words)
    for one in letter.addressees:
        _broken(document.add_paragraph(style="Address"), _lines(one))
    if letter.sent_via:
        document.add_paragraph(f"{said['sent_via']} {letter.sent_via}", style="Note")
    document.add_paragraph(letter.title, style="Title")
    for text in (letter.salutation, *letter.undersigned, *letter.concern):
        if text:
            document.add_paragraph(text)
    if letter.demands:
        document.add_paragraph(said["request"]).paragraph_format.keep_with_next = True
        for demand in letter.demands:
            document.add_paragraph(demand.text, style="List Number")
    if letter.people:
        document.add_paragraph(said["cases"], style="Heading 1")
        for person in letter.people:
            paragraph = document.add_paragraph()
            paragraph.add_run(f"{person.name}: ").bold = True
            paragraph.add_run(person.text)
            if person.drafted:
                paragraph.add_run(f" ({said['machine']})").italic = True
    for text in (*letter.wider, *letter.closing):
        document.add_paragraph(text)
    if letter.signatories:
        document.add_paragraph(said["signed"], style="Heading 1")
        for signed in letter.signatories:
            _signed(document, signed)
    return fixed(document)


def _prepared(document: Any, letter: LetterOut) -> None:
    """Properties, styles and the page."""
    core = document.core_properties
    core.title, core.language = letter.title[:MOST], TAGS[letter.language]
    core.author = core.last_modified_by = "Press Barometer"
    core.comments, core.keywords, core.revision = "", "", 1
    core.created = core.modified = _moment(letter)
    styles = document.styles
    character(styles["Normal"], 11, INK)
    styles["Normal"].paragraph_format.space_after = Pt(8)
    styles["Normal"].paragraph_format.line_spacing = 1.16
    for name, size, before in (("Title", 19, 14), ("Heading 1", 13, 16)):
        character(styles[name], size, INK)
        styles[name].font.bold = True
        styles[name].paragraph_format.space_before, styles[name].paragraph_format.space_after = (
            Pt(before),
            Pt(8),
        )
        styles[name].paragraph_format.keep_with_next = True
    character(styles["List Number"], 11, INK)
    for name in ("Address", "Note"):
        style = styles.add_style(name, 1)
        style.base_style = styles["Normal"]
        character(style, 11, INK if name == "Address" else QUIET)
    language_of(styles.element.find(qn("w:docDefaults")).find(f".//{qn('w:rPr')}"), letter.language)
    page = document.sections[0]
    page.page_width, page.page_height = Emu(7560310), Emu(10692130)
    page.left_margin = page.right_margin = Pt(75)
    page.top_margin = page.bottom_margin = Pt(72)
    line = page.footer.paragraphs[0]
    line.style, line.alignment = styles["Note"], WD_ALIGN_PARAGRAPH.CENTER
    field(line, "PAGE")


def _broken(paragraph: Any, lines: tuple[str, ...]) -> None:
    run = paragraph.add_run()
    for number, line in enumerate(lines):
        if number:
            run.add_break()
        run.add_text(line)


def _signed(document: Any, signed: Signed) -> None:
    paragraph = document.add_paragraph()
    if signed.logo:
        run = paragraph.add_run()
        width, height = _size(signed.logo)
        run.add_picture(io.BytesIO(signed.logo), width=Mm(width), height=Mm(height))
        picture = run._r.find(f".//{qn('wp:docPr')}")
        picture.set("name", signed.name)
        picture.set("descr", signed.name)
        run.add_break()
    paragraph.add_run(_said(signed))


def _moment(letter: LetterOut) -> datetime:
    """The day of the letter, so that the same letter is the same file."""
    return datetime(letter.day.year, letter.day.month, letter.day.day) if letter.day else _NO_DAY


# --- PDF --------------------------------------------------------------------------------------------------


def to_pdf(letter: LetterOut) -> bytes:
    """A tagged PDF (PDF/UA-1, PDF/A-2a) with embedded letters. The words go to the typesetter as data."""
    template = (resources.files("barometer.publication") / "letter.typ").read_bytes()
    data = json.dumps(_data(letter), ensure_ascii=False)
    try:
        return _typeset(template, data, letter, for_archives=True)
    except typst.TypstError:
        # A sign that no embedded font has (an emoji) is printed as a box; the archive's standard forbids that.
        return _typeset(template, data, letter, for_archives=False)


def _typeset(template: bytes, data: str, letter: LetterOut, *, for_archives: bool) -> bytes:
    made: bytes = typst.compile(
        template,
        format="pdf",
        sys_inputs={"data": data},
        ignore_system_fonts=True,
        pdf_standards=["ua-1", "a-2a"] if for_archives else None,
        timestamp=_moment(letter).replace(tzinfo=UTC),
    )
    return made


def _data(letter: LetterOut) -> dict[str, Any]:
    return {
        "language": letter.language,
        "words": dict(letter_words(letter.language)),
        "title": letter.title,
        "day": letter.day_words,
        "addressees": [_lines(one) for one in letter.addressees],
        "sent_via": letter.sent_via,
        "salutation": letter.salutation,
        "opening": [*letter.undersigned, *letter.concern],
        "demands": [one.text for one in letter.demands],
        "people": [{"name": one.name, "text": one.text, "drafted": one.drafted} for one in letter.people],
        "ending": [*letter.wider, *letter.closing],
        "signatories": [
            {
                "name": one.name,
                "about": one.about,
                "logo": list(one.logo) or None,
                "size": _size(one.logo) if one.logo else None,
            }
            for one in letter.signatories
        ],
    }


def _size(logo: bytes) -> tuple[float, float]:
    """Width and height in millimetres: as large as its box lets it be."""
    with Image.open(io.BytesIO(logo)) as image:
        scale = min(LOGO_WIDTH / image.width, LOGO_HEIGHT / image.height)
        return image.width * scale, image.height * scale
