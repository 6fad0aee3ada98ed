"""Tables whose rows are written once: the SQL by which the database itself refuses to change or delete them.

Used by migrations, so what is here never changes its meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

#: As for revisions: REPLACE would delete without asking the trigger for deletion, hence the third.
_SQLITE = (
    """
    CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
    BEGIN SELECT RAISE(ABORT, '{noun} is never changed'); END
    """,
    """
    CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
    BEGIN SELECT RAISE(ABORT, '{noun} is never deleted'); END
    """,
    """
    CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
    WHEN EXISTS (SELECT 1 FROM {table} AS kept WHERE {same})
    BEGIN SELECT RAISE(ABORT, '{noun} is never replaced'); END
    """,
)
_POSTGRESQL = (
    """
    CREATE FUNCTION {table}_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{noun} is never changed or deleted' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER {table}_keep_rows BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION {table}_keep()
    """,
    """
    CREATE TRIGGER {table}_keep_table BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_keep()
    """,
)


def statements(vendor: str, table: str, noun: str, unique: Iterable[str]) -> list[str]:
    """What keeps a table's rows on that database; `unique` are its columns that no two rows share, besides id."""
    same = " OR ".join(f'kept."{column}" = NEW."{column}"' for column in ("id", *unique))
    templates = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[vendor]
    return [template.format(table=table, noun=noun, same=same) for template in templates]


def keeper(tables: Mapping[str, tuple[str, tuple[str, ...]]]) -> Callable[[Any, Any], None]:
    """For migrations.RunPython: keep the rows of each table, told as table → (noun, unique columns)."""

    def keep(apps: Any, schema_editor: Any) -> None:
        for table, (noun, unique) in tables.items():
            for statement in statements(schema_editor.connection.vendor, table, noun, unique):
                schema_editor.execute(statement)

    return keep


# --- kept, but for an erasure -----------------------------------------------------------------------------------------

_REDACTABLE_SQLITE = (
    "DROP TRIGGER IF EXISTS {table}_no_update",
    """
    CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
    WHEN NOT EXISTS (SELECT 1 FROM records_redactiondoor) OR {differs}
    BEGIN SELECT RAISE(ABORT, '{noun} is never changed'); END
    """,
)
_REDACTABLE_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION {table}_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF EXISTS (SELECT 1 FROM records_redactiondoor)
                AND to_jsonb(OLD) - ARRAY[{wordy}] = to_jsonb(NEW) - ARRAY[{wordy}] THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION '{noun} is never changed or deleted' USING ERRCODE = 'restrict_violation';
    END $$
    """,
)
_DOOR_SQLITE = (
    """
    CREATE TRIGGER records_redaction_closes AFTER INSERT ON records_redaction
    BEGIN DELETE FROM records_redactiondoor WHERE redaction_id = NEW.public_id; END
    """,
    """
    CREATE TRIGGER records_redactiondoor_first BEFORE INSERT ON records_redactiondoor
    WHEN EXISTS (SELECT 1 FROM records_redaction WHERE public_id = NEW.redaction_id)
    BEGIN SELECT RAISE(ABORT, 'the door opens before its redaction is written'); END
    """,
    """
    CREATE TRIGGER records_redactiondoor_same BEFORE UPDATE ON records_redactiondoor
    BEGIN SELECT RAISE(ABORT, 'the door stays the one of its redaction'); END
    """,
    """
    CREATE TRIGGER records_redactiondoor_last BEFORE DELETE ON records_redactiondoor
    WHEN NOT EXISTS (SELECT 1 FROM records_redaction WHERE public_id = OLD.redaction_id)
    BEGIN SELECT RAISE(ABORT, 'the door closes when its redaction is written'); END
    """,
)
_DOOR_POSTGRESQL = (
    """
    CREATE FUNCTION records_redaction_close() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM records_redactiondoor WHERE redaction_id = NEW.public_id;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER records_redaction_closes AFTER INSERT ON records_redaction
    FOR EACH ROW EXECUTE FUNCTION records_redaction_close()
    """,
    """
    CREATE FUNCTION records_redactiondoor_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NOT EXISTS (SELECT 1 FROM records_redaction WHERE public_id = NEW.redaction_id) THEN
                RETURN NEW;
            END IF;
        ELSIF TG_OP = 'DELETE' THEN
            IF EXISTS (SELECT 1 FROM records_redaction WHERE public_id = OLD.redaction_id) THEN
                RETURN OLD;
            END IF;
        END IF;
        RAISE EXCEPTION 'the door opens before its redaction, and closes with it' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER records_redactiondoor_keep_rows BEFORE INSERT OR UPDATE OR DELETE ON records_redactiondoor
    FOR EACH ROW EXECUTE FUNCTION records_redactiondoor_keep()
    """,
    """
    CREATE TRIGGER records_redactiondoor_keep_table BEFORE TRUNCATE ON records_redactiondoor
    FOR EACH STATEMENT EXECUTE FUNCTION records_redactiondoor_keep()
    """,
)


def door_statements(vendor: str) -> list[str]:
    """What keeps the door of redactions (records.protection.RedactionDoor) to its promise."""
    return list({"sqlite": _DOOR_SQLITE, "postgresql": _DOOR_POSTGRESQL}[vendor])


def redactable(connection: Any, table: str, noun: str, wordy: Iterable[str]) -> list[str]:
    """What lets a kept table's words be changed while the door of a redaction is open, and nothing else ever.

    For a table that `statements` keeps already.
    """
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    words = sorted(wordy)
    if strange := set(words) - set(columns):
        raise ValueError(f"{table} has no column {', '.join(sorted(strange))}")
    told = {
        "table": table,
        "noun": noun,
        "wordy": ", ".join(f"'{column}'" for column in words),
        "differs": " OR ".join(
            f'OLD."{column}" IS NOT NEW."{column}"' for column in columns if column not in words
        ),
    }
    templates = {"sqlite": _REDACTABLE_SQLITE, "postgresql": _REDACTABLE_POSTGRESQL}[connection.vendor]
    return [template.format(**told) for template in templates]
