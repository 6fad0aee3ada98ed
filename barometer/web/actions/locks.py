"""One writer at a time, each for its own matter: what is checked still holds when the row is written."""

from __future__ import annotations

from enum import IntEnum

from django.db import connection


class Lock(IntEnum):
    """What is waited for; any numbers that nothing else in this database locks by."""

    IMPORT = 0x6261726F
    NAMES = 0x6E616D65
    RETELLINGS = 0x72657465
    LEADS = 0x6C656164
    LOG = 0x6C6F6773
    JOBS = 0x6A6F6273
    TIPS = 0x74697073
    REDACT = 0x72656461
    FREEZE = 0x66726565
    WATCH = 0x77617463


def one_at_a_time(lock: Lock) -> None:
    """Wait until no other transaction holds the lock, and hold it to the end of this one.

    SQLite's writers queue by themselves (BEGIN IMMEDIATE).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(lock)])
