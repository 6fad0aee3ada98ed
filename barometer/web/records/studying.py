"""What the database knows of its tables, by which it chooses how to answer.

PostgreSQL looks at its tables by itself. SQLite does so when it is asked, and without that takes the wrong index of a
large ledger: a page of the API then takes a hundred times as long.
"""

from __future__ import annotations

from django.db import connection

#: So many rows of each index are looked at.
_ROWS = 100_000


def study() -> None:
    """Have SQLite look at its tables; at a million events that takes two seconds, for which nobody else writes."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit = {_ROWS}")
            # Before 3.46 PRAGMA optimize passes over tables that this connection did not ask.
            cursor.execute("ANALYZE")
