"""The bulletin as one web page that needs nothing but itself: no script, no request, readable anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib import resources

from barometer.publication import machine
from barometer.publication.chart import Chart
from barometer.publication.tables import (
    Table,
    figures_table,
    headlines,
    measures_table,
    month_table,
    region_table,
)
from barometer.publication.values import BulletinOut, Item, Said, SectionOut
from barometer.publication.words import month_name, words


def to_html(bulletin: BulletinOut, charts: Sequence[Chart]) -> bytes:
    """A whole HTML document in UTF-8."""
    said = words(bulletin.language)
    title = f"{bulletin.title}. {bulletin.period_words}"
    body = "\n".join(
        [
            f'<a class="skip" href="#text">{escape(said["skip"])}</a>',
            f"<header><h1>{escape(bulletin.title)}</h1><p>{escape(bulletin.period_words)}</p></header>",
            '<main id="text">',
            _headlines(bulletin),
            _intro(bulletin.intro, bulletin.language),
            _contents(bulletin),
            _figures(bulletin, charts),
            *(_section(section, bulletin.language) for section in bulletin.sections),
            "</main>",
            _footer(bulletin),
        ]
    )
    css = (resources.files("barometer.publication") / "bulletin.css").read_text("utf-8")
    return (
        f'<!doctype html>\n<html lang="{bulletin.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"{_source_type(bulletin)}<title>{escape(title)}</title>\n<style>\n{css}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    ).encode()


def _source_type(bulletin: BulletinOut) -> str:
    """What tells a machine that a machine wrote some of it."""
    if not bulletin.has_machine_text:
        return ""
    return f'<meta name="{machine.PROPERTY}" content="{machine.COMPOSITE}">\n'


def _lang(said_in: str, language: str) -> str:
    """The attribute that names a language other than the page's."""
    return "" if said_in == language else f' lang="{said_in}"'


def _intro(said: Said, language: str) -> str:
    if not said.text:
        return ""
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in said.paragraphs)
    if said.machine:
        paragraphs += f'<p lang="{language}">{_label(language).strip()}</p>'
    return f'<div class="intro"{_lang(said.language, language)}{_made(said.machine)}>{paragraphs}</div>'


def _made(by_machine: bool) -> str:
    """The attributes of words that a machine wrote; `_label` goes with them."""
    return ' itemscope itemtype="https://schema.org/CreativeWork"' if by_machine else ""


def _label(language: str) -> str:
    said = escape(words(language)["machine"])
    told = f'<meta itemprop="{machine.PROPERTY}" content="{machine.PARAGRAPH}">'
    return f' <span class="machine">({said})</span>{told}'


def _contents(bulletin: BulletinOut) -> str:
    said = words(bulletin.language)
    rows = [f'<li><span></span><a href="#figures">{escape(said["figures"])}</a></li>']
    rows += [
        f'<li><span>{section.number}.</span><a href="#section-{section.number}"'
        f"{_lang(section.title.language, bulletin.language)}>{escape(section.title.text)}</a></li>"
        for section in bulletin.sections
    ]
    heading = f'<h2 id="contents">{escape(said["contents"])}</h2>'
    return f'<nav aria-labelledby="contents">{heading}<ol>{"".join(rows)}</ol></nav>'


# --- figures ----------------------------------------------------------------------------------------------


def _figures(bulletin: BulletinOut, charts: Sequence[Chart]) -> str:
    """Each chart with the table of what it shows after it."""
    drawn = {chart.name: _drawing(chart) for chart in charts}
    return "\n".join(
        [
            '<section aria-labelledby="figures">',
            f'<h2 id="figures">{escape(words(bulletin.language)["figures"])}</h2>',
            *(drawn.get(name, "") for name in ("sections", "relief")),
            *(_table(table(bulletin)) for table in (month_table, figures_table)),
            drawn.get("regions", ""),
            _table(region_table(bulletin)),
            drawn.get("measures", ""),
            _table(measures_table(bulletin)),
            "</section>",
        ]
    )


def _headlines(bulletin: BulletinOut) -> str:
    pairs = "".join(
        f'<div class="{name}"><dt>{escape(said)}</dt><dd>{escape(number)}</dd></div>'
        for name, number, said in headlines(bulletin)
    )
    return f'<dl class="headlines">{pairs}</dl>'


def _drawing(chart: Chart) -> str:
    """The chart in the page; on a narrow screen it can be moved aside, also by keyboard."""
    caption = f'<figcaption id="chart-{chart.name}">{escape(chart.title)}</figcaption>'
    frame = (
        f'<div class="wide" tabindex="0" role="group" aria-labelledby="chart-{chart.name}">{chart.svg}</div>'
    )
    return f"<figure>{caption}{frame}</figure>"


def _table(table: Table) -> str:
    if not table.rows:
        return ""
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.head)
    rows = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in row[1:])}</tr>'
        for row in table.rows
    )
    said = f"<table><caption>{escape(table.caption)}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    if len(table.head) <= 3:
        return said
    return f'<div class="wide" tabindex="0" role="group" aria-label="{escape(table.caption)}">{said}</div>'


# --- sections ---------------------------------------------------------------------------------------------


def _section(section: SectionOut, language: str) -> str:
    name = f"section-{section.number}"
    lines = [
        f'<section aria-labelledby="{name}">',
        f'<h2 id="{name}"{_lang(section.title.language, language)}>{section.number}. {escape(section.title.text)}</h2>',
        _intro(section.intro, language),
    ]
    for month in section.months:
        if month.month:
            lines.append(f"<h3>{escape(month_name(month.month, language))}</h3>")
        lines += [_item(item, language) for item in month.items]
    return "\n".join([*lines, "</section>"])


def _item(item: Item, language: str) -> str:
    anchor = f"item-{escape(item.key, quote=True)}".replace(" ", "-")
    pieces = [
        escape(text) if address is None else f'<a href="{escape(address, quote=True)}">{escape(text)}</a>'
        for text, address in item.runs
    ]
    if item.machine:
        pieces.append(_label(language))
    return f'<p id="{anchor}"{_lang(item.language, language)}{_made(item.machine)}>{"".join(pieces)}</p>'


def _footer(bulletin: BulletinOut) -> str:
    said = words(bulletin.language)
    notes = "".join(
        f"<p{_lang(line.language, bulletin.language)}>{escape(line.text)}</p>" for line in bulletin.house
    ) + "".join(f"<p>{escape(line)}</p>" for line in bulletin.imprint)
    contact = bulletin.contact
    line = (
        f'<p class="contact"{_lang(contact.language, bulletin.language)}>{escape(contact.text)}</p>'
        if contact.text
        else ""
    )
    return f'<footer aria-label="{escape(said["about"])}">{notes}{line}</footer>'
