"""`flush` empties a database: never the ledger's, only a test's."""

from contextlib import contextmanager

from django.core.management.base import CommandError
from django.core.management.commands import flush
from django.db import connections, transaction
from django.test.utils import _TestState

#: The tables whose rows the database keeps.
TABLES = (
    "accounts_auditentry",
    "records_revision",
    "records_statementchoice",
    "records_namejudgement",
    "records_casejudgement",
    "records_retelling",
    "records_evidencestep",
    "records_evidencelogentry",
    "records_evidencestamp",
    "records_logsignature",
    "records_vanishnote",
    "records_review",
    "records_harmcheck",
    "records_linkmark",
    "records_publicnote",
    "records_consent",
    "records_leadact",
    "records_secondcoding",
    "records_codingchoice",
    "records_redaction",
    "records_redactiondoor",
    "records_issueapproval",
    "records_itemblock",
    "records_edition",
    "records_frozenfile",
    "records_letterversion",
    "records_signact",
    "records_demandoutcome",
    "records_release",
    "records_releasefile",
    "records_requeststep",
    "records_questionverdict",
    "records_spherefigure",
    "records_noticestep",
    "records_noticejudgement",
    "records_accountstate",
)


#: What Django itself notes of the models: as true after as before.
_OF_THE_MODELS = {"django_content_type", "auth_permission", "django_migrations"}


class Command(flush.Command):
    """Django's command, refused outside a test run; in one, the triggers that keep rows step aside.

    Only tables that hold rows are touched: a test fills few of them, and emptying all takes most of a second.
    """

    help = "Refused: the ledger is never emptied."

    def handle(self, **options):
        """CommandError unless Django's test environment is set up, which no command or server does."""
        if not hasattr(_TestState, "saved_data"):
            raise CommandError("the ledger is never emptied: its revisions are kept for good")
        connection = connections[options["database"]]
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            filled = _filled(connection, cursor)
            with _triggers_aside(connection, cursor, [table for table in filled if table in TABLES]):
                for table in filled:
                    cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


def _filled(connection, cursor):
    tables = [name for name in connection.introspection.django_table_names() if name not in _OF_THE_MODELS]
    cursor.execute(
        " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(name)})"
            for name in tables
        )
    )
    return [name for (name,) in cursor.fetchall()]


@contextmanager
def _triggers_aside(connection, cursor, tables):
    if connection.vendor == "postgresql":
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        # Nothing may wait to be checked when the table is altered again.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    else:
        cursor.execute("SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger'")
        triggers = [(name, sql) for name, sql, table in cursor.fetchall() if table in tables]
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        yield
        for _, sql in triggers:
            cursor.execute(sql)
