"""The numbers behind the bulletin's charts, a row each: what a reader needs to draw them anew."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from barometer.publication.chart import Chart
from barometer.publication.words import words

#: a cell that begins with one of these would be a formula to a spreadsheet
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_csv(charts: Iterable[Chart], language: str) -> bytes:
    """Chart, series, what is counted, number; UTF-8 with a mark, so that Excel reads the letters."""
    said = words(language)
    written = io.StringIO(newline="")
    rows = csv.writer(written)
    rows.writerow([said["data_chart"], said["data_series"], said["data_of"], said["data_value"]])
    for chart in charts:
        rows.writerows((chart.title, _plain(series), _plain(of), value) for series, of, value in chart.data)
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
