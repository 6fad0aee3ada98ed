"""What is filtered as a file: CSV, JSON or a workbook of the same rows, in the page's language, with codes beside words.

The columns are listed here, one by one, and say what the event's page says: names by the naming policy, places and
dates as they are known. Nothing else of a row leaves the house.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language, override

from barometer.sources.tables import neutral
from barometer.web.public import cards, joined, words
from barometer.web.public.clock import today
from barometer.web.public.counting import month_of
from barometer.web.records.models import Event, Mention

FORMS = ("csv", "json", "xlsx")
MOST_IN_WORKBOOK = 20_000
_CHUNK = 200
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Value = str | int | bool | None


def _names(event: Event, side: str) -> str:
    return "; ".join(party.name for party in cards.parties(event, side))


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _month(event: Event) -> str:
    first, last = _day(event.first_day), _day(event.last_day)
    found = month_of(event.item.month, background=event.background, first=first, last=last)
    return "" if found == words.NO_MONTH else found


#: Column → its value of an event that came through `cards.ready`; a test asks that no value is internal.
COLUMNS: dict[str, Callable[[Event], Value]] = {
    "id": lambda event: event.public_id,
    "kind": lambda event: event.kind,
    "phase": lambda event: event.phase,
    "background": lambda event: event.background,
    "alleged": lambda event: event.is_alleged,
    "types": lambda event: "; ".join(row.code for row in event.types.all()),
    "type_words": lambda event: "; ".join(one.label for one in cards.types_of(event)),
    "date": lambda event: event.date,
    "first_day": lambda event: _day(event.first_day),
    "last_day": lambda event: _day(event.last_day),
    "quarter": lambda event: event.item.issue.period if event.item.issue else "",
    "section": lambda event: event.item.section,
    "month": _month,
    "country": lambda event: event.country,
    "region": lambda event: event.region,
    "place": cards.place,
    "heading": cards.heading,
    "summary": lambda event: cards.summary(event).text,
    "targets": lambda event: _names(event, Mention.Side.TARGET),
    "actors": lambda event: _names(event, Mention.Side.ACTOR),
    "people_hit": lambda event: event.people_hit,
    "people_hit_exact": lambda event: event.people_hit_exact,
    "provisions": lambda event: "; ".join(row.code for row in event.provisions.all()),
    "work_link": lambda event: event.work_link,
    "case": lambda event: joined.slug_of(event.case.slug) if event.case else "",
}


def rows(pks: list[int], root: str) -> Iterator[dict[str, Value]]:
    """The events with these row ids, a few at a time, as far as they are still published; with their addresses."""
    numbers = iter(pks)
    while chunk := list(islice(numbers, _CHUNK)):
        found = {row.pk: row for row in cards.ready(Event.objects.public().filter(pk__in=chunk))}
        for event in (found[pk] for pk in chunk if pk in found):
            values = {name: of(event) for name, of in COLUMNS.items()}
            yield values | {"address": root.rstrip("/") + cards.address_of(event)}


def answer(form: str, pks: list[int], root: str) -> HttpResponseBase:
    """The file, sent as it is made."""
    made: HttpResponseBase
    if form == "xlsx":
        made = HttpResponse(_workbook(rows(pks, root)), content_type=_TYPES[form])
    else:
        lines = {"csv": _csv_lines, "json": _json_lines}[form]
        made = StreamingHttpResponse(
            _in(get_language() or "en", lines(rows(pks, root))), content_type=_TYPES[form]
        )
    made["Content-Disposition"] = f'attachment; filename="press-barometer-{today().isoformat()}.{form}"'
    made["X-Robots-Tag"] = "noindex"
    return made


def _in(language: str, lines: Iterator[str]) -> Iterator[str]:
    """Lines made in a language, whatever is active when they are asked for."""
    while True:
        with override(language):
            line = next(lines, None)
        if line is None:
            return
        yield line


def _csv_lines(found: Iterator[dict[str, Value]]) -> Iterator[str]:
    yield "\ufeff" + _csv_line(
        [*COLUMNS, "address"]
    )  # the mark by which a spreadsheet program knows the letters
    for row in found:
        yield _csv_line([_cell(value) for value in row.values()])


def _csv_line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _cell(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else neutral(str(value))


def _json_lines(found: Iterator[dict[str, Value]]) -> Iterator[str]:
    comma = "[\n"
    for row in found:
        yield comma + json.dumps(row, ensure_ascii=False)
        comma = ",\n"
    yield "[]\n" if comma == "[\n" else "\n]\n"


def _workbook(found: Iterator[dict[str, Value]]) -> bytes:
    import xlsxwriter

    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"constant_memory": True, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("events")
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, [*COLUMNS, "address"], book.add_format({"bold": True}))
        for line, row in enumerate(found, 1):
            for column, value in enumerate(row.values()):
                if isinstance(value, int) and not isinstance(value, bool):
                    sheet.write_number(line, column, value)
                else:
                    sheet.write_string(line, column, _cell(value))
    return data.getvalue()
