"""What is loaded at the server's start: without a database, and before the first reader comes."""

from __future__ import annotations

import subprocess
import sys

from barometer.web.config.warm import warm

LOADED = """
import sys
import barometer.web.config.wsgi
from django.urls import resolve
before = set(sys.modules)
for path in ("/en/", "/en/events/", "/en/tip/", "/desk/day/", "/api/v1/events"):
    resolve(path)
print(sorted(one for one in set(sys.modules) - before if one.startswith("barometer")))
"""


def test_nothing_is_asked_of_the_database():
    warm()  # pytest-django lets no test without its mark near one


def test_the_first_page_loads_no_more_of_the_program(tmp_path):
    """In a process of its own, as the server starts; there is no ledger yet."""
    environment = {"PATH": "/usr/bin", "PYTHONPATH": ":".join(sys.path), "BAROMETER_HOME": str(tmp_path)}
    environment["DJANGO_SETTINGS_MODULE"] = "barometer.web.config.settings"
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout.strip() == "[]"
    assert not (tmp_path / "ledger.sqlite3").exists()
