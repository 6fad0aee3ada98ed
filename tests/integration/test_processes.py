"""Killed, doubled, locked out: what other processes can do to an import, and what the ledger is afterwards."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import sys
import time
import urllib.request

import pytest
from killing import COUNTING

from barometer import __version__

IMPORT = """
import sys
from barometer.web import entry
report = entry.import_files([sys.argv[1]], as_published=True, by="A coder")
print("nothing" if report.nothing_changed else "something")
"""

KILLED = (
    COUNTING
    + """
importing.publish = counted(importing.publish)
entry.import_files([sys.argv[1]], as_published=True, by="A coder", dry_run="dry" in sys.argv)
print("ended", left)
"""
)

posix = pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")


@posix
def test_a_killed_import_leaves_nothing_half_done(own_ledger, mini):
    rehearsal, err = own_ledger.python(KILLED, mini.path, 10**6, "dry").communicate(timeout=600)
    assert rehearsal.startswith("ended"), err
    last = 10**6 - int(rehearsal.split()[1])
    assert last >= 30
    for step in (last // 2, last, last + 2):  # after the last come the keepings of the two files
        process = own_ledger.python(KILLED, mini.path, step)
        process.communicate(timeout=600)
        assert process.returncode == -signal.SIGKILL, f"the import ended before step {step}"
        assert not any(own_ledger.counts().values()), f"killed at step {step}"
    out, err = own_ledger.python(KILLED, mini.path, 10**6).communicate(timeout=600)
    assert out.startswith("ended"), err
    assert own_ledger.counts()["events published"] == 5


@posix
def test_killed_between_evidence_and_commit(own_ledger, mini):
    """Bytes may be left that nothing refers to; they are in order, and the next import uses them."""
    code = KILLED.replace("left = int(sys.argv[2])", "left = 10**6\nfrom django.db import transaction")
    code = code.replace(
        "importing.record_revision =",
        "class Killing(type(transaction.atomic(durable=False))):\n"
        "    def __exit__(self, *failure):\n"
        "        if not __import__('django').db.connection.savepoint_ids: os.kill(os.getpid(), signal.SIGKILL)\n"
        "        super().__exit__(*failure)\n"
        "importing.transaction.atomic = lambda *a, **k: Killing(None, True, False)\n"
        "importing.record_revision =",
    )
    process = own_ledger.python(code, mini.path, 0)
    process.communicate(timeout=600)
    assert process.returncode == -signal.SIGKILL
    assert not any(own_ledger.counts().values())
    kept = [path for path in (own_ledger.home / "evidence").rglob("*") if path.is_file()]
    assert len(kept) == 2
    assert own_ledger.barometer("import", mini.path).returncode == 0
    assert sorted(path for path in (own_ledger.home / "evidence").rglob("*") if path.is_file()) == sorted(
        kept
    )


@pytest.mark.unmade
def test_two_imports_at_once_on_a_new_ledger(own_ledger, mini):
    """They agree on the key, on who brings the ledger into form, and on who imports."""
    processes = [own_ledger.python(IMPORT, mini.path) for _ in range(3)]
    answers = []
    for process in processes:
        out, err = process.communicate(timeout=600)
        assert process.returncode == 0, err
        answers.append(out.strip())
    assert sorted(answers) == ["nothing", "nothing", "something"]
    counts = own_ledger.counts()
    assert (counts["sources"], counts["events"], counts["cases"]) == (1, 5, 2)


@pytest.mark.once
def test_the_command(own_ledger, mini):
    first = own_ledger.barometer("import", mini.path, "--as", "published", "--by", "A coder")
    assert (first.returncode, first.stderr) == (0, "")
    assert "5 new" in first.stdout
    again = own_ledger.barometer("import", mini.path)
    assert "Nothing changed." in again.stdout
    refused = own_ledger.barometer("import", mini.path, "--as", "published")
    assert refused.returncode == 2
    assert refused.stderr == (
        "barometer: published coding needs the name of the person who answers for it. Next: add --by NAME.\n"
    )


@pytest.mark.long
def test_manage(own_ledger):
    made = own_ledger.barometer("manage", "createsuperuser", "--noinput", "--username", "admin")
    assert made.returncode == 0, made.stderr
    flushed = own_ledger.barometer("manage", "flush", "--no-input")
    assert flushed.returncode == 2
    assert "never emptied" in flushed.stderr
    assert own_ledger.barometer("manage", "nonsense").returncode == 2
    assert own_ledger.barometer("manage", "check").returncode == 0
    assert (
        "No changes detected"
        in own_ledger.barometer("manage", "makemigrations", "--check", "--dry-run").stdout
    )


@pytest.mark.once
def test_a_newer_ledger_is_refused(own_ledger, mini):
    code = (
        "from barometer.web import entry; entry.setup()\n"
        "from django.db.migrations.recorder import MigrationRecorder; from django.db import connection\n"
        "MigrationRecorder(connection).record_applied('records', '9999_from_the_future')"
    )
    assert own_ledger.python(code).wait(60) == 0
    refused = own_ledger.barometer("import", mini.path)
    words = "the ledger was made by a newer version of the program: it has records 9999_from_the_future"
    assert refused.returncode == 2
    assert words in refused.stderr
    assert f"which version {__version__} does not know" in refused.stderr
    checked = own_ledger.barometer("check")
    assert checked.returncode == 1
    (fault, count) = checked.stdout.splitlines()
    assert words in fault and "nothing of it was looked at" in fault and "Next: install that version" in fault
    assert count == "1 fault"
    told = own_ledger.barometer("status")
    assert told.returncode == 1
    assert f"migrations: {words}" in told.stdout and "install that version" in told.stdout


@pytest.mark.once
def test_no_settings_of_this_machine_are_needed(own_ledger, mini):
    """A fresh home, an environment with nothing in it but the path."""
    own_ledger.environment = {
        name: value
        for name, value in own_ledger.environment.items()
        if name in ("BAROMETER_HOME", "DATABASE_URL", "SYSTEMROOT", "PATH")
    }
    assert own_ledger.barometer("import", mini.path).returncode == 0
    key = own_ledger.home / "secret-key"
    if os.name == "posix":
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        assert stat.S_IMODE(own_ledger.home.stat().st_mode) == 0o700


@pytest.mark.once
@posix
@pytest.mark.unmade
def test_a_new_ledger_is_its_owner_s_alone_in_any_folder(sqlite_ledger):
    sqlite_ledger.home.mkdir(mode=0o755)
    sqlite_ledger.barometer("manage", "migrate")
    assert stat.S_IMODE((sqlite_ledger.home / "ledger.sqlite3").stat().st_mode) == 0o600


# --- faults of the database: one clear line ------------------------------------------------------------------------


def one_line(done, *words):
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr
    return done.stderr


@pytest.fixture
def sqlite_ledger(own_ledger):
    """The same, on SQLite whatever the suite runs on."""
    own_ledger.environment["DATABASE_URL"] = ""
    return own_ledger


@pytest.mark.once
@pytest.mark.unmade
def test_not_a_ledger(sqlite_ledger, mini):
    sqlite_ledger.home.mkdir()
    (sqlite_ledger.home / "ledger.sqlite3").write_text("no ledger " * 1000)
    one_line(sqlite_ledger.barometer("import", mini.path), "ledger.sqlite3", "not a ledger")


@pytest.mark.once
def test_a_ledger_cut_short(sqlite_ledger, mini):
    sqlite_ledger.barometer("import", mini.path)
    path = sqlite_ledger.home / "ledger.sqlite3"
    os.truncate(path, 50_000)
    one_line(sqlite_ledger.barometer("import", mini.path), "ledger.sqlite3", "Next:")


@pytest.mark.once
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_read_only(sqlite_ledger, mini):
    sqlite_ledger.home.mkdir(mode=0o500)
    one_line(sqlite_ledger.barometer("import", mini.path), "secret-key")


@pytest.mark.once
@pytest.mark.unmade
def test_a_home_that_is_a_file(sqlite_ledger, mini):
    sqlite_ledger.home.write_text("a file")
    one_line(sqlite_ledger.barometer("import", mini.path), "BAROMETER_HOME")


@pytest.mark.long
def test_a_writer_that_does_not_end(sqlite_ledger, mini):
    sqlite_ledger.barometer("manage", "migrate")
    code = (
        "import sys; from barometer.web.config import database; database.BUSY_SECONDS = 0.2\n"
        "from barometer.cli import main; main(sys.argv[1:])"
    )
    other = sqlite3.connect(sqlite_ledger.home / "ledger.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    process = sqlite_ledger.python(code, "import", mini.path)
    _, err = process.communicate(timeout=600)
    other.close()
    assert process.returncode == 2
    assert "another process is writing" in err
    assert "Traceback" not in err


def test_a_database_that_does_not_answer_keeps_its_password(own_ledger, mini):
    own_ledger.environment["DATABASE_URL"] = "postgres://someone:hush-hush@127.0.0.1:1/ledger"
    assert "hush" not in one_line(own_ledger.barometer("import", mini.path), "127.0.0.1", "Next:")


SERVE = "import sys; from barometer.web import entry; entry.serve(port=int(sys.argv[1]), workers=int(sys.argv[2]))"


def answers(server) -> str:
    """The address of a server that was started, once it answers."""
    address = server.stdout.readline().split()[4]
    assert address.startswith("http://127.0.0.1:")
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{address}robots.txt", timeout=2) as answer:
                assert answer.status == 200
            return address
        except OSError:
            time.sleep(0.1)
    return pytest.fail("the server never answered")


@pytest.mark.once
@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_the_server_serves_until_it_is_told_to_stop(own_ledger, mini):
    own_ledger.barometer("import", mini.path, "--as", "published", "--by", "A coder")
    server = own_ledger.python(SERVE, 0, 1)
    try:
        port = answers(server).rstrip("/").rpartition(":")[2]
        one_line(own_ledger.barometer("serve", "--port", port), f"port {port}")
    finally:
        server.send_signal(signal.SIGINT)
        _, err = server.communicate(timeout=120)
    assert "Traceback" not in err


@pytest.mark.once
@posix
@pytest.mark.parametrize("workers", [2, pytest.param(1, marks=pytest.mark.long)])
def test_the_port_of_a_killed_server_is_free_for_the_next_one(own_ledger, workers):
    """Nobody tells its processes to stop, and nobody ends them in its place, as systemd would."""
    server = own_ledger.python(SERVE, 0, workers)
    try:
        port = int(answers(server).rstrip("/").rpartition(":")[2])
    finally:
        server.kill()
    assert server.wait(60) == -signal.SIGKILL
    server.communicate(
        timeout=60
    )  # its processes have its standard output: it ends when the last of them has
    again = own_ledger.python(SERVE, port, 1)
    try:
        assert answers(again) == f"http://127.0.0.1:{port}/"
    finally:
        again.send_signal(signal.SIGINT)
        again.communicate(timeout=120)
