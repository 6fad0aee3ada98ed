"""Web server, worker, imports, backups and the database are killed while clients write: what was acknowledged is there."""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"
#: So many seconds a day lasts at least in every run, and in the long one; both may be said otherwise. It is over when
#: each was killed and each kind of change acknowledged, however long that takes.
SHORT, LONG = (
    float(os.environ.get("BAROMETER_HARD_SECONDS", "0")),
    float(os.environ.get("BAROMETER_HARD_LONG", "1800")),
)
SEED = int(os.environ.get("BAROMETER_HARD_SEED", "9"))

pytestmark = [
    pytest.mark.early,
    pytest.mark.once,
    pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="Linux's /proc"),
]


@pytest.fixture
def tool(monkeypatch):
    """tools/hard_days.py"""
    monkeypatch.syspath_prepend(str(TOOLS))
    return importlib.import_module("hard_days")


@pytest.fixture
def folder(tool, tmp_path):
    """Where the day is lived."""
    with tempfile.TemporaryDirectory(prefix="barometer-hard-", dir=tool.place() or tmp_path) as made:
        yield Path(made)


def a_day(tool, folder, seconds, database, *, backups, into):
    """Live through it; what came of it."""
    try:
        return tool.hard_day(folder, seconds, seed=SEED, database=database, backups=backups, into=into)
    except tool.NoPostgres as reason:
        pytest.skip(f"no PostgreSQL: {reason}")


@pytest.mark.parametrize(
    "seconds", [pytest.param(SHORT, id="short"), pytest.param(LONG, id="long", marks=pytest.mark.long)]
)
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_nothing_that_was_acknowledged_is_lost_and_nothing_is_there_by_half(tool, folder, database, seconds):
    backups = database == "sqlite" or seconds == LONG  # of PostgreSQL too: test_backup.py
    into = ""  # in every run too: test_backup.py
    if seconds == LONG:
        into = "postgresql" if database == "sqlite" and tool.binaries() else "sqlite"
    told = a_day(tool, folder, seconds, database, backups=backups, into=into)
    assert told.problems == []
    assert set(told.acknowledged) >= set(tool.KINDS)
    assert {"web", "web's own", "worker", "import"} <= set(told.killed)
    assert database == "sqlite" or {"database", "database's own"} <= set(told.killed)
    assert not backups or told.backups and "backup" in told.killed
    assert not into or told.moved > 100


@pytest.mark.long
def test_the_looker_finds_what_is_missing(tool, own_ledger):
    """What cannot be found by it would prove nothing."""
    environment = own_ledger.environment | {"PYTHONPATH": os.pathsep.join([str(TOOLS.parent), *sys.path[:0]])}
    own_ledger.counts()
    looker = tool.Looker(environment)
    try:
        known = [
            ("accepted", "nowhere"), ("lead", "nowhere"), ("taken", "nowhere"), ("evidence", "0" * 64), ("login", 1),
            ("tip", "0000 0000 0000 0000 0000 0000 0000"), ("import", "no.txt"), ("visited", "no.txt"),
        ]  # fmt: skip
        missing = looker.insist(known)
    finally:
        looker.close()
    assert len(missing) == len(known)
