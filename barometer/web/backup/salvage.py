"""What can still be read of a damaged ledger, carried into a new one: as far as it goes, and told by counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from barometer.errors import NotReady, counted
from barometer.web.backup import tables
from barometer.web.backup.making import make_form, other_database
from barometer.web.backup.tables import Row, Table

#: So many keys are asked for at once while nothing is damaged.
STEP = 500


@dataclass(frozen=True)
class Saved:
    """Rows by table that were carried over; that could not be read, at most; and that hung on one of those."""

    rows: Counter[str]
    unread: Counter[str]
    without: Counter[str]

    @property
    def lines(self) -> Iterator[str]:
        """In words."""
        yield f"{counted(self.rows.total(), 'row')} in {counted(len(self.rows), 'table')} saved"
        for name in sorted(self.unread):
            yield f"{name}: {self.rows[name]} saved, at most {self.unread[name]} cannot be read"
        for name in sorted(self.without):
            yield f"{name}: {counted(self.without[name], 'row')} left out, for what they belong to is lost"


@dataclass(frozen=True)
class _Link:
    """A column that names a row of another table; whether the row can do without."""

    place: int
    table: str
    may_be_empty: bool


def salvage(address: str) -> Saved:
    """Carry what can be read to the empty database that the address names; the damaged one is left as it is.

    A row that belongs to a lost one is left out; where it can do without, as a revision without its account, it stays.
    """
    known = tables.tables()
    links = _links(known)
    other = other_database(address)
    make_form(address)
    unread: Counter[str] = Counter()
    alive = _alive(known, links, unread)
    without: Counter[str] = Counter()
    saved: Counter[str] = Counter()
    with transaction.atomic(using="other"):
        tables.empty(other, known)
        for table in known:
            tables.write(other, table, _fitting(table, links[table.name], alive, saved, without))
        tables.count_on(other, known)
    return Saved(saved, unread, without)


def _links(known: list[Table]) -> dict[str, list[_Link]]:
    places = {table.name: [column for column, _ in table.columns] for table in known}
    found: dict[str, list[_Link]] = defaultdict(list)
    for model in apps.get_models(include_auto_created=True):
        name = model._meta.db_table
        for field in model._meta.concrete_fields:
            if field.is_relation and name in places:
                to = field.related_model._meta.db_table  # type: ignore[union-attr]
                if field.target_field.primary_key and to in places:
                    found[name].append(_Link(places[name].index(field.column), to, field.null))
    return found


def _alive(known: list[Table], links: dict[str, list[_Link]], unread: Counter[str]) -> dict[str, set[object]]:
    """Table → the keys of the rows that can be carried over: those that are read, and hang on none that is not."""
    alive: dict[str, set[object]] = {}
    hanging: dict[str, list[tuple[object, tuple[object, ...]]]] = {}
    for table in known:
        key = [column for column, _ in table.columns].index(table.key)
        needed = [link for link in links[table.name] if not link.may_be_empty]
        rows = [(row[key], tuple(row[link.place] for link in needed)) for row in _read(table, unread)]
        alive[table.name] = {key for key, _ in rows}
        hanging[table.name] = rows if needed else []
    changed = True
    while changed:
        changed = False
        for table in known:
            needed = [link for link in links[table.name] if not link.may_be_empty]
            for key, parents in hanging[table.name]:
                lost = any(
                    parent not in alive[link.table] for link, parent in zip(needed, parents, strict=True)
                )
                if lost and key in alive[table.name]:
                    alive[table.name].discard(key)
                    changed = True
    return alive


def _fitting(
    table: Table,
    links: list[_Link],
    alive: dict[str, set[object]],
    saved: Counter[str],
    without: Counter[str],
) -> Iterator[Row]:
    """The rows that are carried over; an account or the like that is lost is left empty."""
    key = [column for column, _ in table.columns].index(table.key)
    for row in _read(table, Counter()):
        if row[key] not in alive[table.name]:
            without[table.name] += 1
            continue
        for link in links:
            if link.may_be_empty and row[link.place] is not None and row[link.place] not in alive[link.table]:
                row[link.place] = None
        saved[table.name] += 1
        yield row


# --- reading around what is damaged -------------------------------------------------------------------------------


def _read(table: Table, unread: Counter[str]) -> Iterator[Row]:
    """The rows that can be read, in the order of their keys; what cannot is counted."""
    first, last = _ends(table)
    if isinstance(first, int) and isinstance(last, int):
        for at in range(first, last + 1, STEP):
            yield from _between(table, at, min(at + STEP - 1, last), unread)
        return
    with suppress(DatabaseError):  # keys that are words: as far as it goes
        yield from tables.rows(connection, table)
        return
    unread[table.name] += 1


def _between(table: Table, first: int, last: int, unread: Counter[str]) -> Iterator[Row]:
    """Those with keys from the one to the other; where that fails, half by half."""
    try:
        rows = list(tables.rows(connection, table, between=(first, last)))
    except (DatabaseError, ValueError, TypeError):
        if first == last:
            unread[table.name] += 1
            return
        middle = (first + last) // 2
        yield from _between(table, first, middle, unread)
        yield from _between(table, middle + 1, last, unread)
        return
    yield from rows


def _ends(table: Table) -> tuple[object, object]:
    """The first key and the last; where they cannot be read, what SQLite remembers of the numbers that it gave."""
    quoted, name = connection.ops.quote_name(table.key), connection.ops.quote_name(table.name)
    with connection.cursor() as cursor:
        try:
            cursor.execute(f"SELECT min({quoted}), max({quoted}) FROM {name}")  # noqa: S608 (own names)
            [ends] = cursor.fetchall()
            return ends[0], ends[1]
        except DatabaseError:
            if connection.vendor != "sqlite":
                raise
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table.name])
        found = cursor.fetchall()
        if not found:
            raise NotReady(
                f"nothing of the table {table.name} can be read",
                file=str(settings.HOME),
                next_step="restore a backup",
            )
        return 1, int(found[0][0])
