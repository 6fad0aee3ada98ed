"""DATABASE_URL → Django's settings of a database. No error here ever repeats the address: it holds a password."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from barometer.errors import NotReady, UnknownValue

BUSY_SECONDS = 20
_SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
_POSTGRES_OPTIONS = {
    "application_name",
    "connect_timeout",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "target_session_attrs",
}
_FORMS = "write sqlite:////folder/ledger.sqlite3 or postgres://user:password@host:5432/name"


def database(url: str | None, home: Path) -> dict[str, Any]:
    """The settings of the database that the address names; without one, SQLite in the data folder."""
    if not url or not url.strip():
        return _sqlite(home / "ledger.sqlite3", home)
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        raise _refused("it is not an address") from None
    if parts.scheme == "sqlite":
        return _sqlite(_sqlite_path(parts), home)
    if parts.scheme in ("postgres", "postgresql"):
        return _postgres(parts)
    raise _refused(
        f"{parts.scheme!r} is no database that can be used" if parts.scheme else "it names no database"
    )


def _refused(why: str) -> UnknownValue:
    return UnknownValue(why, place="DATABASE_URL", next_step=_FORMS)


def _sqlite_path(parts: SplitResult) -> Path:
    name = unquote(parts.path)[1:]
    if parts.netloc or parts.query or not name or name == ":memory:":
        raise _refused("SQLite's address is sqlite:/// and the path of a file, for a ledger is kept")
    return Path(name).expanduser().absolute()


def _sqlite(path: Path, home: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            # Writers queue at the start of a transaction instead of failing in the middle of it.
            "transaction_mode": "IMMEDIATE",
            "timeout": BUSY_SECONDS,
            "init_command": _SQLITE_PRAGMAS,
        },
        # A file, not memory: threads and processes of the tests share it as they share the real one.
        "TEST": {"NAME": home / "test-ledger.sqlite3"},
        "CONN_MAX_AGE": 60,
    }


def _postgres(parts: SplitResult) -> dict[str, Any]:
    if importlib.util.find_spec("psycopg") is None:
        raise NotReady(
            "PostgreSQL needs the package psycopg",
            place="DATABASE_URL",
            next_step='install it: pip install "press-barometer[postgres]"',
        )
    try:
        port = parts.port
    except ValueError:
        raise _refused("the port is no number (signs such as / in a password are percent-encoded)") from None
    name = unquote(parts.path)[1:]
    if not name or "/" in name:
        raise _refused("it names no database after the host")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := sorted(set(options) - _POSTGRES_OPTIONS):
        raise _refused(f"unknown option {unknown[0]!r} of PostgreSQL")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "OPTIONS": {"connect_timeout": "10"} | options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
