"""The charts of the bulletin, each a Vega-Lite specification: sections by month, relief against violations, map, measures.

The drawing is Vega-Lite's. Its letters come from the font that ships with the typesetter, so that no font of the
machine is needed: the picture in pixels is made from the drawing by the typesetter too.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from html import escape
from typing import Any

import typst
import vl_convert

from barometer.countries import country
from barometer.indicators import Figures
from barometer.publication.tables import measures_of, month_columns, months_of, sections_counted
from barometer.publication.values import BulletinOut
from barometer.publication.words import (
    measure_name,
    month_and_year,
    month_name,
    number,
    region_name,
    words,
)

VIOLATION, RELIEF, INK, PALE = "#b3401a", "#2b6ca3", "#222222", "#767676"
FONT = "Libertinus Serif"
COLUMNS = 3
PANEL_WIDTH, PANEL_HEIGHT = 232, 92
COLUMN_GAP, EDGE = 30, 8
TITLE_CHARACTERS = 25
PIXELS_PER_INCH = 192
FULL_WIDTH = COLUMNS * PANEL_WIDTH + (COLUMNS - 1) * COLUMN_GAP
ROW_HEIGHT = 46
TILE_HEIGHT, TILE_GAP, TILE_CHARACTERS = 70, 4, 15
#: of no, one and the most violations; ink stays legible on all of them, also where the page is dark
TILE_SHADES, TILE_EDGE, TILE_INK = ("#f6f2ea", "#f6ddd0", "#e59a78"), "#b9b0a1", "#1f1d1a"
MOST_MEASURES = 9
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"

Spec = dict[str, Any]


@dataclass(frozen=True)
class Chart:
    """A chart as a drawing (SVG, with title and description), the same in words, and the data behind it.

    `data` are rows of (series, what it is of, number).
    """

    name: str
    svg: str
    title: str
    description: str
    data: tuple[tuple[str, str, int], ...]

    @cached_property
    def png(self) -> bytes:
        """The drawing in pixels."""
        return _pixels(self.svg)


def charts(bulletin: BulletinOut) -> tuple[Chart, ...]:
    """The bulletin's charts in printed order; one of which nothing is to be drawn is left out."""
    found = (
        section_chart(bulletin),
        relief_chart(bulletin),
        region_chart(bulletin),
        measures_chart(bulletin),
    )
    return tuple(one for one in found if one is not None)


def section_chart(bulletin: BulletinOut) -> Chart | None:
    """One small panel a section: new violations and relief month by month."""
    figures, language = bulletin.figures, bulletin.language
    if not sections_counted(figures):
        return None
    said, titles = words(language), _titles(bulletin)
    spec = _spec(figures, language, bulletin.period, titles)
    data = tuple(
        (
            f"{titles.get(section, section)}: {said[kind]}",
            month_name(month, language),
            table.get(section, {}).get(month, 0),
        )
        for section in sections_counted(figures)
        for kind, table in _kinds(figures).items()
        for month in month_columns(figures, bulletin.period)
    )
    return _drawn("sections", spec, said["chart"], _in_words(figures, language, titles), data, panels=True)


def relief_chart(bulletin: BulletinOut) -> Chart | None:
    """Relief against new violations: two bars for each section, from one line to either side."""
    figures, said, titles = bulletin.figures, words(bulletin.language), _titles(bulletin)
    sections = sections_counted(figures)
    if not any(_total(figures.relief_by_section_month, section) for section in sections):
        return None
    rows = [
        (f"{section}. {titles.get(section, '')}", kind, _total(table, section))
        for section in sections
        for kind, table in _kinds(figures).items()
    ]
    description = said["relief_chart_says"].format(rows=_totals_in_words(figures, bulletin.language, titles))
    data = tuple((said[kind], label, count) for label, kind, count in rows)
    spec = _relief_spec(rows, said, bulletin.language)
    return _drawn("relief", spec, said["relief_chart"], description, data)


def region_chart(bulletin: BulletinOut) -> Chart | None:
    """The tile map: a tile for each region of the country, in its place."""
    counts, said, language = (
        bulletin.figures.violations_by_region,
        words(bulletin.language),
        bulletin.language,
    )
    regions = sorted(country().regions.values(), key=lambda one: one.tile[::-1])
    if not any(counts.get(one.code) for one in regions):
        return None
    tiles = [(one.tile, one.short[language], counts.get(one.code, 0)) for one in regions]
    data = tuple(
        (said["new_violations"], region_name(code, language), count) for code, count in counts.items()
    )
    inside = {one.code for one in regions}

    def told(codes: Iterable[str]) -> str:
        row = said["map_row"]
        return " ".join(
            row.format(region=region_name(code, language), count=number(counts[code], language))
            for code in codes
        )

    parts = [said["map_says"].format(rows=told(code for code in counts if code in inside))]
    if outside := told(code for code in counts if code not in inside and counts[code]):
        parts.append(said["map_outside"].format(rows=outside))
    return _drawn("regions", _map_spec(tiles, language), said["map_chart"], " ".join(parts).strip(), data)


def measures_chart(bulletin: BulletinOut) -> Chart | None:
    """Measures in force: a small panel for each of the most frequent, month by month."""
    months, counts = months_of(bulletin), measures_of(bulletin)
    if not counts:
        return None
    said, language = words(bulletin.language), bulletin.language
    shown = list(counts)[:MOST_MEASURES]
    highest = max(max(counts[measure]) for measure in shown)
    panels = [_measure_panel(measure, counts[measure], months, language, highest) for measure in shown]
    rows = [
        said["measures_row"].format_map(
            {
                "measure": measure_name(measure, language),
                "first": number(counts[measure][0], language),
                "last": number(counts[measure][-1], language),
                "from": month_and_year(months[0], language),
                "to": month_and_year(months[-1], language),
            }
        )
        for measure in shown
    ]
    data = tuple(
        (measure_name(measure, language), month, count)
        for measure in counts
        for month, count in zip(months, counts[measure], strict=True)
    )
    description = said["measures_says"].format(rows=" ".join(rows))
    spec = _stacked([_panels(panels, gap=86)])
    return _drawn("measures", spec, said["measures_chart"], description, data, panels=True)


def _titles(bulletin: BulletinOut) -> dict[int, str]:
    return {section.number: section.label for section in bulletin.sections}


def _kinds(figures: Figures) -> dict[str, Mapping[int, Mapping[str, int]]]:
    return {"violations": figures.violations_by_section_month, "relief": figures.relief_by_section_month}


def _in_words(figures: Figures, language: str, titles: Mapping[int, str]) -> str:
    """What the chart shows, for those who do not see it."""
    return words(language)["chart_says"].format(rows=_totals_in_words(figures, language, titles)).strip()


def _totals_in_words(figures: Figures, language: str, titles: Mapping[int, str]) -> str:
    return " ".join(
        words(language)["chart_row"].format(
            section=titles.get(section, str(section)),
            violations=number(_total(figures.violations_by_section_month, section), language),
            relief=number(_total(figures.relief_by_section_month, section), language),
        )
        for section in sections_counted(figures)
    )


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
    return _stacked([_key(language), _panels(panels, gap=116)])


def _stacked(parts: list[Spec]) -> Spec:
    return {"$schema": SCHEMA, "vconcat": parts, "spacing": 16, "config": _config()}


def _panels(panels: list[Spec], gap: int) -> Spec:
    """Small drawings of one scale, three in a row."""
    return {
        "columns": COLUMNS,
        "spacing": {"row": gap, "column": COLUMN_GAP},
        "bounds": "flush",
        "concat": panels,
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


def _measure_panel(
    measure: str, counts: Sequence[int], months: Sequence[str], language: str, highest: int
) -> Spec:
    """One measure: a bar a month; the first, the last and the highest bar have their number."""
    told = {0, len(months) - 1, max(range(len(months)), key=lambda place: counts[place])}
    rows = [
        {"month": month, "count": count, "label": number(count, language) if place in told else ""}
        for place, (month, count) in enumerate(zip(months, counts, strict=True))
    ]
    ends = {month: month_and_year(month, language) for month in (months[0], months[-1])}
    axis = {
        "title": None,
        "labelAngle": 0,
        "values": list(ends),
        "labelExpr": f"datum.value === '{months[0]}' ? '{ends[months[0]]}' : '{ends[months[-1]]}'",
        "labelAlign": {
            "condition": {"test": f"datum.value === '{months[0]}'", "value": "left"},
            "value": "right",
        },
        "labelOffset": {"condition": {"test": f"datum.value === '{months[0]}'", "value": -8}, "value": 8},
    }
    title = textwrap.wrap(measure_name(measure, language), TITLE_CHARACTERS, max_lines=2, placeholder="…")
    return {
        "width": PANEL_WIDTH,
        "height": PANEL_HEIGHT,
        "title": {"text": title},
        "data": {"values": rows},
        "encoding": {
            "x": {
                "field": "month",
                "type": "ordinal",
                "sort": list(months),
                "axis": axis,
                "scale": {"paddingInner": 0.2},
            },
            "y": {
                "field": "count",
                "type": "quantitative",
                "axis": None,
                "scale": {"domain": [0, highest * 1.35]},
            },
        },
        "layer": [
            {"mark": {"type": "bar", "color": VIOLATION}},
            {
                "mark": {"type": "text", "baseline": "bottom", "dy": -2, "color": INK},
                "encoding": {"text": {"field": "label"}},
            },
        ],
    }


def _relief_spec(rows: list[tuple[str, str, int]], said: Mapping[str, str], language: str) -> Spec:
    """A row a section: its title, under it relief to the left of one line and new violations to the right."""
    sections = list(dict.fromkeys(label for label, *_ in rows))
    highest = max(count for *_, count in rows)
    values = [
        {
            "section": label,
            "kind": said[kind],
            "count": -count if kind == "relief" else count,
            "label": number(count, language),
        }
        for label, kind, count in rows
    ]
    y = {"field": "section", "type": "ordinal", "sort": sections, "axis": None, "scale": {"padding": 0}}
    x = {
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [-highest * 1.1, highest * 1.1], "nice": False},
    }
    color = {
        "field": "kind",
        "scale": {"domain": [said["violations"], said["relief"]], "range": [VIOLATION, RELIEF]},
        "legend": None,
    }
    text: Spec = {"type": "text", "color": INK, "yOffset": 9}
    of = {"right": "datum.count >= 0", "left": "datum.count < 0 || datum.label === '0'"}
    side = {"right": said["violations"], "left": said["relief"]}
    return {
        "$schema": SCHEMA,
        "width": FULL_WIDTH,
        "height": ROW_HEIGHT * len(sections) + 26,
        "autosize": {"type": "none"},
        "data": {"values": values},
        "encoding": {"y": y | {"scale": {"padding": 0, "range": [26, ROW_HEIGHT * len(sections) + 26]}}},
        "layer": [
            {
                "mark": {"type": "bar", "height": 16, "yOffset": 9},
                "encoding": {"x": x | {"field": "count"}, "color": color},
            },
            *(
                {
                    "transform": [{"filter": f"datum.kind === '{_quoted(side[where])}' && ({test})"}],
                    "mark": text
                    | {"align": "left" if where == "right" else "right", "dx": 5 if where == "right" else -5},
                    "encoding": {"x": x | {"field": "count"}, "text": {"field": "label"}},
                }
                for where, test in of.items()
            ),
            {
                "transform": [{"filter": f"datum.kind === '{_quoted(said['violations'])}'"}],
                "mark": {
                    "type": "text",
                    "align": "center",
                    "color": INK,
                    "yOffset": -11,
                    "fontWeight": "bold",
                    "limit": FULL_WIDTH,
                },
                "encoding": {"x": {"datum": 0, "type": "quantitative"}, "text": {"field": "section"}},
            },
            *(
                {
                    "data": {"values": [{"at": 10 if where == "right" else -10}]},
                    "mark": {
                        "type": "text",
                        "align": "left" if where == "right" else "right",
                        "color": colour,
                        "fontWeight": "bold",
                        "dx": 10 if where == "right" else -10,
                    },
                    "encoding": {
                        "x": {"datum": 0, "type": "quantitative"},
                        "y": {"value": 8},
                        "text": {"value": f"{side[where]} →" if where == "right" else f"← {side[where]}"},
                    },
                }
                for where, colour in (("right", VIOLATION), ("left", RELIEF))
            ),
        ],
        "config": _config(),
    }


def _quoted(words: str) -> str:
    return words.replace("\\", "\\\\").replace("'", "\\'")


def _map_spec(tiles: list[tuple[tuple[int, int], str, int]], language: str) -> Spec:
    """A grid of tiles; each says its region and its number, its shade the number again."""
    columns = 1 + max(place[0] for place, *_ in tiles)
    rows = 1 + max(place[1] for place, *_ in tiles)
    highest = max(count for *_, count in tiles)
    values = [
        {
            "x": column * (FULL_WIDTH + TILE_GAP) / columns,
            "x2": (column + 1) * (FULL_WIDTH + TILE_GAP) / columns - TILE_GAP,
            "y": row * TILE_HEIGHT,
            "y2": (row + 1) * TILE_HEIGHT - TILE_GAP,
            "name": textwrap.wrap(name, TILE_CHARACTERS, max_lines=2, placeholder="…"),
            "count": count,
            "label": number(count, language),
        }
        for (column, row), name, count in tiles
    ]

    def at(field: str) -> Spec:
        return {"field": field, "type": "quantitative", "axis": None, "scale": None}

    text: Spec = {"type": "text", "align": "left", "baseline": "top", "dx": 7, "color": TILE_INK}
    shades = {"domain": [0, 1, max(highest, 2)], "range": [*TILE_SHADES]}
    return {
        "$schema": SCHEMA,
        "width": FULL_WIDTH,
        "height": rows * TILE_HEIGHT,
        "autosize": {"type": "none"},
        "data": {"values": values},
        "encoding": {"x": at("x"), "y": at("y")},
        "layer": [
            {
                "mark": {"type": "rect", "stroke": TILE_EDGE, "strokeWidth": 1},
                "encoding": {
                    "x2": {"field": "x2"},
                    "y2": {"field": "y2"},
                    "color": {"field": "count", "type": "quantitative", "scale": shades, "legend": None},
                },
            },
            {
                "mark": text | {"dy": 6, "fontSize": 12.5, "lineHeight": 14},
                "encoding": {"text": {"field": "name"}},
            },
            {
                "mark": text | {"dy": 38, "fontSize": 19, "fontWeight": "bold"},
                "encoding": {"text": {"field": "label"}},
            },
        ],
        "config": _config(),
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


def _drawn(
    name: str,
    spec: Spec,
    title: str,
    description: str,
    data: tuple[tuple[str, str, int], ...],
    *,
    panels: bool = False,
) -> Chart:
    drawing = _svg(json.dumps(spec))
    frame = _frame_of_panels(drawing) if panels else _frame(drawing)
    return Chart(name, _accessible(name, drawing, frame, title, description), title, description, data)


@lru_cache(maxsize=32)
def _svg(spec: str) -> str:
    """The drawing of a specification; those of the last bulletins are kept, since each of their formats asks for them."""
    return str(vl_convert.vegalite_to_svg(json.loads(spec), vl_version="5.21"))


def _accessible(name: str, svg: str, frame: str, title: str, description: str) -> str:
    """The drawing with its title and description, as one picture to a screen reader."""
    head = re.match(r"<svg[^>]*>", svg)
    assert head is not None
    inside = re.sub(r' (?:role|aria-[a-z]+|class|pointer-events)="[^"]*"', "", svg[head.end() :])
    inside = re.sub(r'\b(id="|url\(#)(clip)', rf"\g<1>{name}-\2", inside)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {frame} role="img" '
        f'aria-labelledby="chart-{name}-title chart-{name}-description">'
        f'<title id="chart-{name}-title">{escape(title)}</title>'
        f'<desc id="chart-{name}-description">{escape(description)}</desc>{inside}'
    )


def _frame(svg: str) -> str:
    """The drawing's own size, which it was given."""
    sizes = re.search(r'width="(\d+)" height="(\d+)"', svg)
    assert sizes is not None
    return f'width="{sizes[1]}" height="{sizes[2]}" viewBox="0 0 {sizes[1]} {sizes[2]}"'


def _frame_of_panels(svg: str) -> str:
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
