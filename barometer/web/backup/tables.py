"""The tables of the ledger as rows that both databases write alike, and back: columns as they lie there, nothing opened.

A row is a list of JSON values in the order of its columns. Moments are in UTC with microseconds, bytes in base64, JSON
with its names in order. So a table has one digest, whichever database it lies in.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper

from barometer.errors import BarometerError, Unreadable

#: What is not carried over: who is logged in, and who was.
LEFT = frozenset({"django_session", "usersessions_usersession"})
#: So many rows are read or written at once.
AT_ONCE = 500
_KINDS = {
    "BooleanField": "boolean",
    "DateField": "date",
    "DateTimeField": "moment",
    "JSONField": "json",
    "BinaryField": "bytes",
    "FloatField": "number",
}
Row = list[Any]


@dataclass(frozen=True)
class Table:
    """A table: its columns with their kinds, and the column by which its rows are ordered."""

    name: str
    columns: tuple[tuple[str, str], ...]
    key: str

    def to_json(self) -> dict[str, Any]:
        """As the archive tells it."""
        return {"name": self.name, "columns": [list(column) for column in self.columns], "key": self.key}


@dataclass
class Sum:
    """How many rows there were, and the digest of all of them in order."""

    rows: int = 0

    def __post_init__(self) -> None:
        self._digest = hashlib.sha256()

    def add(self, line: bytes) -> None:
        """A row, as a line."""
        self.rows += 1
        self._digest.update(line)

    def to_json(self) -> dict[str, Any]:
        """Count and digest."""
        return {"rows": self.rows, "sha256": self._digest.hexdigest()}


def tables() -> list[Table]:
    """Every table of this version, in the order of their names."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if meta.managed and not meta.proxy and meta.db_table not in LEFT:
            columns = tuple((one.column, _kind(one)) for one in meta.concrete_fields)
            found[meta.db_table] = Table(meta.db_table, columns, meta.pk.column)
    return [found[name] for name in sorted(found)]


def _kind(field: Any) -> str:
    own = field.target_field if field.is_relation else field
    return _KINDS.get(own.get_internal_type(), "plain")


def line_of(row: Row) -> bytes:
    """A row as a line of JSON."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


# --- out --------------------------------------------------------------------------------------------------


def rows(
    connection: BaseDatabaseWrapper, table: Table, *, between: tuple[int, int] | None = None
) -> Iterator[Row]:
    """The rows of a table by its key, a few at a time; all, or those with keys from the one to the other."""
    name = connection.ops.quote_name
    columns = ", ".join(name(column) for column, _ in table.columns)
    kinds = [kind for _, kind in table.columns]
    with connection.chunked_cursor() as cursor:
        which = f"WHERE {name(table.key)} BETWEEN %s AND %s" if between else ""
        cursor.execute(
            f"SELECT {columns} FROM {name(table.name)} {which} ORDER BY {name(table.key)}",  # noqa: S608 (own names)
            between,
        )
        while found := cursor.fetchmany(AT_ONCE):
            for row in found:
                yield [_out(value, kind) for value, kind in zip(row, kinds, strict=True)]


def _out(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "boolean":
        return bool(value)
    if kind == "moment":
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        return moment.isoformat(timespec="microseconds")
    if kind == "date":
        return value.isoformat() if isinstance(value, date) else str(value)
    if kind == "json":
        return json.dumps(
            _even(json.loads(value) if isinstance(value, str) else value), ensure_ascii=False, sort_keys=True
        )
    if kind == "bytes":
        return base64.b64encode(bytes(value)).decode()
    return float(value) if kind == "number" else str(value) if not isinstance(value, int | str) else value


def _even(value: Any) -> Any:
    """JSON as both databases give it: PostgreSQL keeps a number by its value, and 1e3 comes back as 1000."""
    if isinstance(value, dict):
        return {key: _even(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_even(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


# --- in ---------------------------------------------------------------------------------------------------


def empty(connection: BaseDatabaseWrapper, known: Iterable[Table]) -> None:
    """Remove what a new database has by itself: permissions, roles. Its other tables are empty."""
    with connection.cursor() as cursor:
        for table in known:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table.name)}")  # noqa: S608 (own names)


def write(connection: BaseDatabaseWrapper, table: Table, given: Iterable[Row]) -> None:
    """Add the rows to the table. Unreadable where one is no row of it."""
    name = connection.ops.quote_name
    columns = ", ".join(name(column) for column, _ in table.columns)
    places = ", ".join(["%s"] * len(table.columns))
    statement = f"INSERT INTO {name(table.name)} ({columns}) VALUES ({places})"  # noqa: S608 (own names)
    with connection.cursor() as cursor:
        for batch in _batches(given):
            cursor.executemany(statement, [_in_all(row, table, connection) for row in batch])


def _batches(given: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in given:
        batch.append(row)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _in_all(row: Row, table: Table, connection: BaseDatabaseWrapper) -> list[Any]:
    if not isinstance(row, list) or len(row) != len(table.columns):
        raise _no_row(table, row)
    try:
        return [_in(value, kind, connection) for value, (_, kind) in zip(row, table.columns, strict=True)]
    except (ValueError, TypeError, AttributeError):
        raise _no_row(table, row) from None


def _in(value: Any, kind: str, connection: BaseDatabaseWrapper) -> Any:
    if value is None:
        return None
    ops = connection.ops
    if kind == "moment":
        return ops.adapt_datetimefield_value(datetime.fromisoformat(value))
    if kind == "date":
        return ops.adapt_datefield_value(date.fromisoformat(value))
    if kind == "json":
        return ops.adapt_json_value(json.loads(value), None)
    return base64.b64decode(value, validate=True) if kind == "bytes" else value


def _no_row(table: Table, row: Any) -> BarometerError:
    return Unreadable(
        f"{table.name}: this is no row of it: {str(row)[:80]}", next_step="the backup is damaged: use another"
    )


def count_on(connection: BaseDatabaseWrapper, known: Iterable[Table]) -> None:
    """New rows get the numbers that follow those that are there; SQLite does so by itself."""
    if connection.vendor != "postgresql":
        return
    name = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table in known:
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [name(table.name), table.key])
            [(sequence,)] = cursor.fetchall()
            if sequence:
                last = f"SELECT max({name(table.key)}) FROM {name(table.name)}"  # noqa: S608 (own names)
                cursor.execute(f"SELECT setval(%s, coalesce(({last}), 1), ({last}) IS NOT NULL)", [sequence])


def sums(connection: BaseDatabaseWrapper, known: Sequence[Table]) -> dict[str, Any]:
    """Count and digest of each table, as it lies in the database."""
    found = {}
    for table in known:
        total = Sum()
        for row in rows(connection, table):
            total.add(line_of(row))
        found[table.name] = total.to_json()
    return found
