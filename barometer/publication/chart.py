"""The chart of the quarter: one small panel a section, new violations and relief month by month.

The drawing is Vega-Lite's. Its letters come from the font that ships with the typesetter, so that no font of the
machine is needed: the picture in pixels is made from the drawing by the typesetter too.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import typst
import vl_convert

from barometer.indicators import Figures
from barometer.publication.tables import month_columns, sections_counted
from barometer.publication.words import month_name, number, words

VIOLATION, RELIEF, INK, PALE = "#b3401a", "#2b6ca3", "#222222", "#767676"
FONT = "Libertinus Serif"
COLUMNS = 3
PANEL_WIDTH, PANEL_HEIGHT = 232, 92
COLUMN_GAP, EDGE = 30, 8
TITLE_CHARACTERS = 25
PIXELS_PER_INCH = 192

Spec = dict[str, Any]


@dataclass(frozen=True)
class Chart:
    """The chart as a drawing (SVG, with title and description) and in pixels (PNG), and the same in words."""

    svg: str
    png: bytes
    title: str
    description: str


def chart(figures: Figures, language: str, period: str, titles: Mapping[int, str]) -> Chart | None:
    """Draw the quarter's figures; `titles` are the sections' short names. None where nothing is to be drawn."""
    if not sections_counted(figures):
        return None
    said = words(language)
    title, description = said["chart"], _in_words(figures, language, titles)
    drawing = vl_convert.vegalite_to_svg(_spec(figures, language, period, titles), vl_version="5.21")
    svg = _accessible(drawing, title, description)
    return Chart(svg, _pixels(svg), title, description)


def _in_words(figures: Figures, language: str, titles: Mapping[int, str]) -> str:
    """What the chart shows, for those who do not see it."""
    rows = [
        words(language)["chart_row"].format(
            section=titles.get(section, str(section)),
            violations=number(_total(figures.violations_by_section_month, section), language),
            relief=number(_total(figures.relief_by_section_month, section), language),
        )
        for section in sections_counted(figures)
    ]
    return words(language)["chart_says"].format(rows=" ".join(rows)).strip()


def _total(table: Mapping[int, Mapping[str, int]], section: int) -> int:
    return sum(table.get(section, {}).values())


# --- the drawing ------------------------------------------------------------------------------------------


def _spec(figures: Figures, language: str, period: str, titles: Mapping[int, str]) -> Spec:
    months = month_columns(figures, period)
    highest = max(
        (
            count
            for table in (figures.violations_by_section_month, figures.relief_by_section_month)
            for line in table.values()
            for count in line.values()
        ),
        default=0,
    )
    panels = [
        _panel(figures, section, titles, months, language, max(highest, 1))
        for section in sections_counted(figures)
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "vconcat": [
            _key(language),
            {
                "columns": COLUMNS,
                "spacing": {"row": 116, "column": COLUMN_GAP},
                "bounds": "flush",
                "concat": panels,
            },
        ],
        "spacing": 16,
        "config": _config(),
    }


def _key(language: str) -> Spec:
    """What the colours mean, in words beside them."""
    said = words(language)
    rows = [
        {"at": 6, "kind": said["violations"]},
        {"at": PANEL_WIDTH + COLUMN_GAP + 6, "kind": said["relief"]},
    ]
    place = {"field": "at", "type": "quantitative", "axis": None, "scale": None}
    color = {"field": "kind", "scale": {"range": [VIOLATION, RELIEF]}, "sort": None, "legend": None}
    return {
        "width": 2 * PANEL_WIDTH,
        "height": 14,
        "data": {"values": rows},
        "encoding": {"x": place, "y": {"value": 7}},
        "layer": [
            {"mark": {"type": "square", "size": 130, "opacity": 1}, "encoding": {"color": color}},
            {
                "mark": {"type": "text", "align": "left", "dx": 12, "color": INK},
                "encoding": {"text": {"field": "kind"}},
            },
        ],
    }


def _panel(
    figures: Figures,
    section: int,
    titles: Mapping[int, str],
    months: tuple[str, ...],
    language: str,
    highest: int,
) -> Spec:
    said = words(language)
    kinds = {
        said["violations"]: figures.violations_by_section_month,
        said["relief"]: figures.relief_by_section_month,
    }
    labels = {month: month_name(month, language) for month in months}
    rows = [
        {"month": labels[month], "kind": kind, "count": count, "label": _label(count, place == 0, language)}
        for place, (kind, table) in enumerate(kinds.items())
        for month in months
        for count in [table.get(section, {}).get(month, 0)]
    ]
    title = textwrap.wrap(
        f"{section}. {titles.get(section, '')}".strip(), TITLE_CHARACTERS, max_lines=3, placeholder="…"
    )
    return {
        "width": PANEL_WIDTH,
        "height": PANEL_HEIGHT,
        "title": {"text": title},
        "data": {"values": rows},
        "encoding": _encoding(list(labels.values()), list(kinds), highest),
        "layer": [
            {"mark": {"type": "bar"}},
            {
                "mark": {"type": "text", "baseline": "bottom", "dy": -2},
                "encoding": {"text": {"field": "label"}},
            },
        ],
    }


def _label(count: int, always: bool, language: str) -> str:
    """Every count of new violations is written, relief only where there is some."""
    return number(count, language) if count or always else ""


def _encoding(months: list[str], kinds: list[str], highest: int) -> Spec:
    axis = {
        "title": None,
        "labelAngle": 0,
        "labelExpr": f"datum.label === '{months[-1]}' && length(split(datum.label, ' ')) > 1 "
        "? split(datum.label, ' ') : datum.label",
    }
    return {
        "x": {
            "field": "month",
            "type": "ordinal",
            "sort": months,
            "axis": axis,
            "scale": {"paddingInner": 0.28},
        },
        "xOffset": {"field": "kind", "sort": kinds},
        "y": {
            "field": "count",
            "type": "quantitative",
            "axis": None,
            "scale": {"domain": [0, highest * 1.12]},
        },
        "color": {
            "field": "kind",
            "type": "nominal",
            "scale": {"domain": kinds, "range": [VIOLATION, RELIEF]},
            "legend": None,
        },
    }


def _config() -> Spec:
    return {
        "font": FONT,
        "background": None,
        "aria": False,
        "padding": 2,
        "view": {"stroke": None},
        "text": {"fontSize": 14.5},
        "title": {
            "anchor": "start",
            "frame": "group",
            "fontSize": 15.5,
            "fontWeight": "bold",
            "color": INK,
            "offset": 8,
        },
        "axisX": {
            "labelFontSize": 13.5,
            "labelColor": INK,
            "labelPadding": 5,
            "ticks": False,
            "domainColor": PALE,
            "labelLimit": 0,
            "labelOverlap": False,
        },
    }


# --- what leaves --------------------------------------------------------------------------------------------


def _accessible(svg: str, title: str, description: str) -> str:
    """The drawing with its title and description, as one picture to a screen reader."""
    head = re.match(r"<svg[^>]*>", svg)
    assert head is not None
    inside = re.sub(r' (?:role|aria-[a-z]+|class|pointer-events)="[^"]*"', "", svg[head.end() :])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {_frame(svg)} role="img" '
        'aria-labelledby="chart-title chart-description">'
        f'<title id="chart-title">{escape(title)}</title>'
        f'<desc id="chart-description">{escape(description)}</desc>{inside}'
    )


def _frame(svg: str) -> str:
    """Three panels wide, whatever the letters measure: the drawer does not know the font and guesses."""
    sizes = re.search(r'width="\d+" height="(\d+)".*?translate\((\d+),', svg, re.DOTALL)
    assert sizes is not None
    height, left = int(sizes[1]), int(sizes[2])
    width = COLUMNS * PANEL_WIDTH + (COLUMNS - 1) * COLUMN_GAP + 2 * EDGE
    return f'width="{width}" height="{height}" viewBox="{left - EDGE} 0 {width} {height}"'


def _pixels(svg: str) -> bytes:
    page = b"#set page(width: auto, height: auto, margin: 6pt, fill: white)\n#image(bytes(sys.inputs.svg))"
    picture = typst.compile(
        page, format="png", ppi=PIXELS_PER_INCH, sys_inputs={"svg": svg}, ignore_system_fonts=True
    )
    assert isinstance(picture, bytes)
    return picture
