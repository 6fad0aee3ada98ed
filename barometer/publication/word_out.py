"""The texts of an issue as an editor's working file: a DOCX that is edited in any office program and comes back.

Each text stands in a paragraph of its own under a bookmark with its key and the file's id; bookmarks are kept by Word
and by LibreOffice when words within them change. Sections and months are headings, under bookmarks too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from barometer.publication import docx_parts
from barometer.publication.docx_base import fixed
from barometer.publication.values import LinkIn
from barometer.publication.words import month_name, words

#: key and file of a text's bookmark; a bookmark's name has 40 letters at most
MARK = re.compile(r"bm_([A-Za-z0-9_]{1,19})_([a-z0-9]{16})")
#: section, and perhaps month, of a heading's bookmark
PLACE = re.compile(r"place_(\d{1,4}|x)(?:_(\d{4})_(\d\d)|_(x))?")


@dataclass(frozen=True)
class Passage:
    """One text of the issue: `key` is an item's public id, or the name of a part such as "intro", "section_6_intro".

    A part may have several paragraphs, parted by an empty line; an item has one.
    """

    key: str
    text: str
    section: int | None = None
    month: str | None = None
    links: tuple[LinkIn, ...] = ()
    aside: str = (
        ""  # what stands above it as a note: the text in another language, where it is not yet translated
    )

    @property
    def is_part(self) -> bool:
        """Whether it is a part of the issue and no item."""
        return self.key.endswith("intro")

    @property
    def place(self) -> str:
        """Under which heading it stands, as a bookmark says it."""
        return place_name(self.section, self.month)


@dataclass(frozen=True)
class WorkingFile:
    """What goes out: texts in their order, with the words of the file itself; `id` has 16 letters and figures."""

    id: str
    period_words: str
    title: str
    language: str
    day: date
    passages: tuple[Passage, ...]
    #: section → its heading
    sections: Mapping[int | None, str] = field(default_factory=dict)
    head: str = ""
    note: str = ""


def mark_name(key: str, file: str) -> str:
    """The bookmark of a text."""
    return f"bm_{key}_{file}"


def place_name(section: int | None, month: str | None) -> str:
    """The bookmark of a heading: of a section where `month` is None, of a month ("" where it is not known)."""
    name = f"place_{'x' if section is None else section}"
    return name if month is None else f"{name}_{month.replace('-', '_') or 'x'}"


def to_word(file: WorkingFile) -> bytes:
    """The DOCX."""
    document = docx_parts.new(
        f"{file.title}. {file.period_words}",
        file.language,
        subject=file.period_words,
        day=file.day,
        head=file.head,
    )
    document.add_paragraph(file.title, style="Title")
    document.add_paragraph(file.period_words, style="Subtitle")
    if file.note:
        document.add_paragraph(file.note, style=docx_parts.NOTE)
    leading = [one for one in file.passages if one.is_part and one.section is None]
    numbers = iter(range(1, 1_000_000))
    _passages(document, leading, file, numbers)
    rest = [one for one in file.passages if one not in leading]
    sections = list(dict.fromkeys(one.section for one in rest))
    if sections:
        rows = [(place_name(one, None), _heading(file, one)) for one in sections]
        docx_parts.contents(document, words(file.language)["contents"], rows)
    for section in sections:
        heading = document.add_paragraph(_heading(file, section), style="Heading 1")
        docx_parts.bookmark([heading], place_name(section, None), next(numbers))
        _section(document, [one for one in rest if one.section == section], file, numbers)
    return fixed(document)


def _heading(file: WorkingFile, section: int | None) -> str:
    title = file.sections.get(section, "")
    if section is None:
        return title or words(file.language)["no_month"]
    return f"{section}. {title}" if title else words(file.language)["section"].format(number=section)


def _section(document: Any, passages: list[Passage], file: WorkingFile, numbers: Iterator[int]) -> None:
    _passages(document, [one for one in passages if one.is_part], file, numbers)
    items = [one for one in passages if not one.is_part]
    for month in dict.fromkeys(one.month or "" for one in items):
        name = month_name(month, file.language) if month else words(file.language)["no_month"]
        heading = document.add_paragraph(name, style="Heading 2")
        docx_parts.bookmark([heading], place_name(passages[0].section, month), next(numbers))
        _passages(document, [one for one in items if (one.month or "") == month], file, numbers)


def _passages(document: Any, passages: list[Passage], file: WorkingFile, numbers: Iterator[int]) -> None:
    for passage in passages:
        if passage.aside:
            document.add_paragraph(docx_parts.printable(passage.aside), style=docx_parts.NOTE)
        texts = re.split(r"\n\s*\n", passage.text) if passage.is_part else [passage.text]
        paragraphs = [document.add_paragraph(style="Normal") for _ in texts]
        for paragraph, text in zip(paragraphs, texts, strict=True):
            _runs(paragraph, text, passage.links)
        docx_parts.bookmark(paragraphs, mark_name(passage.key, file.id), next(numbers))


def _runs(paragraph: Any, text: str, links: tuple[LinkIn, ...]) -> None:
    place = 0
    for start, end, address in sorted(links, key=lambda one: one[:2]):
        if not address or start < place or end > len(text) or start >= end:
            continue
        _run(paragraph, text[place:start])
        docx_parts.link(paragraph, docx_parts.printable(text[start:end]), address)
        place = end
    _run(paragraph, text[place:])


def _run(paragraph: Any, text: str) -> None:
    if text:
        paragraph.add_run(docx_parts.printable(text))
