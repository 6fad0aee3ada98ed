"""Very many rows into a ledger's tables at once, on SQLite and on PostgreSQL.

While rows go in, triggers and indexes are aside and foreign keys unchecked; after it they stand as they stood, and the
index of words has been made anew. What this leaves out, the tests ask for: see tests/integration/test_scale.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection, models

from barometer.web.records.studying import study

Row = tuple[Any, ...]
_WORDS = "records_event_words"  # the virtual table of SQLite over the events' words


class Rows:
    """Takes rows of a model's named columns; every other column gets the model's default."""

    def __init__(self) -> None:
        self._shapes: dict[tuple[type[models.Model], tuple[str, ...]], tuple[str, Row]] = {}

    def add(self, model: type[models.Model], names: tuple[str, ...], rows: Sequence[Row]) -> None:
        """Write the rows."""
        if not rows:
            return
        columns, tail = self._shape(model, names)
        raw = connection.cursor().cursor
        if connection.vendor == "sqlite":
            marks = ", ".join("?" * (len(names) + len(tail)))
            raw.executemany(f"INSERT INTO {columns} VALUES ({marks})", (row + tail for row in rows))
            return
        with raw.copy(f"COPY {columns} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row + tail)

    def _shape(self, model: type[models.Model], names: tuple[str, ...]) -> tuple[str, Row]:
        known = self._shapes.get((model, names))
        if known is None:
            given = {model._meta.get_field(name).column for name in names}
            others = [one for one in model._meta.concrete_fields if one.column not in given | {"id"}]
            columns = [model._meta.get_field(name).column for name in names] + [one.column for one in others]
            quoted = ", ".join(f'"{column}"' for column in columns)
            tail = tuple(_plain(one.get_default()) for one in others)
            known = self._shapes[model, names] = f'"{model._meta.db_table}" ({quoted})', tail
        return known


def _plain(value: Any) -> Any:
    """A default as the database's own driver takes it."""
    if isinstance(value, dict | list):
        return json.dumps(value)
    return value


def moment(value: datetime) -> datetime:
    """A time of UTC as the driver takes it: SQLite keeps no zone."""
    return value.replace(tzinfo=None) if _keeps_no_zone() else value


@cache
def _keeps_no_zone() -> bool:
    return connection.vendor == "sqlite"


@contextmanager
def loading(tables: Iterable[str]) -> Iterator[Rows]:
    """Rows go in quickly; afterwards the tables have their triggers and indexes again."""
    connection.ensure_connection()
    inner = _sqlite() if connection.vendor == "sqlite" else _postgresql(set(tables))
    with inner:
        yield Rows()


# --- SQLite -----------------------------------------------------------------------------------------------


@contextmanager
def _sqlite() -> Iterator[None]:
    # SQLite changes how it keeps its journal only while nothing is under way.
    settings = {"journal_mode": "OFF", "synchronous": "OFF", "secure_delete": "OFF", "foreign_keys": "OFF"}
    before = {name: _pragma(name) for name in settings}
    for name, value in settings.items():
        _run(f"PRAGMA {name}={value}")
    _run("PRAGMA cache_size=-1500000")
    _run("PRAGMA temp_store=MEMORY")
    aside = _all(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'index') AND sql IS NOT NULL"
    )
    _run("BEGIN")
    for kind, name, _ in aside:
        _run(f'DROP {kind} "{name}"')
    yield
    for kind in ("index", "trigger"):
        for _, _, sql in (row for row in aside if row[0] == kind):
            _run(sql)
    _run(f"INSERT INTO {_WORDS} ({_WORDS}) VALUES ('rebuild')")
    _run("COMMIT")
    _run("PRAGMA cache_size=-2000")
    for name, value in before.items():
        _run(f"PRAGMA {name}={value}")
    study()


def _pragma(name: str) -> Any:
    return _all(f"PRAGMA {name}")[0][0]


# --- PostgreSQL -------------------------------------------------------------------------------------------


@contextmanager
def _postgresql(tables: set[str]) -> Iterator[None]:
    indexes = [
        (name, sql)
        for table, name, sql in _all(
            "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND indexname "
            "NOT IN (SELECT conname FROM pg_constraint)"
        )
        if table in tables
    ]
    _run("BEGIN")
    _run("SET LOCAL session_replication_role = replica")  # neither triggers nor foreign keys
    _run("SET LOCAL maintenance_work_mem = '1GB'")
    _run("SET LOCAL timezone = 'UTC'")
    for name, _ in indexes:
        _run(f'DROP INDEX "{name}"')
    yield
    for _, sql in indexes:
        _run(sql)
    for table in sorted(tables):
        _run(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT COALESCE(MAX(id), 1) FROM \"{table}\"))"
        )
    _run("COMMIT")
    _run("VACUUM ANALYZE")


# --- both -------------------------------------------------------------------------------------------------


def _run(sql: str) -> None:
    connection.cursor().cursor.execute(sql)


def _all(sql: str) -> list[Any]:
    raw = connection.cursor().cursor
    raw.execute(sql)
    return list(raw.fetchall())
