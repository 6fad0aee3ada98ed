"""What `barometer table import` and `table export` do: the doors between somebody's tables and the ledger."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from barometer.errors import NotReady, UnknownValue
from barometer.sources.tables import read_table
from barometer.web.entry import ledger_door, migrate

if TYPE_CHECKING:
    from barometer.web.actions.tables import TableReport

MACHINE = "barometer table export"


@ledger_door
def import_table(
    file: Path,
    *,
    sheet: str = "",
    source: str = "",
    named: str = "",
    guess: bool = False,
    save: str = "",
    refused: Path | None = None,
    as_published: bool = False,
    by: str = "",
    good_rows: bool = False,
    dry_run: bool = False,
    tell: Callable[[str], None] = print,
) -> TableReport:
    """Take a table into the ledger by a kept mapping or a guessed one; see actions/tables.py.

    The refused rows are written to `refused`, and told, also where nothing is taken because of them.
    """
    from barometer.pipeline import columns
    from barometer.web.actions import tables as act

    migrate()
    data = Path(file).read_bytes()
    table = read_table(data, Path(file).name, sheet)
    if named:
        kept = act.mapping_named(named)
        mapped, source = columns.Mapped.of_data(kept.mapped), source or kept.source
    elif guess:
        mapped = columns.guess(table.headings)
    else:
        raise NotReady(
            "nothing says which column is which", file=file.name, next_step="add --mapping NAME or --guess"
        )
    source = source or act.likely_source(table, mapped)
    planned = act.plan(table, mapped, source, as_published=as_published)
    if refused and planned.refused:
        Path(refused).write_bytes(planned.refused_file("en"))
    if planned.refused and not (good_rows or dry_run):
        for line in planned.refused_lines("en"):
            tell(line.strip())
    report = act.import_table(
        table,
        data,
        mapped,
        source,
        as_published=as_published,
        by=by,
        good_rows=good_rows,
        dry_run=dry_run,
    )
    if save and not dry_run:
        act.save_mapping(save, mapped, source, by=by or act.MACHINE)
    return report


@ledger_door
def export_table(out: Path, *, language: str, period: str = "", source: str = "", by: str = "") -> int:
    """Write the desk's events of a period or a source to a file; how many bytes. UnknownValue for another ending."""
    from barometer.publication.carryover import period_of
    from barometer.web.actions import tables as act

    days = period_of(period) if period else None
    kind = ending(out)
    migrate()
    data = act.export(language, kind, period=days, source=source, by=by or MACHINE)
    Path(out).write_bytes(data)
    return len(data)


def ending(out: Path) -> str:
    """The kind of table that a file's name says: xlsx or csv."""
    kind = Path(out).suffix.lower().lstrip(".")
    if kind not in ("xlsx", "csv"):
        raise UnknownValue(
            "a table is written as .xlsx or .csv", file=out, next_step="name the file with one of them"
        )
    return kind
