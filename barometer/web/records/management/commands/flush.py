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


class Command(flush.Command):
    """Django's command, refused outside a test run; in one, the triggers that keep rows step aside."""

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
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            yield
            # Nothing may wait to be checked when the table is altered again.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        else:
            cursor.execute("SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger'")
            triggers = [(name, sql) for name, sql, table in cursor.fetchall() if table in TABLES]
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            yield
            for _, sql in triggers:
                cursor.execute(sql.replace("%", "%%"))
