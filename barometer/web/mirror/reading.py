"""Whether anything that pages are made of has changed since the last mirror: the ledger, the program, the settings, the day.

What pages read is watched while they are made: the tables that were asked. As long as all rows of those tables, the
program and its settings are the same, the same program asks the same and says the same.
"""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

import barometer
from barometer.web.config.database import BUSY_SECONDS
from barometer.web.config.settings_reference import SETTINGS

_NAMES = re.compile(r'"(\w+)"')
#: Settings that say where the ledger is and how it is reached, and nothing of what it says.
_ELSEWHERE = {"BAROMETER_HOME", "DATABASE_URL", "BAROMETER_TRACEBACK"}


class Watch:
    """Notes every table that statements name."""

    def __init__(self) -> None:
        self.tables: set[str] = set()
        self._known = set(connection.introspection.table_names())
        self._seen: set[int] = set()

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if (known := hash(sql)) not in self._seen:
            self._seen.add(known)
            self.tables |= self._known.intersection(_NAMES.findall(sql))
        return execute(sql, params, many, context)


@contextmanager
def one_moment(name: str = "", *, exported: bool = False) -> Iterator[str]:
    """All that is read within is of one moment; nothing is written, and nobody's writing waits.

    `name` is another process's moment, on PostgreSQL; the one that is begun has a name if it is `exported`.
    """
    if connection.in_atomic_block:  # the caller's transaction is the moment
        yield ""
        return
    is_postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if is_postgres else "BEGIN")
        try:
            if is_postgres and name:
                cursor.execute("SET TRANSACTION SNAPSHOT %s", [name])
            cursor.execute("SELECT count(*) FROM records_issue")  # the first reading fixes the moment
            cursor.fetchall()
            if is_postgres and exported:
                cursor.execute("SELECT pg_export_snapshot()")
                name = str(cursor.fetchone()[0])
            yield name
        finally:
            cursor.execute("ROLLBACK")


@contextmanager
def writers_wait() -> Iterator[None]:
    """On SQLite, where a moment has no name: nobody writes while several processes begin to read."""
    if connection.vendor != "sqlite":
        yield
        return
    lock = sqlite3.connect(str(connection.settings_dict["NAME"]), timeout=BUSY_SECONDS, isolation_level=None)
    try:
        lock.execute("BEGIN IMMEDIATE")
        yield
        lock.execute("ROLLBACK")
    finally:
        lock.close()


def fingerprint(tables: Iterable[str], *more: str) -> str:
    """A digest of all rows of the tables, of the program, of its settings, and of what else is named."""
    found = hashlib.sha256(_program().encode())
    for setting in SETTINGS:
        if setting.name not in _ELSEWHERE:
            found.update(f"{setting.name}={os.environ.get(setting.name, '')}\0".encode())
    for one in more:
        found.update(f"{one}\0".encode())
    known = set(connection.introspection.table_names())
    for table in sorted(set(tables) & known):
        found.update(f"\0{table}\0".encode())
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')  # noqa: S608  a table's name, of the database
            for row in cursor:
                found.update(repr(row).encode())
    return found.hexdigest()


def _program() -> str:
    """A digest of the program's own files."""
    root = Path(barometer.__file__).parent
    found = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            found.update(f"{path.relative_to(root).as_posix()}\0".encode())
            found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()
