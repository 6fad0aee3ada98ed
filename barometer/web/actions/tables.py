"""Somebody's table of events → the ledger: looked at row by row first, then all of it or its good rows, in one transaction.

A table is a source like a bulletin: its rows are entries with one event each, known by the row's own number (or, where
it has none, by what the row says happened), so that the same table imported again updates the same events.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from barometer.cases.values import Period
from barometer.codebook.book import LANGUAGES
from barometer.codebook.values import Event
from barometer.errors import BadInput, NotAllowed, NotReady, UnknownValue, counted
from barometer.evidence import digest_of
from barometer.pipeline import sheets
from barometer.pipeline.cells import month_of
from barometer.pipeline.columns import Mapped, Problem
from barometer.pipeline.rows import (
    UNCARRIED,
    TableRow,
    cells_of,
    cells_of_event,
    read_cells,
    refuse_twins,
)
from barometer.review import may_become
from barometer.sources.tables import ENDINGS, Table
from barometer.web.actions.audit import note_act
from barometer.web.actions.importing import MACHINE, import_sources, must_wait
from barometer.web.actions.incoming import Copy, IncomingEntry, IncomingSource
from barometer.web.actions.locks import Lock, one_at_a_time
from barometer.web.actions.revisions import record_revision
from barometer.web.records import mapping, timelines
from barometer.web.records import models as ledger
from barometer.web.records.tables import PendingTable, TableMapping

#: new, changed: written; published: as it was, public from now on; unchanged; held: a person decided, left alone
OUTCOMES = ("new", "changed", "published", "unchanged", "held", "refused")
WRITTEN = frozenset({"new", "changed", "published"})
_AT_ONCE = 500
PENDING_HOURS = 24


@dataclass(frozen=True)
class Line:
    """A row of a table, and what an import makes of it; `event` where the row is of this table's own source."""

    row: TableRow
    outcome: str
    event: Event | None = None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Why it is refused."""
        return self.row.problems


@dataclass(frozen=True)
class Plan:
    """What an import of a table would do, row by row; nothing is written for it."""

    table: Table
    mapped: Mapped
    source: str
    as_published: bool
    lines: tuple[Line, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Outcome → how many rows."""
        found = Counter(line.outcome for line in self.lines)
        return {outcome: found[outcome] for outcome in OUTCOMES if found[outcome]}

    @property
    def refused(self) -> list[Line]:
        """The rows that cannot be taken."""
        return [line for line in self.lines if line.outcome == "refused"]

    @property
    def unknown(self) -> dict[tuple[str, str], str]:
        """(column, word) → the likeliest code, of words that no list of the codebook has."""
        return {
            (problem.column, problem.value): problem.more
            for line in self.lines
            for problem in line.problems
            if problem.code == "unknown"
        }

    @property
    def unread(self) -> list[str]:
        """The headings that no column of ours is mapped to."""
        return [heading for heading in self.table.headings if heading not in self.mapped.columns]

    def refused_lines(self, language: str) -> list[str]:
        """Each problem of each refused row, a line each."""
        return [
            f"  row {line.row.number}: {problem.in_words(language)}"
            for line in self.refused
            for problem in line.problems
        ]

    def refused_file(self, language: str) -> bytes:
        """The refused rows as they came, with what is wrong with each."""
        cells = {row.number: row.cells for row in self.table.rows}
        return sheets.refused(
            self.table.headings,
            (
                (cells[line.row.number], [problem.in_words(language) for problem in line.problems])
                for line in self.refused
            ),
            language,
        )


@dataclass(frozen=True)
class TableReport:
    """What an import of a table did, or with `dry_run` would do."""

    plan: Plan
    dry_run: bool = False
    lines_of_import: tuple[str, ...] = ()

    @property
    def nothing_changed(self) -> bool:
        """Whether the ledger is exactly as it was."""
        return not any(line.outcome in WRITTEN | {"held"} for line in self.plan.lines)

    def lines(self, language: str = "en") -> list[str]:
        """For the terminal."""
        plan = self.plan
        told = ", ".join(f"{number} {outcome}" for outcome, number in plan.counts.items())
        lines = [f"{plan.table.name}: {counted(len(plan.lines), 'row')}{': ' if told else ''}{told}"]
        if plan.unread:
            lines.append(f"  columns not read: {', '.join(plan.unread)}")
        lines += plan.refused_lines(language)
        lines += self.lines_of_import
        if self.dry_run:
            lines.append("Dry run: nothing was changed.")
        elif self.nothing_changed:
            lines.append("Nothing changed.")
        else:
            lines.append("Imported as published." if plan.as_published else "Imported as proposed.")
        return lines


# --- what an import would do ------------------------------------------------------------------------------------


def source_name(file: str) -> str:
    """What a table is called in the ledger where nobody says otherwise: its file's name without the ending."""
    return Path(file).stem[:255] or "table"


def likely_source(table: Table, mapped: Mapped) -> str:
    """The table that the rows of an export are of, where they are all of one; else by the file's name."""
    asked = {cells["record"] for _, cells in cells_of(table, mapped) if cells.get("record")}
    names = set(
        ledger.Source.objects.filter(
            items__events__public_id__in=list(asked)[:_AT_ONCE], quarter=""
        ).values_list("name", flat=True)
    )
    return names.pop() if len(names) == 1 else source_name(table.name)


def plan(table: Table, mapped: Mapped, source: str, *, as_published: bool = False) -> Plan:
    """Every row read and compared with the ledger. NotReady where no column of the table is mapped."""
    if not mapped.places(table.headings):
        raise NotReady(
            "no column of this table is known", file=table.name, next_step="say which column is which"
        )
    source = source.strip()
    if not source or len(source) > 255 or not source.isprintable():
        raise UnknownValue("the table needs a name of up to 255 letters", next_step="give it a short name")
    _refuse_other_source(source)
    known = _Known(source)
    read = [_read(number, cells, mapped, known) for number, cells in known.with_records(table, mapped)]
    kept = refuse_twins([row for row, _ in read])
    lines = tuple(_line(row, other, known, as_published) for row, (_, other) in zip(kept, read, strict=True))
    return Plan(table, mapped, source, as_published, lines)


def _refuse_other_source(name: str) -> None:
    """A table does not go into a source that is no table."""
    source = ledger.Source.objects.filter(name=name).first()
    if source is None:
        return
    names = source.documents.values_list("original_name", flat=True)
    if source.quarter or not any(Path(one).suffix.lower() in ENDINGS for one in names):
        raise BadInput(
            f"the ledger knows a source {name!r} that is no table", next_step="give the table another name"
        )


class _Known:
    """The events that rows may be: those of the table's source by the key of their row, others by their id."""

    def __init__(self, source: str) -> None:
        self.source = source
        rows = ledger.Event.objects.filter(item__source__name=source, ordinal=1).select_related(
            "item__source"
        )
        self.own = {row.item.entry_key: row for row in rows}
        self.by_id = {row.public_id: row for row in self.own.values()}

    def with_records(self, table: Table, mapped: Mapped) -> list[tuple[int, dict[str, str]]]:
        """The rows' cells, once the events that they name by their id are at hand."""
        rows = list(cells_of(table, mapped))
        asked = [cells["record"] for _, cells in rows if cells.get("record")]
        asked = [one for one in asked if one not in self.by_id and len(one) <= 16]
        for start in range(0, len(asked), _AT_ONCE):
            found = ledger.Event.objects.filter(public_id__in=asked[start : start + _AT_ONCE])
            self.by_id |= {row.public_id: row for row in found.select_related("item__source")}
        return rows

    def of(self, cells: Mapping[str, str]) -> ledger.Event | None:
        """The event that a row says it is, by its id or by its own number."""
        if cells.get("record"):
            return self.by_id.get(cells["record"])
        return self.own.get(cells.get("id", ""))


def _read(
    number: int, cells: dict[str, str], mapped: Mapped, known: _Known
) -> tuple[TableRow, ledger.Event | None]:
    """The row read, and the event of another source that it says it is."""
    event = known.of(cells)
    if cells.get("record") and event is None:
        problem = Problem("no_record", "record", cells["record"])
        return TableRow(number, "", cells["record"], None, problems=(problem,)), None
    row = read_cells(number, _whole(cells, mapped, event), mapped)
    if event is None and (own := known.own.get(row.key)):  # known by what it says
        event, row = own, read_cells(number, _whole(cells, mapped, own), mapped)
    if event is None:
        return row, None
    own = known.own.get(event.item.entry_key)
    if own is not None and own.pk == event.pk:
        return replace(row, key=event.item.entry_key), None
    return replace(row, key=""), event


def _whole(cells: dict[str, str], mapped: Mapped, event: ledger.Event | None) -> dict[str, str]:
    """The cells, and for columns that this table does not have what the ledger has: silence changes nothing."""
    if event is None:
        return cells
    kept = {name: cell for name, cell in event_cells(event).items() if name not in mapped.constants}
    return kept | cells


def _line(row: TableRow, other: ledger.Event | None, known: _Known, as_published: bool) -> Line:
    if row.event is None:
        return Line(row, "refused")
    if other is not None:
        return _line_elsewhere(row, other)
    event = known.own.get(row.key)
    if event is None:
        return Line(row, "new", row.event)
    coded = {name: event.coded[name] for name in UNCARRIED if name in event.coded}
    value = Event.model_validate(mapping.event_coded(row.event) | coded) if coded else row.event
    return Line(row, _outcome(row, value, event, as_published), value)


def _outcome(row: TableRow, value: Event, event: ledger.Event, as_published: bool) -> str:
    differs = event.coded != mapping.event_coded(value)
    words = _words_differ(row, event.item)
    if must_wait(event.state, as_published):
        return "held" if differs or words or as_published else "unchanged"
    if words and not differs and must_wait(event.item.state, as_published):
        return "held"
    if differs or words:
        return "changed"
    return "published" if as_published and may_become(event.state, "published") else "unchanged"


def _words_differ(row: TableRow, item: ledger.Item) -> bool:
    entry = _entry(row, row.event, (item.source.language if item.source else "") or LANGUAGES[0])
    return (
        entry.headline != item.headline
        or (entry.month or "") != item.month
        or entry.links != item.links
        or any(text != getattr(item, f"text_{language}") for language, text in entry.texts.items())
    )


def _line_elsewhere(row: TableRow, event: ledger.Event) -> Line:
    """A row of an export that is of another source: it may stand there unchanged, and that is all."""
    same = read_cells(row.number, event_cells(event), Mapped({}))
    told = (row.event, row.headline, dict(row.texts), row.address)
    if told == (same.event, same.headline, dict(same.texts), same.address):
        return Line(row, "unchanged")
    problem = Problem("elsewhere", "", event.public_id, event.item.source.name if event.item.source else "–")
    return Line(replace(row, event=None, problems=(problem,)), "refused")


# --- the import -------------------------------------------------------------------------------------------------


def import_table(
    table: Table,
    data: bytes,
    mapped: Mapped,
    source: str,
    *,
    as_published: bool = False,
    by: str = "",
    user: Any = None,
    good_rows: bool = False,
    dry_run: bool = False,
) -> TableReport:
    """Take a table into the ledger. Where a row is refused, nothing is taken, or with `good_rows` all others.

    `data` are the bytes of the file: they are kept as evidence. NotAllowed for `as_published` without `by`; NotReady
    where rows are refused.
    """
    by = by.strip()
    if as_published and not by:
        raise NotAllowed(
            "published coding needs the name of the person who answers for it", next_step="add --by NAME"
        )
    if len(by) > 200 or not by.isprintable():
        raise NotAllowed("this is no name of a person: over 200 letters, or unprintable")
    with transaction.atomic():
        one_at_a_time(Lock.IMPORT)
        planned = plan(table, mapped, source, as_published=as_published)
        report = TableReport(planned, dry_run)
        if dry_run or report.nothing_changed and not planned.refused:
            return report
        if planned.refused and not good_rows:
            raise NotReady(
                f"{counted(len(planned.refused), 'row')} of {len(planned.lines)} cannot be taken, so nothing was",
                file=table.name,
                next_step="mend the rows that are listed, or take the good rows without them",
            )
        if report.nothing_changed:
            return report
        brought = _brought(planned, data)
        done = import_sources([brought], as_published=as_published, by=by or MACHINE, user=user)
        if as_published:
            note_act("publish a table", by=by, user=user, about=planned.source, detail=str(planned.counts))
    file = done.files[0]
    return TableReport(planned, lines_of_import=tuple(file.lines()[1:]))


def _brought(planned: Plan, data: bytes) -> IncomingSource:
    taken = [line for line in planned.lines if line.event and line.outcome in WRITTEN | {"held"}]
    said = Counter(
        language for line in taken for language in (*line.row.texts, *_told_in(line.event)) if language
    )
    language = max(LANGUAGES, key=lambda one: said[one]) if said else ""
    known = ledger.Source.objects.filter(name=planned.source).values_list("language", flat=True).first()
    language = known or language
    name = Path(planned.table.name)
    role = "text" if any(line.row.texts for line in taken) else "coding"
    return IncomingSource(
        file=name,
        name=planned.source,
        language=language,
        quarter="",
        entries=tuple(_entry(line.row, line.event, language or LANGUAGES[0]) for line in taken),
        copies=(Copy(name, role, digest_of(data), data),),
        by_key=True,
    )


def _told_in(event: Event | None) -> Iterable[str]:
    return [language for language in LANGUAGES if event and event.summary_in(language)]


def _entry(row: TableRow, event: Event | None, language: str) -> IncomingEntry:
    assert event is not None
    text = row.texts.get(language, "")
    link = {"text": text[:300] or row.address, "start": 0, "end": len(text), "address": row.address}
    return IncomingEntry(
        key=row.key,
        section=None,
        month=month_of(event.date) if event.date else None,
        lines=(0, 0),
        headline=row.headline,
        texts=dict(row.texts),
        links=[link] if row.address else [],
        events=(event,),
    )


# --- the way out ------------------------------------------------------------------------------------------------


def event_cells(event: ledger.Event, language: str = "en") -> dict[str, str]:
    """Column → cell of an event of the ledger with what its entry says."""
    item = event.item
    address = next((link["address"] for link in item.links if link.get("address")), "")
    return cells_of_event(
        mapping.event_value(event),
        language,
        record=event.public_id,
        number=item.entry_key,
        headline=item.headline,
        texts={one: getattr(item, f"text_{one}") for one in LANGUAGES},
        address=address,
    )


def export(
    language: str, kind: str, *, by: str, period: Period | None = None, source: str = "", user: Any = None
) -> bytes:
    """The desk's events of a period or a source (all without either) as a table, for work inside the house.

    Everything but what was withdrawn, published or not, internal notes too: the export is noted in the log.
    """
    events = timelines.desk_events().select_related("item__source").order_by("first_day", "pk")
    if period:
        events = events.filter(first_day__lte=period.last, last_day__gte=period.first)
    if source:
        events = events.filter(item__source__name=source)
    lean = events.defer("search_text", "item__source__intro", "item__source__contact")
    rows = [event_cells(event, language) for event in lean.iterator(chunk_size=500)]
    days = f"{period.first}/{period.last}" if period else ""
    told = ", ".join(filter(None, [days, source])) or "all"
    note_act("export a table", by=by, user=user, about=told[:120], detail=counted(len(rows), "event"))
    return sheets.written(rows, language, kind)


# --- mappings that are kept, files that wait ----------------------------------------------------------------------


@transaction.atomic
def save_mapping(name: str, mapped: Mapped, source: str, *, by: str, user: Any = None) -> TableMapping:
    """Keep a mapping under a name; one of that name is replaced. UnknownValue for what is no name."""
    name = " ".join(name.split())
    if not name or len(name) > 120:
        raise UnknownValue("a mapping needs a name of up to 120 letters", next_step="give it a short name")
    row = TableMapping.objects.filter(name=name).first()
    values = {"source": source.strip()[:255], "mapped": mapped.as_data()}
    if row and all(getattr(row, field) == value for field, value in values.items()):
        return row
    action = "change" if row else "create"
    row = row or TableMapping(name=name)
    for field, value in values.items():
        setattr(row, field, value)
    row.save()
    record_revision(row, action, by=by, user=user)
    return row


def mapping_for(table: Table) -> TableMapping | None:
    """The kept mapping that fits the table: all its headings are there; of several the one with the most."""
    headings = set(table.headings)
    fitting = [row for row in TableMapping.objects.all() if row.columns and headings.issuperset(row.columns)]
    return max(fitting, key=lambda row: (len(row.columns), -row.pk), default=None)


def mapping_named(name: str) -> TableMapping:
    """The mapping of that name; UnknownValue if there is none."""
    row = TableMapping.objects.filter(name=name).first()
    if row is None:
        known = ", ".join(TableMapping.objects.values_list("name", flat=True)[:20])
        raise UnknownValue(
            f"there is no mapping {name!r}",
            next_step=f"known are: {known}" if known else "use --guess, and keep it with --save NAME",
        )
    return row


def hand_in(data: bytes, name: str, *, user: Any) -> PendingTable:
    """Let a file wait, encrypted, for its owner to look at; what waited for over a day goes."""
    clear_pending()
    content = base64.b64encode(data).decode("ascii")
    return PendingTable.objects.create(user=user, name=name[-255:], content=content)


def pending_bytes(pending: PendingTable) -> bytes:
    """The file as it was handed in."""
    return base64.b64decode(pending.content)


def clear_pending() -> int:
    """Remove files that have waited for over a day; how many."""
    old = timezone.now() - timedelta(hours=PENDING_HOURS)
    return PendingTable.objects.filter(created_at__lt=old).delete()[0]
