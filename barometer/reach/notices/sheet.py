"""Notices as rows of a table: Lumen's search as CSV, or a table of our own (docs/reference/abuse-signs.md)."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any

from barometer.errors import BadInput
from barometer.reach.notices.addresses import addresses_in
from barometer.reach.notices.fields import LONGEST, action_of, day_of, field_of, ground_of
from barometer.reach.notices.values import Broken, Notice
from barometer.sources.found import one_line
from barometer.sources.tables import read_table

_FIELDS = frozenset(field.name for field in fields(Notice)) - {"source"}
_DAYS = ("work_date", "target_date", "day")
_ADDRESSES = ("works", "targets")


def read_sheet(data: bytes, name: str) -> list[Notice | Broken]:
    """The notices of a table, a row each; a row that cannot be read is named, and so is a day that is none."""
    try:
        table = read_table(data, name)
    except BadInput as error:
        return [Broken(name, error.place or "", error.message, error.next_step or "")]
    columns = _columns(table.headings)
    if not {"targets", "sender"} & set(columns):
        known = ", ".join(table.headings[:12])
        return [
            Broken(name, "", f"no column holds the sender or the targets (there are: {known})", _HEADINGS)
        ]
    lumen = "lumen" in name.casefold() or any("lumen" in one.casefold() for one in table.headings)
    found: list[Notice | Broken] = []
    for row in table.rows:
        cells = {field: row.cells[at].strip() for field, at in columns.items()}
        found += _notice(cells, name, row.number, "lumen" if lumen else "csv")
    return found


_HEADINGS = "name the columns number, sender, principal, recipient, ground, work, works, targets, day, action"


def _columns(headings: tuple[str, ...]) -> dict[str, int]:
    """Field → column; the first of two with one meaning."""
    found: dict[str, int] = {}
    for at, heading in enumerate(headings):
        bare = heading.strip().casefold().replace(" ", "_")
        field = bare if bare in _FIELDS else field_of(heading)
        if field in _FIELDS:
            found.setdefault(field, at)
    return found


def _notice(cells: dict[str, str], name: str, row: int, source: str) -> list[Notice | Broken]:
    place = f"row {row}"
    if not any(cells.get(field) for field in ("sender", "principal", "targets", "words", "work")):
        return [
            Broken(
                name, place, "it has no sender, no target and no words", "fill one of them, or delete the row"
            )
        ]
    broken: list[Notice | Broken] = []
    days: dict[str, Any] = {field: day_of(cells.get(field, "")) for field in _DAYS}
    for field in _DAYS:
        if cells.get(field) and days[field] is None:
            said = one_line(cells[field], 40)
            broken.append(Broken(name, place, f"{field} {said!r} is no day", "write it as 2026-03-17"))
    addresses: dict[str, Any] = {field: _addresses(cells.get(field, "")) for field in _ADDRESSES}
    texts: dict[str, Any] = {
        field: cells.get(field, "")[:LONGEST]
        for field in (
            "sender",
            "principal",
            "recipient",
            "country",
            "work",
            "target_words",
            "words",
            "language",
        )
    }
    notice = Notice(
        number=cells.get("number") or place,
        source=source,
        ground=ground_of(cells.get("ground", "")) or ("other" if cells.get("ground") else ""),
        action=action_of(cells.get("action", "")),
        **texts,
        **days,
        **addresses,
    )
    return [notice, *broken]


def _addresses(cell: str) -> tuple[str, ...]:
    """The addresses of a cell, parted by spaces, lines or signs; one without https:// is whole if it has a dot."""
    found: dict[str, None] = {}
    for piece in re.split(r"(?<![\s;|,])[\s;|,]++(?=https?:|www\.|hxxp|[\w-]+\.[\w.-]+)|[\s|;]+", cell):
        piece = piece.strip("\"'<>()[],;")
        if not piece:
            continue
        whole = addresses_in(piece) or addresses_in(
            f"https://{piece}" if re.match(r"[\w-]+(?:\.[\w-]+)+", piece) else ""
        )
        found.update(dict.fromkeys(whole))
    return tuple(found)
