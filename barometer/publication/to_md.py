"""The bulletin as Markdown: what a reader of the rendered text sees is the bulletin's text, mark for mark."""

from __future__ import annotations

import re
from dataclasses import replace

from barometer.publication.linking import leading_phrase
from barometer.publication.tables import Table, tables
from barometer.publication.values import BulletinOut, Item, Linked, Said, SectionOut
from barometer.publication.words import month_name, words

_MARKS = re.compile(r"([\\`*_\[\]<>|~])|(&)(?=#?\w+;)|(!)(?=\[)")
_BLOCK_START = re.compile(r"^(\s*)([#+>-])|^(\s*\d{1,9})([.)])(?=\s|$)")


def to_md(bulletin: BulletinOut) -> bytes:
    """UTF-8 text: title, period, intro, figures, sections with months and items, contact line last."""
    blocks = [
        f"# {escaped(bulletin.title)}",
        f"**{escaped(bulletin.period_words)}**",
        *_intro(bulletin.intro, bulletin.language),
        f"## {escaped(words(bulletin.language)['figures'])}",
        *(block for table in tables(bulletin) for block in _table(table)),
        *(escaped(line.text) for line in bulletin.house),
        *map(escaped, bulletin.imprint),
        *(block for section in bulletin.sections for block in _section(section, bulletin.language)),
    ]
    if bulletin.contact.text:
        blocks.append(escaped(bulletin.contact.text))
    return ("\n\n".join(blocks) + "\n").encode()


def escaped(text: str) -> str:
    """The text with every mark escaped that Markdown would take for its own, also at the paragraph's start."""
    return _BLOCK_START.sub(_at_start, _marks(text))


def _marks(text: str) -> str:
    return _MARKS.sub(lambda match: f"\\{match[0]}", text)


def _at_start(match: re.Match[str]) -> str:
    before, mark = (match[1], match[2]) if match[2] else (match[3], match[4])
    return f"{before}\\{mark}"


def _section(section: SectionOut, language: str) -> list[str]:
    blocks = [f"## {section.number}. {_marks(section.title.text)}", *_intro(section.intro, language)]
    for month in section.months:
        if month.month:
            blocks.append(f"### {month_name(month.month, language)}")
        blocks += [_item(item, language) for item in month.items]
    if section.unclear_start:
        first = next(item for month in section.months for item in month.items)
        blocks[1 + len(_intro(section.intro, language))] = _item(_marked(first), language)
    return blocks


def _intro(said: Said, language: str) -> list[str]:
    """The paragraphs; the last one says it where a machine wrote them."""
    blocks = [escaped(text) for text in said.paragraphs]
    if said.machine:
        blocks[-1] += _label(language)
    return blocks


def _label(language: str) -> str:
    return f" *({_marks(words(language)['machine'])})*"


def _marked(item: Item) -> Item:
    """The item with a phrase marked as a link that leads nowhere: to the reader the sign that here items begin."""
    return replace(item, links=(Linked(*leading_phrase(item.text, item.language), "#"),))


def _item(item: Item, language: str) -> str:
    """The paragraph. A "!" before a link would make a picture of it, so that it is escaped too."""
    pieces: list[str] = []
    for text, address in item.runs:
        if address is not None and pieces and pieces[-1].endswith("!"):
            pieces[-1] = pieces[-1][:-1] + "\\!"
        pieces.append(_marks(text) if address is None else f"[{_marks(text)}]({address})")
    if item.machine:
        pieces.append(_label(language))
    return _BLOCK_START.sub(_at_start, "".join(pieces))


def _table(table: Table) -> list[str]:
    if not table.rows:
        return []
    ruler = ["---"] + ["---:"] * (len(table.head) - 1)
    rows = [table.head, ruler, *table.rows]
    lines = [f"| {' | '.join(map(_marks, row) if row is not ruler else row)} |" for row in rows]
    return [f"**{_marks(table.caption)}**", "\n".join(lines)]
