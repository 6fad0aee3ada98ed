"""A donor's log-frame as a workbook: what the bulletin counts, quarter by quarter, with columns for the desk to fill in.

Baseline and target are empty cells that may be edited; everything else is locked, without a password. The formulas are
ours and name cells only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xlsxwriter.utility import xl_rowcol_to_cell

from barometer.indicators import Figures
from barometer.publication.sheet import put, workbook

#: figure → the code of its unit
FIGURES = (
    ("new_violations", "events"),
    ("steps", "events"),
    ("relief_events", "events"),
    ("context_events", "events"),
    ("people_hit_at_least", "hits"),
    ("people_named", "people"),
    ("outlets_hit", "outlets"),
    ("open_cases", "cases"),
    ("entries", "items"),
)
#: columns before the quarters: indicator, unit, baseline, target
BEFORE = 4


@dataclass(frozen=True)
class Words:
    """The sheet's own words in one language; `names` and `units` by the codes of FIGURES."""

    title: str
    indicator: str
    unit: str
    baseline: str
    target: str
    total: str
    share: str
    note: str
    names: Mapping[str, str]
    units: Mapping[str, str]


def to_xlsx(quarters: Sequence[tuple[str, Figures | None]], words: Words) -> bytes:
    """The workbook: one row an indicator, one column a quarter; a quarter without figures stays empty."""
    out, book = workbook()
    forms = {
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "open": book.add_format(
            {"locked": False, "bg_color": "#FBF3DC", "border": 1, "border_color": "#D8D2C6"}
        ),
        "share": book.add_format({"num_format": "0%"}),
    }
    sheet = book.add_worksheet(words.title[:31])
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.set_column(0, 0, 52)
    sheet.set_column(1, BEFORE + len(quarters) + 1, 14)
    head = [words.indicator, words.unit, words.baseline, words.target, *(name for name, _ in quarters)]
    for at, label in enumerate([*head, words.total, words.share]):
        put(sheet, 0, at, label, forms["head"])
    for row, (figure, unit) in enumerate(FIGURES, 1):
        put(sheet, row, 0, words.names[figure], forms["text"])
        put(sheet, row, 1, words.units[unit], forms["text"])
        for at in (2, 3):
            sheet.write_blank(row, at, None, forms["open"])
        for at, (_, figures) in enumerate(quarters, BEFORE):
            if figures is not None:
                put(sheet, row, at, getattr(figures, figure))
        _sums(sheet, row, len(quarters), _total(figure, quarters), forms)
    sheet.freeze_panes(1, 1)
    put(sheet, len(FIGURES) + 2, 0, words.note, forms["text"])
    book.close()
    return out.getvalue()


def _total(figure: str, quarters: Sequence[tuple[str, Figures | None]]) -> int:
    return sum(getattr(figures, figure) for _, figures in quarters if figures)


#: What stands at the end of a quarter, or may be the same in several, is not added up over quarters.
NOT_ADDED = frozenset({"people_named", "outlets_hit", "open_cases"})


def _sums(sheet: object, row: int, quarters: int, total: int, forms: Mapping[str, object]) -> None:
    """The sum over the quarters, and what share of the target it is; neither for what cannot be added up."""
    figure = FIGURES[row - 1][0]
    if figure in NOT_ADDED or not quarters:
        return
    at = BEFORE + quarters
    first, last = xl_rowcol_to_cell(row, BEFORE), xl_rowcol_to_cell(row, at - 1)
    target, summed = xl_rowcol_to_cell(row, 3), xl_rowcol_to_cell(row, at)
    sheet.write_formula(row, at, f"=SUM({first}:{last})", None, total)  # type: ignore[attr-defined]
    share = f'=IF(AND(ISNUMBER({target}),{target}<>0),{summed}/{target},"")'
    sheet.write_formula(row, at + 1, share, forms["share"], "")  # type: ignore[attr-defined]
