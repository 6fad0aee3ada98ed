"""A new ledger is made from the models at once: it has the form of one that took every step."""

from __future__ import annotations

import json
import re

import pytest
from django.db import connection

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
STEPS = (
    FORM
    + """
import django
from barometer.web import entry
entry.setup()
from django.core.management import call_command
from django.core.management.commands.migrate import Command
from django.db import connection
call_command(Command(), interactive=False, verbosity=0, skip_checks=True)
print(json.dumps(form(connection)))
"""
)


@pytest.mark.unmade
@pytest.mark.django_db
def test_nothing_differs_from_a_ledger_that_took_each_step(own_ledger):
    own_ledger.home.mkdir(mode=0o700, exist_ok=True)
    out, err = own_ledger.python(STEPS).communicate(timeout=600)
    assert out, err
    told: dict = {}
    exec(FORM, told)
    steps, now = json.loads(out), told["form"](connection)
    # Django makes the ids of this table of its own longer in the one way than in the other.
    for found in (steps, now):
        found.pop("auth_group_permissions")
        found["kept by"] = [[name, table, _conditions(sql)] for name, table, sql in found["kept by"]]
    assert now.keys() == steps.keys()
    for table, form in steps.items():
        assert now[table] == form, table


def _conditions(sql: str) -> list[str]:
    """A trigger's words without the order in which it asks for the columns."""
    return sorted(re.split(r"\s+OR\s+|\s*\n\s*|,\s*", sql))
