"""Web server, worker, imports, backups and the database are killed while clients write: what was acknowledged is there."""

from __future__ import annotations

import importlib
import os
import sys
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
    pytest.mark.once,
    pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="Linux's /proc"),
]


@pytest.fixture
def tool(monkeypatch):
    """tools/hard_days.py"""
    monkeypatch.syspath_prepend(str(TOOLS))
    return importlib.import_module("hard_days")


def a_day(tool, folder, seconds, database):
    """Live through it; what came of it."""
    try:
        return tool.hard_day(folder, seconds, seed=SEED, database=database, backups=True)
    except tool.NoPostgres as reason:
        pytest.skip(f"no PostgreSQL: {reason}")


@pytest.mark.parametrize(
    "seconds", [pytest.param(SHORT, id="short"), pytest.param(LONG, id="long", marks=pytest.mark.long)]
)
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_nothing_that_was_acknowledged_is_lost_and_nothing_is_there_by_half(
    tool, tmp_path, database, seconds
):
    told = a_day(tool, tmp_path, seconds, database)
    assert told.problems == []
    assert set(told.acknowledged) >= set(tool.KINDS)
    assert {"web", "web's own", "worker", "import", "backup"} <= set(told.killed)
    assert database == "sqlite" or {"database", "database's own"} <= set(told.killed)
    assert told.backups
    assert [path.name for path in tmp_path.glob("*.backup")] != []


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
