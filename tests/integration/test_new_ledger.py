"""A new ledger is made from the models at once: it has the form of one that took every step.

On SQLite the oldest of the small ledgers (test_old_ledgers) takes every step too, and is compared there.
"""

from __future__ import annotations

import os

import pytest
from formed import FORM, assert_same, form_now

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
if not os.environ.get("DATABASE_URL"):
    pytestmark = pytest.mark.long


@pytest.mark.unmade
@pytest.mark.django_db
def test_nothing_differs_from_a_ledger_that_took_each_step(own_ledger):
    own_ledger.home.mkdir(mode=0o700, exist_ok=True)
    out, err = own_ledger.python(STEPS).communicate(timeout=600)
    assert out, err
    assert_same(out, form_now())
