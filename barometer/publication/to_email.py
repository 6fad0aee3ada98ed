"""The bulletin as a letter to be sent on: a draft that mail programs open, its text twice, plain and as one HTML.

No picture, no request, no style sheet: every style stands with its element, in a column of 600 pixels. The charts are
their tables. There is no sender and no day: whoever sends it gives both.
"""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Iterable, Iterator
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from html import escape

from barometer.publication import machine
from barometer.publication.tables import Table, headlines, month_table, region_table
from barometer.publication.values import BulletinOut, Item, Said, SectionOut
from barometer.publication.words import month_name, words

WIDTH = 72  # signs a line of the plain text
INK, QUIET, LINK, RULE, PAPER = "#1d1b18", "#5f5a52", "#23527c", "#d8d2c6", "#fffdf9"
FONT = "font-family:Georgia,'Times New Roman',serif;"
_TEXT = f"{FONT}font-size:16px;line-height:1.5;color:{INK};margin:0 0 14px 0;"
_NOTE = f"{FONT}font-size:13px;line-height:1.4;color:{QUIET};margin:0 0 8px 0;"


def to_email(bulletin: BulletinOut) -> bytes:
    """A file in the form of mail (.eml)."""
    letter = EmailMessage(policy=SMTP)
    letter["X-Unsent"] = "1"  # mail programs open it as a draft
    if bulletin.has_machine_text:
        letter["X-Digital-Source-Type"] = machine.COMPOSITE
    plain, page = "\n".join(_plain(bulletin)) + "\n", _page(bulletin)
    letter.set_content(plain, cte="quoted-printable")
    letter.add_alternative(page, subtype="html", cte="quoted-printable")
    letter["Content-Language"] = bulletin.language
    letter.set_boundary(f"bulletin-{hashlib.sha256((plain + page).encode()).hexdigest()[:32]}")
    # EmailMessage loses a space where it folds a long subject.
    title = f"{bulletin.title}. {bulletin.period_words}"
    subject = Header(title, "utf-8", header_name="Subject").encode(linesep="\r\n")
    return f"Subject: {subject}\r\n".encode() + letter.as_bytes()


# --- plain ------------------------------------------------------------------------------------------------


def _plain(bulletin: BulletinOut) -> Iterator[str]:
    said = words(bulletin.language)
    yield from (*_wrapped(bulletin.title.upper()), *_wrapped(bulletin.period_words), "")
    for _, number, label in headlines(bulletin):
        yield from _wrapped(f"{label}: {number}")
    yield ""
    yield from _paragraphs(bulletin.intro, bulletin.language)
    for section in bulletin.sections:
        yield from _plain_section(section, bulletin.language)
    yield from ("-" * WIDTH, "")
    for line in _imprint(bulletin):
        yield from (*_wrapped(line.text), "")
    if bulletin.contact.text:
        yield from _wrapped(f"{said['contact']}: {bulletin.contact.text}")


def _plain_section(section: SectionOut, language: str) -> Iterator[str]:
    title = _wrapped(f"{section.number}. {section.title.text}")
    yield from ("", *title, "=" * max(map(len, title)), "")
    yield from _paragraphs(section.intro, language)
    for month in section.months:
        if month.month:
            yield from (month_name(month.month, language), "")
        for item in month.items:
            yield from (*_wrapped(_told(item, language)), *_addresses(item), "")


def _paragraphs(said: Said, language: str) -> Iterator[str]:
    for text in said.paragraphs:
        yield from (*_wrapped(text), "")
    if said.machine:
        yield from (f"({words(language)['machine']})", "")


def _told(item: Item, language: str) -> str:
    return f"{item.text} ({words(language)['machine']})" if item.machine else item.text


def _addresses(item: Item) -> list[str]:
    return [f"  {address}" for address in dict.fromkeys(address for _, address in item.runs if address)]


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def _imprint(bulletin: BulletinOut) -> list[Said]:
    return [*bulletin.house, *(Said(line, bulletin.language) for line in bulletin.imprint)]


# --- HTML -------------------------------------------------------------------------------------------------


def _page(bulletin: BulletinOut) -> str:
    title = f"{bulletin.title}. {bulletin.period_words}"
    rows = "\n".join(
        f'<tr><td style="padding:0 24px;">{block}</td></tr>' for block in _blocks(bulletin) if block
    )
    return (
        f'<!doctype html>\n<html lang="{bulletin.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n</head>\n"
        f'<body style="margin:0;padding:0;background-color:{PAPER};">\n'
        f'<table role="presentation" align="center" style="width:100%;max-width:600px;margin:0 auto;'
        f'border-collapse:collapse;background-color:{PAPER};">\n{rows}\n</table>\n</body>\n</html>\n'
    )


def _blocks(bulletin: BulletinOut) -> Iterator[str]:
    language = bulletin.language
    yield (
        f'<h1 style="{FONT}font-size:28px;line-height:1.15;color:{INK};margin:28px 0 6px 0;">'
        f"{escape(bulletin.title)}</h1>"
        f'<p style="{FONT}font-size:16px;color:{QUIET};margin:0 0 20px 0;">{escape(bulletin.period_words)}</p>'
    )
    yield _headlines(bulletin)
    yield _said(bulletin.intro, language)
    for section in bulletin.sections:
        yield _section(section, language)
    yield from (_table(table) for table in (month_table(bulletin), region_table(bulletin)))
    yield f'<hr style="border:0;border-top:1px solid {INK};margin:28px 0 14px 0;">'
    for line in _imprint(bulletin):
        yield f'<p{_lang(line.language, language)} style="{_NOTE}">{escape(line.text)}</p>'
    contact = bulletin.contact
    if contact.text:
        yield f'<p{_lang(contact.language, language)} style="{_TEXT}">{escape(contact.text)}</p>'


def _lang(said_in: str, language: str) -> str:
    return "" if said_in == language else f' lang="{said_in}"'


def _headlines(bulletin: BulletinOut) -> str:
    cells = "".join(
        f'<td style="width:25%;vertical-align:top;padding:8px 10px 8px 0;border-top:3px solid {INK};">'
        f'<span style="{FONT}font-size:30px;line-height:1.1;color:{INK};">{escape(number)}</span><br>'
        f'<span style="{FONT}font-size:13px;line-height:1.3;color:{QUIET};">{escape(label)}</span></td>'
        for _, number, label in headlines(bulletin)
    )
    style = "width:100%;border-collapse:collapse;margin:0 0 20px 0;"
    return f'<table role="presentation" style="{style}"><tr>{cells}</tr></table>'


def _said(said: Said, language: str) -> str:
    told = "".join(f'<p style="{_TEXT}">{escape(text)}</p>' for text in said.paragraphs)
    label = (
        f'<p lang="{language}" style="{_NOTE}">({escape(words(language)["machine"])})</p>'
        if said.machine
        else ""
    )
    return f"<div{_lang(said.language, language)}>{told}{label}</div>" if told else ""


def _section(section: SectionOut, language: str) -> str:
    parts = [
        f'<h2{_lang(section.title.language, language)} style="{FONT}font-size:20px;line-height:1.25;color:{INK};'
        f'border-top:1px solid {INK};padding:12px 0 0 0;margin:28px 0 12px 0;">'
        f"{section.number}. {escape(section.title.text)}</h2>",
        _said(section.intro, language),
    ]
    for month in section.months:
        if month.month:
            name = escape(month_name(month.month, language))
            parts.append(
                f'<h3 style="{FONT}font-size:16px;font-style:italic;color:{QUIET};margin:18px 0 8px 0;">{name}</h3>'
            )
        parts += [_item(item, language) for item in month.items]
    return "".join(parts)


def _item(item: Item, language: str) -> str:
    pieces = [
        escape(text)
        if address is None
        else f'<a href="{escape(address, quote=True)}" style="color:{LINK};">{escape(text)}</a>'
        for text, address in item.runs
    ]
    if item.machine:
        pieces.append(f' <em style="color:{QUIET};">({escape(words(language)["machine"])})</em>')
    return f'<p{_lang(item.language, language)} style="{_TEXT}">{"".join(pieces)}</p>'


def _table(table: Table) -> str:
    if not table.rows:
        return ""
    cell = f"{FONT}font-size:14px;line-height:1.35;color:{INK};padding:5px 0 5px 8px;border-bottom:1px solid {RULE};"
    rows = "".join(_row(row, "th", cell, f"color:{QUIET};") for row in [table.head])
    rows += "".join(_row(row, "td", cell, "") for row in table.rows)
    caption = f'<caption style="{FONT}font-size:14px;text-align:left;padding:0 0 6px 0;"><strong>{escape(table.caption)}</strong></caption>'
    return f'<table style="width:100%;border-collapse:collapse;margin:24px 0 0 0;">{caption}{rows}</table>'


def _row(cells: Iterable[str], tag: str, style: str, more: str) -> str:
    """The first cell names the row, the others are numbers; a head's cells name the columns."""
    told = []
    for place, text in enumerate(cells):
        name = "th" if place == 0 else tag
        scope = f' scope="{"col" if tag == "th" else "row"}"' if name == "th" else ""
        align = "left" if place == 0 else "right"
        told.append(
            f'<{name}{scope} style="{style}{more}font-weight:normal;text-align:{align};">{escape(text)}</{name}>'
        )
    return f"<tr>{''.join(told)}</tr>"
