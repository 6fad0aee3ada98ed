"""`flush` empties a database: never the ledger's, only a test's."""

from contextlib import contextmanager

from django.core.management.base import CommandError
from django.core.management.commands import flush
from django.db import connections, transaction
from django.test.utils import _TestState

TABLE = "records_revision"


class Command(flush.Command):
    """Django's command, refused outside a test run; in one, the triggers that keep revisions step aside."""

    help = "Refused: the ledger is never emptied."

    def handle(self, **options):
        """CommandError unless Django's test environment is set up, which no command or server does."""
        if not hasattr(_TestState, "saved_data"):
            raise CommandError("the ledger is never emptied: its revisions are kept for good")
        with _triggers_aside(connections[options["database"]]):
            super().handle(**options)


@contextmanager
def _triggers_aside(connection):
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
            yield
            # Nothing may wait to be checked when the table is altered again.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER USER")
        else:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [TABLE]
            )
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            yield
            for _, sql in triggers:
                cursor.execute(sql.replace("%", "%%"))
