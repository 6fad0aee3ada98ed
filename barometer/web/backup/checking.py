"""Whether the ledger is whole: its database, its keys, its history, its evidence, its clock. Nothing is changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count, Exists, Max, Model, OuterRef
from django.utils import timezone

from barometer.errors import BarometerError, NotReady, counted
from barometer.web.actions import evidence
from barometer.web.actions.clock import LONGEST, behind
from barometer.web.backup import tables
from barometer.web.records.gathering import EvidenceLogEntry, Lead, Upload
from barometer.web.records.models import Event, EvidenceItem, Item, Revision, Source
from barometer.web.records.newer import refuse_newer
from barometer.web.records.protected import missing_keys, ring

BACK = "restore a backup into an empty folder, or save what can be read: barometer move --salvage sqlite:////NEW/ledger.sqlite3"
ELSEWHERE = (
    "name the ledger with BAROMETER_HOME or DATABASE_URL; a new one is made by barometer serve, a lost one comes back by "
    "barometer restore"
)
#: What is never in the ledger without a revision.
TOLD: tuple[type[Model], ...] = (Source, Item, Event, Lead, EvidenceItem, Upload)
#: How SQLite's own check names a tree of pages, and an index.
_TREE = re.compile(r"(?:Tree|^Page) (\d+)", re.MULTILINE)
_INDEX = re.compile(r"(?:from|in) index (\S+)")


@dataclass(frozen=True)
class Fault:
    """What is amiss, where, and the way back."""

    place: str
    message: str
    next_step: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}. Next: {self.next_step}."


def check() -> list[Fault]:
    """All that is amiss. Where the form is not known, or the database not read, no further question is asked of it."""
    if newer := list(_form()):
        return newer
    if broken := list(database()):
        return broken
    if lost := list(_keys()):
        return lost
    return [*history(), *_evidence(), *_clock()]


# --- the form -----------------------------------------------------------------------------------------------------


def _form() -> Iterator[Fault]:
    """Whether this version knows the ledger's form: what it would ask of another one proves nothing."""
    with suppress(DatabaseError):  # that it cannot be read is told by its table
        done = MigrationRecorder(connection).applied_migrations()
        try:
            refuse_newer(done, MigrationLoader(None).disk_migrations)
        except NotReady as error:
            yield Fault(_name(), f"{error.message}; nothing of it was looked at", error.next_step or BACK)


# --- the database -------------------------------------------------------------------------------------------------


def database() -> Iterator[Fault]:
    """Every table read to its end, and what the database's own check says."""
    try:
        there = set(connection.introspection.table_names())
        here = [table for table in tables.tables() if table.name in there]
        broken = sorted(table.name for table in here if not _is_read(table))
        own = sorted(_own_check() - set(broken)) if connection.vendor == "sqlite" else []
        if broken:  # a page without a name is one of theirs
            own = [name for name in own if not name.startswith("page ")]
    except DatabaseError as error:
        if not connection.is_usable() or "unable to open" in str(error):
            raise  # it was not reached: that is no damage, and the door says what to do
        yield Fault(_name(), "the database cannot be read at all", BACK)
        return
    if not here and not own:
        yield Fault(_name(), "there is nothing in it", ELSEWHERE)
    for name in broken:
        yield Fault(f"{_name()}: table {name}", "it is damaged: not all of its rows can be read", BACK)
    unread = there - {table.name for table in here}
    for name in own:
        rows = "" if name in unread or name.startswith("page ") else "; the rows can be read"
        yield Fault(f"{_name()}: {name}", f"it is damaged{rows}", BACK)


def damaged() -> list[str]:
    """The tables that cannot be read to their end."""
    return [table.name for table in tables.tables() if not _is_read(table)]


def _is_read(table: tables.Table) -> bool:
    try:
        for _ in tables.rows(connection, table):
            pass
    except (DatabaseError, ValueError):  # ValueError: bytes that are no value of their column
        if connection.vendor == "postgresql" and not connection.is_usable():
            raise  # it is the server that went away
        return False
    return True


def first_damage() -> str:
    """What SQLite's quick look at its pages meets first, by the name of its table; nothing where they are in order."""
    try:
        with connection.cursor() as cursor:
            trees = _trees(cursor)
            cursor.execute("PRAGMA quick_check(1)")
            return min(_named((str(line) for (line,) in cursor.fetchall()), trees), default="")
    except DatabaseError as error:
        return f"a page: {error}"


def _own_check() -> set[str]:
    """What SQLite's own check finds, by the names of tables and indexes."""
    with connection.cursor() as cursor:
        trees = _trees(cursor)
        said: list[str] = []
        # Where a page is damaged the long one may end without a word; the quick one that is asked for one names it.
        for ask in ("PRAGMA quick_check(1)", "PRAGMA integrity_check(50)"):
            with suppress(DatabaseError):
                cursor.execute(ask)
                said += [str(line) for (line,) in cursor.fetchall()]
        with suppress(DatabaseError):
            cursor.execute("PRAGMA foreign_key_check")
            said += [
                f"{table}: row {row} refers to nothing in {to}" for table, row, to, _ in cursor.fetchall()
            ]
    return _named(said, trees)


def _trees(cursor: Any) -> dict[str, str]:
    """The first page of each tree → the table to which it belongs."""
    cursor.execute("SELECT rootpage, tbl_name FROM sqlite_master WHERE rootpage > 0")
    return {str(page): str(name) for page, name in cursor.fetchall()}


def _named(said: Iterable[str], trees: Mapping[str, str]) -> set[str]:
    """The tables and indexes of which those lines of SQLite's tell something."""
    found = set()
    for line in (line.removeprefix("*** in database main ***\n") for line in said if line != "ok"):
        if tree := _TREE.search(line):
            found.add(trees.get(tree[1], f"page {tree[1]}"))
        elif index := _INDEX.search(line):
            found.add(f"index {index[1]}")
        else:
            found.add(line.replace("\n", " ")[:120])
    return found


def _name() -> str:
    return str(connection.settings_dict["NAME"])


# --- keys ---------------------------------------------------------------------------------------------------------


def _keys() -> Iterator[Fault]:
    """Whether what is under lock opens."""
    for path in missing_keys():
        yield Fault(str(path), "the key is not there", "put it back from where it is kept, or from a backup")
        return
    try:
        if ring("fields") and (row := Revision.objects.order_by("-pk").first()):
            _ = row.by
    except BarometerError as error:
        yield _told(error)


def _told(error: BarometerError) -> Fault:
    return Fault(error.file or "the ledger", error.message, error.next_step or BACK)


# --- history ------------------------------------------------------------------------------------------------------


def history() -> Iterator[Fault]:
    """Records without a revision, revisions that were taken out, evidence without its chain or its place in the log."""
    for model in TOLD:
        told = Revision.objects.filter(model=model._meta.model_name, record_id=OuterRef("public_id"))
        yield from _halves(model, ~Exists(told), "without a revision")
    gaps = Revision.objects.values("model", "record_id").annotate(rows=Count("pk"), last=Max("number"))
    for gap in gaps.exclude(rows=Max("number"))[:20]:
        yield Fault(
            f"{gap['model']} {gap['record_id']}",
            f"it has {counted(gap['rows'], 'revision')}, and the last is number {gap['last']}",
            "look for who had access to the database; compare with a backup",
        )
    yield from _halves(EvidenceItem, ~Exists(_steps()), "without a step of their chain")
    logged = EvidenceLogEntry.objects.filter(sha256=OuterRef("sha256"))
    yield from _halves(EvidenceItem, ~Exists(logged), "that the log does not have")


def _steps() -> Any:
    return apps.get_model("records", "EvidenceStep").objects.filter(evidence=OuterRef("pk"))


def _halves(model: type[Model], which: Any, what: str) -> Iterator[Fault]:
    rows: Any = model._default_manager.filter(which)
    if count := rows.count():
        some = ", ".join(rows.order_by("pk").values_list("public_id", flat=True)[:5])
        name = str(model._meta.verbose_name)
        yield Fault(f"{name} {some}", f"{count} {what}", "compare with a backup")


# --- evidence -----------------------------------------------------------------------------------------------------


def _evidence() -> Iterator[Fault]:
    """Bytes, chain, log and heads; that no authority stamped something is no damage."""
    try:
        for fault in evidence.verify():
            if fault.kind != "unstamped":
                yield Fault(f"evidence {fault.name}", fault.message, "see docs/how-to/check-evidence.md")
    except BarometerError as error:
        yield _told(error)


# --- the clock ----------------------------------------------------------------------------------------------------


def _clock() -> Iterator[Fault]:
    """Whether the clock went back, and what waits for a day that a wrong clock named."""
    if since := behind():
        yield Fault(
            "the clock",
            f"it went back: the ledger has something of {_moment(since)}, and it is {_moment(timezone.now())} now",
            "set the clock of this machine; the order of the log is by number and holds",
        )
    far = apps.get_model("records", "Job").objects.filter(
        done_at=None, run_after__gt=timezone.now() + LONGEST
    )
    if count := far.count():
        yield Fault(
            "the worker",
            f"{counted(count, 'job')} wait for {_moment(far.order_by('run_after')[0].run_after)} or later",
            "restart the worker: it brings them back",
        )


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC")
