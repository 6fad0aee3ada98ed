"""A mini bulletin of invented people, a ledger's evidence folder of its own, and processes with a ledger of their own."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
import starting

MINI = Path(__file__).resolve().parents[1] / "ledgers" / "0001"


@pytest.fixture
def evidence(settings, tmp_path):
    """The store of the running test, empty."""
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    return settings.EVIDENCE_ROOT


class Mini:
    """The mini bulletin as files in a folder, to be changed and saved again."""

    def __init__(self, folder: Path) -> None:
        self.text = folder / "mini-2031q1.txt"
        self.path = folder / "mini-2031q1.json"
        for path in (self.text, self.path):
            shutil.copy(MINI / path.name, path)
        self.data = json.loads(self.path.read_text(encoding="utf-8"))

    def event(self, entry: int, number: int = 0):
        """An event of the coded file, to be changed in place."""
        return self.data["entries"][entry]["events"][number]

    def save(self, name: str | None = None) -> Path:
        """Write the coded file, if need be under another name."""
        path = self.path.with_name(name) if name else self.path
        path.write_text(json.dumps(self.data, ensure_ascii=False), encoding="utf-8")
        return path


@pytest.fixture
def mini(tmp_path) -> Mini:
    """The mini bulletin in a folder of its own, with its text."""
    folder = tmp_path / "mini"
    folder.mkdir()
    return Mini(folder)


class OwnLedger:
    """A ledger that no other test sees, for processes: a folder, and a database of the kind that is being tested."""

    def __init__(self, home: Path, url: str) -> None:
        self.home = home
        self.environment = {
            **os.environ,
            "BAROMETER_HOME": str(home),
            "DATABASE_URL": url,
            "BAROMETER_TRACEBACK": "",
        }
        self.environment.pop("DJANGO_SETTINGS_MODULE", None)

    def barometer(self, *arguments) -> subprocess.CompletedProcess:
        """Run the command."""
        return starting.run([*map(str, arguments)], self.environment)

    def python(self, code: str, *arguments) -> starting.Started:
        """Start a Python that has the ledger's settings."""
        return starting.start([*map(str, arguments)], self.environment, code)

    def counts(self) -> dict[str, int]:
        """What `entry.counts` says in a fresh process."""
        process = self.python(
            "import json; from barometer.web import entry; print(json.dumps(entry.counts()))"
        )
        out, err = process.communicate(timeout=600)
        assert process.returncode == 0, err
        return json.loads(out)


@pytest.fixture
def own_ledger(tmp_path, request):
    """An OwnLedger, empty; one that is not made yet for a test marked `unmade`.

    On PostgreSQL its database is made beside the suite's and dropped after the test.
    """
    url = os.environ.get("DATABASE_URL", "")
    made = not request.node.get_closest_marker("unmade")
    home = tmp_path / "home"
    if not url:
        if made:
            home.mkdir(mode=0o700, exist_ok=True)
            shutil.copyfile(request.getfixturevalue("empty_ledger"), home / "ledger.sqlite3")
        yield OwnLedger(home, "")
        return
    import psycopg

    name = f"own_{secrets.token_hex(6)}"
    template = request.getfixturevalue("empty_database") if made else "template1"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield OwnLedger(home, urlunsplit(urlsplit(url)._replace(path=f"/{name}")))
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory):
    """The name of a PostgreSQL database that holds an empty ledger, as a template for others."""
    import psycopg

    url, name = os.environ["DATABASE_URL"], f"empty_{secrets.token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        OwnLedger(
            tmp_path_factory.mktemp("home"), urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        ).counts()
        yield name
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
