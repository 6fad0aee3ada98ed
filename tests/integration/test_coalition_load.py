"""A coalition's server for a short while: nothing goes wrong under load, nor without its database, nor after it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.long, pytest.mark.once]
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))


@pytest.mark.skipif(not Path("/usr/sbin/nginx").exists(), reason="no nginx")
def test_nothing_goes_wrong(tmp_path):
    from with_postgres import binaries

    if binaries() is None:
        pytest.skip("no PostgreSQL")
    out = tmp_path / "told.json"
    command = [sys.executable, ROOT / "benchmarks" / "coalition" / "run.py", "--seconds", "20", "--readers", "40",
               "--desk", "5", "--events", "0", "--out", out]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(out.read_text(encoding="utf-8"))
    assert told["wrong"] == told["wrong without a database and after"] == []
    assert told["pages asked for without a database"] > 10
    assert {"read event", "read explorer", "log in", "inbox"} <= set(told["classes"])
