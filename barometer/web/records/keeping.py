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
