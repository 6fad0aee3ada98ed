"""The bulletin as one web page that needs nothing but itself: no script, no request, readable anywhere."""

from __future__ import annotations

from html import escape
from importlib import resources

from barometer.publication.chart import Chart
from barometer.publication.tables import Table, figures_table, headlines, month_table, region_table
from barometer.publication.values import BulletinOut, Item, Said, SectionOut
from barometer.publication.words import month_name, words


def to_html(bulletin: BulletinOut, chart: Chart | None) -> bytes:
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
            _figures(bulletin, chart),
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
        f"<title>{escape(title)}</title>\n<style>\n{css}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    ).encode()


def _lang(said_in: str, language: str) -> str:
    """The attribute that names a language other than the page's."""
    return "" if said_in == language else f' lang="{said_in}"'


def _intro(said: Said, language: str) -> str:
    if not said.text:
        return ""
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in said.paragraphs)
    return f'<div class="intro"{_lang(said.language, language)}>{paragraphs}</div>'


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


def _figures(bulletin: BulletinOut, chart: Chart | None) -> str:
    return "\n".join(
        [
            '<section aria-labelledby="figures">',
            f'<h2 id="figures">{escape(words(bulletin.language)["figures"])}</h2>',
            _drawing(chart) if chart else "",
            *(_table(table(bulletin)) for table in (month_table, figures_table, region_table)),
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
    caption = f'<figcaption id="chart">{escape(chart.title)}</figcaption>'
    frame = f'<div class="wide" tabindex="0" role="group" aria-labelledby="chart">{chart.svg}</div>'
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
        pieces.append(f' <span class="machine">({escape(words(language)["machine"])})</span>')
    return f'<p id="{anchor}"{_lang(item.language, language)}>{"".join(pieces)}</p>'


def _footer(bulletin: BulletinOut) -> str:
    said = words(bulletin.language)
    notes = "".join(f"<p>{escape(line)}</p>" for line in bulletin.imprint)
    contact = bulletin.contact
    line = (
        f'<p class="contact"{_lang(contact.language, bulletin.language)}>{escape(contact.text)}</p>'
        if contact.text
        else ""
    )
    return f'<footer aria-label="{escape(said["about"])}">{notes}{line}</footer>'
