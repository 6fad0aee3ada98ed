"""What all tests share: a data folder of their own, set before Django loads, and the measuring data if given."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

# Every process of the suite (xdist workers too) has a data folder of its own.
os.environ["BAROMETER_HOME"] = tempfile.mkdtemp(prefix="barometer-tests-")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of measuring data that DATA names (by default beside the project); skips where there is none."""
    folder = Path(os.environ.get("DATA") or ROOT.parent / "shared")
    data = folder / "data" if (folder / "data").is_dir() else folder
    if not (data / "bulletin-2026q1.gold.json").is_file():
        pytest.skip(f"no measuring data: {folder} has no data/bulletin-2026q1.gold.json (set DATA)")
    return data


@pytest.fixture(scope="session")
def samples() -> Path:
    """The project's own samples."""
    return ROOT / "samples"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Where BAROMETER_REQUIRE names a marker (`browser`), a skipped test of that kind is a failure."""
    report = yield
    for marker in filter(None, os.environ.get("BAROMETER_REQUIRE", "").split(",")):
        if report.skipped and item.get_closest_marker(marker):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid}: skipped, but BAROMETER_REQUIRE asks for every {marker} test"
    return report
