"""The form of a ledger: what two of them have to have in common, whatever made them."""

from __future__ import annotations

import json
import re

FORM = '''
import json


def form(connection):
    """Tables with their columns and constraints, and what keeps them, in any order of columns."""
    look, found = connection.introspection, {}
    with connection.cursor() as cursor:
        for table in look.table_names(cursor):
            columns = [
                [one.name, str(one.type_code), one.null_ok, str(one.default)]
                for one in look.get_table_description(cursor, table)
            ]
            constraints = [
                [
                    name if one["check"] and not name.startswith("__") else "",
                    one["columns"], one["primary_key"], one["unique"], one["foreign_key"], one["check"],
                    one["index"], one.get("type"), one.get("orders"),
                ]
                for name, one in look.get_constraints(cursor, table).items()
            ]
            found[table] = [sorted(columns), sorted(constraints, key=str)]
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' OR sql LIKE '%VIRTUAL%'")
        else:
            cursor.execute(
                "SELECT tgname, tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
                " UNION ALL SELECT proname, '', prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            )
        found["kept by"] = sorted(map(list, cursor.fetchall()))
    return json.loads(json.dumps(found))
'''


def form_now() -> dict:
    """The form of this test's own ledger, which was made from the models at once."""
    from django.db import connection

    told: dict = {}
    exec(FORM, told)
    return told["form"](connection)


def assert_same(steps: str | dict, now: dict) -> None:
    """Both have the same form; one may be told as JSON."""
    steps = json.loads(steps) if isinstance(steps, str) else steps
    # Django makes the ids of this table of its own longer in the one way than in the other.
    for found in (steps, now):
        found.pop("auth_group_permissions")
        found["kept by"] = [[name, table, _conditions(sql)] for name, table, sql in found["kept by"]]
    assert now.keys() == steps.keys()
    for table, form in steps.items():
        other = [one for one in form if one not in now[table]], [one for one in now[table] if one not in form]
        assert now[table] == form, (table, other)


def _conditions(sql: str) -> list[str]:
    """A trigger's words without the order in which it asks for the columns."""
    return sorted(re.split(r"\s+OR\s+|\s*\n\s*|,\s*", sql))
